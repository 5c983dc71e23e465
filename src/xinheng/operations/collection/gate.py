"""Old debts without a limit may only fall: no goods leave on credit while they are there (ADV-25)."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.limits import queries as credit
from xinheng.operations.collection.errors import NoCreditWithArrears

GIVEN = ("limited", "unlimited")  # states in which there is a limit


def watch(*, order: OrderNow, act: str, minor: int, on: date, **_: Any) -> None:
    """Let nothing leave on credit to a customer that owes from before and has no limit, whoever released it.

    act, minor: as orders.values.about_to tells them; goods that come back, and prepaid ones, may move.
    Refuses: NoCreditWithArrears.
    """
    if act == "deliver" and minor > 0 and order.payment != "prepaid":
        refuse_more([order.customer_id], on=on)


def watch_many(*, goods: pl.DataFrame, on: date, **_: Any) -> None:
    """The same of a file of deliveries, as orders.values.leaving tells it. Refuses: NoCreditWithArrears."""
    on_credit = goods.filter((pl.col("payment") != "prepaid") & (pl.col("minor") > 0))
    refuse_more(on_credit["customer_id"].unique().to_list(), on=on)


def refuse_more(customer_ids: list[int], *, on: date) -> None:
    """Refuse where one of the customers owes from before and has no limit. Refuses: NoCreditWithArrears."""
    debts = advances.legacy(system_actor(), on=on).filter(settled_on__isnull=True, balance_minor__gt=0)
    if len(customer_ids) == 1:
        debts = debts.filter(customer=customer_ids[0])
    owed: dict[int, int] = {}
    for customer_id, minor in debts.order_by().values_list("customer_id", "balance_minor"):
        owed[customer_id] = owed.get(customer_id, 0) + minor
    asked = sorted(set(customer_ids) & set(owed))
    if not asked:
        return
    some = customers.visible(system_actor(), on=on).filter(pk__in=asked)
    accounts = credit.credit_master(some, on=on).filter(pl.col("state").is_in(list(GIVEN)))
    limited = set(accounts["customer_id"].to_list())
    for customer in some.exclude(pk__in=limited).order_by("no")[:1]:
        raise NoCreditWithArrears(customer_no=customer.no, overdue=Money(owed[customer.pk]))
