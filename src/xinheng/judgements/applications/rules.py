"""Who signs, what is allowed, which proposal stands: pure decisions on the rules of a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from xinheng.base.approvals.values import Chain, Step
from xinheng.base.kernel.periods import add_months
from xinheng.judgements.applications import methods
from xinheng.judgements.applications.document import Ceiling, ChainRow, Condition, KeyPaper, Rules
from xinheng.judgements.applications.values import Known, Met, Proposed

NO_GRADE = "-"


def row_for(rules: Rules, *, grade: str, minor: int, days: int) -> ChainRow | None:
    """The first row of the matrix that covers grade, amount and days; bounds belong to it. None: no row."""
    for row in rules.matrix:
        fits = not row.grades or (grade or NO_GRADE) in row.grades
        if fits and _within(minor, row.amount_at_most, 100) and _within(days, row.days_at_most, 1):
            return row
    return None


def chain_of(row: ChainRow) -> Chain:
    """The chain of a row."""
    return Chain(
        tuple(
            Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days, one.repeat)
            for one in row.steps
        )
    )


def may_alone(row: ChainRow, roles: Collection[str]) -> bool:
    """Whether somebody of some roles sets what the row covers without a chain."""
    return bool(set(row.alone) & set(roles))


def ends_with(row: ChainRow, roles: Collection[str]) -> bool:
    """Whether somebody of some roles signs the last step of a row: what it covers is theirs to decide."""
    return bool(set(row.steps[-1].roles) & set(roles))


def ceiling_of(rules: Rules, grade: str) -> Ceiling | None:
    """The most a grade may have; None where the rules say nothing of it."""
    return next((one for one in rules.ceilings if one.grade == (grade or NO_GRADE)), None)


def is_free_change(rules: Rules, *, old_minor: int | None, new_minor: int) -> bool:
    """Whether a change stays within the percent that needs no approval; exactly so much does (TPA-05)."""
    percent = rules.amounts.free_percent
    if percent is None or not old_minor:
        return False
    return abs(new_minor - old_minor) * 100 <= old_minor * percent


def neighbours(steps: Sequence[int], minor: int) -> tuple[int | None, int | None] | None:
    """The steps (minor units) below and above an amount between steps; None where it is one, or zero."""
    known = [step * 100 for step in steps]
    if minor == 0 or minor in known:
        return None
    place = bisect_right(known, minor)
    return known[place - 1] if place else None, known[place] if place < len(known) else None


def rises(steps: Sequence[int], old_minor: int, new_minor: int) -> int:
    """By how many steps a limit rises; below zero it falls. Between two steps counts as the lower."""
    known = [0, *(step * 100 for step in steps)]
    return (bisect_right(known, new_minor) - 1) - (bisect_right(known, old_minor) - 1)


def rounded(minor: int, to_yuan: int) -> int:
    """An amount rounded down to thousands, or what the rules say."""
    return minor // (to_yuan * 100) * (to_yuan * 100)


def proposed(rules: Rules, known: Known, *, group_left: int | None = None) -> Proposed:
    """Every method of the rules side by side, and what comes of them: chosen, bounded, rounded down.

    group_left: what the tightest group limit leaves for the customer, its own exposure added back.
    """
    every = tuple(methods.propose(rule, known) for rule in rules.methods)
    if rules.choice.how == "method":
        standing = [one for one in every if one.code == rules.choice.method and one.minor is not None]
    else:
        standing = [one for one in every if one.counts and one.minor is not None]
    if not standing:
        return Proposed(every, "", None)
    least = min(standing, key=lambda one: one.minor or 0)
    minor, bounds = least.minor or 0, []
    ceiling = ceiling_of(rules, known.grade)
    for code, bound in (("ceiling", ceiling.amount * 100 if ceiling and ceiling.amount is not None else None),
                        ("group", group_left)):  # fmt: skip
        if bound is not None and bound < minor:
            minor = max(bound, 0)
            bounds.append((code, minor))
    down = rounded(minor, rules.amounts.round_to)
    if rules.amounts.mode == "steps" and (between := neighbours(rules.amounts.steps, down)):
        down = between[0] or 0
        bounds.append(("step", down))
    return Proposed(every, least.code, down, tuple(bounds))


def arrears_met(condition: Condition, events: Iterable[tuple[str, date, int]], *, on: date) -> Met | None:
    """Whether bills were open too long past due within the months of a condition.

    events: bill number, day it became due, days late. Exactly so many days late is not yet met.
    """
    since = add_months(on, -condition.months)
    found = sorted(
        (due_on + timedelta(condition.days), no)
        for no, due_on, late in events
        if late > condition.days and due_on + timedelta(late) >= since
    )
    if not found:
        return None
    return Met(condition.code, ", ".join(no for _day, no in found[:5]), found[0][0])


def shrunk(minor: int, paper: KeyPaper, to_yuan: int) -> int:
    """What is left of a limit while a key paper is out of date, rounded down."""
    return rounded(int(minor * (100 - paper.percent) / Decimal(100)), to_yuan)


def changed(minor: int, percent: Decimal | None, amount: int | None, to_yuan: int) -> int:
    """A limit changed by percent, rounded down, or set to an amount."""
    if amount is not None:
        return amount
    assert percent is not None
    return max(rounded(int(minor * (100 + percent) / Decimal(100)), to_yuan), 0)


def _within(value: int, bound: int | None, unit: int) -> bool:
    return bound is None or value <= bound * unit
