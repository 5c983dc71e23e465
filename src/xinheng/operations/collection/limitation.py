"""How long a claim can be enforced: pure rules on frames, the same for one debt and for a million.

Source: Civil Code, Articles 188 to 199 and 203; interpretation of the Supreme Court on limitation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from xinheng.base.kernel.working_days import SHIPPED, Calendar

EVENTS = {"bill_id": pl.Int64, "on": pl.Date, "waives": pl.Boolean}
PAUSES = {"bill_id": pl.Int64, "from_on": pl.Date, "until_on": pl.Date}
FAR = date(9999, 12, 31)


@dataclass(frozen=True)
class Terms:
    """months: of the usual claim; of_kind: of bills of another kind; cap_years: whatever happens."""

    months: int
    cap_years: int
    obstacle_months: int
    of_kind: Mapping[str, int] = field(default_factory=dict)


def clocks(
    debts: pl.DataFrame, events: pl.DataFrame, pauses: pl.DataFrame, *, terms: Terms, as_of: date
) -> pl.DataFrame:
    """The last day on which each debt can be enforced, as known on a day.

    debts: bill_id, kind, due_on (of the last instalment). events: bill_id, on, waives; what happened after
    the day, before the debt was due, or after the time was over (unless it waives the defence) counts for
    nothing. pauses: bill_id, from_on, until_on (null: it lasts); one that touches the last months of the
    time moves its end to so many months after the obstacle's end.
    Gives bill_id, runs_from, counted_day (before days off; null: an obstacle lasts), last_day (moved to a
    working day), is_certain (false: the calendar of that year is not known), alert_base, is_capped, events
    (how many counted). The first day of a time is not counted: from 1 April 2023 three years end on
    1 April 2026. alert_base is the careful one: the due day and the months, as long as nothing happened.
    """
    runs = debts.select("bill_id", "due_on", months=_months(debts, terms)).with_columns(
        runs_from=pl.col("due_on") + pl.duration(days=1), events=pl.lit(0, dtype=pl.Int64)
    )
    runs = _ends(runs.with_columns(cap=pl.col("runs_from").dt.offset_by(f"{terms.cap_years}y")))
    pauses = pauses.filter(pl.col("from_on") <= as_of)
    ordered = events.filter(pl.col("on") <= as_of).unique(["bill_id", "on"]).sort("bill_id", "on")
    ordered = ordered.with_columns(place=pl.int_range(pl.len()).over("bill_id"))
    for place in range(_rounds(ordered)):
        runs = _anew(runs, ordered.filter(pl.col("place") == place), pauses, terms, as_of)
    runs = _suspended(runs, pauses, terms, as_of)
    return _on_working_days(runs)


def _months(debts: pl.DataFrame, terms: Terms) -> pl.Series:
    kinds = {**dict.fromkeys(debts["kind"].unique().to_list(), terms.months)}
    kinds |= {kind: months for kind, months in terms.of_kind.items() if kind in kinds}
    return (
        debts["kind"].replace_strict(kinds, return_dtype=pl.Int64)
        if debts.height
        else pl.Series([], dtype=pl.Int64)
    )


def _ends(runs: pl.DataFrame) -> pl.DataFrame:
    """The end of the time that runs, before obstacles, and never after the cap."""
    offset = pl.format("{}mo", "months")
    plain = pl.col("runs_from").dt.offset_by(offset)
    careful = pl.when(pl.col("events") == 0).then(pl.col("due_on").dt.offset_by(offset)).otherwise(plain)
    return runs.with_columns(
        end=pl.min_horizontal(plain, "cap"),
        alert_base=pl.min_horizontal(careful, "cap"),
        is_capped=plain > pl.col("cap"),
    )


def _anew(
    runs: pl.DataFrame, events: pl.DataFrame, pauses: pl.DataFrame, terms: Terms, as_of: date
) -> pl.DataFrame:
    """Let the time run anew where one more event counts."""
    until = _on_working_days(_suspended(runs, pauses, terms, as_of)).select("bill_id", until="last_day")
    joined = runs.join(until, on="bill_id", how="left").join(
        events.select("bill_id", "on", "waives"), on="bill_id", how="left"
    )
    in_time = (pl.col("on") <= pl.col("until").fill_null(FAR)) | pl.col("waives")
    counts = (pl.col("on").is_not_null() & (pl.col("on") > pl.col("due_on")) & in_time).fill_null(value=False)
    moved = joined.with_columns(
        runs_from=pl.when(counts).then("on").otherwise("runs_from"),
        events=pl.col("events") + counts.cast(pl.Int64),
    )
    return _ends(moved.drop("until", "on", "waives"))


def _suspended(runs: pl.DataFrame, pauses: pl.DataFrame, terms: Terms, as_of: date) -> pl.DataFrame:
    """The end with obstacles: null while one lasts. An obstacle counts in the last months before the end."""
    found = runs.with_columns(counted_day=pl.col("end"))
    if not pauses.height:
        return found
    ends = pl.when(pl.col("until_on") > as_of).then(None).otherwise(pl.col("until_on"))
    told = pauses.sort("bill_id", "from_on").with_columns(
        until_on=ends, place=pl.int_range(pl.len()).over("bill_id")
    )
    months = f"{terms.obstacle_months}mo"
    for place in range(_rounds(told)):
        one = told.filter(pl.col("place") == place).select(
            "bill_id", "from_on", "until_on", has=pl.lit(value=True)
        )
        joined = found.join(one, on="bill_id", how="left")
        window = pl.col("counted_day").dt.offset_by(f"-{months}")
        touches = pl.col("has").fill_null(value=False) & (pl.col("from_on") <= pl.col("counted_day"))
        touches &= pl.col("until_on").is_null() | (pl.col("until_on") > window)
        moved = pl.min_horizontal(
            pl.max_horizontal("counted_day", pl.col("until_on").dt.offset_by(months)), "cap"
        )
        lasting = touches & pl.col("until_on").is_null()
        day = pl.when(lasting).then(None).when(touches).then(moved).otherwise("counted_day")
        base = pl.when(touches & ~lasting).then(moved).when(lasting).then(None).otherwise("alert_base")
        found = joined.with_columns(counted_day=day, alert_base=base).drop("from_on", "until_on", "has")
    return found


def _rounds(placed: pl.DataFrame) -> int:
    """How many rows the debt with the most of them has."""
    return int(placed.group_by("bill_id").len()["len"].max() or 0)  # type: ignore[arg-type]


def _on_working_days(runs: pl.DataFrame) -> pl.DataFrame:
    """The end moved from a day off to the next working day (Article 203)."""
    days = runs["counted_day"].drop_nulls().unique().to_list()
    moved = [working_day(day) for day in days]
    table = pl.DataFrame(
        {
            "counted_day": days,
            "last_day": [day for day, _ in moved],
            "is_certain": [sure for _, sure in moved],
        },
        schema={"counted_day": pl.Date, "last_day": pl.Date, "is_certain": pl.Boolean},
    )
    kept = runs.drop("last_day", "is_certain", strict=False)
    return kept.join(table, on="counted_day", how="left").with_columns(
        pl.col("is_certain").fill_null(value=True)
    )


def working_day(day: date, calendar: Calendar = SHIPPED) -> tuple[date, bool]:
    """The day, or the next working day after it; and whether the calendar of its year is known."""
    while not calendar.works(day):
        day += timedelta(days=1)
    return day, calendar.knows(day.year)
