"""A check policy as the replay asks it: its rules as a table, who is asked what, and what it cannot ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.limits.values import Checks, Exclusion, Rule
from xinheng.judgements.shadow.machine import (
    AMOUNT,
    LIMIT,
    MOST_RULES,
    NO_RULE,
    NOT_PAID,
    OLDEST,
    SHARE,
)
from xinheng.judgements.shadow.values import Note

MOVING = {"limit": LIMIT, "oldest": OLDEST, "overdue_share": SHARE, "overdue_amount": AMOUNT}
STRENGTHS = {"warn": 0, "hold": 1, "stop": 2}
# broken by what the document itself says: never at the gate, where only the account's status counts
FIXED: dict[str, Callable[[Rule], pl.Expr]] = {
    "document": lambda rule: pl.col("minor") > (rule.at_most or 0) * 100,
    "first": lambda rule: pl.col("is_first") & (pl.col("minor") > (rule.at_most or 0) * 100),
    "status": lambda rule: pl.col("status").fill_null("open").is_in(rule.statuses),
}


@dataclass(frozen=True)
class Asked:
    """rules: by bit; table: a row a rule; masks: a row an order: asked and broken when ordered, and when
    delivered. horizons, pasts: what the windows of the rules are.
    """

    rules: tuple[Rule, ...]
    table: np.ndarray
    masks: np.ndarray
    horizons: list[int]
    pasts: list[int]
    notes: tuple[Note, ...]


def compiled(policy: Checks, orders: pl.DataFrame) -> Asked:
    """The policy over some orders: order by order which rules are asked, and which are broken in any case.

    orders: minor, payment, kind, segment, status, risk_class, is_first.
    """
    rules = policy.rules[:MOST_RULES]
    unknown = {"status": _is_empty(orders, "status"), "risk_class": _is_empty(orders, "risk_class")}
    notes = [*_cannot(policy, unknown)]
    left_out = {note.told["rule"] for note in notes if note.what == "not_replayed"}
    masks = np.zeros((orders.height, 4), np.int64)
    for at, stage in ((0, "order"), (2, "delivery")):
        fits = np.zeros(orders.height, np.bool_)
        for bit, rule in enumerate(policy.rules):
            is_meant = _holds(orders, _fits(rule, stage))
            fits |= is_meant
            if bit >= MOST_RULES or rule.code in left_out:
                continue
            is_asked = is_meant & ~_holds(orders, _excluded(policy, rule, stage))
            if rule.check in MOVING:
                masks[is_asked, at] |= 1 << bit
            elif stage == "order" or rule.check == "status":
                masks[is_asked & _holds(orders, FIXED[rule.check](rule)), at + 1] |= 1 << bit
        masks[~fits, at], masks[~fits, at + 1] = 0, NO_RULE
    is_prepaid = _holds(orders, pl.col("payment") == "prepaid")
    masks[is_prepaid] = (0, 0, NOT_PAID, 0)
    return Asked(rules, *_tables(rules, masks), tuple(notes))


def _tables(
    rules: tuple[Rule, ...], masks: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[int], list[int]]:
    horizons = sorted({rule.horizon_days for rule in rules if rule.horizon_days is not None})
    pasts = sorted({0, *(rule.days for rule in rules if rule.check in ("overdue_share", "overdue_amount"))})
    table = np.zeros((len(rules), 6), np.int64)
    for place, rule in enumerate(rules):
        days = pasts.index(rule.days) if rule.check.startswith("overdue") else -1
        if rule.check == "limit" and rule.horizon_days is not None:
            days = horizons.index(rule.horizon_days)
        check, strength = MOVING.get(rule.check, -1), STRENGTHS[rule.strength]
        table[place] = (check, strength, days, rule.at_most or 0, rule.over_percent, rule.over_amount)
    return table, masks, horizons, pasts


def _cannot(policy: Checks, unknown: dict[str, bool]) -> Iterator[Note]:
    """What of a policy the replay leaves out, and why."""
    for place, rule in enumerate(policy.rules):
        told: dict[str, Any] = {"rule": rule.code, "check": rule.check}
        if place >= MOST_RULES:
            yield Note("not_replayed", {**told, "why": "too_many"})
        elif rule.check not in MOVING and rule.check not in FIXED:
            yield Note("not_replayed", {**told, "why": "not_told"})
        elif rule.check == "status" and unknown["status"]:
            yield Note("not_replayed", {**told, "why": "no_status"})
        elif rule.classes and unknown["risk_class"]:
            yield Note("asked_of_nobody", told)


def _fits(each: Rule | Exclusion, stage: str) -> pl.Expr:
    """Whether the stage, the risk class, the kind of order and the segment are meant."""
    if stage not in each.stages:
        return pl.lit(value=False)
    meant = pl.lit(value=True)
    for name, chosen in (("risk_class", each.classes), ("kind", each.kinds), ("segment", each.segments)):
        if chosen:
            meant &= pl.col(name).fill_null("").is_in(chosen)
    return meant


def _excluded(policy: Checks, rule: Rule, stage: str) -> pl.Expr:
    """Whether an exclusion lets the document off the rule; at the gate a document has no value of its own."""
    found = pl.lit(value=False)
    for each in policy.exclusions:
        if each.rules and rule.code not in each.rules:
            continue
        meant = _fits(each, stage)
        if each.at_most is not None and stage == "order":
            meant &= pl.col("minor") <= each.at_most * 100
        if each.payments:  # at the gate it is not asked how an order is paid
            paid = pl.col("payment") if stage == "order" else pl.lit("credit")
            meant &= paid.is_in(each.payments)
        found |= meant
    return found


def _holds(orders: pl.DataFrame, condition: pl.Expr) -> np.ndarray:
    """For each order whether a condition holds."""
    return (
        orders.select(pl.repeat(value=True, n=pl.len(), dtype=pl.Boolean) & condition).to_series().to_numpy()
    )


def _is_empty(orders: pl.DataFrame, column: str) -> bool:
    return orders[column].null_count() == orders.height
