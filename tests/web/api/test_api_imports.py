"""A program sends files: checked in the background, previewed, posted once."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.api.conftest import open_office, program
from tests.web.api.test_api_ratings import ok, work
from xinheng.facts.intake import queries as intake
from xinheng.facts.intake.models import Batch
from xinheng.facts.receivables.models import Bill
from xinheng.web.api.taken_in import POSTING

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = "客户编号,账单号,开票日期,到期日,金额\nC-1,F-1,2026-05-01,2026-05-31,100.00\n"
MIXED = GOOD + "C-1,F-2,2026-05-02,2026-05-01,7.00\nC-X,F-3,2026-05-02,2026-06-01,7.00\n"


def file(text: str, name: str = "bills.csv") -> Any:
    """A file as a browser or program sends it."""
    return SimpleUploadedFile(name, text.encode())


def test_a_file_is_sent_checked_posted_once() -> None:
    open_office()
    asking = program("credit")
    form = {"kind": "bills", "mode": "all_or_none"}

    sent = ok(asking.send("/imports", {**form, "file": file(GOOD)}, key="k-1"), 202)
    again = ok(asking.send("/imports", {**form, "file": file(GOOD)}, key="k-1"), 202)
    assert sent == again
    other = asking.send("/imports", {**form, "file": file(MIXED)}, key="k-1")
    assert other.json()["code"] == "idempotency_key_reused"
    assert Batch.objects.count() == 1

    no = sent["id"]
    work()
    preview = ok(asking.get(f"/imports/{no}/preview"))
    assert (preview["new"], preview["rejected"], preview["may_post"]) == (1, 0, True)
    assert ok(asking.get(f"/imports/{no}/look"))["columns"][0] == "客户编号"
    assert ok(asking.get(f"/imports/{no}/progress"))["percent"] == 100
    job = ok(asking.post(f"/imports/{no}/post", key="k-2"), 202)["id"]
    work()
    assert ok(asking.get(f"/jobs/{job}"))["state"] == "done"
    assert ok(asking.get(f"/imports/{no}"))["state"] == "posted"
    assert Bill.objects.filter(bill_no="F-1").count() == 1

    late = ok(asking.post(f"/imports/{no}/post"), 202)["id"]
    work()
    assert ok(asking.get(f"/jobs/{late}"))["state"] == "refused"
    assert Bill.objects.filter(bill_no="F-1").count() == 1
    assert asking.post(f"/imports/{no}/cancel").json()["code"] == "batch_in_wrong_state"


@pytest.mark.req("RR-14")
def test_a_token_that_may_only_import_posts_nothing_its_person_could() -> None:
    open_office()
    asking = program("credit", "intake.*")
    no = ok(asking.send("/imports", {"kind": "bills", "file": file(GOOD)}), 202)["id"]
    work()

    for act in ("post", "resume"):
        refused = asking.post(f"/imports/{no}/{act}")
        assert (refused.status_code, refused.json()["params"]["act"]) == (403, "receivables.write")
    work()

    assert not Bill.objects.filter(bill_no="F-1").exists()
    assert {kind.code for kind in intake.kinds()} == set(POSTING)


def test_rejected_rows_come_back_with_their_causes() -> None:
    open_office()
    asking = program("credit")
    sent = ok(asking.send("/imports", {"kind": "bills", "file": file(MIXED)}), 202)
    no = sent["id"]
    work()

    rows = ok(asking.get(f"/imports/{no}/rejected?limit=1"))
    rest = ok(asking.get(f"/imports/{no}/rejected?limit=50&after={rows['next']}"))
    assert len(rows["items"]) == 1
    assert {row["row_no"] for row in rows["items"] + rest["items"]} == {3, 4}
    assert all(row["words"] for row in rest["items"])
    book = asking.get(f"/imports/{no}/rejected.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets

    job = ok(asking.post(f"/imports/{no}/post"), 202)["id"]
    work()
    refused = ok(asking.get(f"/jobs/{job}"))
    assert (refused["state"], "2" in refused["detail"]) == ("refused", True)
    ok(asking.post(f"/imports/{no}/mode", {"mode": "good_rows"}))
    job = ok(asking.post(f"/imports/{no}/post"), 202)["id"]
    work()
    assert ok(asking.get(f"/jobs/{job}"))["state"] == "done"
    assert ok(asking.get("/imports?kind=bills&state=posted"))["items"][0]["rows_rejected"] == 2


def test_columns_are_assigned_otherwise() -> None:
    open_office()
    asking = program("credit")
    odd = GOOD.replace("账单号", "单据")
    no = ok(asking.send("/imports", {"kind": "bills", "file": file(odd)}), 202)["id"]
    work()
    assert ok(asking.get(f"/imports/{no}/look"))["missing"]

    look = ok(asking.get(f"/imports/{no}/look"))
    ok(asking.post(f"/imports/{no}/mapping", {"mapping": {**look["mapping"], "单据": "bill_no"}}), 202)
    work()

    assert ok(asking.get(f"/imports/{no}"))["rows_accepted"] == 1
    wrong = asking.post(f"/imports/{no}/mapping", {"mapping": {"单据": "colour"}})
    assert wrong.json()["code"] == "mapping_invalid"
    assert ok(asking.post(f"/imports/{no}/cancel"))["state"] == "cancelled"


def test_what_is_no_table_is_refused_and_not_kept() -> None:
    open_office()
    asking = program("credit")

    empty = asking.send("/imports", {"kind": "bills", "file": file("")})
    page = asking.send("/imports", {"kind": "bills", "file": file("<html><table></table></html>", "a.xls")})
    kind = asking.send("/imports", {"kind": "colours", "file": file(GOOD)})
    nothing = asking.send("/imports", {"kind": "bills"})

    codes = [answer.json()["code"] for answer in (empty, page, kind, nothing)]
    assert codes == ["file_empty", "file_is_web_page", "kind_unknown", "request_invalid"]
    assert not Batch.objects.exists()


def test_another_persons_file_is_unknown_and_reading_is_no_writing() -> None:
    open_office()
    no = ok(program("credit").send("/imports", {"kind": "bills", "file": file(GOOD)}), 202)["id"]
    reading = program("credit", "intake.read")

    assert reading.post(f"/imports/{no}/post").json()["code"] == "access_denied"
    assert program("auditor").post(f"/imports/{no}/cancel").json()["code"] == "access_denied"
    assert program("wang").get(f"/imports/{no}").status_code in {403, 404}
    assert [kind["code"] for kind in ok(reading.get("/import-kinds"))][:2] == ["customers", "bills"]
    assert reading.get("/import-kinds/bills/template.xlsx").content.startswith(b"PK")
    assert reading.get("/import-kinds/colours/template.xlsx").json()["code"] == "kind_unknown"
    assert "ibm_ar" in [source["code"] for source in ok(reading.get("/import-sources?kind=bills"))]
