"""All held orders are asked about again: some customers at a time, each looked at once for all its orders."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db import connection, transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import Key
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.values import OrderNow
from xinheng.judgements.limits import checking, deciding, keeping, looking, rechecking
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.in_turn import InTurn, is_simple
from xinheng.judgements.limits.looking import Seen
from xinheng.judgements.limits.models import Decision, OrderCredit

CUSTOMERS_A_TRANSACTION = 200
ROWS_A_STATEMENT = 1_000
DONE = {
    "order_no": pl.String,
    "state": pl.String,
    "decision_id": pl.Int64,
    "amount_minor": pl.Int64,
    "over_minor": pl.Int64,
}


@dataclass(frozen=True)
class Anew:
    """A held order of which something else is said than before."""

    credit: OrderCredit
    order: OrderNow
    decision: Decision


def recheck_all(*, actor: Actor, on: date) -> dict[str, int]:
    """Ask about every held order within reach, a customer's longest held first; gives how many stand how.

    Some customers at a time are decided in a transaction of their own, so that nobody waits for the whole.
    Refuses: AccessDenied.
    """
    access.require(actor, "limits.check", "orders")
    reached = customers.visible(actor, on=on).values("pk")
    held = OrderCredit.objects.filter(state="held", customer__in=reached).order_by("customer")
    held = held.exclude(decision__act="hold")  # what a person holds is a person's to free
    found: Counter[str] = Counter()
    keys = list(held.values_list("customer_id", flat=True).distinct())
    for at in range(0, len(keys), CUSTOMERS_A_TRANSACTION):
        with transaction.atomic():
            found += _recheck(actor, keys[at : at + CUSTOMERS_A_TRANSACTION], on=on)
    return dict(found)


def _recheck(actor: Actor, customer_ids: list[int], *, on: date) -> Counter[str]:
    rows = OrderCredit.objects.select_for_update(of=("self",)).filter(state="held", customer__in=customer_ids)
    rows = rows.exclude(decision__act="hold")
    credits_ = list(rows.select_related("customer", "decision", "account").order_by("pk"))
    standing = orders.standing([credit.order_no for credit in credits_])
    keeping.locked(pl.DataFrame({"customer_id": customer_ids, "segment": [""] * len(customer_ids)}))
    seen = looking.look_ready(customer_ids, on=on)
    turns: dict[int, InTurn] = {}
    found: Counter[str] = Counter()
    anew: list[Anew] = []
    by_itself = []
    for credit in sorted(credits_, key=lambda credit: (credit.since, credit.pk)):
        order = standing[credit.order_no]
        if not _is_simple(credit, order, seen):
            by_itself.append(credit)
            continue
        turn = turns.setdefault(
            credit.customer_id, InTurn(seen[credit.customer_id], _key(credit.customer), on=on, is_new=False)
        )
        judged, verdict = turn.judge(checking.standing(turn.seen, order, on=on), order.ship_on)
        found[verdict] += 1
        if verdict == "held" and list(judged.reasons) == deciding.reasons_of(credit.decision):
            continue
        outcome = Outcome("recheck", verdict, judged, amount=order.amount)
        decision = deciding.decision_of(actor, on, turn.seen.account, order.order_no, outcome)
        anew.append(Anew(credit, order, decision))
    _write(actor, anew, on=on)
    for credit in by_itself:
        found[rechecking.decide(actor, on, credit, standing[credit.order_no]).verdict] += 1
    return found


def _is_simple(credit: OrderCredit, order: OrderNow, seen: dict[int, Seen]) -> bool:
    """Whether its account alone decides, and no rule asks whether it is the first order."""
    one = seen.get(credit.customer_id)
    if one is None or order.segment or order.amount.currency != one.account.currency:
        return False
    asks_first = one.checks is not None and any(rule.check == "first" for rule in one.checks.rules)
    return not asks_first and is_simple(one, _key(credit.customer))


def _key(customer: Any) -> Key:
    return Key(customer.pk, customer.no, customer.parent_id)


def _write(actor: Actor, anew: list[Anew], *, on: date) -> None:
    """Keep the decisions, and where the orders stand by them."""
    if not anew:
        return
    Decision.objects.bulk_create([each.decision for each in anew], batch_size=ROWS_A_STATEMENT)
    _set(anew, on=on)
    passed = [
        each.order for each in anew if each.decision.verdict == "passed" and each.order.undelivered.minor
    ]
    if passed:
        told = [(each.customer_id, each.amount.currency, each.undelivered.minor) for each in passed]
        moves = pl.DataFrame(told, schema=["customer_id", "currency", "minor"], orient="row")
        moves = moves.select("customer_id", pl.lit("").alias("segment"), "currency",
                             component=pl.lit("held"), minor=-pl.col("minor"))  # fmt: skip
        keeping.keep(moves=moves)
    deciding.tell_all_outside([(each.credit.customer.no, "", each.decision) for each in anew])
    counted = Counter(each.decision.verdict for each in anew)
    audit.record(actor=actor, act="limits.recheck_all", subject="", on=on, after=dict(counted))


def _set(anew: list[Anew], *, on: date) -> None:
    rows = [
        (
            each.order.order_no, each.decision.verdict, each.decision.pk, each.order.amount.minor,
            deciding.over(deciding.reasons_of(each.decision)),
        )
        for each in anew
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS credit_anew")
        cursor.execute(
            "CREATE TEMPORARY TABLE credit_anew (order_no varchar(60) PRIMARY KEY, state varchar(8),"
            " decision_id bigint, amount_minor bigint, over_minor bigint)"
        )
        bulk.append_rows("credit_anew", pl.DataFrame(rows, schema=DONE, orient="row"))
        cursor.execute(
            """
            UPDATE limits_ordercredit SET state = t.state, decision_id = t.decision_id,
                   amount_minor = t.amount_minor, over_minor = t.over_minor,
                   since = CASE WHEN t.state = 'held' THEN since ELSE %s END
            FROM credit_anew t WHERE limits_ordercredit.order_no = t.order_no
            """,
            [connection.ops.adapt_datefield_value(on)],
        )
        cursor.execute("DROP TABLE credit_anew")
