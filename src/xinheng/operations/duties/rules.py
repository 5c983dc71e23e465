"""What is due when, and what a breach costs: decisions on values alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import (
    Period,
    add_months,
    half_year_of,
    month_end,
    month_of,
    month_start,
    quarter_of,
    year_of,
)
from xinheng.base.kernel.working_days import SHIPPED, Calendar, add_working_days
from xinheng.operations.duties.documents import DueRule, FineKind, Fines
from xinheng.operations.duties.values import NewLine, Reckoned, ReckonedLine

SPAN = {"month": month_of, "quarter": quarter_of, "half": half_year_of, "year": year_of}
MONTHS = {"": 0, "month": 1, "quarter": 3, "half": 6, "year": 12}
LONGEST_REPEAT = 400  # days back over which a standing defect is followed


def period_of(every: str, day: date) -> Period:
    """The period of a kind that a day lies in; a first half is the half year that ended last by June."""
    if every == "first_half":
        return Period(date(day.year, 1, 1), date(day.year, 6, 30))
    return SPAN[every](day)


def periods_due(every: str, due: DueRule, since: date, until: date) -> Iterator[tuple[Period, date]]:
    """The periods whose report is due within some days, both included, with the due day of each."""
    day = add_months(month_start(since), -(due.months + 13))
    seen: set[date] = set()
    while day <= until:
        period = period_of(every, day)
        if period.first not in seen:
            seen.add(period.first)
            due_on = due_day(due, period)
            if since <= due_on <= until:
                yield period, due_on
        day = add_months(day, 1)


def due_day(due: DueRule, period: Period, *, calendar: Calendar = SHIPPED) -> date:
    """By when the report of a period is in; a day off shifts nothing (GRP)."""
    if due.working_days is not None:
        return add_working_days(period.last, due.working_days, calendar=calendar).day
    month = add_months(month_start(period.last), due.months)
    return month.replace(day=min(due.day or 1, month_end(month).day))


def is_late(day: date, due_on: date, *, inclusive: bool) -> bool:
    """Whether a day is past a due day (RR-02)."""
    return day > due_on if inclusive else day >= due_on


def next_due(due_on: date, every: str) -> date:
    """When a repeated task is due again: the same day number of the next period (RR-04)."""
    return add_months(due_on, MONTHS[every])


def rate_of(kind: FineKind, defects: Iterable[str]) -> Decimal:
    """What one vehicle, item or piece costs: of several defects the highest (VEH-15)."""
    if kind.amount is not None:
        return kind.amount
    found = {one.code: one.amount for one in kind.defects}
    return max((found[code] for code in defects if code in found), default=Decimal(0))


def reckon(lines: Sequence[NewLine], scheme: Fines, *, scope: str, nth: int) -> Reckoned:
    """What an incident costs as the nth penalty of its month.

    A fine per vehicle stands once an incident (VEH-14). An item named twice counts at its highest rate. What
    is extra is neither doubled nor a penalty. Ranges come from the person who decides and are not reckoned
    here.
    """
    told = [_line(one, scheme) for one in _each_item_once(lines, scheme)]
    minor = {one.code: 0 for one in scheme.kinds}
    for line in told:
        minor[line.kind] += line.amount.minor
    kinds = {one.code: one for one in scheme.kinds}
    base = _overlapped(minor, kinds, scheme.overlap)
    extra = sum(amount for code, amount in minor.items() if kinds[code].extra)
    bounds = scheme.scope(scope)
    from_nth = bounds.double_from if bounds else None
    factor = 2 if from_nth is not None and nth >= from_nth and base else 1
    total = base * factor + extra
    currency = scheme.currency
    return Reckoned(
        tuple(told), Money(base, currency), factor, Money(extra, currency), Money(total, currency)
    )


def cut_of(pay: Money, share: Decimal) -> Money:
    """A share of a month's performance pay, to the cent, half up."""
    return Money(int((pay.minor * share).quantize(Decimal(1), rounding=ROUND_HALF_UP)), pay.currency)


def repeat_days(
    ordered_on: date, until: date, *, working_days: int, calendar: Calendar = SHIPPED
) -> list[date]:
    """The days on which a defect that still stands is fined again: each working day past those allowed."""
    first = add_working_days(ordered_on, working_days, calendar=calendar).day + timedelta(days=1)
    first = max(first, until - timedelta(days=LONGEST_REPEAT))
    span = (first + timedelta(days=n) for n in range((until - first).days + 1))
    return [day for day in span if calendar.works(day)]


def share_of(part: int, whole: int) -> Decimal | None:
    """A rate; None where nothing was to be counted (VEH-19)."""
    return Decimal(part) / Decimal(whole) if whole else None


def _each_item_once(lines: Sequence[NewLine], scheme: Fines) -> list[NewLine]:
    kept: dict[object, NewLine] = {}
    for place, line in enumerate(lines):
        kind = scheme.of(line.kind)
        assert kind is not None, line.kind
        key: object = place
        if kind.per in ("vehicle", "case"):
            key = kind.code
        elif kind.per == "item" and line.item:
            key = ("item", line.item)
        before = kept.get(key)
        if before is None or _price(before, scheme) < _price(line, scheme):
            kept[key] = line
    return list(kept.values())


def _price(line: NewLine, scheme: Fines) -> Decimal:
    kind = scheme.of(line.kind)
    return rate_of(kind, line.defects) * line.count if kind else Decimal(0)


def _line(line: NewLine, scheme: Fines) -> ReckonedLine:
    kind = scheme.of(line.kind)
    assert kind is not None, line.kind
    count = 1 if kind.per in ("vehicle", "case") else line.count
    rate = Money.of(rate_of(kind, line.defects), scheme.currency)
    return ReckonedLine(
        line.kind, line.item, line.defects, count, rate, Money(rate.minor * count, rate.currency)
    )


def _overlapped(minor: dict[str, int], kinds: dict[str, FineKind], overlap: str) -> int:
    per_vehicle = sum(minor[code] for code, one in kinds.items() if one.per == "vehicle" and not one.extra)
    others = sum(minor[code] for code, one in kinds.items() if one.per != "vehicle" and not one.extra)
    return max(per_vehicle, others) if overlap == "higher" else per_vehicle + others
