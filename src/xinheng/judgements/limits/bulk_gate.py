"""The gate before the goods of a file move: what it says of many orders at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl

from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.values import GOODS
from xinheng.judgements.limits import checking, deciding, keeping, looking, rules
from xinheng.judgements.limits.looking import Seen
from xinheng.judgements.limits.models import OrderCredit
from xinheng.judgements.limits.values import Asked, Document, Reason
from xinheng.judgements.limits.wording import STATES, told

Goods = dict[str, int | str]
ORDERS_A_STATEMENT = 900


def goods_of(deliveries: pl.DataFrame) -> pl.DataFrame:
    """Deliveries that were not posted yet, as `orders.values.leaving` tells them; of unknown orders none."""
    known = orders.known_orders(deliveries["order_no"])
    by_order = deliveries.group_by("order_no").agg(minor=pl.col("amount_minor").sum())
    met = by_order.join(known, on="order_no").rename({"amount_minor": "ordered_minor"})
    return met.select(list(GOODS)).sort("order_no")


def stopped(goods: pl.DataFrame, *, on: date) -> dict[str, str]:
    """Which of the orders goods may not leave on, and why, in words. Locks their accounts."""
    kept = _credits(goods["order_no"].to_list())
    found: dict[str, str] = {}
    passed: dict[tuple[int, str], list[Goods]] = {}
    for row in goods.iter_rows(named=True):
        credit = kept.get(row["order_no"])
        if credit is not None and credit.state == "passed":
            passed.setdefault((credit.customer_id, row["segment"]), []).append(row)
        elif words := _by_state(credit, row, on=on):
            found[row["order_no"]] = words
    for _key, rows in sorted(passed.items()):
        found.update(_by_rules(rows, kept, on=on))
    return found


def _by_state(credit: OrderCredit | None, row: Goods, *, on: date) -> str:
    """What its standing says of an order that did not pass by itself."""
    if credit is None:
        return str(STATES["unchecked"])
    if credit.state != "released":
        return str(STATES[credit.state])
    if credit.released_until and on > credit.released_until:
        return str(STATES["lapsed"])
    delivered = int(row["ordered_minor"]) - int(row["left_minor"])
    return str(STATES["part"]) if delivered + int(row["minor"]) > (credit.released_minor or 0) else ""


def _by_rules(rows: list[Goods], kept: dict[str, OrderCredit], *, on: date) -> Iterator[tuple[str, str]]:
    """What got worse for an account since its orders passed: asked once for all its orders."""
    first = kept[str(rows[0]["order_no"])]
    seen = looking.locked(first.customer, str(rows[0]["segment"]), on=on, but=first.order_no)
    account = seen.account
    judged: dict[str, tuple[Reason, ...]] = {}
    paid = account.prepaid_minor
    for row in rows:
        credit = kept[str(row["order_no"])]
        kind, minor = str(row["kind"]), int(row["minor"])
        if row["payment"] == "prepaid":
            reasons = [] if paid >= minor else [rules.unpaid(minor - paid)]
            paid -= minor
        else:
            if kind not in judged:
                judged[kind] = _judged(seen, first.customer, rows, kind, on=on)
            reasons = rules.got_worse(deciding.reasons_of(credit.decision), judged[kind])
        if blocking := deciding.hardest(reasons):
            yield credit.order_no, "; ".join(told(reason, account.currency) for reason in blocking)


def _judged(seen: Seen, customer: Any, rows: list[Goods], kind: str, *, on: date) -> tuple[Reason, ...]:
    """The rules of a delivery, asked about all that leaves beyond what was ordered."""
    beyond: int | None = 0
    for row in rows:
        more = max(0, int(row["minor"]) - max(0, int(row["left_minor"])))
        worth = keeping.convert(more, str(row["currency"]), seen.account.currency, on=on)
        beyond = None if worth is None or beyond is None else beyond + worth
    asked = Asked(kind=kind, currency=str(rows[0]["currency"]))
    return checking.judge(seen, customer, Document(beyond, 0, asked), on=on, stage="delivery").reasons


def _credits(order_nos: list[str]) -> dict[str, OrderCredit]:
    found: dict[str, OrderCredit] = {}
    for at in range(0, len(order_nos), ORDERS_A_STATEMENT):
        some = OrderCredit.objects.filter(order_no__in=order_nos[at : at + ORDERS_A_STATEMENT])
        rows = some.select_related("customer", "decision").select_for_update(of=("self",)).order_by("pk")
        found |= {row.order_no: row for row in rows}
    return found
