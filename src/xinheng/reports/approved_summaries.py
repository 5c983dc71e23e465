"""The approved grades of a day as a department reports them, and how they moved since another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, OuterRef, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.reviews import queries as reviews
from xinheng.reports.summaries import grade_lines, money_of, totals_of
from xinheng.reports.values import ApprovedLine, GradeSummary, IndustryLine, Move


def approved_summary(
    actor: Actor, policy_code: str, *, as_of: date, before: date | None = None, on: date
) -> GradeSummary:
    """The grades that stand on a day by a policy, of the customers the actor may see.

    before: an earlier day, to say who moved from which grade to which since; customers without an approved
    grade on either day are not counted there. Money is what the last measurement up to the day has.
    Refuses: AccessDenied, PolicyNotInForce.
    """
    access.require(actor, "ratings.read", f"policy:{policy_code}")
    policy = _policy(policy_code, as_of)
    chinese = reads_chinese()
    words = {step.code: step.zh if chinese else step.en for step in policy.scale}
    rows = _seen(actor, policy_code, as_of, on=on)
    counts = dict(rows.order_by().values_list("grade").annotate(Count("pk")))
    grades = [*words, *(grade for grade in sorted(counts) if grade not in words)]
    currency: str = "CNY"
    money: dict[str, dict[str, int]] = {}
    if actor.may("indicators.read"):
        held = pl.DataFrame(
            list(rows.order_by().values_list("customer_id", "grade")),
            schema={"customer_id": pl.Int64, "grade": pl.String},
            orient="row",
        )
        currency, money = money_of(held.lazy(), indicators.latest_measurement(as_of=as_of))
    return GradeSummary(
        run_id=0,
        as_of=as_of,
        policy_code=policy_code,
        policy_name=policy.name.zh if chinese else policy.name.en,
        policy_version=policy.version,
        grades=tuple(words),
        lines=grade_lines({grade: counts.get(grade, 0) for grade in grades}, words, currency, money),
        customers=sum(counts.values()),
        industries=_industries(rows, grades),
        moves=tuple(_moves(rows, policy_code, before)) if before else (),
        currency=currency,
        totals=totals_of(grades, currency, money),
        before=before,
    )


def approved_lines(actor: Actor, policy_code: str, *, as_of: date, on: date) -> Iterator[ApprovedLine]:
    """Every customer whose grade stands on a day by a policy, by number, read in bounded pieces."""
    access.require(actor, "ratings.read", f"policy:{policy_code}")
    rows = _seen(actor, policy_code, as_of, on=on).select_related("customer").order_by("customer__no")
    for row in rows.iterator(chunk_size=2_000):
        yield ApprovedLine(
            no=row.customer.no,
            name=row.customer.name,
            section=row.customer.industry_section,
            region=row.customer.region,
            grade=row.grade,
            kind=row.kind,
            since=row.effective_from,
            review_due_on=row.review_due_on,
            approved_by=row.approved_by,
            is_expired=row.valid_until is not None and row.valid_until < as_of,
        )


def _policy(code: str, as_of: date) -> Policy:
    return policies.load(packs.in_force("rating", code, on=as_of).text)


def _seen(actor: Actor, policy_code: str, as_of: date, *, on: date) -> QuerySet[Any]:
    rows = reviews.leading(policy_code, on=as_of)
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def _industries(rows: QuerySet[Any], grades: list[str]) -> tuple[IndustryLine, ...]:
    held: dict[str, dict[str, int]] = {}
    counted = rows.order_by().values_list("customer__industry_section", "grade").annotate(Count("pk"))
    for section, grade, number in counted:
        held.setdefault(section, dict.fromkeys(grades, 0))[grade] = number
    lines = [IndustryLine(section, row, sum(row.values())) for section, row in held.items()]
    return tuple(sorted(lines, key=lambda line: (-line.customers, line.section)))


def _moves(rows: QuerySet[Any], policy_code: str, before: date) -> Iterator[Move]:
    """From which approved grade to which, those that stayed included."""
    earlier = reviews.leading(policy_code, on=before).filter(customer_id=OuterRef("customer_id"))
    was = rows.annotate(was=Subquery(earlier.order_by().values("grade")[:1])).filter(was__isnull=False)
    for old, new, number in was.order_by().values_list("was", "grade").annotate(Count("pk")):
        yield Move(old, new, number)
