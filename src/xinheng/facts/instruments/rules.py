"""Pure decisions on instruments: what may follow what, what counts, what a discount costs, until when."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from xinheng.base.kernel.periods import add_months
from xinheng.facts.instruments.values import Claimable, CountedFrom, Counts, InstrumentRules, Right

FOLLOWS = {  # act -> states it may be done in
    "present": ("held",),
    "endorse": ("held",),
    "discount": ("held",),
    "pay": ("held", "presented", "endorsed", "discounted"),
    "dishonour": ("held", "presented", "endorsed", "discounted"),
}
BECOMES = {
    "present": "presented",
    "endorse": "endorsed",
    "discount": "discounted",
    "pay": "paid",
    "dishonour": "dishonoured",
}


def may(act: str, state: str) -> bool:
    """Whether an act fits where an instrument stands."""
    return state in FOLLOWS[act]


def counted(counts: Counts, state: str, amount_minor: int, *, matures_on: date, on: date) -> int:
    """What of an instrument is exposure to who gave it, in minor units.

    Endorsed on or discounted it counts on, for recourse may come back. A dishonoured one counts no more, for
    the bills it had settled are open again. Until matured: to the day it matures, included.
    """
    if state in ("paid", "dishonoured") or counts == "never":
        return 0
    return 0 if counts == "until_matured" and on > matures_on else amount_minor


def discount_interest(amount_minor: int, rate: Decimal, *, days: int, day_base: int) -> int:
    """What a bank keeps: amount × percent a year × days ÷ base, half-up to the minor unit."""
    interest = Decimal(amount_minor) * rate / 100 * days / day_base
    return int(interest.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def rights(
    rules: InstrumentRules, kind: str, days: dict[CountedFrom, date | None], *, on: date
) -> list[Claimable]:
    """Until when each right can be claimed, of those that have begun.

    days: what periods are counted from. The last day is the same day so many months later, the month's end
    where there is none; it is not put off to a working day, so that nobody is late by trusting it.
    """
    found = []
    for right in ("acceptor", "recourse", "recourse_again"):
        held = [rule for rule in rules.periods if rule.right == right and kind in rule.kinds]
        began = [(rule, day) for rule in held if (day := days.get(rule.counted_from)) and rule.from_on <= day]
        if began:
            rule, day = max(began, key=lambda one: one[0].from_on)
            until = add_months(day, rule.months)
            found.append(Claimable(_right(right), until, on > until))
    return found


def runs_too_long(rules: InstrumentRules, form: str, *, issued_on: date, matures_on: date) -> int:
    """The months an instrument issued that day may run at most where this one runs longer; 0: it does not."""
    held = [rule for rule in rules.longest_months if rule.form == form and rule.from_on <= issued_on]
    if not held:
        return 0
    months = max(held, key=lambda rule: rule.from_on).months
    return months if matures_on > add_months(issued_on, months) else 0


def _right(text: str) -> Right:
    return text  # type: ignore[return-value]
