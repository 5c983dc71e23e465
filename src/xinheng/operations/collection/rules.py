"""Pure decisions of collection: who gets which case, and whether a promise or a plan was kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

import polars as pl

from xinheng.operations.collection.values import Tier

SLOTS = {"login": pl.String, "skill": pl.Int64, "place": pl.Int64}
Outcome = Literal["open", "kept", "part", "broken"]


def assigned(cases: pl.DataFrame, collectors: pl.DataFrame, tiers: Sequence[Tier]) -> pl.DataFrame:
    """Who gets which case: the largest expected loss to the strongest who are free.

    cases: case_id, loss (major units of the case's currency), weight_minor. collectors: login, skill,
    capacity, load (cases they hold). tiers: from the largest amount down. A case goes to nobody below the
    skill of its tier; so without anybody of that skill the list stays a list (PWR-18). Of equal skill, who
    holds the fewest comes first. Gives case_id, login: a row an assigned case.
    """
    free = _slots(collectors)
    order = cases.sort("loss", "weight_minor", "case_id", descending=[True, True, False])
    above: Decimal | None = None
    made = []
    for tier in tiers:
        within = pl.col("loss") >= float(tier.from_amount)
        if above is not None:
            within &= pl.col("loss") < float(above)
        some, able = order.filter(within), free.filter(pl.col("skill") >= tier.skill)
        pairs = min(some.height, able.height)
        taken = able.head(pairs)
        made.append(some.head(pairs).select("case_id").with_columns(login=taken["login"]))
        free = free.join(taken, on=["login", "place"], how="anti", maintain_order="left")
        above = tier.from_amount
    return pl.concat(made) if made else pl.DataFrame(schema={"case_id": pl.Int64, "login": pl.String})


def _slots(collectors: pl.DataFrame) -> pl.DataFrame:
    """A row for each case somebody may still take, the strongest and least laden first."""
    places = pl.int_ranges("load", "capacity").alias("place")
    slots = collectors.filter(pl.col("capacity") > pl.col("load")).select("login", "skill", places)
    return slots.explode("place").sort("skill", "place", "login", descending=[True, False, False])


def promise_outcome(
    *, amount_minor: int, paid_minor: int, due_on: date, grace_days: int, on: date
) -> Outcome:
    """What became of a promise as of a day: kept as soon as all is paid, else judged after the grace.

    Paid within the grace counts; the day after its last day the rest is broken, or part of it was kept.
    """
    if paid_minor >= amount_minor:
        return "kept"
    if on <= due_on + timedelta(days=grace_days):
        return "open"
    return "part" if paid_minor > 0 else "broken"


def plan_outcome(
    parts: Sequence[tuple[date, int]], paid: Sequence[tuple[date, int]], *, grace_days: int, on: date
) -> tuple[Literal["running", "kept", "broken"], date | None]:
    """What became of a plan as of a day, and the day of the part that was not paid.

    parts: due day and amount. paid: day and amount of the receipts since it was agreed. At the end of each
    part's grace all parts due by then must be paid; what was paid early counts for later parts.
    """
    if not sum(amount for _, amount in parts) > sum(amount for day, amount in paid if day <= on):
        return "kept", None
    due = 0
    for day, amount in sorted(parts):
        due += amount
        last = day + timedelta(days=grace_days)
        if last < on and sum(minor for paid_on, minor in paid if paid_on <= last) < due:
            return "broken", day
    return "running", None
