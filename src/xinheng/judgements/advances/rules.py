"""What may be advanced, until when, and what a repayment settles: pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period, add_days, add_months, quarter_of
from xinheng.judgements.advances.values import Advances, Finding, GradeRule, Position, Served, Terms

YUAN = 100  # minor units


def last_day(paid_on: date, months: int, days: int = 0) -> date:
    """By when money paid out on a day is to be back: 2024-08-31 and six months is 2025-02-28."""
    return add_days(add_months(paid_on, months), days)


def is_longer(asked: Terms, months: int, *, on: date) -> bool:
    """Whether a period is longer than so many months, both counted from one day."""
    return last_day(on, asked.months, asked.days) > last_day(on, months)


def findings(new: Terms, position: Position, policy: Advances, rule: GradeRule) -> list[Finding]:
    """Every rule "in principle" that a request passes; none: it needs no exception.

    An equal amount and an equal period are within. A cap or period that the site has not set counts as zero
    and is said to be unset (RR-16).
    """
    found = [*_caps(new, position, policy, rule), *_period(new, rule, position.on)]
    if rule.none_in_principle:
        found.append(Finding("none_in_principle"))
    if position.is_new:
        found.append(Finding("new_customer", bound=policy.number("new_months")))
    if arrears := position.arrears + position.legacy:
        found.append(Finding("old_arrears", arrears))
    months = policy.number("reconcile_months")
    if is_reconciliation_due(position.reconciled_on, months, on=position.on):
        found.append(Finding("not_reconciled", bound=months))
    return found


def _caps(new: Terms, position: Position, policy: Advances, rule: GradeRule) -> list[Finding]:
    found, asked = [], new.limit.minor
    if asked == 0:
        return []
    total, most = position.total + asked, policy.number("total_cap") * YUAN
    if total > most:
        found.append(Finding("over_total", total, most))
    if rule.cap is None:
        found.append(Finding("cap_not_set", position.customer + asked, 0))
    elif position.customer + asked > rule.cap * YUAN:
        found.append(Finding("over_cap", position.customer + asked, rule.cap * YUAN))
    return found


def _period(new: Terms, rule: GradeRule, on: date) -> list[Finding]:
    if new.limit.minor == 0:
        return []
    if rule.months is None:
        return [Finding("period_not_set", new.months, 0)]
    return [Finding("over_period", new.months, rule.months)] if is_longer(new, rule.months, on=on) else []


def change_findings(
    terms: tuple[Terms, Terms], position: Position, policy: Advances, rule: GradeRule, *, has_run_out: bool
) -> list[Finding]:
    """The same of a limit or period changed on the way: terms, from and to; position: without the advance.

    A limit that is raised, and a period made longer, are exceptions by themselves (ADV-32). Made longer once
    it has run out, it is over the period whatever the grade allows (ADV-23).
    """
    old, new = terms
    found = [*_caps(new, position, policy, rule), *_period(new, rule, position.on)]
    if new.limit.minor > old.limit.minor:
        found.append(Finding("raised", new.limit.minor, old.limit.minor))
    before, after = (last_day(position.on, one.months, one.days) for one in (old, new))
    if after > before:
        found.append(Finding("extended", new.months, old.months))
        if has_run_out and all(one.code != "over_period" for one in found):
            found.append(Finding("over_period", new.months, old.months))
    return found


def lacking(needed: Sequence[str], kept: Collection[str]) -> list[str]:
    """The papers that are not there."""
    return [code for code in needed if code not in kept]


def may_only_fall(position: Position, rule: GradeRule | None) -> bool:
    """Whether the customer owes from before and has no limit: such debts only fall, nothing is added."""
    return position.legacy > 0 and (rule is None or not rule.cap)


def settle(open_parts: Sequence[tuple[int, int]], amount: int) -> list[tuple[int, int]]:
    """What a repayment settles, the oldest payout first: key and amount each; the rest keeps running.

    open_parts: key and open amount of the payouts, the oldest first; together at least the amount.
    """
    settled = []
    for key, left in open_parts:
        part = min(left, amount)
        if part:
            settled.append((key, part))
        amount -= part
    assert amount == 0, "nothing is repaid that was not paid out"
    return settled


def plan_steps(start: int, target: int, *, on: date, months: int) -> list[tuple[date, int]]:
    """Equal monthly steps down to a target: the day, and what may be open on it at most."""
    fall = start - target
    return [(add_months(on, step), start - fall * step // months) for step in range(1, months + 1)]


def settle_from(contract_end_on: date, months: int) -> date:
    """From which day on a contract's end is prepared: 2024-03-31 and one month is 2024-02-29."""
    return add_months(contract_end_on, -months)


def is_reconciliation_due(reconciled_on: date | None, months: int, *, on: date) -> bool:
    """Whether the last reconciliation is older than the interval; the last day itself is in time.

    reconciled_on: where there was none, the day since which the customer owes; None: it owes nothing.
    """
    return reconciled_on is not None and add_months(reconciled_on, months) < on


def last_closed_quarter(on: date) -> Period:
    """The quarter that ended before the day's own."""
    return quarter_of(add_days(quarter_of(on).first, -1))


def served(worth: Money, paid: int, advanced: int) -> Served:
    """What of a service is covered: by what was paid before it, then by what an advance may still take."""
    by_paid = min(max(paid, 0), worth.minor)
    by_advance = min(max(advanced, 0), worth.minor - by_paid)
    return Served(worth, Money(by_paid, worth.currency), Money(by_advance, worth.currency))
