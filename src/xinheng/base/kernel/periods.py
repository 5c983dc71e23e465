"""Months and spans of days."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

Moment = TypeVar("Moment", date, datetime)


@dataclass(frozen=True, order=True)
class Period:
    """Days from the first to the last, both included. Refuses an end before the start: ValueError."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}…{self.last}"

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: Period) -> bool:
        """Whether a day lies in both."""
        return self.first <= other.last and other.first <= self.last

    def months(self) -> Iterator[Period]:
        """The calendar months it touches, each whole."""
        day = month_start(self.first)
        while day <= self.last:
            yield month_of(day)
            day = add_months(day, 1)


def add_months(day: date, months: int) -> date:
    """The same day number so many months later (or earlier), clipped to that month's last day (RR-04).

    31 January 2024 and one month is 29 February 2024.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, _length(year, month + 1)))


def add_days(day: date, days: int) -> date:
    """So many natural days later: "within N days" without 工作 (RR-04)."""
    return day + timedelta(days=days)


def is_on_time(done: Moment, due: Moment, *, due_inclusive: bool = True) -> bool:
    """Whether something was done in time: the due moment itself counts, unless read strictly (RR-02)."""
    return done <= due if due_inclusive else done < due


def month_start(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=_length(day.year, day.month))


def month_of(day: date) -> Period:
    """The day's calendar month."""
    return Period(month_start(day), month_end(day))


def quarter_of(day: date) -> Period:
    """The day's calendar quarter."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(first, month_end(add_months(first, 2)))


def half_year_of(day: date) -> Period:
    """The day's half year."""
    return (
        Period(date(day.year, 1, 1), date(day.year, 6, 30))
        if day.month <= 6
        else Period(date(day.year, 7, 1), date(day.year, 12, 31))
    )


def year_of(day: date) -> Period:
    """The day's calendar year."""
    return Period(date(day.year, 1, 1), date(day.year, 12, 31))


def last_months(as_of: date, months: int) -> Period:
    """The span of so many months that ends with the day: 12 months to 2024-06-30 begin 2023-07-01.

    At the end of a month whole months are meant, so the 12 months to 2024-02-29 begin 2023-03-01.
    """
    if as_of == month_end(as_of):
        return Period(add_months(month_start(as_of), 1 - months), as_of)
    return Period(add_months(as_of, -months) + timedelta(days=1), as_of)


def months_between(first: date, last: date) -> int:
    """Whole months from one day to a later one; 31 January to 29 February 2024 is one. Never negative."""
    months = max((last.year - first.year) * 12 + last.month - first.month, 0)
    return months if months == 0 or add_months(first, months) <= last else months - 1


def _length(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
