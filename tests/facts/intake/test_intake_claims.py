"""Claims by the file: their kinds and what they arise of, opening items, instalments, receipts that speak."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import errors, services
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.receivables import queries
from xinheng.facts.receivables.models import Bill, InstalmentPlan
from xinheng.judgements.limits.reconciling import differences

pytestmark = pytest.mark.django_db(transaction=True)
JUNE = date(2026, 6, 30)
OPENING = "客户编号,发票号,开票日期,到期日,未结金额,客户期初合计\n"


@pytest.fixture
def take(chief: Actor, day: date, tmp_path: Path) -> Any:
    def take(content: str, kind: str, **choices: Any) -> Batch:
        path = tmp_path / "f.csv"
        path.write_text(content, encoding="utf-8")
        return services.import_file(actor=chief, on=day, path=path, kind=kind, **choices)

    assert take("客户编号,客户名称\nC1,甲贸易有限公司\nC2,乙电气有限公司\n", "customers").state == "posted"
    return take


def causes(batch: Batch) -> list[tuple[int, str]]:
    return list(RejectedRow.objects.filter(batch=batch).order_by("row_no").values_list("row_no", "cause"))


def words(batch: Batch) -> list[str]:
    return [sample.words for cause in services.preview(batch.pk).causes for sample in cause.samples]


@pytest.mark.req("ARM-01")
def test_a_file_tells_kinds_of_claims_and_what_they_arise_of(take: Any) -> None:
    head = "客户编号,发票号,开票日期,到期日,金额,款项种类,来源账单号\n"
    batch = take(
        head
        + "C1,Z1,2026-02-01,2026-02-01,3.00,利息,B1\n"
        + "C1,B1,2026-01-01,2026-01-31,100.00,,\n"
        + "C1,Y1,2026-01-02,2026-01-31,12.00,代垫运费,\n"
        + "C1,K1,2026-02-01,2026-02-01,-100.00,,B1\n",
        "bills",
    )

    assert batch.state == "posted"
    told = Bill.objects.order_by("bill_no").values_list("bill_no", "kind", "arises_from__bill_no")
    assert list(told) == [
        ("B1", "goods", None),
        ("K1", "goods", "B1"),
        ("Y1", "freight", None),
        ("Z1", "interest", "B1"),
    ]
    wrong = take(
        head
        + "C1,Z2,2026-02-01,2026-02-01,3.00,利息,B9\n"
        + "C2,B2,2026-01-01,2026-01-31,50.00,,\n"
        + "C2,K2,2026-01-01,2026-01-31,-30.00,,B2\n"
        + "C2,K3,2026-01-01,2026-01-31,-20.01,,B2\n",
        "bills",
    )
    assert wrong.state == "refused"
    assert causes(wrong) == [(2, "unknown_bill"), (4, "credit_above_bill"), (5, "credit_above_bill")]
    assert "账单“B2”金额为 50.00,冲减合计 50.01,超过账单。" in words(wrong)
    assert not Bill.objects.filter(bill_no="B2").exists()


def test_opening_items_are_proven_by_each_customers_total_all_or_none(take: Any) -> None:
    good = OPENING + "C1,A1,2025-03-01,2025-04-01,100.00,70.00\nC1,A2,2025-05-01,2025-06-01,-30.00,70.00\n"
    wrong = take(
        good
        + "C2,A3,2025-03-01,2025-04-01,10.00,10.01\n"
        + "C2,A4,2025-03-01,2025-04-01,0.00,10.01\n"
        + "C9,A5,2025-03-01,2025-04-01,10.00,10.00\n",
        "opening_items",
    )

    assert wrong.state == "refused"
    assert causes(wrong) == [(5, "amount_zero"), (6, "unknown_customer")]
    wrong = take(good + "C2,A3,2025-03-01,2025-04-01,10.00,10.01\n", "opening_items")
    assert causes(wrong) == [(4, "customer_total_differs")]
    assert words(wrong) == ["客户“C2”各行合计为 10.00,给出的期初合计为 10.01。"]
    assert not Bill.objects.exists()
    with pytest.raises(errors.SettingInvalid):
        take(good, "opening_items", mode="good_rows")

    assert take(good, "opening_items").state == "posted"
    lines = queries.open_lines(None, as_of=JUNE).select(
        "bill_no", "kind", "billed_on", "due_on", "open_minor"
    )
    assert lines.rows() == [
        ("A1", "opening", date(2025, 3, 1), date(2025, 4, 1), 10000),
        ("A2", "opening", date(2025, 5, 1), date(2025, 6, 1), -3000),
    ]


def test_plans_come_by_the_file_and_make_up_their_bills(take: Any) -> None:
    bills = "客户编号,发票号,开票日期,到期日,金额\n"
    take(bills + "C1,B1,2026-01-01,2026-01-31,100.00\nC2,B1,2026-01-01,2026-01-31,90.00\n", "bills")
    head = "客户编号,账单号,分期到期日,分期金额,约定日期\n"
    wrong = take(
        head
        + "C1,B1,2026-05-31,40.00,2026-05-01\nC1,B1,2026-07-31,59.99,2026-05-01\n"
        + "C2,B9,2026-07-31,90.00,\nC2,B1,2025-12-31,90.00,\n",
        "instalments",
    )

    assert causes(wrong) == [(2, "plan_sum"), (3, "plan_sum"), (4, "unknown_bill"), (5, "plan_day")]
    assert not InstalmentPlan.objects.exists()
    good = take(
        head
        + "C1,B1,2026-07-31,60.00,2026-05-01\nC1,B1,2026-05-31,40.00,2026-05-01\nC2,B1,2026-09-30,90.00,\n",
        "instalments",
    )
    assert good.state == "posted"
    parts = queries.instalments(None, as_of=JUNE).select("bill_no", "instalment", "due_on", "open_minor")
    assert parts.rows() == [
        ("B1", 1, date(2026, 5, 31), 4000),
        ("B1", 2, date(2026, 7, 31), 6000),
        ("B1", 1, date(2026, 9, 30), 9000),
    ]
    (total,) = queries.totals(None, as_of=JUNE)
    assert (str(total.open), str(total.overdue)) == ("190.00", "40.00")
    assert differences().is_empty()


def test_receipts_say_who_paid_and_what_for(take: Any) -> None:
    batch = take(
        "客户编号,收款单号,收款日期,收款金额,付款附言,付款人,款项用途,订单号\n"
        "C1,R1,2026-02-01,100.00,货款 B1,某某商贸,预收款,SO-1\n",
        "receipts",
    )

    assert batch.state == "posted"
    (free,) = queries.unapplied(None, as_of=JUNE).rows(named=True)
    assert (free["reference"], free["payer"], free["purpose"], free["order_no"]) == (
        "货款 B1", "某某商贸", "advance", "SO-1",
    )  # fmt: skip
