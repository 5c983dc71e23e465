"""Grades that stand: of one customer, of many, on any day."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinheng.judgements.reviews.models import StandingGrade


def standing(policy_code: str = "", *, on: date) -> QuerySet[StandingGrade]:
    """The grades that stand on a day, by one policy or by all; ended overrides stand as what came after."""
    found = StandingGrade.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=on), effective_from__lte=on
    )
    return found.filter(policy_code=policy_code) if policy_code else found


def leading(policy_code: str, *, on: date) -> QuerySet[StandingGrade]:
    """The grades that stand on a day by a policy, one a customer: the worst where it has several roles."""
    rows = standing(policy_code, on=on).filter(rank__isnull=False)
    same = standing(policy_code, on=on).filter(customer_id=OuterRef("customer_id"))
    worse = same.filter(Q(rank__gt=OuterRef("rank")) | Q(rank=OuterRef("rank"), pk__lt=OuterRef("pk")))
    return rows.filter(~Exists(worse.order_by()))


def standing_grade(customer: Any, policy_code: str, *, on: date, role: str = "") -> StandingGrade | None:
    """The approved grade of one customer on a day; None where none stands."""
    found = standing(policy_code, on=on).filter(customer=customer, role=role).exclude(rank__isnull=True)
    return found.select_related("sheet", "run").first()


def grade_for_terms(customer: Any, policy_code: str, *, on: date, role: str = "") -> StandingGrade | None:
    """The approved grade that terms may rest on; None where none stands or its validity is over (LOA-08).

    The last valid day still counts.
    """
    found = standing_grade(customer, policy_code, on=on, role=role)
    if found is None or (found.valid_until is not None and found.valid_until < on):
        return None
    return found


def standing_of(customer: Any, *, on: date) -> list[StandingGrade]:
    """The approved grades of one customer on a day by every policy (and role)."""
    found = standing(on=on).filter(customer=customer).select_related("sheet", "run")
    return list(found.order_by("policy_code", "role"))


def history_of(customer: Any) -> QuerySet[StandingGrade]:
    """Every grade that ever stood for a customer, the newest first; not what never came into force."""
    held = StandingGrade.objects.filter(customer=customer).exclude(effective_until=F("effective_from"))
    return held.select_related("sheet", "run").order_by("policy_code", "role", "-effective_from")


def holders(policy_code: str, *, on: date) -> list[int]:
    """The ids of all customers whose grade stands by a policy on a day."""
    return list(standing(policy_code, on=on).order_by().values_list("customer_id", flat=True).distinct())
