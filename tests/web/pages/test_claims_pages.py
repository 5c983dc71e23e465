"""Instalments, returned payments, write-offs and the lists of the ledger, as people see and do them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.pages.test_customer_acts import company, desk
from xinheng.facts.receivables.models import Bill, InstalmentPlan, ReturnedPayment, WriteOff

__all__ = ["company", "desk"]
pytestmark = pytest.mark.django_db
BILL = {"billed_on": "2026-01-01", "due_on": "2026-01-31", "currency": "CNY", "kind": "goods"}
LISTS = ("prepaid", "plans", "other", "returned", "asked", "written-off", "recovered")


def listed(desk: Any, name: str, text: str = "") -> str:
    return desk.see(f"/ledger/claims/{name}/?q={text}")


def test_a_bill_is_paid_by_instalments_and_back_again(desk: Any) -> None:
    lin, li = desk("lin"), desk("li")
    lin.does("bill", **BILL, bill_no="B1", amount="300")
    wrong = lin.fails("plan", bill_no="B1", instalments="2026-02-28 100\n2026-03-31 199.99", reason="约定")
    assert list(wrong) == ["instalments"]
    assert "299.99" in wrong["instalments"]
    assert (
        "第 2 行"
        in lin.fails("plan", bill_no="B1", instalments="2026-02-28 100\n明天", reason="约定")["instalments"]
    )
    lin.does("plan", bill_no="B1", instalments="2026-02-28 100\n\n2099-03-31\t200.00", reason="约定")

    assert InstalmentPlan.objects.get().version == 1
    part = lin.part("payments")
    assert "2026-02-28" in part
    assert "2 期" in part
    assert "2099-03-31 200.00" in lin.see("/customers/file/C-1/do/plan/?bill_no=B1")
    row = listed(lin, "plans")
    assert "B1" in row
    assert "长江机电有限公司" in row
    assert "B1" not in listed(li, "plans")  # another department's
    lin.does("end-plan", bill_no="B1", reason="违约")
    assert "B1" not in listed(lin, "plans")


def test_a_payment_goes_back_with_a_fee(desk: Any) -> None:
    lin = desk("lin")
    lin.does("bill", **BILL, bill_no="B1", amount="300")
    lin.does("receipt", receipt_no="R1", received_on="2026-02-01", amount="350", currency="CNY",
             purpose="advance", order_no="SO-1", payer="某某商贸", reference="货款")  # fmt: skip
    free = listed(lin, "prepaid")
    assert "350.00" in free
    assert "预付款" in free
    assert "SO-1" in free
    lin.does("settle", bill_no="B1", receipt_no="R1", amount="300", settled_on="2026-02-01")
    assert list(lin.fails("return-payment", receipt_no="R1", reason="退票", fee_bill_no="F1")) == ["fee"]
    lin.does(
        "return-payment", receipt_no="R1", reason="退票", returned_on="2026-02-05", fee_bill_no="F1", fee="15"
    )

    assert ReturnedPayment.objects.get().fee_bill.bill_no == "F1"
    assert Bill.objects.get(bill_no="F1").kind == "fee"
    assert "退票" in listed(lin, "returned")
    assert "手续费" in listed(lin, "other")
    assert "R1" not in listed(lin, "prepaid")
    assert "2026-02-05" in lin.part("payments")


def test_a_claim_is_written_off_and_recovered(desk: Any) -> None:
    lin, wang = desk("lin"), desk("wang")
    lin.does("bill", **BILL, bill_no="B1", amount="80")
    assert wang.client.post("/customers/file/C-1/do/write-off/", {"bill_no": "B1"}).status_code == 403
    assert list(lin.fails("write-off", bill_no="B1", amount="80.01", reason="尾差")) == ["amount"]
    lin.does("write-off", bill_no="B1", amount="80", reason="尾差")

    kept = WriteOff.objects.get()
    assert "尾差" in listed(lin, "written-off")
    assert "尾差" in lin.part("payments")
    lin.does("receipt", receipt_no="R1", received_on="2026-02-01", amount="30", currency="CNY")
    assert '"30.00"' not in lin.see(f"/customers/file/C-1/do/recover/?write_off_id={kept.pk}")
    lin.does("recover", write_off_id=kept.pk, receipt_no="R1", amount="30")
    lin.does("take-back-write-off", write_off_id=kept.pk, amount="50", reason="恢复付款")
    assert "R1" in listed(lin, "recovered")
    assert "50.00" in lin.part("payments")


def test_every_list_opens_sorts_and_goes_to_excel(desk: Any) -> None:
    lin = desk("lin")
    lin.does("bill", **{**BILL, "kind": "freight"}, bill_no="Y2", amount="9")
    lin.does("bill", **{**BILL, "kind": "interest"}, bill_no="Y1", amount="12", arises_from="Y2")

    for name in LISTS:
        assert "往来清单" in listed(lin, name, "不存在")
    page = lin.see("/ledger/claims/other/?sort=-open_minor")
    assert page.index("Y1") < page.rindex("Y2")
    assert "21.00" in page  # the sum of all rows
    answer = lin.client.get("/ledger/claims/other/export/")
    assert answer.content.startswith(b"PK")
    assert lin.client.get("/ledger/claims/nothing/").status_code == 404
    assert "没有外币未结项目" in lin.see("/ledger/revaluation/")
    lin.does("bill", **{**BILL, "currency": "USD"}, bill_no="U1", amount="9")
    assert "USD" in lin.see("/ledger/revaluation/")
