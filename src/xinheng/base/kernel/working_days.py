"""The Chinese working-day calendar: public holidays and make-up weekends (调休).

Years come from the package `chinesecalendar`; a site adds a later year with `Calendar.with_year`. For a
year without data Monday to Friday are taken for working days, and every answer says so (RR-03).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays as shipped_holidays
from django.utils.translation import gettext as _

from xinheng.base.kernel.periods import add_days, add_months, is_on_time

__all__ = [
    "SHIPPED",
    "Calendar",
    "DueDay",
    "WorkingDay",
    "add_days",
    "add_months",
    "add_working_days",
    "is_on_time",
    "is_working_day",
    "working_days_between",
]

log = logging.getLogger(__name__)
SHIPPED_YEARS = frozenset(day.year for day in shipped_holidays)


@dataclass(frozen=True)
class Calendar:
    """Which days are worked. Years of the site's own come before those of the package."""

    own_years: frozenset[int] = frozenset()
    holidays: frozenset[date] = field(default=frozenset(), repr=False)
    make_up_days: frozenset[date] = field(default=frozenset(), repr=False)

    def with_year(self, year: int, *, holidays: Iterable[date], make_up_days: Iterable[date]) -> Calendar:
        """The calendar with one more year, as the State Council announced it.

        holidays: days off, weekend days among them or not. make_up_days: worked weekend days.
        Refuses (ValueError) days of another year and a day that is both.
        """
        free, worked = frozenset(holidays), frozenset(make_up_days)
        if wrong := sorted(day for day in free | worked if day.year != year) or sorted(free & worked):
            raise ValueError(f"not days of {year}, or both free and worked: {', '.join(map(str, wrong))}")
        others = (
            {day for day in self.holidays if day.year != year},
            {day for day in self.make_up_days if day.year != year},
        )
        return replace(
            self,
            own_years=self.own_years | {year},
            holidays=free | others[0],
            make_up_days=worked | others[1],
        )

    def knows(self, year: int) -> bool:
        """Whether there is holiday data for the year."""
        return year in self.own_years or year in SHIPPED_YEARS

    def works(self, day: date) -> bool:
        """Whether the day is worked; Monday to Friday where the year is not known."""
        if day.year in self.own_years:
            return day in self.make_up_days or (day.weekday() < 5 and day not in self.holidays)
        if day.year in SHIPPED_YEARS:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5


SHIPPED = Calendar()


@dataclass(frozen=True)
class WorkingDay:
    """Whether a day is worked, true or false by itself; `known` is false when only the weekday spoke."""

    works: bool
    known: bool = True

    def __bool__(self) -> bool:
        return self.works


@dataclass(frozen=True)
class DueDay:
    """A day counted in working days.

    years_without_data: the years that were crossed without holiday data; the day may be wrong then, and
    `warning` says so. Whoever shows the day shows the warning.
    """

    day: date
    years_without_data: tuple[int, ...] = ()

    @property
    def known(self) -> bool:
        """Whether holiday data stood behind every day counted."""
        return not self.years_without_data

    @property
    def warning(self) -> str:
        """What to tell the reader, in the reader's language; empty when all is known."""
        if self.known:
            return ""
        years = ", ".join(map(str, self.years_without_data))
        return _("There is no holiday calendar for %(years)s; Monday to Friday were counted.") % {
            "years": years
        }


def is_working_day(day: date, *, calendar: Calendar = SHIPPED) -> WorkingDay:
    """Whether a day is worked, make-up weekends included."""
    return WorkingDay(calendar.works(day), calendar.knows(day.year))


def add_working_days(event: date, days: int, *, calendar: Calendar = SHIPPED) -> DueDay:
    """The day so many working days after an event: day 1 is the first working day after it (RR-03).

    With 0 the event's own day; with a negative number working days before it.
    """
    step, left, day = timedelta(days=1 if days > 0 else -1), abs(days), event
    missing: set[int] = set()
    while left:
        day += step
        if not calendar.knows(day.year):
            missing.add(day.year)
        left -= calendar.works(day)
    return _told(DueDay(day, tuple(sorted(missing))))


def working_days_between(after: date, until: date, *, calendar: Calendar = SHIPPED) -> tuple[int, DueDay]:
    """How many working days lie after one day, up to and including another; 0 when it is not later.

    Gives the number, and the second day with the years that had no data.
    """
    span = [after + timedelta(days=n) for n in range(1, (until - after).days + 1)]
    missing = sorted({day.year for day in span if not calendar.knows(day.year)})
    return sum(calendar.works(day) for day in span), _told(DueDay(until, tuple(missing)))


def _told(due: DueDay) -> DueDay:
    if not due.known:
        log.warning("no holiday calendar for %s: Monday to Friday were counted", due.years_without_data)
    return due
