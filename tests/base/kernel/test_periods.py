"""Months, clipped, and what is on time."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinheng.base.kernel.periods import (
    Period,
    add_days,
    add_months,
    half_year_of,
    is_on_time,
    last_months,
    month_end,
    month_of,
    months_between,
    quarter_of,
    year_of,
)

pytestmark = pytest.mark.any_database
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@pytest.mark.req("RR-04")
def test_a_month_later_is_clipped_to_the_months_last_day() -> None:
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 5, 15), 1) == date(2024, 6, 15)
    assert add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)  # W-30: a contract's end
    assert add_days(date(2024, 2, 28), 2) == date(2024, 3, 1)


@pytest.mark.req("RR-02")
def test_the_due_day_itself_is_on_time_unless_read_strictly() -> None:
    due = date(2024, 5, 10)
    assert is_on_time(due, due)
    assert not is_on_time(date(2024, 5, 11), due)
    assert not is_on_time(due, due, due_inclusive=False)
    borrowed = datetime(2024, 5, 10, 13, 0, 0)  # noqa: DTZ001 (W-26: a clock on the wall)
    assert is_on_time(borrowed, borrowed)
    assert not is_on_time(borrowed.replace(second=1), borrowed)


def test_spans() -> None:
    assert last_months(date(2024, 6, 30), 12) == Period(date(2023, 7, 1), date(2024, 6, 30))
    assert last_months(date(2024, 2, 29), 12) == Period(date(2023, 3, 1), date(2024, 2, 29))
    assert last_months(date(2024, 6, 15), 1) == Period(date(2024, 5, 16), date(2024, 6, 15))
    assert month_of(date(2024, 2, 3)) == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert quarter_of(date(2024, 5, 3)) == Period(date(2024, 4, 1), date(2024, 6, 30))
    assert half_year_of(date(2024, 7, 1)) == Period(date(2024, 7, 1), date(2024, 12, 31))
    assert year_of(date(2024, 7, 1)).days == 366
    assert [part.first.month for part in quarter_of(date(2024, 5, 3)).months()] == [4, 5, 6]
    with pytest.raises(ValueError, match="before"):
        Period(date(2024, 1, 2), date(2024, 1, 1))


def test_whole_months_between() -> None:
    assert months_between(date(2024, 1, 31), date(2024, 2, 29)) == 1
    assert months_between(date(2024, 1, 31), date(2024, 2, 28)) == 0
    assert months_between(date(2024, 1, 15), date(2024, 1, 14)) == 0
    assert months_between(date(2024, 3, 1), date(2024, 1, 1)) == 0


@given(days, st.integers(-600, 600))
def test_adding_months_keeps_the_day_or_takes_the_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later == month_end(later)


@given(days, st.integers(1, 60))
def test_a_period_and_the_one_before_it_leave_no_gap(day: date, months: int) -> None:
    period = last_months(day, months)
    assert day in period
    assert months_between(period.first, add_days(day, 1)) in (months, months - 1)
