"""Questions to reviews: proposals, grade summaries, grades that stand, the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, When

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.reviews import reviewing, selecting
from xinheng.judgements.reviews.calendar import Asked, calendar, dues, overdue
from xinheng.judgements.reviews.errors import ProposalUnknown, SheetUnknown
from xinheng.judgements.reviews.models import LineAct, Proposal, ReviewCall, Sheet, StandingGrade
from xinheng.judgements.reviews.staleness import closed_period
from xinheng.judgements.reviews.standing import (
    grade_for_terms,
    history_of,
    leading,
    standing,
    standing_grade,
    standing_of,
)
from xinheng.judgements.reviews.terms import Terms, in_force, of_run
from xinheng.judgements.reviews.values import STAGES, Order, Tally, Wanted
from xinheng.judgements.reviews.wording import HELD, KINDS, STALE
from xinheng.judgements.reviews.wording import STAGES as STAGE_WORDS

__all__ = [
    "HELD",
    "KINDS",
    "STAGE_WORDS",
    "STALE",
    "Asked",
    "Terms",
    "approved_by",
    "calendar",
    "calls_of",
    "closed_period",
    "dues",
    "exceptions",
    "get_proposal",
    "get_sheet",
    "grade_for_terms",
    "handled_first",
    "history_of",
    "in_force",
    "is_begun",
    "leading",
    "line_acts",
    "lines_of",
    "may_decide",
    "of_run",
    "overdue",
    "proposals",
    "proposals_of",
    "runs_under_review",
    "sheets",
    "standing",
    "standing_grade",
    "standing_of",
    "tally",
]


FIRST = Case(When(kind="exception", then=0), When(kind="override", then=1), default=2)


def is_begun(run_id: int) -> bool:
    """Whether the review of a run has begun."""
    return Proposal.objects.filter(run_id=run_id).exists()


def runs_under_review() -> dict[int, dict[str, int]]:
    """The runs whose review has begun: how many proposals are at each stage, by run, the newest first."""
    counted = Proposal.objects.values("run_id", "stage").annotate(n=Count("pk")).order_by("-run_id")
    told: dict[int, dict[str, int]] = {}
    for row in counted:
        told.setdefault(row["run_id"], {})[row["stage"]] = row["n"]
    return told


def proposals(
    actor: Actor, run_id: int, wanted: Wanted, order: Order | None = None, *, on: date
) -> QuerySet[Any]:
    """The proposals of a run within reach that pass the filters, in order, from a place in it on.

    Refuses: AccessDenied, RunUnknown, ReviewNotBegun.
    """
    access.require(actor, "ratings.read", f"run:{run_id}")
    rows = selecting.chosen(reviewing.begun(actor, run_id, on=on), wanted, on=on)
    return selecting.in_order(rows, order or Order()).select_related("customer", "sheet")


def get_proposal(actor: Actor, proposal_id: int, *, on: date) -> Proposal:
    """One proposal within reach. Refuses: AccessDenied, ProposalUnknown."""
    access.require(actor, "ratings.read", f"proposal:{proposal_id}")
    found = Proposal.objects.select_related("customer", "run", "sheet").filter(pk=proposal_id).first()
    if found is None or not selecting.seen(actor, found.run_id, on=on).filter(pk=found.pk).exists():
        raise ProposalUnknown(proposal=proposal_id)
    return found


def tally(actor: Actor, run_id: int, *, on: date) -> Tally:
    """How far the review of a run is, within reach. Refuses as proposals does."""
    access.require(actor, "ratings.read", f"run:{run_id}")
    rows = reviewing.begun(actor, run_id, on=on)
    by_stage = dict(rows.order_by().values_list("stage").annotate(Count("pk")))
    proposed = dict(rows.order_by().values_list("proposed").annotate(Count("pk")))
    kinds = rows.aggregate(
        exceptions=Count("pk", filter=Q(kind="exception")), overrides=Count("pk", filter=Q(kind="override"))
    )
    stages = {stage: by_stage[stage] for stage in STAGES if stage in by_stage}
    return Tally(stages, proposed, proposed.get("", 0), kinds["exceptions"], kinds["overrides"])


def sheets(actor: Actor, *, state: str = "", policy: str = "") -> QuerySet[Sheet]:
    """The grade summaries there are, in a state and of a policy where named, the newest first.

    Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    named = {"state": state, "policy_code": policy}
    found = Sheet.objects.select_related("run", "request")
    return found.filter(**{name: value for name, value in named.items() if value})


def get_sheet(actor: Actor, sheet_id: int) -> Sheet:
    """One grade summary. Refuses: AccessDenied, SheetUnknown."""
    found = sheets(actor).filter(pk=sheet_id).first()
    if found is None:
        raise SheetUnknown(sheet=sheet_id)
    return found


def lines_of(actor: Actor, sheet: Sheet, *, on: date) -> QuerySet[Proposal]:
    """The lines of a grade summary within reach: exceptions first, then overrides, then the others."""
    rows = selecting.seen(actor, sheet.run_id, on=on).filter(sheet=sheet)
    return rows.select_related("customer").order_by(FIRST, "customer__no", "role")


def line_acts(actor: Actor, sheet: Sheet, *, on: date) -> QuerySet[LineAct]:
    """What approvers changed on a grade summary for customers within reach, the oldest first."""
    found = LineAct.objects.filter(sheet=sheet).select_related("proposal__customer")
    if actor.scope.reach == "everything":
        return found
    return found.filter(proposal__customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def exceptions(actor: Actor, *, on: date, since: date | None = None) -> QuerySet[StandingGrade]:
    """Every grade that stands, or stood since a day, otherwise than proposed: exceptions to soft rules
    (RR-05) and overrides (LOA-10), each with its reason, its approver and its end; the newest first.

    Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    rows = StandingGrade.objects.filter(kind__in=["exception", "override"], effective_from__lte=on)
    if since:
        rows = rows.filter(Q(effective_until__isnull=True) | Q(effective_until__gt=since))
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    return rows.select_related("customer", "run").order_by("-effective_from", "-pk")


def approved_by(actor: Actor, *, on: date) -> list[str]:
    """The policies by which grades stand on a day, the one that most customers stand by first.

    Refuses: AccessDenied.
    """
    access.require(actor, "ratings.read")
    counted = standing(on=on).values("policy_code").annotate(n=Count("pk")).order_by("-n", "policy_code")
    return [row["policy_code"] for row in counted]


def calls_of(customer: Any) -> QuerySet[ReviewCall]:
    """Everything that ever called for a customer's review, the newest first."""
    return ReviewCall.objects.filter(customer=customer).order_by("-pk")


def proposals_of(customer: Any) -> QuerySet[Proposal]:
    """What runs under review ever proposed for a customer, the newest first, with run and sheet."""
    return Proposal.objects.filter(customer=customer).select_related("run", "sheet").order_by("-pk")


def handled_first(stands: list[StandingGrade]) -> set[int]:
    """The customers, of some standing grades, that are handled first; it skips no check (LIM-04)."""
    runs = {one.run_id for one in stands}
    ids = [one.customer_id for one in stands]
    rows = Proposal.objects.filter(run__in=runs, customer__in=ids, is_first=True)
    return set(rows.values_list("customer_id", flat=True))


def may_decide(actor: Actor, sheet: Sheet, *, on: date) -> bool:
    """Whether a grade summary waits for this actor."""
    return bool(sheet.request and approvals.seats_of(sheet.request, actor, on=on))
