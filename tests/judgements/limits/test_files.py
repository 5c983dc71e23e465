"""Orders, deliveries, bills of orders and limits by the file: checked as single acts are, row by row named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.facts.receivables.conftest import customer
from tests.judgements.limits.conftest import JUNE, Desk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.models import Billing, Delivery, SalesOrder
from xinheng.judgements.limits import queries
from xinheng.judgements.limits.errors import OrderNotPassed
from xinheng.judgements.limits.models import Account, Limit, OrderCredit

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = "客户编号,订单号,订单日期,计划发货日,订单金额,订单类型\n"
DELIVERIES = "客户编号,订单号,发货单号,发货日期,发货金额\n"
BILLS = "客户编号,发票号码,开票日期,到期日,金额,订单号\n"
Take = Callable[..., Batch]


@pytest.fixture
def take(chief: Actor, tmp_path: Path) -> Take:
    def take(content: str, kind: str, **choices: Any) -> Batch:
        path = tmp_path / f"{kind}.csv"
        path.write_text(content, "utf-8")
        return intake.import_file(actor=chief, on=JUNE, path=path, kind=kind, **choices)

    return take


def causes(batch: Batch) -> list[tuple[int, str, str]]:
    return list(RejectedRow.objects.filter(batch=batch).values_list("row_no", "field", "cause"))


def sums() -> tuple[int, ...]:
    shown = queries.exposure_of(Account.objects.get(customer__no="C-7", segment=""))
    return shown.receivable, shown.delivered, shown.ordered, shown.held


@pytest.mark.req("LIM-10", "LIM-11", "SAP-19")
def test_what_comes_by_file_meets_the_check_and_the_gate(desk: Desk, take: Take) -> None:
    desk.limit("1000")
    rows = "C-7,O-1,2026-06-29,2026-06-30,600.00,标准\nC-7,O-2,2026-06-30,,400.00,加急\nC-7,O-3,2026-06-30,,0.01,\n"
    batch = take(ORDERS + rows, "orders")
    assert (batch.state, batch.cause, batch.rows_accepted) == ("posted", "", 3)
    assert dict(OrderCredit.objects.values_list("order_no", "state")) == {
        "O-1": "passed",
        "O-2": "passed",  # equal to the limit
        "O-3": "held",
    }
    assert SalesOrder.objects.get(order_no="O-2").kind == "rush"
    assert sums() == (0, 0, 1000_01, 1)

    # the same orders in another file are known; another amount under the same number is refused
    again = take(ORDERS + rows + "C-7,O-4,2026-06-30,,9.00,\n", "orders")
    assert (again.state, again.rows_known, again.rows_accepted) == ("posted", 3, 1)
    other = take(ORDERS + "C-7,O-1,2026-06-29,2026-06-30,700.00,\n", "orders")
    assert (other.state, causes(other)) == ("refused", [(2, "order_no", "conflict_with_posted")])
    wrong = take(
        ORDERS + "C-9,O-8,2026-06-30,,1,\nC-7,O-9,2026-07-01,,1,\nC-7,O-10,2026-06-30,2026-06-01,0,奇怪\n",
        "orders",
    )
    assert causes(wrong) == [
        (2, "customer_no", "unknown_customer"),
        (3, "ordered_on", "in_the_future"),
        (4, "kind", "unknown_choice"),
        (4, "ship_on", "shipped_before_ordered"),
        (4, "amount", "negative"),
    ]
    assert not SalesOrder.objects.filter(order_no__in=["O-8", "O-9", "O-10"]).exists()

    # goods leave by the file only on orders that passed; each row says why it may not
    left = take(
        DELIVERIES
        + "C-7,O-1,D-1,2026-06-30,500.00\nC-7,O-3,D-2,2026-06-30,0.01\nC-7,O-77,D-3,2026-06-30,1.00\n"
        + "C-7,O-1,D-4,2026-06-28,1.00\n",
        "deliveries",
    )
    assert causes(left) == [
        (3, "delivery_no", "judged"),
        (4, "order_no", "unknown_order"),
        (5, "delivered_on", "delivered_before_ordered"),
    ]
    assert not Delivery.objects.exists()
    part = take(
        DELIVERIES + "C-7,O-1,D-1,2026-06-30,500.00\nC-7,O-3,D-2,2026-06-30,0.01\n",
        "deliveries",
        mode="good_rows",
    )
    assert (part.state, part.rows_accepted, part.rows_rejected) == ("posted", 1, 1)
    assert list(Delivery.objects.values_list("delivery_no", flat=True)) == ["D-1"]
    assert sums() == (0, 500_00, 509_01, 9_01)

    billed = take(
        BILLS + "C-7,B-1,2026-06-30,2026-07-30,300.00,O-1\nC-7,B-2,2026-06-30,2026-07-30,5.00,\n", "bills"
    )
    assert billed.state == "posted", causes(billed)
    assert list(Billing.objects.values_list("order_no", "amount_minor")) == [("O-1", 300_00)]
    assert sums() == (305_00, 200_00, 509_01, 9_01)
    lost = take(BILLS + "C-7,B-3,2026-06-30,2026-07-30,1.00,O-66\n", "bills")
    assert causes(lost) == [(2, "order_no", "unknown_order")]
    assert queries.differences().is_empty()


def test_a_program_that_posts_deliveries_in_bulk_meets_the_same_gate(desk: Desk, chief: Actor) -> None:
    desk.limit("100")
    desk.order("O-1", "100")
    desk.order("O-2", "1")
    frame = pl.DataFrame(
        {
            "order_no": ["O-1", "O-2"],
            "delivery_no": ["D-1", "D-2"],
            "delivered_on": [JUNE] * 2,
            "amount_minor": [1, 1],
        }
    )
    told: dict[str, Any] = {"batch_no": None, "told_on": JUNE, "actor": chief}
    with pytest.raises(OrderNotPassed, match="O-2"):
        orders.post_deliveries(frame, **told)
    assert not Delivery.objects.exists()
    desk.ledger.bill(
        "B-1", "2026-06-30", "2026-07-30", "500"
    )  # worse since, but not for what leaves as ordered
    with pytest.raises(OrderNotPassed, match="O-1"):
        orders.post_deliveries(frame.head(1), **told)
    desk.limit("700")
    assert orders.post_deliveries(frame.head(1), **told) == 1


@pytest.mark.req("SAP-18", "SAP-02")
def test_limits_computed_outside_come_by_file_and_an_unknown_customer_is_a_row_error(
    desk: Desk, take: Take
) -> None:
    customer("C-8")
    head = "客户编号,信用分部,额度种类,额度状态,信用额度(万元),截止日期,风险类别,理由\n"
    rows = (
        "C-7,,,,10,,X1,年度测算\nC-7,1000,固定,有限额,2.5,,,\nC-7,,临时,,15,2026-08-31,,旺季\n"
        "C-8,,,不授信,,,,新客户\n"
    )
    refused = take(head + rows + "C-99,,,,1,,,\nC-8,1000,临时,,1,,,\n", "limits")
    assert refused.state == "refused"
    assert causes(refused) == [
        (6, "customer_no", "unknown_customer"),
        (7, "until_on", "temporary_without_end"),
    ]
    assert not Limit.objects.exists()  # all or none

    taken = take(head + rows, "limits")
    assert (taken.state, taken.rows_accepted) == ("posted", 4), taken.cause
    line = queries.headroom(Account.objects.get(customer__no="C-7", segment="").customer, on=JUNE)
    assert (line.limit.kind, line.limit.minor) == ("temporary", 15_000_000)
    assert Account.objects.get(customer__no="C-7", segment="").risk_class == "X1"
    assert list(
        Limit.objects.order_by("pk").values_list("account__customer__no", "account__segment", "state")
    ) == [
        ("C-7", "", "limited"),
        ("C-7", "1000", "limited"),
        ("C-7", "", "limited"),
        ("C-8", "", "no_credit"),
    ]
    assert {card.code for card in batches.kinds()} >= {"orders", "deliveries", "limits"}
