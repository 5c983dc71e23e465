"""The days of a clock that stands still."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from xinheng.facts.disputes import rules

pytestmark = pytest.mark.any_database
DUE = date(2026, 3, 1)


def spans(*pairs: tuple[str, str | None], bill: int = 1) -> pl.DataFrame:
    rows = [
        (bill, DUE, date.fromisoformat(first), date.fromisoformat(until) if until else None)
        for first, until in pairs
    ]
    schema = {"bill_id": pl.Int64, "due_on": pl.Date, "from_on": pl.Date, "until_on": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def paused(as_of: str, *pairs: tuple[str, str | None]) -> tuple[int, bool]:
    day = date.fromisoformat(as_of)
    lines = pl.DataFrame({"bill_id": [1], "due_on": [DUE]})
    found = rules.paused_of(lines, rules.merged(spans(*pairs), as_of=day), as_of=day)
    return found["paused_days"][0], found["is_paused"][0]


def test_sixty_days_less_fifteen_of_a_dispute_are_forty_five() -> None:
    assert paused("2026-04-30", ("2026-03-10", "2026-03-25")) == (15, False)
    assert rules.overdue_days(DUE, date(2026, 4, 30), 15) == 45


def test_the_clock_stays_where_it_was_and_runs_on_from_there() -> None:
    days = [
        rules.overdue_days(DUE, date.fromisoformat(day), paused(day, ("2026-03-10", "2026-03-25"))[0])
        for day in ("2026-03-10", "2026-03-20", "2026-03-25", "2026-03-26")
    ]
    assert days == [9, 9, 9, 10]


def test_an_open_pause_counts_until_the_day_asked_for() -> None:
    assert paused("2026-03-20", ("2026-03-10", None)) == (10, True)


def test_overlapping_and_touching_pauses_count_once() -> None:
    assert paused("2026-04-30", ("2026-03-10", "2026-03-25"), ("2026-03-20", "2026-04-01")) == (22, False)
    assert paused("2026-04-30", ("2026-03-10", "2026-04-10"), ("2026-03-20", "2026-03-25")) == (31, False)
    assert paused("2026-04-30", ("2026-03-10", "2026-03-20"), ("2026-03-20", None)) == (51, True)
    assert paused("2026-04-30", ("2026-03-02", "2026-03-12"), ("2026-04-02", "2026-04-07")) == (15, False)


def test_days_before_the_due_day_are_no_overdue_days_to_take_off() -> None:
    assert paused("2026-04-30", ("2026-02-10", "2026-02-20")) == (0, False)
    assert paused("2026-04-30", ("2026-02-10", "2026-03-11")) == (10, False)
