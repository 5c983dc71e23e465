"""Questions to ratings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings.errors import NeverRated, RunUnknown
from xinheng.judgements.ratings.explaining import decision, explanation
from xinheng.judgements.ratings.models import Assessment, Grade, Run
from xinheng.judgements.ratings.outlooks import outlook, question_name
from xinheng.judgements.ratings.panels import disagreements, panels_of, panels_open
from xinheng.judgements.ratings.simulations import (
    simulated_case,
    simulated_movers,
    simulation,
    simulations,
)
from xinheng.judgements.ratings.values import CurvePoint, Mover, Share
from xinheng.judgements.ratings.wording import facts, joined, roles, told

__all__ = [
    "assessments_of",
    "curve",
    "decision",
    "disagreements",
    "distribution",
    "explanation",
    "facts",
    "failed_runs",
    "get_run",
    "grades",
    "grades_by_policy",
    "grades_seen",
    "joined",
    "latest_run",
    "movers",
    "newest_run",
    "outlook",
    "panels_of",
    "panels_open",
    "question_name",
    "role_grades",
    "roles",
    "runs",
    "simulated_case",
    "simulated_movers",
    "simulation",
    "simulations",
    "told",
]


def runs(actor: Actor) -> QuerySet[Run]:
    """The runs that are done, the newest first. Refuses: AccessDenied."""
    access.require(actor, "ratings.read")
    return Run.objects.filter(state="done")


def latest_run(policy_code: str | None = None, *, as_of: date | None = None) -> Run | None:
    """The newest run that is done, of a policy or of all, up to a day.

    Of several policies run as of the same day the one that graded most customers comes first.
    """
    done = Run.objects.filter(state="done")
    if policy_code:
        done = done.filter(policy_code=policy_code)
    if as_of:
        done = done.filter(as_of__lte=as_of)
    newest = done.order_by("-as_of", "-id").first()
    if newest is None or policy_code:
        return newest
    last = done.filter(policy_code=OuterRef("policy_code"), as_of=OuterRef("as_of")).order_by("-id")
    alike = done.filter(as_of=newest.as_of, pk=Subquery(last.values("pk")[:1]))
    return alike.order_by("-graded", "-id").first()


def newest_run(policy_code: str | None = None, *, as_of: date | None = None) -> Run:
    """The run latest_run gives. Refuses: NeverRated."""
    run = latest_run(policy_code, as_of=as_of)
    if run is None:
        raise NeverRated
    return run


def grades_by_policy(customer: Any, *, as_of: date) -> list[Grade]:
    """A customer's grade in the newest run of each policy up to a day, with that run.

    The policy whose run latest_run gives comes first, if that run holds the customer.
    """
    done = Run.objects.filter(state="done", as_of__lte=as_of)
    newest = done.filter(policy_code=OuterRef("policy_code")).order_by("-as_of", "-id").values("pk")[:1]
    runs_ = done.filter(pk=Subquery(newest))
    held = Grade.objects.filter(customer=customer, leads=True, run__in=runs_).select_related("run")
    return sorted(held, key=lambda one: (one.run.as_of, one.run.graded, one.run_id), reverse=True)


def failed_runs(actor: Actor, *, since: date) -> QuerySet[Run]:
    """The runs begun from a day on that failed and that no later run of the policy made up for.

    Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    later = Run.objects.filter(policy_code=OuterRef("policy_code"), state="done", pk__gt=OuterRef("pk"))
    return Run.objects.filter(~Exists(later), state="failed", started_at__date__gte=since).order_by("-id")


def get_run(run_id: int) -> Run:
    """One run that is done. Refuses: RunUnknown."""
    run = Run.objects.filter(pk=run_id, state="done").first()
    if run is None:
        raise RunUnknown(run_id=run_id)
    return run


def grades(run_id: int) -> QuerySet[Grade]:
    """The grades of a run, one a customer: the worse where it has several roles.

    A run that is not done has none. Not narrowed to what an actor may see: for callers that start from
    customers.queries.visible.
    """
    return Grade.objects.filter(run_id=run_id, leads=True)


def grades_seen(actor: Actor, run_id: int, *, on: date) -> QuerySet[Grade]:
    """The grades of a run of the customers the actor may see. Refuses: AccessDenied, RunUnknown."""
    access.require(actor, "ratings.read", f"run:{run_id}")
    get_run(run_id)
    if actor.scope.reach == "everything":
        return grades(run_id)
    return grades(run_id).filter(customer__in=customers.visible(actor, on=on))


def role_grades(run_id: int, customer_id: int) -> QuerySet[Grade]:
    """Every grade of one customer in a run, the one that leads first (NET-07)."""
    return Grade.objects.filter(run_id=run_id, customer_id=customer_id).order_by("-leads", "role")


def distribution(
    run_id: int,
    by: Literal["", "industry_section", "region", "previous_grade"] = "",
    *,
    seen: QuerySet[Grade] | None = None,
) -> list[Share]:
    """How many customers hold each grade, in all, by a field of the customer as it was measured, or by
    the grade of the run before.

    seen: the grades to count, as grades_seen gives them (by the field as it is now); all of the run,
    counted when it was made, where not said. Refuses: RunUnknown.
    """
    if seen is None:
        run = get_run(run_id)
        groups = run.shares.get(by, {}) if by else {"": run.counts}
        return [
            Share(group, grade, number) for group, held in groups.items() for grade, number in held.items()
        ]
    field = by if by == "previous_grade" else f"customer__{by}"
    group = {"group_": F(field)} if by else {}
    rows = seen.values(*group, "grade", **group).annotate(n=Count("pk")).order_by()
    return [Share(row.get("group_", ""), row["grade"], row["n"]) for row in rows]


def movers(run_id: int, *, seen: QuerySet[Grade] | None = None, most: int = 1000) -> list[Mover]:
    """The customers whose grade changed since the run before, those that became worst first.

    seen: the grades to look at, as grades_seen gives them; all of the run where not said.
    """
    looked_at = grades(run_id) if seen is None else seen
    moved = looked_at.filter(Q(rank__gt=F("previous_rank")) | Q(rank__lt=F("previous_rank")))
    moved = moved.annotate(steps=F("rank") - F("previous_rank")).order_by("-steps", "customer_id")
    rows: Any = moved.select_related("customer")[:most]
    return [
        Mover(row.customer.no, row.customer.name, row.previous_grade, row.grade, row.steps) for row in rows
    ]


def curve(customer_no: str, policy_code: str) -> list[CurvePoint]:
    """One customer's grade over the runs of a policy, oldest first; the last run of each day."""
    held = Grade.objects.filter(
        customer__no=customer_no, leads=True, run__policy_code=policy_code, run__state="done"
    )
    points: dict[date, CurvePoint] = {}
    for grade in held.select_related("run").order_by("run__as_of", "run_id"):
        score = None if grade.score_milli is None else Decimal(grade.score_milli) / 1000
        points[grade.run.as_of] = CurvePoint(grade.run_id, grade.run.as_of, grade.grade, grade.rank, score)
    return list(points.values())


def assessments_of(customer: Any, *, as_of: date | None = None) -> QuerySet[Assessment]:
    """What people answered about a customer up to a day, by question, the newest first."""
    told = Assessment.objects.filter(customer=customer)
    return told.filter(assessed_on__lte=as_of) if as_of else told
