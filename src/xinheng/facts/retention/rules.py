"""When a term ends, and who may watch a destruction: pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from xinheng.base.kernel.periods import add_months

LAST_MONTH, LAST_DAY = 12, 31


def ends_on(basis_on: date, *, years: int | None, months: int | None) -> date | None:
    """The last day a paper is kept: 31 December of the year counted; None for ever.

    Years count from 1 January after the year of the basis (standards 4.3); months from the day itself.
    """
    if years is not None:
        return date(basis_on.year + years, LAST_MONTH, LAST_DAY)
    return add_months(basis_on, months) if months is not None else None


def may_be_destroyed(last_day: date | None, on: date) -> bool:
    """Whether a term is over: from the day after its last day."""
    return last_day is not None and on > last_day


def later(first: date | None, second: date | None) -> date | None:
    """The later of two last days; None, which is for ever, is the latest."""
    return None if first is None or second is None else max(first, second)


def why_not_supervise(
    logins: Collection[str], *, wanted: int, kept_away: Mapping[str, str], unknown: Collection[str]
) -> str:
    """A code of what is wrong with the people named; blank where nothing is.

    kept_away: who takes a part that a supervisor may not have, and which.
    """
    if len(set(logins)) < wanted:
        return "too_few"
    if unknown:
        return "unknown"
    return next((kept_away[login] for login in logins if login in kept_away), "")
