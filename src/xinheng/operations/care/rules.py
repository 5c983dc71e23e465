"""Pure decisions of the room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from xinheng.base.kernel.working_days import add_working_days
from xinheng.operations.care.values import CareRules, Satisfaction, Stage, named_in


def registered_by(passed_on: date, rules: CareRules) -> date:
    """The last day on which an item that passed is registered in time."""
    return add_working_days(passed_on, rules.register_.target_days).day


def may_move(stages: tuple[Stage, ...], now: str, wanted: str) -> bool:
    """Whether a relation may move: forward always, back only where its stage says so (GRP-12)."""
    order = [one.code for one in stages]
    if now not in order or order.index(wanted) >= order.index(now):
        return True
    held = named_in(stages, now)
    return held is not None and wanted in held.back_to


def needed_people(level: int, promising: int, *, is_promising: bool) -> int:
    """How many of ours must be in contact with a customer."""
    return max(level, promising) if is_promising else level


def answered(asked: Satisfaction, answers: Mapping[str, str]) -> tuple[int, int]:
    """The sum of the levels that were answered, and how many were (W-28)."""
    values = {one.code: one.value for one in asked.levels}
    told = [values[level] for level in answers.values()]
    return sum(told), len(told)


def mean(total: int, count: int) -> Decimal | None:
    """The mean level, two places half-up; None where nothing was answered."""
    if not count:
        return None
    return (Decimal(total) / count).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
