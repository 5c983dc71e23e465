"""The clock of limitation: known days, exact, whatever holiday or obstacle comes between."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from xinheng.base.kernel.periods import add_months
from xinheng.operations.collection.limitation import EVENTS, PAUSES, Terms, clocks, working_day

pytestmark = pytest.mark.any_database
TERMS = Terms(months=36, cap_years=20, obstacle_months=6, of_kind={"instrument": 24})
AS_OF = date(2026, 1, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def clock(
    due: str, *events: str, kind: str = "goods", as_of: date = AS_OF, waives: str = "", pauses: Any = ()
) -> dict[str, Any]:
    debts = pl.DataFrame({"bill_id": [1], "kind": [kind], "due_on": [day(due)]})
    told = [(1, day(one), one == waives) for one in events]
    gaps = [(1, day(first), day(last) if last else None) for first, last in pauses]
    found = clocks(
        debts,
        pl.DataFrame(told, schema=EVENTS, orient="row"),
        pl.DataFrame(gaps, schema=PAUSES, orient="row"),
        terms=TERMS,
        as_of=as_of,
    )
    return found.row(0, named=True)


def test_three_years_from_the_first_overdue_day_and_anew_from_a_demand() -> None:
    plain = clock("2023-03-31")

    assert (plain["runs_from"], plain["last_day"]) == (day("2023-04-01"), day("2026-04-01"))
    assert plain["alert_base"] == day("2026-03-31")  # the careful one: due day and three years

    anew = clock("2023-03-31", "2025-06-10")
    assert (anew["runs_from"], anew["counted_day"], anew["events"]) == (
        day("2025-06-10"),
        day("2028-06-10"),
        1,
    )
    assert clock("2022-01-31", "2024-02-29")["counted_day"] == day("2027-02-28")


def test_a_day_off_moves_the_end_to_the_next_working_day_and_never_the_other_way() -> None:
    assert clock("2022-10-03", as_of=day("2025-01-01"))["counted_day"] == day("2025-10-04")
    assert clock("2022-10-03", as_of=day("2025-01-01"))["last_day"] == day("2025-10-09")  # National Day
    assert working_day(day("2025-10-11")) == (day("2025-10-11"), True)  # a worked Saturday stays
    assert working_day(day("2031-01-04")) == (day("2031-01-06"), False)  # the year is not known: said so


def test_what_comes_before_the_due_day_or_after_the_end_counts_for_nothing() -> None:
    assert clock("2023-03-31", "2023-03-31")["events"] == 0
    late = clock("2022-03-31", "2025-04-02", as_of=day("2025-06-01"))
    assert (late["events"], late["last_day"]) == (0, day("2025-04-01"))
    assert clock("2022-03-31", "2025-04-01", as_of=day("2025-06-01"))["counted_day"] == day("2028-04-01")


def test_a_signature_after_the_end_waives_the_defence() -> None:
    found = clock("2022-03-31", "2025-05-20", waives="2025-05-20", as_of=day("2025-06-01"))

    assert (found["events"], found["counted_day"]) == (1, day("2028-05-20"))


def test_what_happens_after_the_day_that_is_looked_at_is_not_known() -> None:
    assert clock("2023-03-31", "2025-06-10", as_of=day("2025-06-09"))["counted_day"] == day("2026-04-01")


def test_twenty_years_end_everything() -> None:
    events = [f"{year}-06-30" for year in range(2006, 2026, 2)]
    found = clock("2005-06-29", *events, as_of=day("2025-01-01"))

    assert (found["is_capped"], found["counted_day"]) == (True, day("2025-06-30"))


def test_an_obstacle_in_the_last_six_months_adds_six_months_to_its_end() -> None:
    inside = clock("2022-03-31", pauses=[("2025-01-10", "2025-02-28")], as_of=day("2025-06-01"))
    assert inside["counted_day"] == day("2025-08-28")
    assert inside["alert_base"] == day("2025-08-28")

    before = clock("2022-03-31", pauses=[("2024-01-10", "2024-09-01")], as_of=day("2025-06-01"))
    assert before["counted_day"] == day("2025-04-01")  # it was over before the last six months

    lasting = clock("2022-03-31", pauses=[("2024-01-10", "")], as_of=day("2025-06-01"))
    assert lasting["last_day"] is None

    demanded = clock(
        "2022-03-31", "2025-08-01", pauses=[("2025-01-10", "2025-02-28")], as_of=day("2025-09-01")
    )
    assert demanded["counted_day"] == day("2028-08-01")  # within the longer time


def test_bills_of_exchange_have_two_years_and_each_debt_its_own_clock() -> None:
    assert clock("2024-05-15", kind="instrument")["counted_day"] == day("2026-05-16")
    debts = pl.DataFrame(
        {
            "bill_id": [1, 2, 3],
            "kind": ["goods"] * 3,
            "due_on": [day("2023-03-31"), day("2023-04-30"), day("2023-05-31")],
        }
    )
    events = pl.DataFrame(
        [(2, day("2024-01-05"), False), (2, day("2025-01-06"), False)], schema=EVENTS, orient="row"
    )
    found = clocks(debts, events, pl.DataFrame(schema=PAUSES), terms=TERMS, as_of=AS_OF).sort("bill_id")
    assert found["counted_day"].to_list() == [day("2026-04-01"), day("2028-01-06"), day("2026-06-01")]


def test_a_guarantee_without_a_period_ends_six_months_after_the_debt_is_due() -> None:
    due = [day("2026-01-31"), day("2025-08-31"), day("2025-10-31")]

    assert [add_months(one, 6) for one in due] == [day("2026-07-31"), day("2026-02-28"), day("2026-04-30")]
