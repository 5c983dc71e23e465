"""A program starts cases, is told what a step lacks, closes it, and reads where every case stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.judgements.processes.conftest import SMALL
from tests.web.api.conftest import PASSWORD, START, TODAY, program
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import services as packs
from xinheng.judgements.processes import services
from xinheng.judgements.processes.models import Case

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.4 paper" + bytes(50)


@pytest.fixture(autouse=True)
def _department(office: None, settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    root = system_actor()
    for login, role in (("staff", "service_staff"), ("manager", "service_manager")):
        access.create_person(
            actor=root, on=START, login=login, name=login, password=PASSWORD, role=role, unit="HQ"
        )
    packs.adopt(actor=root, on=START, kind="process", text=SMALL, effective_from=START)


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return answer.json()


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.req("FLW-01", "FLW-03", "TPB-04")
def test_a_case_is_moved_step_by_step_and_never_past_one() -> None:
    staff, manager = program("staff"), program("manager")
    (process,) = ok(staff.get("/processes"))
    assert [step["lane"] for step in process["steps"]] == ["staff", "manager", "staff"]
    case = ok(staff.post("/customers/C-1/process-cases", {"process": "small"}, key="s1"), 201)
    again = ok(staff.post("/customers/C-1/process-cases", {"process": "small"}, key="s1"), 201)
    assert again["id"] == case["id"]
    assert refused(staff.post("/customers/C-1/process-cases", {"process": "small"})) == (409, "case_running")
    here = f"/process-cases/{case['id']}"

    told = ok(staff.get(here))
    assert told["may_move"] is True
    assert [(one["form"], one["missing"]) for one in told["forms"]] == [("remark", True)]
    missing = staff.post(f"{here}/close", {"step": 1})
    assert refused(missing) == (409, "forms_missing")
    assert "登记表" in missing.json()["detail"]
    assert refused(manager.post(f"{here}/close", {"step": 1, "note": "x"})) == (403, "not_in_lane")
    assert refused(staff.post(f"{here}/close", {"step": 3, "note": "x"})) == (409, "step_out_of_order")
    assert ok(staff.post(f"{here}/close", {"step": 1, "note": "已登记"}, key="c1"))["step"] == 2
    assert ok(staff.post(f"{here}/close", {"step": 1, "note": "已登记"}, key="c1"))["step"] == 2

    paper = {"file": SimpleUploadedFile("审批单.pdf", PAPER), "form": "paper"}
    kept = ok(manager.send(f"{here}/papers", paper), 201)
    assert manager.get(f"{here}/papers/{kept['id']}").content == PAPER
    assert ok(manager.post(f"{here}/return", {"to_step": 1, "reason": "有误"}))["step"] == 1
    ok(staff.post(f"{here}/close", {"step": 1, "note": "改正"}))
    ok(manager.post(f"{here}/close", {"step": 2}))
    done = ok(staff.post(f"{here}/close", {"step": 3}))
    assert (done["state"], done["step"]) == ("done", 3)
    assert [one["act"] for one in ok(staff.get(here))["minutes"]] == [
        "start", "close", "return", "close", "close", "close",
    ]  # fmt: skip


@pytest.mark.req("FLW-04", "RR-14")
def test_where_cases_stand_is_asked_within_reach() -> None:
    manager, li = program("manager"), program("li")
    told = {"actor": system_actor(), "on": TODAY - timedelta(days=14), "process": "small"}
    late = services.start_case(**told, customer_no="C-1")
    done = ok(manager.post("/process-cases", {"process": "small", "customer_nos": ["C-1", "C-2"]}), 201)
    assert done == {"begun": 1, "running": 1, "closed": 0}

    heaps = ok(manager.get("/processes/small/board"))
    assert [(one["step"], one["cases"], one["overdue"]) for one in heaps] == [(1, 2, 1), (2, 0, 0), (3, 0, 0)]
    (only,) = ok(manager.get("/process-cases?overdue=true"))["items"]
    assert (only["id"], only["overdue"], only["target"]) == (late.pk, True, 3)
    assert only["days"] > 3
    first = ok(manager.get("/process-cases?limit=1"))
    assert [one["customer_no"] for one in first["items"]] == ["C-1"]
    rest = ok(manager.get(f"/process-cases?limit=1&after={first['next']}"))
    assert ([one["customer_no"] for one in rest["items"]], rest["next"]) == (["C-2"], None)
    assert [one["customer_no"] for one in ok(li.get("/process-cases"))["items"]] == ["C-2"]
    assert refused(li.get(f"/process-cases/{late.pk}")) == (404, "case_unknown")
    assert refused(li.post(f"/process-cases/{late.pk}/cancel", {"reason": "x"})) == (403, "access_denied")
    assert ok(manager.post(f"/process-cases/{late.pk}/cancel", {"reason": "重复"}))["state"] == "cancelled"
    assert manager.get("/process-cases?colour=red").status_code == 422
    unknown = manager.post("/process-cases", {"process": "small", "customer_nos": ["C-9"]})
    assert refused(unknown) == (404, "customer_unknown")
    assert Case.objects.count() == 2
