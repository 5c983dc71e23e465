"""Questions to replays: which there are, and what one came to, order by order and customer by customer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.limits.values import Rule
from xinheng.judgements.shadow import keeping, outcomes
from xinheng.judgements.shadow.errors import ShadowUnknown
from xinheng.judgements.shadow.models import ShadowRun
from xinheng.judgements.shadow.planning import plan_of
from xinheng.judgements.shadow.values import Note, Plan, Wanted
from xinheng.judgements.shadow.wording import (
    BLOCKS,
    CHECKS,
    HOWS,
    OUTCOMES,
    STATES,
    STRENGTHS,
    VERDICTS,
    note_told,
)

__all__ = [
    "BLOCKS", "CHECKS", "HOWS", "OUTCOMES", "SORTS", "STATES", "STRENGTHS", "VERDICTS", "all_orders",
    "customers_of",
    "note_told", "notes_of", "orders_of", "plan_of_run", "reason_codes", "rules_of", "shadow_run",
    "shadow_runs",
]  # fmt: skip
SORTS = {
    "on": ["on", "order_no"], "customer": ["customer_no", "on"], "value": ["minor", "order_no"],
    "over": ["over_minor", "order_no"], "days": ["held_days", "order_no"], "lost": ["lost_minor", "order_no"],
}  # fmt: skip
EXTRA = {"no_rule": 60, "not_paid": 61}


def shadow_runs(actor: Actor, *, text: str = "", state: str = "") -> QuerySet[ShadowRun]:
    """The replays an actor may see, the newest first: one's own, or all where one reaches every customer.

    text: part of the policy's name, of a login, or the number. Refuses: AccessDenied.
    """
    access.require(actor, "shadow.read")
    rows = ShadowRun.objects.all()
    if actor.scope.reach != "everything":
        rows = rows.filter(by=actor.login)
    if state:
        rows = rows.filter(state=state)
    if text:
        named = Q(policy__icontains=text) | Q(by__icontains=text)
        is_number = text.isascii() and text.isdigit() and len(text) < 19
        rows = rows.filter(named | Q(pk=int(text)) if is_number else named)
    return rows


def shadow_run(actor: Actor, number: int) -> ShadowRun:
    """One replay as it stands. Refuses: AccessDenied, ShadowUnknown."""
    found = shadow_runs(actor).filter(pk=number).first()
    if found is None:
        raise ShadowUnknown(number=number)
    return found


def plan_of_run(run: ShadowRun) -> Plan:
    """What a replay was asked."""
    return plan_of(run.plan)


def rules_of(run: ShadowRun) -> tuple[Rule, ...]:
    """The rules of the policy a replay used, in their order."""
    return limits.check_policy(plan_of(run.plan).text).rules


def notes_of(run: ShadowRun) -> list[str]:
    """What a reader must know, in words."""
    return [note_told(Note(**note)) for note in run.notes]


def orders_of(run: ShadowRun, wanted: Wanted) -> pl.DataFrame:
    """The checked orders of a replay that pass the filters, in the order asked for, with days held.

    run: one that `shadow_run` gave. Refuses: ResultAltered.
    """
    if not run.sha256 or run.until_on is None:
        return pl.DataFrame(schema=EMPTY)
    rows = outcomes.marked(keeping.read_orders(run), run.until_on)
    for condition in _conditions(run, wanted):
        rows = rows.filter(condition)
    columns = SORTS.get(wanted.sort.removeprefix("-"), SORTS["on"])
    return rows.sort(columns, descending=wanted.sort.startswith("-"))


def all_orders(run: ShadowRun) -> pl.DataFrame:
    """Every order as it is kept, those before the first day checked too. Refuses: ResultAltered."""
    return keeping.read_orders(run) if run.sha256 else pl.DataFrame(schema=EMPTY)


def customers_of(run: ShadowRun) -> pl.DataFrame:
    """The customers of a replay, the most held money first. Refuses: ResultAltered."""
    if not run.sha256 or run.until_on is None:
        return pl.DataFrame()
    return outcomes.by_customer(outcomes.marked(keeping.read_orders(run), run.until_on))


def reason_codes(mask: int, rules: tuple[Rule, ...]) -> list[str]:
    """The codes of the rules in a mask of reasons."""
    codes = [rule.code for bit, rule in enumerate(rules) if mask & (1 << bit)]
    return codes + [code for code, bit in EXTRA.items() if mask & (1 << bit)]


def _conditions(run: ShadowRun, wanted: Wanted) -> Iterator[pl.Expr]:
    if wanted.verdict:
        yield _VERDICTS.get(wanted.verdict, pl.lit(value=False))
    if wanted.reason:
        bits = {rule.code: bit for bit, rule in enumerate(rules_of(run))} | EXTRA
        mask = 1 << bits[wanted.reason] if wanted.reason in bits else 0
        yield ((pl.col("reasons") | pl.col("back_reasons")) & mask) != 0
    if wanted.outcome:
        yield pl.col("outcome") == wanted.outcome
    if wanted.block:
        yield pl.col("really_blocked") == (wanted.block == "blocked")
    if text := wanted.text.strip().lower():
        named = [pl.col(name).fill_null("").str.to_lowercase().str.contains(text, literal=True)
                 for name in ("order_no", "customer_no", "name")]  # fmt: skip
        yield pl.any_horizontal(named)


_VERDICTS = {
    "held": pl.col("verdict") == "held",
    "rejected": pl.col("verdict") == "rejected",
    "stopped": pl.col("verdict") != "passed",
    "let_go": pl.col("released_on").is_not_null(),
    "still_held": (pl.col("verdict") == "held")
    & pl.col("released_on").is_null()
    & pl.col("ended_on").is_null(),
    "warned": (pl.col("verdict") == "passed") & (pl.col("reasons") != 0),
    "held_back": pl.col("back_on").is_not_null(),
    "passed": pl.col("verdict") == "passed",
}
EMPTY: dict[str, Any] = {  # of one that came to nothing
    "order_no": pl.String, "customer_no": pl.String, "on": pl.Date, "minor": pl.Int64, "reasons": pl.Int64,
    "back_reasons": pl.Int64, "back_on": pl.Date,
}  # fmt: skip
