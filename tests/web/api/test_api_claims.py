"""A program agrees on instalments, returns payments, writes off, and reads the lists of the ledger."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import program
from tests.web.api.test_api_acts import ok

pytestmark = pytest.mark.usefixtures("office")
BILL = {"billed_on": "2026-01-01", "due_on": "2026-01-31", "currency": "CNY"}


def test_plans_returns_and_write_offs() -> None:
    asking = program("credit")
    ok(
        asking.post("/customers/C-2/bills", {**BILL, "bill_no": "B1", "amount": "100.00", "kind": "service"}),
        201,
    )
    plan = {
        "bill_no": "B1", "reason": "约定",
        "instalments": [{"due_on": "2026-05-31", "amount": "40.00"}, {"due_on": "2026-07-31", "amount": "60.00"}],
    }  # fmt: skip
    ok(asking.post("/customers/C-2/plans", plan, key="p1"), 201)
    ok(asking.post("/customers/C-2/plans", plan, key="p1"), 201)  # once only
    plan["instalments"][1]["amount"] = "60.01"
    assert asking.post("/customers/C-2/plans", plan).json()["code"] == "plan_unfit"
    found = ok(asking.get("/claims/plans?text=珠江"))
    (row,) = found["items"]
    assert (row["customer_no"], row["bill_no"], row["instalments"], row["next_due_on"]) == (
        "C-2",
        "B1",
        2,
        "2026-05-31",
    )
    assert (row["overdue"], found["sums"]["open"]["CNY"]["amount"]) == (
        {"amount": "40.00", "currency": "CNY"},
        "100.00",
    )
    correct = {**BILL, "bill_no": "B1", "amount": "100.00", "due_on": "2026-02-28", "reason": "改期"}
    ok(asking.post("/customers/C-2/bills/correct", correct), 201)
    bills = ok(asking.get("/customers/C-2/bills"))["items"]
    (bill,) = [row for row in bills if row["bill_no"] == "B1" and not row["is_void"]]
    assert (bill["kind"], bill["instalments"], bill["overdue_days"]) == ("service", 2, 30)

    receipt = {"receipt_no": "R1", "received_on": "2026-06-01", "amount": "70.00", "purpose": "advance"}
    ok(asking.post("/customers/C-2/receipts", receipt), 201)
    settle = {"bill_no": "B1", "receipt_no": "R1", "amount": "70.00", "settled_on": "2026-06-01"}
    ok(asking.post("/customers/C-2/settlements", settle), 201)
    fee = {"bill_no": "F1", "amount": "5.00", "arises_from": "B1"}
    ok(asking.post("/customers/C-2/receipts/return", {"receipt_no": "R1", "reason": "退票", "fee": fee}), 201)
    (other,) = [row for row in ok(asking.get("/claims/other"))["items"] if row["kind"] == "fee"]
    assert (other["arises_from"], other["open"]["amount"]) == ("B1", "5.00")

    kept = ok(asking.post("/customers/C-2/write-offs", {"bill_no": "F1", "reason": "尾差"}), 201)
    ok(asking.post("/customers/C-2/receipts", {**receipt, "receipt_no": "R2"}), 201)
    recovery = {"receipt_no": "R2", "amount": "3.00"}
    ok(asking.post(f"/customers/C-2/write-offs/{kept['id']}/recover", recovery), 201)
    ok(asking.post(f"/customers/C-2/write-offs/{kept['id']}/take-back", {"reason": "误"}))
    (gone,) = ok(asking.get("/claims/written-off"))["items"]
    assert (gone["recovered"]["amount"], gone["left"]["amount"]) == ("3.00", "0.00")
    assert asking.get("/claims/other/list.xlsx").content.startswith(b"PK")
    ok(asking.post("/customers/C-2/plans/end", {"bill_no": "B1", "reason": "违约"}))
    assert ok(asking.get("/claims/plans"))["items"] == []
    assert ok(asking.get("/revaluation")) == []
    salesperson = program("wang")
    assert ok(salesperson.get("/claims/written-off"))["total"] == 0
    assert salesperson.post("/customers/C-1/write-offs", {"bill_no": "B1", "reason": "x"}).status_code == 403
