"""Whether the data behind a grade are stale, and which: one condition a kind, over all grades at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When

from xinheng.base.kernel.periods import Period, add_months, half_year_of, quarter_of, year_of
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import queries as financials
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews.terms import Terms

PERIODS = {"quarter": quarter_of, "half_year": half_year_of, "year": year_of}
CODES = ("answers", "statements", "file", "figures")


def closed_period(refresh: str, *, on: date) -> Period:
    """The last whole period before a day: on 1 April the first quarter."""
    first = PERIODS[refresh](on).first
    return PERIODS[refresh](first - timedelta(days=1))


def columns(in_force: dict[str, Terms], *, on: date) -> dict[str, Any]:
    """For rows of standing grades, by kind of data, whether it is stale: `stale_answers` and so on.

    answers: the policy asks people, and since the last closed period began (NET-06, ADV-30) none was told.
    statements: the last statement is older than the policy lets it be, or there is none. file: the file holds
    facts, and none was told since that period began. figures: nothing was measured since.
    Only grades that stood when the period closed can be stale by it.
    """
    conditions: dict[str, Callable[[Terms, date], Q | None]] = {
        "answers": _answers, "statements": _statements, "file": _file, "figures": _figures,
    }  # fmt: skip
    return {
        f"stale_{code}": _any(
            [
                Q(policy_code=policy) & stale
                for policy, by in in_force.items()
                if by.policy.review and (stale := conditions[code](by, on)) is not None
            ]
        )
        for code in CODES
    }


def codes(row: Any) -> tuple[str, ...]:
    """Which kinds of data of a row with these columns are stale."""
    return tuple(code for code in CODES if getattr(row, f"stale_{code}"))


def is_any() -> Q:
    """Rows with these columns of which any kind of data is stale."""
    return reduce(or_, (Q(**{f"stale_{code}": True}) for code in CODES))


def _closed(by: Terms, on: date) -> Period | None:
    review = by.policy.review
    return closed_period(review.refresh, on=on) if review and review.refresh else None


def _answers(by: Terms, on: date) -> Q | None:
    period = _closed(by, on)
    if period is None:
        return None
    asked = [question.code for question in by.policy.questions]
    told = ratings.assessments_of(OuterRef("customer_id")).filter(
        question__in=asked, told_on__gte=period.first, told_on__lte=on
    )
    return Q(effective_from__lte=period.last) & ~Q(Exists(told.order_by()))


def _statements(by: Terms, on: date) -> Q | None:
    months = by.policy.review.statement_months if by.policy.review else None
    if months is None:
        return None
    fresh = financials.told_statements(OuterRef("customer_id"), known_on=on)
    return ~Q(Exists(fresh.filter(period_end__gte=add_months(on, -months)).order_by()))


def _file(by: Terms, on: date) -> Q | None:
    period = _closed(by, on)
    if period is None:
        return None
    held = customers.told_facts(OuterRef("customer_id"), known_on=on).order_by()
    told = held.filter(told_on__gte=period.first)
    return Q(effective_from__lte=period.last) & Q(Exists(held)) & ~Q(Exists(told))


def _figures(by: Terms, on: date) -> Q | None:
    period = _closed(by, on)
    if period is None:
        return None
    newest = indicators.latest_measurement(as_of=on)
    if newest is not None and newest.as_of >= period.first:
        return None
    return Q(effective_from__lte=period.last)


def _any(conditions: list[Q]) -> Any:
    never = Value(False, output_field=BooleanField())  # noqa: FBT003
    if not conditions:
        return never
    return Case(
        When(reduce(or_, conditions), then=Value(True)),  # noqa: FBT003
        default=never,
        output_field=BooleanField(),
    )
