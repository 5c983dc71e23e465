"""Who is a key account, what is missing of it, and how far a service level was kept: pure decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from xinheng.operations.key_accounts.values import Attribute, KeyRules, Rule

Told = Mapping[str, str]


def read(attribute: Attribute, text: str) -> str | None:
    """What was told of an attribute as it is kept: number in its unit, code or words; None: it cannot be."""
    told = text.strip()
    if attribute.choices:
        return told if any(one.code == told for one in attribute.choices) else None
    if attribute.unit:
        number = number_of(told)
        if number is None or (attribute.allowed and number not in attribute.allowed):
            return None
        return format(number.normalize(), "f")
    return told if len(told) <= 200 and "\x00" not in told else None


def number_of(text: str) -> Decimal | None:
    """A number that is not below zero; None for anything else."""
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 <= number < 10**15 else None


def matched(rules: KeyRules, told: Told) -> Rule | None:
    """The first rule that makes a key account (VIP-01); None: an ordinary customer."""
    return next((rule for rule in rules.rules if _holds(rule, told.get(rule.of, ""))), None)


def _holds(rule: Rule, text: str) -> bool:
    if not text:
        return False
    if rule.is_ is not None:
        return text == rule.is_
    number = number_of(text)
    return number is not None and rule.from_ is not None and number >= rule.from_


def missing(rules: KeyRules, told: Told) -> list[str]:
    """The needed attributes that nobody told (VIP-08)."""
    return [one.code for one in rules.attributes if one.needed and not told.get(one.code)]


def attained(unit: str, days: Sequence[int], allowed: Sequence[int], late_open: int) -> Decimal | None:
    """How far a level was kept: the mean of the days, or the percent of the cases closed in time (VIP-10).

    days: working days of each closed case, without its pauses; allowed: those it had. late_open: cases that
    are open past their day; in percent each counts as not kept. None: there was no case.
    """
    if unit == "day":
        return _rounded(Decimal(sum(days)) / len(days)) if days else None
    cases = len(days) + late_open
    kept = sum(one <= most for one, most in zip(days, allowed, strict=True))
    return _rounded(Decimal(kept) * 100 / cases) if cases else None


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.01"))
