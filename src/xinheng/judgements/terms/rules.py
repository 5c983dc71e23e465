"""What a grade comes to: due days, floors, promises, levels of payment. Pure decisions on values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from fractions import Fraction

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, add_days, add_months, quarter_of
from xinheng.judgements.terms.document import Ceiling, History, Margins, Paying, Reward, TermsPolicy
from xinheng.judgements.terms.values import Level, Purchases, Waiting

NO_PURCHASES = Purchases(0, None, None)
LAST = date(9999, 12, 31)


def purchases(orders: Sequence[tuple[date, int]], history: History | None) -> Purchases:
    """One purchase and one purchase cycle from (day, 分) of orders, the newest first (FOU-03).

    The purchase is the mean of the last ones, half up; the cycle the mean of the days between them.
    Fewer than the document wants: neither is known.
    """
    last = list(orders[: history.orders]) if history else []
    if history is None or len(last) < history.at_least:
        return Purchases(len(last), None, None)
    mean = Decimal(sum(minor for _, minor in last)) / len(last)
    span = Decimal((last[0][0] - last[-1][0]).days) / (len(last) - 1)
    return Purchases(len(last), _half_up(mean), _half_up(span))


def level(policy: TermsPolicy, place: int, known: Purchases, *, lowered: int = 0) -> Level:
    """The terms of payment of the grade at a place, lowered by so many steps; the last grade stays there.

    Terms that rest on one purchase cycle, with too few orders to tell it, are those of the next grade.
    """
    last = len(policy.grades) - 1
    step = min(place + lowered, last)
    while step < last and policy.grades[step].paying.cycle and known.cycle_days is None:
        step += 1
    return level_of(policy.grades[step].paying, known, step=step, lowered=lowered)


def level_of(paying: Paying, known: Purchases, *, step: int, lowered: int = 0) -> Level:
    """Terms of payment in days: the fewest of what is set."""
    bounds = [paying.days, known.cycle_days if paying.cycle else None]
    days = min((one for one in bounds if one is not None), default=None)
    return Level(paying.how, days, paying.months, paying.at_least, step, lowered)


def due_on(terms: Level, delivered_on: date) -> date | None:
    """The last day to pay for goods of a day; on delivery that day. Before shipment, or no bound: None."""
    if terms.payment == "prepaid":
        return None
    if terms.payment == "delivery":
        return delivered_on
    by_months = add_months(delivered_on, terms.months) if terms.months else LAST
    by_days = add_days(delivered_on, terms.days) if terms.days is not None else LAST
    last = min(by_months, by_days)
    return None if last == LAST else last


def most_days(terms: Level, on: date) -> int:
    """The days of credit that terms come to from a day on; none: 0."""
    last = due_on(terms, on)
    return (last - on).days if last else 0


def floor_price(reference: Money, percent: Decimal) -> Money:
    """The lowest price, from a percentage of a measure: any part of a cent is a cent more."""
    exact = Decimal(reference.minor) * (100 + percent) / 100
    return Money(int(exact.to_integral_value(ROUND_CEILING)), reference.currency)


def margin_days(margins: Sequence[Decimal], rule: Margins) -> list[int]:
    """The days of credit each line of an order is allowed by its margin (LIM-02).

    shortest: all lines as the one allowed least; each: each its own.
    """
    steps = sorted(rule.steps, key=lambda step: step.margin)
    allowed = []
    for margin in margins:
        reached = [step.days for step in steps if margin >= step.margin]
        allowed.append(reached[-1] if reached else rule.below_days)
    return [min(allowed)] * len(allowed) if allowed and rule.mixed == "shortest" else allowed


def breaches(events: pl.DataFrame, quarter: Period, *, grace_days: int = 0) -> dict[int, int]:
    """How many bills broke the terms in a quarter, by customer: the day after the last to pay counts.

    events: customer_id, bill_no, due_on, days_late, a row an event; a bill breaks the terms once.
    """
    broken = pl.col("due_on") + pl.duration(days=1 + grace_days)
    bills = events.filter(
        pl.col("days_late") > grace_days, broken.is_between(pl.lit(quarter.first), pl.lit(quarter.last))
    ).unique(["customer_id", "bill_no"])
    return dict(bills.group_by("customer_id").len().iter_rows())


def broken_on(due: date, grace_days: int = 0) -> date:
    """The day on which a bill that is not paid breaks the terms."""
    return due + timedelta(days=1 + grace_days)


def ceiling(rule: Ceiling | None, known: Purchases, monthly: Money) -> Money | None:
    """The most a customer may owe, from grade and record: the smallest of what is set; None: nothing is.

    monthly: what it buys in a usual month. What rests on a purchase that is not known is nothing.
    """
    if rule is None:
        return None
    sides = []
    if rule.amount is not None:
        sides.append(Money.of(rule.amount, monthly.currency).minor)
    if rule.purchases is not None:
        sides.append(_down(rule.purchases * (known.cap_minor or 0)))
    if rule.months is not None:
        sides.append(_down(rule.months * monthly.minor))
    return Money(min(sides), monthly.currency) if sides else None


def stepped(cap: Money, held: Money, rule: Ceiling) -> Money:
    """How far a limit may rise at one review: by one step, never above the ceiling (FOU-04)."""
    if rule.step_percent is None:
        return cap
    return Money(min(cap.minor, held.minor + _down(cap.minor * rule.step_percent / 100)), cap.currency)


def clean_quarters(breached: Iterable[date], on: date, *, since: date) -> int:
    """Whole quarters before a day, running back from it, without a breach; not before the first bill."""
    days = sorted(breached, reverse=True)
    count, quarter = 0, quarter_of(add_days(quarter_of(on).first, -1))
    while quarter.first >= since and not any(day in quarter for day in days):
        count, quarter = count + 1, quarter_of(add_days(quarter.first, -1))
    return count


def rewards(policy: TermsPolicy, quarters: int) -> tuple[Reward, ...]:
    """What may be proposed for a customer after so many quarters without a breach."""
    return tuple(one for one in policy.rewards if quarters >= one.quarters)


def answer_due(asked_at: datetime, hours: int) -> datetime:
    """When an inquiry is to be answered: natural hours, weekends count (PTS-12)."""
    return asked_at + timedelta(hours=hours)


def in_sequence(orders: Iterable[Waiting], places: dict[str, int]) -> list[Waiting]:
    """Orders as they are handled: who is handled first, then by grade, by score, the earlier order first.

    places: of the grades; an order without one comes last. It changes the order of handling and no check.
    """

    def key(one: Waiting) -> tuple[bool, int, Fraction, date, str]:
        score = Fraction(0) if one.score is None else Fraction(one.score)
        return (not one.is_first, places.get(one.grade, len(places)), -score, one.ordered_on, one.order_no)

    return sorted(orders, key=key)


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _down(value: Decimal) -> int:
    return int(value)
