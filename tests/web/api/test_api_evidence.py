"""Programs keep files, order investigations, note reports, and see what is out of date."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.api.conftest import program
from tests.web.api.test_api_acts import ok

pytestmark = pytest.mark.usefixtures("office")
PDF = b"%PDF-1.7\n" + bytes(300)


@pytest.fixture(autouse=True)
def _archive(settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"


def file(name: str = "报告.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.req("SIX-12")
def test_an_agency_report_is_kept_unchanged_and_given_out_with_its_hash() -> None:
    asking = program("credit")
    told = {"by": "agency", "assignee": "邓白氏", "reason": "新客户", "due_on": "2026-07-10"}
    ordered = ok(asking.post("/customers/C-1/investigations", told, key="k-1"), 201)
    path = f"/investigations/{ordered['id']}"
    report = {"report_on": "2026-06-30", "outcome": "资信一般", "cost": "800.00"}

    early = asking.post(f"{path}/report", report)
    kept = ok(asking.send(f"{path}/files", {"file": file(), "note": "原件"}), 201)
    again = ok(asking.post("/customers/C-1/investigations", told, key="k-1"), 201)
    done = ok(asking.post(f"{path}/report", report))
    given = asking.get(f"{path}/files/{kept['id']}")

    assert early.json()["code"] == "report_missing"
    assert again == ordered
    assert (done["state"], done["cost"], done["outdated"]) == (
        "done",
        {"amount": "800.00", "currency": "CNY"},
        False,
    )
    assert (kept["sha256"], kept["size"], kept["note"]) == (hashlib.sha256(PDF).hexdigest(), len(PDF), "原件")
    assert (given.content, given["X-Content-SHA256"]) == (PDF, kept["sha256"])
    assert [one["id"] for one in ok(asking.get("/investigations?state=done"))["items"]] == [ordered["id"]]
    assert ok(asking.get("/investigations?state=overdue"))["items"] == []
    assert program("li").get(f"{path}/files").status_code == 404
    wrong = asking.send(f"{path}/files", {"file": file("x.html", b"<html></html>")})
    assert wrong.json()["code"] == "investigation_unknown"


def test_a_file_stands_beside_an_answer_and_a_report_is_reviewed() -> None:
    asking, wang = program("credit"), program("wang")
    begun = ok(
        wang.post("/customers/C-1/surveys", {"form": "lim_application", "channel": "observation"}), 201
    )
    path = f"/surveys/{begun['id']}"
    wrong = wang.send(f"{path}/files", {"file": file("x.html", b"<html></html>")})
    assert wrong.json()["code"] == "document_type_refused"
    kept = ok(wang.send(f"{path}/files", {"file": file(), "item": "monthly_sales"}), 201)
    assert kept["subject"] == f"survey:{begun['id']}:monthly_sales"
    assert [one["id"] for one in ok(asking.get(f"{path}/files"))] == [kept["id"]]

    told = {"business_licence": "yes", "monthly_sales": "12000", "reputation": None}
    ok(wang.post(f"{path}/answers", {"answers": told | {"product_kinds": None, "customer_type": None}}))
    refused = wang.post(f"{path}/submit", {"signed": True})
    assert (refused.json()["code"], refused.json()["params"]["items"]) == (
        "survey_unfinished",
        "产品（油品）种类",
    )
    ok(wang.post(f"{path}/answers", {"answers": {"product_kinds": "0号柴油"}}))
    ok(wang.post(f"{path}/submit", {"signed": True}))
    points = ["contradictions", "dealings", "credit_record", "other"]

    assert wang.post(f"{path}/accept", {"looked_at": points}).status_code == 403
    assert asking.post(f"{path}/accept", {"looked_at": points[:1]}).json()["code"] == "review_unfinished"
    assert ok(asking.post(f"{path}/accept", {"looked_at": points}))["state"] == "accepted"
    assert asking.post(f"{path}/return", {"reason": "x"}).json()["code"] == "survey_not_there"
    filed = ok(asking.post(f"{path}/file"))
    assert (filed["state"], filed["filed_by"], filed["filed_on"]) == ("filed", "credit", "2026-06-30")
    assert [one["id"] for one in ok(asking.get("/surveys?state=filed&form=lim_application"))["items"]] == [
        begun["id"]
    ]
    assert ok(program("li").get("/surveys"))["items"] == []


@pytest.mark.req("ADV-07", "SIX-11")
def test_reports_are_read_and_stale_data_listed() -> None:
    asking, wang = program("credit"), program("wang")
    told = ok(wang.post("/customers/C-1/field-reports", {"kind": "urgent", "text": "仓库被查封"}), 201)
    assert wang.post(f"/field-reports/{told['id']}/read").status_code == 403
    assert ok(asking.get("/field-reports?escalated=true"))["items"] == []
    ok(asking.post(f"/field-reports/{told['id']}/read"))
    assert ok(asking.get("/field-reports"))["items"][0]["read_by"] == "credit"
    assert program("li").post(f"/field-reports/{told['id']}/read").status_code == 403

    fact = {"item": "phone", "value": "021-1", "channel": "customer", "true_on": "2024-01-01"}
    ok(asking.post("/customers/C-1/facts", fact), 201)
    stale = {"customer_no": "C-1", "item": "phone", "true_on": "2024-01-01", "person": "wang"}
    assert ok(asking.get("/stale-data?person=wang")) == [stale]
    assert ok(asking.get("/stale-data?person=")) == []
    assert ok(asking.get("/assessors")) == ok(asking.get("/customers/C-1/assessors")) == []


@pytest.mark.req("SIX-15")
def test_a_paper_is_kept_beside_a_fact_and_read_back() -> None:
    asking, wang = program("credit"), program("wang")
    ok(wang.post("/customers/C-1/field-reports", {"kind": "urgent", "text": "停工"}), 201)
    report = ok(asking.get("/field-reports"))["items"][0]["id"]
    kept = ok(wang.send(f"/evidence/report/{report}/files", {"file": file()}), 201)

    assert kept["subject"] == f"report:{report}"
    assert [one["sha256"] for one in ok(asking.get(f"/evidence/report/{report}/files"))] == [kept["sha256"]]
    content = asking.get(f"/evidence/report/{report}/files/{kept['id']}")
    assert (content.status_code, content["X-Content-SHA256"]) == (200, kept["sha256"])
    assert program("li").get(f"/evidence/report/{report}/files").status_code == 404
    assert asking.get("/evidence/fact/999/files").json()["code"] == "fact_unknown"
