"""A program reads what is due, orders tasks, hands in reports, tells breaches and decides on fines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.api.conftest import TODAY, program
from tests.web.api.test_api_acts import ok
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.periods import quarter_of
from xinheng.operations.duties import services
from xinheng.operations.duties.values import NewType

pytestmark = pytest.mark.usefixtures("office")


def test_tasks_reports_and_fines() -> None:
    asking = program("credit")
    task = {"title": "整理档案", "unit_code": "EAST", "due_on": str(TODAY), "owner": "wang", "every": "month"}
    kept = ok(asking.post("/duty-tasks", task, key="t1"), 201)
    assert ok(asking.post("/duty-tasks", task, key="t1"), 201)["id"] == kept["id"]
    (due,) = [one for one in ok(asking.get("/dues")) if one["kind"] == "duties.order"]
    assert (due["words"], due["subject"], due["is_late"]) == ("整理档案", f"task:{kept['id']}", False)
    assert ok(asking.post(f"/duty-tasks/{kept['id']}/done", {"result": "已整理"}))["state"] == "done"
    following = ok(asking.post("/duty-tasks", {**task, "title": "复核", "every": ""}), 201)
    assert ok(asking.post(f"/duty-tasks/{following['id']}/withdraw", {"why": "重复"}))["state"] == "withdrawn"
    assert asking.post("/duty-tasks", {**task, "unit_code": "NO"}).json()["code"] == "duty_unit_unknown"

    last = quarter_of(quarter_of(TODAY).first - timedelta(days=1))
    new = NewType("dat", "service")
    services.set_type(actor=system_actor(), on=last.first, unit_code="EAST", new=new)
    report = {"pack": "dat", "report": "analysis", "unit_code": "EAST", "first_on": str(last.first)}
    assert asking.post("/reports-owed", report).json()["code"] == "report_incomplete"
    ok(asking.post("/reports-owed", {**report, "texts": {"analysis": "本季平稳"}}), 201)
    owed = {one["first_on"]: one["state"] for one in ok(asking.get("/reports-owed?pack=dat"))}
    assert owed[str(last.first)] == "handed_in"

    breach = {
        "pack": "stc", "cause": "报表1", "what": "虚报销售额", "happened_on": str(TODAY), "person": "wang",
        "unit_code": "EAST", "lines": [{"kind": "false_figures"}],
    }  # fmt: skip
    told = ok(asking.post("/fines", breach), 201)
    assert (told["state"], told["fine"]["amount"]) == ("proposed", "0.00")
    where = f"/fines/{told['id']}"
    decision = {"severity": "ordinary", "amount": "1999.00"}
    assert asking.post(f"{where}/confirm", decision).json()["code"] == "fine_not_yours_to_decide"
    late = {**breach, "pack": "veh", "cause": "车1", "lines": [{"kind": "sales_late"}]}
    late_id = ok(asking.post("/fines", late), 201)["id"]
    assert [one["fine"]["amount"] for one in ok(asking.get("/fines"))["items"]] == ["0.00", "50.00"]
    assert asking.post(f"/fines/{late_id}/waive", {"why": "x"}).json()["code"] == "fine_not_yours_to_decide"
    assert asking.post(f"/fines/{late_id}/appeal", {"text": "x"}).json()["code"] == "incident_moved"
    decided = asking.post(f"/fines/{late_id}/decide", {"result": "upheld", "why": "x"})
    assert decided.json()["code"] == "incident_moved"
    assert ok(asking.get("/duty-rates?by=unit")) == []
