"""A program opens and closes disputes, charges, and works on warnings."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import TODAY, program
from tests.web.api.test_api_acts import ok

pytestmark = pytest.mark.usefixtures("office")
BILL = {"billed_on": "2026-01-01", "due_on": "2026-03-22", "currency": "CNY"}  # a hundred days ago


def test_disputes_charges_and_warnings() -> None:
    asking = program("credit")
    ok(asking.post("/customers/C-2/bills", {**BILL, "bill_no": "B1", "amount": "20000.00"}), 201)
    new = {
        "bill_no": "B1",
        "reason": "price",
        "what": "单价",
        "opened_on": "2026-06-10",
        "amount": "12000.00",
    }
    kept = ok(asking.post("/customers/C-2/disputes", new, key="d1"), 201)
    assert ok(asking.post("/customers/C-2/disputes", new, key="d1"), 201)["id"] == kept["id"]
    clock = ok(asking.get("/customers/C-2/bill-clock?bill_no=B1"))
    assert (clock["past_days"], clock["paused_days"], clock["overdue_days"]) == (100, 20, 80)
    assert "争议" in clock["words"]
    step = {"owner": "wang", "next_step": "核对合同", "next_on": "2026-07-03"}
    assert ok(asking.post(f"/disputes/{kept['id']}/step", step))["owner"] == "wang"
    assert [row["id"] for row in ok(asking.get("/disputes?state=open&owner=wang"))["items"]] == [kept["id"]]
    close = {"outcome": "we_right", "finding": "合同价", "closed_on": str(TODAY)}
    assert ok(asking.post(f"/disputes/{kept['id']}/close", close))["state"] == "closed"
    pause = {"bill_no": "B1", "kind": "plan", "from_on": "2026-06-20", "until_on": "2026-06-30"}
    paused = ok(asking.post("/customers/C-2/clock-pauses", pause), 201)

    (row,) = [one for one in ok(asking.get("/charges-accrued"))["items"] if one["bill_no"] == "B1"]
    # 80 days on 20,000, 10 on 8,000: the part was contested from 10 June on; 10 days paused
    assert (row["days"], row["amount"]["amount"]) == (90, "840.00")
    ok(asking.post(f"/clock-pauses/{paused['id']}/resume", {"never_was": True}))
    run = ok(asking.post("/charge-runs", {"until_on": str(TODAY), "customer_nos": ["C-2"]}, key="r1"), 201)
    assert run["charges"] >= 1
    (charge,) = [one for one in ok(asking.get("/charges"))["items"] if one["bill_no"] == "B1"]
    assert charge["amount"]["amount"] == "880.00"
    waived = ok(asking.post(f"/charges/{charge['id']}/waive", {"reason": "老客户", "amount": "80.00"}))
    assert waived["waived"]["amount"] == "80.00"
    terms = {"reach": "customer", "schemes": ["judgment"], "from_on": "2026-01-01"}
    agreed = ok(asking.post("/customers/C-2/charge-agreements", terms), 201)
    ok(asking.post(f"/charge-agreements/{agreed['id']}/end", {"until_on": str(TODAY)}))
    assert len(ok(asking.get("/charge-agreements"))) == 1
    assert asking.post("/charge-corrections").json()["run"] is None
    rates = {"rates": [{"from_on": "2025-06-20", "one_year": "3.00", "five_year": "3.50"}]}
    assert ok(asking.post("/loan-prime-rates", rates))["id"] == 1
    assert ok(asking.get("/loan-prime-rates"))[-1]["from_on"] == "2025-06-20"
    found = ok(asking.get("/payment-term-findings?buyer=large&delivered_on=2025-06-15&days=90"))
    assert found == {"findings": ["beyond_most", "reason_missing"], "statutory_due_on": "2025-08-14"}

    tell = {"signal": "promise_broken", "cause": "p:1", "amount": "500.00"}
    assert ok(asking.post("/customers/C-2/warnings", tell)) == {"raised": 1, "worse": 0, "known": 0}
    assert ok(asking.post("/warning-watch"))["raised"] >= 1
    listed = ok(asking.get("/warnings?state=open&signal=promise_broken"))["items"]
    assert [(one["customer_no"], one["due_on"]) for one in listed] == [("C-2", "2026-07-02")]
    key = listed[0]["id"]
    assert ok(asking.post("/warning-assignments", {"warnings": [key], "owner": "wang"})) == {"changed": 1}
    ended = ok(asking.post(f"/warnings/{key}/close", {"outcome": "acted", "note": "上门"}))
    assert (ended["state"], ended["is_true"]) == ("closed", True)
    (record,) = [one for one in ok(asking.get("/warning-records")) if one["signal"] == "promise_broken"]
    assert (record["raised"], record["in_time"]) == (1, 1)
