"""The check of many orders in one go: accounts locked and looked at together, decisions kept together."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import Key
from xinheng.facts.orders import services as orders
from xinheng.facts.orders.errors import OrderPosted
from xinheng.facts.orders.values import NewOrder
from xinheng.judgements.limits import checking, deciding, keeping, looking
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.in_turn import InTurn, is_simple
from xinheng.judgements.limits.models import Decision, OrderCredit
from xinheng.judgements.limits.values import Asked, Document

COLUMNS = [
    "customer_no", "order_no", "segment", "ordered_on", "ship_on", "amount_minor", "currency", "kind",
    "payment", "terms_days",
]  # fmt: skip
TEXT, DAY, WHOLE = pl.String, pl.Date, pl.Int64
TYPES = (TEXT, TEXT, TEXT, DAY, DAY, WHOLE, TEXT, TEXT, TEXT, WHOLE)
ROWS_A_STATEMENT = 1_000
DECIDED = {"order_no": pl.String, "verdict": pl.String, "decision_id": pl.Int64}


def check_all(*, actor: Actor, on: date, asked: list[tuple[str, NewOrder]]) -> list[dict[str, Any]]:
    """The same of orders as values, each with its customer number. Gives a mapping an order.

    Refuses as `check_orders` does, and: OrderFieldRefused.
    """
    access.require(actor, "limits.check", "orders")
    for _no, order in asked:
        orders.check_fields(order, on=on)
    rows = [
        (
            no, order.order_no, order.segment, order.ordered_on, order.ship_on, order.amount.minor,
            order.amount.currency, order.kind, order.payment, order.terms_days,
        )
        for no, order in asked
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict(zip(COLUMNS, TYPES, strict=True)), orient="row")
    return check_orders(actor=actor, on=on, frame=frame).to_dicts()


@transaction.atomic
def check_orders(*, actor: Actor, on: date, frame: pl.DataFrame, batch_no: int | None = None) -> pl.DataFrame:
    """Take orders and decide on each in the order of the frame; all of them are kept, or none.

    frame: customer_no, order_no, segment, ordered_on, ship_on, amount_minor, currency, kind, payment,
    terms_days; the rows are checked before, as by `orders.post_orders`. Gives order_no, verdict, decision_id.
    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, OrderPosted.
    """
    access.require(actor, "limits.check", f"batch:{batch_no}")
    told = frame.select(COLUMNS)
    keys = customers.open_keys(actor, told["customer_no"].unique().sort().to_list(), on=on)
    alone = [key for key in keys.values() if key.parent_id is None]
    plain = told.filter(pl.col("customer_no").is_in([key.no for key in alone]))
    if plain.height:
        locked = pl.DataFrame({"customer_id": [key.pk for key in alone], "segment": [""] * len(alone)})
        keeping.locked(
            locked.filter(pl.col("customer_id").is_in([keys[no].pk for no in plain["customer_no"]]))
        )
    seen = looking.look_ready(sorted(key.pk for key in alone), on=on)
    currencies = {key.no: seen[key.pk].account.currency for key in alone if key.pk in seen}
    ready = [key.no for key in alone if key.pk in seen and is_simple(seen[key.pk], key)]
    by_turn = told.filter(
        ~pl.col("customer_no").is_in(ready)
        | (pl.col("segment") != "")
        | (pl.col("currency") != pl.col("customer_no").replace_strict(currencies, default=None))
    )
    together = told.join(
        by_turn.select("customer_no").unique(), on="customer_no", how="anti", maintain_order="left"
    )
    try:
        found = _together(actor, on, together, keys, seen, batch_no) if together.height else []
    except IntegrityError:
        raise OrderPosted(order_no=together["order_no"][0]) from None
    for row in told.join(
        together.select("order_no"), on="order_no", how="anti", maintain_order="left"
    ).iter_rows(named=True):
        no, amount = row.pop("customer_no"), Money(row.pop("amount_minor"), row.pop("currency"))
        one = checking.check_order(actor=actor, on=on, customer_no=no, order=NewOrder(amount=amount, **row))
        found.append((one.order_no, one.verdict, one.decision_id))
    decided = pl.DataFrame(found, schema=DECIDED, orient="row")
    return told.select("order_no").join(decided, on="order_no", maintain_order="left")


def _together(
    actor: Actor,
    on: date,
    told: pl.DataFrame,
    keys: dict[str, Key],
    seen: dict[int, Any],
    batch_no: int | None,
) -> list[tuple[str, str, int]]:
    turns = {key.no: InTurn(seen[key.pk], key, on=on, is_new=True) for key in keys.values() if key.pk in seen}
    decisions: list[Decision] = []
    over: list[int] = []
    for row in told.iter_rows(named=True):
        turn = turns[row["customer_no"]]
        minor = row["amount_minor"]
        asked = Asked(row["payment"], row["kind"], row["currency"], row["terms_days"])
        judged, verdict = turn.judge(Document(minor, minor, asked), row["ship_on"])
        outcome = Outcome("check", verdict, judged, amount=Money(minor, row["currency"]))
        decisions.append(deciding.decision_of(actor, on, turn.seen.account, row["order_no"], outcome))
        over.append(deciding.over(judged.reasons))
    ids = told["customer_no"].replace_strict({key.no: key.pk for key in keys.values()}, return_dtype=pl.Int64)
    rows = told.drop("customer_no").with_columns(customer_id=ids)
    orders.post_orders(rows, batch_no=batch_no, told_on=on, actor=actor)
    _set_aside(rows, decisions)
    Decision.objects.bulk_create(decisions, batch_size=ROWS_A_STATEMENT)
    credits_ = [
        OrderCredit(
            order_no=decision.order_no, account=decision.account, customer_id=decision.account.customer_id,
            state=decision.verdict, amount_minor=decision.amount_minor, currency=decision.currency, since=on,
            decision=decision, asked_by=actor.login, over_minor=too_much,
        )
        for decision, too_much in zip(decisions, over, strict=True)
    ]  # fmt: skip
    OrderCredit.objects.bulk_create(credits_, batch_size=ROWS_A_STATEMENT)
    deciding.tell_all_outside(
        [(no, "", each) for no, each in zip(told["customer_no"], decisions, strict=True)]
    )
    return [(each.order_no, each.verdict, each.pk) for each in decisions]


def _set_aside(rows: pl.DataFrame, decisions: list[Decision]) -> None:
    verdicts = pl.Series("verdict", [decision.verdict for decision in decisions])
    held = rows.with_columns(verdict=verdicts).filter(pl.col("verdict") != "passed")
    if held.height:
        moves = held.select(
            "customer_id", "segment", "currency", component=pl.lit("held"), minor="amount_minor"
        )
        keeping.keep(moves=moves)
