"""What the people of the demonstration company did with its orders: delivered, billed, released, asked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders import services as moving
from xinheng.facts.orders.values import NewDelivery
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.queries import NewCover
from xinheng.judgements.limits.values import NewLimit, NewProfile

DECIDES = "credit"
HEAD = "D0001"
RELEASED, REJECTED, COVERED = 3, 2, 2  # of the held orders, the longest held first
DELIVERED = 40  # passed orders of which goods left


@transaction.atomic
def work_the_desk(*, actor: Actor, on: date) -> None:
    """Tell a rate and a group limit, deliver and bill passed orders, decide on some held ones.

    A load that was cut off and goes on finds it done already and leaves it alone.
    """
    if credit.rates(actor).exists():
        return
    start = on.replace(month=1, day=1)
    limits.set_rate(actor=actor, on=on, currency="USD", rate=Decimal("7.15"), from_on=start)
    group = NewLimit("演示：集团合并额度", Money.of("20000000"), reach="group")
    limits.set_limit(actor=actor, on=on, customer_no=HEAD, limit=group)
    review = NewProfile("演示：复审已到期", review_on=on - timedelta(days=45))
    limits.set_profile(actor=actor, on=on, customer_no="D0008", profile=review)
    _deliver(actor, on)
    _decide(on)


def _deliver(actor: Actor, on: date) -> None:
    passed = credit.in_state("passed").order_by("order_no").values_list("order_no", flat=True)[:DELIVERED]
    known = orders.known_orders(list(passed)).filter(pl.col("payment") == "credit").sort("order_no")
    numbers = dict(_numbers(known["customer_id"].to_list(), actor, on))
    for place, row in enumerate(known.iter_rows(named=True)):
        part = row["amount_minor"] if place % 3 else row["amount_minor"] * 6 // 10
        told: dict[str, Any] = {"actor": actor, "on": on, "customer_no": numbers[row["customer_id"]]}
        money = Money(part, row["currency"])
        delivery = NewDelivery(f"FH{place + 1:06d}", on, money)
        moving.deliver(**told, order_no=row["order_no"], delivery=delivery)
        if place % 2:
            bill = NewBill(f"FPD{place + 1:05d}", on, on + timedelta(days=45), money)
            moving.bill_order(**told, order_no=row["order_no"], bill=bill)


def _decide(on: date) -> None:
    """The credit manager looks at the longest held orders."""
    manager = access.actor_of(people.person_by_login(DECIDES), on=on, via="run")
    held = list(credit.held(manager, on=on)[: RELEASED + REJECTED + COVERED])
    for each in held[:RELEASED]:
        until = on + timedelta(days=10)
        limits.release(
            actor=manager, on=on, order_no=each.order_no, reason="演示：客户承诺本周付清", until=until
        )
    for each in held[RELEASED : RELEASED + REJECTED]:
        limits.reject(actor=manager, on=on, order_no=each.order_no, reason="演示：逾期严重，不再赊销")
    for each in held[RELEASED + REJECTED :]:
        half = Money(max(1, each.amount_minor // 2), each.currency)
        cover = NewCover("prepayment", half, on + timedelta(days=5), "演示：先付一半")
        limits.ask_cover(actor=manager, on=on, order_no=each.order_no, cover=cover)


def _numbers(customer_ids: list[int], actor: Actor, on: date) -> list[tuple[int, str]]:
    seen = customers.visible(actor, on=on).filter(pk__in=customer_ids)
    return list(seen.order_by().values_list("pk", "no"))
