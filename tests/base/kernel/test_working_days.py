"""Working days of 2024, with the holidays and the make-up weekends of that year."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from django.utils import translation

from xinheng.base.kernel.working_days import (
    SHIPPED,
    add_working_days,
    is_working_day,
    working_days_between,
)

pytestmark = pytest.mark.any_database


@pytest.mark.req("RR-03")
@pytest.mark.parametrize(
    ("event", "days", "due"),
    [
        (date(2024, 5, 24), 3, date(2024, 5, 29)),  # W-10: a new car's file
        (date(2024, 5, 24), 1, date(2024, 5, 27)),
        (date(2024, 5, 10), 3, date(2024, 5, 14)),  # over the make-up Saturday
        (date(2024, 5, 10), 1, date(2024, 5, 11)),
        (date(2024, 4, 30), 3, date(2024, 5, 8)),  # over the holidays of May
        (date(2024, 4, 30), 1, date(2024, 5, 6)),
        (date(2024, 5, 24), 5, date(2024, 5, 31)),  # W-27: filing in five working days
        (date(2024, 4, 26), 5, date(2024, 5, 7)),  # 28 April is a working Sunday
        (date(2024, 5, 11), 1, date(2024, 5, 13)),  # an event on a make-up day
        (date(2024, 5, 12), 1, date(2024, 5, 13)),  # an event on a free day
        (date(2024, 5, 6), 0, date(2024, 5, 6)),
        (date(2024, 5, 6), -1, date(2024, 4, 30)),
    ],
)
def test_day_one_is_the_first_working_day_after_the_event(event: date, days: int, due: date) -> None:
    found = add_working_days(event, days)
    assert (found.day, found.known, found.warning) == (due, True, "")


def test_make_up_weekends_are_worked_and_holidays_are_not() -> None:
    assert is_working_day(date(2024, 4, 28))
    assert is_working_day(date(2024, 5, 11))
    assert not is_working_day(date(2024, 5, 1))
    assert not is_working_day(date(2024, 5, 12))
    assert is_working_day(date(2024, 5, 6)).known


@pytest.mark.req("RR-03")
def test_a_year_without_data_is_counted_by_weekdays_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = add_working_days(date(2031, 9, 30), 1)
    assert found.day == date(2031, 10, 1)
    assert found.years_without_data == (2031,)
    with translation.override("en"):
        assert found.warning == "There is no holiday calendar for 2031; Monday to Friday were counted."
    with translation.override("zh-hans"):
        assert found.warning == "没有2031年的节假日数据，按周一至周五计算。"
    assert "no holiday calendar" in caplog.text
    assert not is_working_day(date(2031, 10, 1)).known
    assert is_working_day(date(2031, 10, 1)).works


def test_a_count_that_crosses_into_a_year_without_data_says_so() -> None:
    last = max(year for year in range(2020, 2100) if SHIPPED.knows(year))
    found = add_working_days(date(last, 12, 30), 10)
    assert found.years_without_data == (last + 1,)
    assert add_working_days(date(last, 12, 1), 5).known


def test_a_year_of_the_sites_own_is_used() -> None:
    own = SHIPPED.with_year(
        2031, holidays=[date(2031, 10, 1), date(2031, 10, 2)], make_up_days=[date(2031, 10, 4)]
    )
    found = add_working_days(date(2031, 9, 30), 2, calendar=own)
    assert (found.day, found.known) == (date(2031, 10, 4), True)
    assert not SHIPPED.knows(2031)
    again = own.with_year(2031, holidays=[], make_up_days=[])
    assert again.works(date(2031, 10, 1))


def test_a_calendar_refuses_days_of_another_year() -> None:
    with pytest.raises(ValueError, match="2030-10-01"):
        SHIPPED.with_year(2031, holidays=[date(2030, 10, 1)], make_up_days=[])
    with pytest.raises(ValueError, match="2031-10-01"):
        SHIPPED.with_year(2031, holidays=[date(2031, 10, 1)], make_up_days=[date(2031, 10, 1)])


def test_working_days_between() -> None:
    assert working_days_between(date(2024, 4, 26), date(2024, 5, 7))[0] == 5
    assert working_days_between(date(2024, 5, 7), date(2024, 5, 7))[0] == 0
    assert working_days_between(date(2024, 5, 8), date(2024, 5, 7))[0] == 0
    assert working_days_between(date(2030, 12, 31), date(2031, 1, 10))[1].years_without_data == (2031,)
