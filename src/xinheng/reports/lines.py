"""What the list shows of some customers: five queries, however many they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports.sources import everyone
from xinheng.reports.values import ApprovedGrade, Line


def lines_of(ids: Sequence[int], actor: Actor, run: Any, *, on: date) -> list[Line]:
    """The lines of these customers, in the order of the ids; without figures the actor may not see."""
    if not ids:
        return []
    parties = everyone(on=on).in_bulk(ids)
    graded = ratings.grades(run.pk).filter(customer__in=ids) if run else ()
    measured = indicators.standings().filter(customer__in=ids) if actor.may("indicators.read") else ()
    grades = {grade.customer_id: grade for grade in graded}
    standings = {row.customer_id: row for row in measured}
    approved = approved_grades(ids, run, on=on) if run else {}
    held = customers.answering(on=on).filter(customer__in=ids).select_related("person", "unit")
    duties = {duty.customer_id: duty for duty in held}
    return [
        _line(actor, parties[pk], (grades.get(pk), standings.get(pk), duties.get(pk), approved.get(pk)))
        for pk in ids
        if pk in parties
    ]


def approved_grades(ids: Sequence[int], run: Any, *, on: date) -> dict[int, ApprovedGrade]:
    """The grades that stand for these customers by the policy of a run, by the customer's id."""
    rows = reviews.leading(run.policy_code, on=on).filter(customer__in=ids)
    return {row.customer_id: approved_grade(row, on=on) for row in rows}


def approved_grade(row: Any, *, on: date) -> ApprovedGrade:
    """A grade that stands, as lists and pages show it."""
    return ApprovedGrade(
        policy_code=row.policy_code,
        role=row.role,
        grade=row.grade,
        since=row.effective_from,
        review_due_on=row.review_due_on,
        valid_until=row.valid_until,
        is_expired=row.valid_until is not None and row.valid_until < on,
    )


def _line(actor: Actor, party: Any, about: tuple[Any, Any, Any, Any]) -> Line:
    grade, standing, duty, approved = about
    return Line(
        customer_id=party.pk,
        no=party.no,
        name=party.name,
        kind=party.kind,
        uscc=party.uscc or "",
        id_number=access.shown(actor, "id_number", party.id_number or ""),
        section=party.industry_section,
        region=party.region,
        size_class=party.size_class,
        status=party.status,
        salesperson=duty.person.name if duty and duty.person else "",
        unit=duty.unit.name if duty else "",
        grade=grade.grade if grade else "",
        previous_grade=grade.previous_grade if grade else "",
        rank=grade.rank if grade else None,
        approved=approved,
        balance=_money(standing, "balance_minor"),
        overdue=_money(standing, "overdue_minor"),
        turnover=_money(standing, "turnover_12m_minor"),
        longest_overdue_days=standing.longest_overdue_days if standing else None,
    )


def _money(standing: Any, field: str) -> Money | None:
    minor = getattr(standing, field, None)
    return None if minor is None else Money(minor, standing.currency)
