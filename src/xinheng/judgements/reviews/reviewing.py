"""What reviewers make of proposals: accept many at once, give one another grade, begin anew."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import rules, selecting, terms, wording
from xinheng.judgements.reviews.errors import (
    ChecklistOpen,
    ExpiryInvalid,
    GradeUnknown,
    NothingSelected,
    ProposalSettled,
    ProposalUnknown,
    RaisedTooFar,
    ReviewNotBegun,
    ReviewReasonMissing,
    VetoStands,
)
from xinheng.judgements.reviews.models import Proposal
from xinheng.judgements.reviews.terms import Terms
from xinheng.judgements.reviews.values import Given, Wanted

LONGEST_REASON = 300
FREE = Q(stage__in=["open", "reviewed"]) & (Q(sheet__isnull=True) | Q(sheet__state="returned"))


@transaction.atomic
def accept(*, actor: Actor, on: date, run_id: int, wanted: Wanted, reason: str) -> int:
    """Accept the proposed grade of every selected proposal that waits for a review; gives how many.

    What is reviewed already, on a sheet, or without a proposed grade is left alone, and so is whoever's
    report still has open points where the policy wants them ticked (NET-05).
    Refuses: AccessDenied, ReviewNotBegun, ReviewReasonMissing, NothingSelected, ChecklistOpen (all of them).
    """
    access.require(actor, "ratings.review", f"run:{run_id}")
    reason = reason_in(reason)
    rows = begun(actor, run_id, on=on).filter(FREE, stage="open", proposed_rank__isnull=False)
    rows = selecting.chosen(rows, wanted, on=on)
    waiting = _unticked(rows, run_id)
    rows = rows.exclude(pk__in=waiting.order_by().values("pk"))
    held = waiting.count()
    accepted = Proposal.objects.filter(pk__in=rows.order_by().values("pk")).update(
        stage="reviewed",
        kind="accepted",
        grade=F("proposed"),
        rank=F("proposed_rank"),
        reason=reason,
        expires_on=None,
        reviewed_by=actor.login,
        reviewed_on=on,
    )
    if not accepted and held:
        raise ChecklistOpen(customers=held)
    if not accepted:
        raise NothingSelected
    told = {"accepted": accepted, "selection": wording.selection(wanted)}
    audit.record(actor=actor, act="ratings.accept", subject=f"run:{run_id}", on=on, after=told, reason=reason)
    return accepted


@transaction.atomic
def override(*, actor: Actor, on: date, proposal_id: int, **given: Unpack[Given]) -> Proposal:
    """Give one customer another grade than the run proposes, with a reason and until a day.

    Without a day it holds as long as the policy lets it. Raising goes as far as the policy's notches;
    above a soft cap it is an exception that the last approver sees as one; above a veto or a hard cap it
    is refused. The proposed grade given again is an acceptance.
    Refuses: AccessDenied, ProposalUnknown, ProposalSettled, ChecklistOpen, ReviewReasonMissing, GradeUnknown,
    VetoStands, RaisedTooFar, ExpiryInvalid.
    """
    access.require(actor, "ratings.review", f"proposal:{proposal_id}")
    proposal = reached(actor, proposal_id, on=on)
    if not _is_free(proposal):
        raise ProposalSettled(customer_no=proposal.customer.no, stage=wording.stage(proposal.stage))
    if _unticked(Proposal.objects.filter(pk=proposal.pk), proposal.run_id).exists():
        raise ChecklistOpen(customers=1)
    before = told(proposal)
    settle(proposal, terms.of_run(proposal.run.policy_sha256), given, on=on, by_last_approver=False)
    proposal.stage, proposal.reviewed_by, proposal.reviewed_on = "reviewed", actor.login, on
    proposal.save()
    _record(actor, on, "override", proposal, before)
    return proposal


@transaction.atomic
def reopen(*, actor: Actor, on: date, run_id: int, wanted: Wanted) -> int:
    """Take back the review of the selected proposals that are on no sheet; gives how many.

    Refuses: AccessDenied, ReviewNotBegun, NothingSelected.
    """
    access.require(actor, "ratings.review", f"run:{run_id}")
    rows = begun(actor, run_id, on=on).filter(FREE, stage="reviewed")
    rows = selecting.chosen(rows, wanted, on=on)
    opened = Proposal.objects.filter(pk__in=rows.order_by().values("pk")).update(
        stage="open", kind="", grade="", rank=None, reason="", expires_on=None, reviewed_by="", sheet=None
    )
    if not opened:
        raise NothingSelected
    audit.record(
        actor=actor, act="ratings.reopen", subject=f"run:{run_id}", on=on, after={"reopened": opened}
    )
    return opened


def settle(proposal: Proposal, by: Terms, given: Given, *, on: date, by_last_approver: bool) -> None:
    """Write a grade given by hand into a proposal, once it is allowed; the caller saves it."""
    reason = reason_in(given["reason"])
    scale = [step.code for step in by.policy.scale]
    if given["grade"] not in scale:
        raise GradeUnknown(grade=given["grade"][:20])
    rank, bounds = by.policy.rank_of(given["grade"]), by.bounds(proposal)
    named = {"customer_no": proposal.customer.no, "grade": given["grade"]}
    match rules.forbidden(bounds, rank, by_last_approver=by_last_approver):
        case "above_ceiling":
            raise VetoStands(best=by.grade_at(bounds.ceiling), **named)
        case "too_far_up":
            raise RaisedTooFar(notches=bounds.notches_up, **named)
    kind = rules.kind_of(bounds, rank)
    latest = add_months(on, by.approval.override_months)
    expires_on = None if kind == "accepted" else given.get("expires_on") or latest
    if expires_on and not on < expires_on <= latest:
        raise ExpiryInvalid(on=on, latest=latest, expires_on=expires_on)
    proposal.grade, proposal.rank, proposal.kind = given["grade"], rank, kind
    proposal.reason, proposal.expires_on = reason, expires_on


def begun(actor: Actor, run_id: int, *, on: date) -> QuerySet[Proposal]:
    """The proposals of a run within reach. Refuses: RunUnknown, ReviewNotBegun."""
    ratings.get_run(run_id)
    if not Proposal.objects.filter(run_id=run_id).exists():
        raise ReviewNotBegun(run_id=run_id)
    return selecting.seen(actor, run_id, on=on)


def reached(actor: Actor, proposal_id: int, *, on: date) -> Proposal:
    """One proposal within reach, locked. Refuses: ProposalUnknown."""
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("customer", "run", "sheet")
        .filter(pk=proposal_id)
        .first()
    )
    if found is None or not selecting.seen(actor, found.run_id, on=on).filter(pk=found.pk).exists():
        raise ProposalUnknown(proposal=proposal_id)
    return found


def reason_in(reason: str) -> str:
    """The reason as it is kept. Refuses: ReviewReasonMissing."""
    if not reason.strip():
        raise ReviewReasonMissing
    return reason.strip()[:LONGEST_REASON]


def told(proposal: Proposal) -> dict[str, Any]:
    """A proposal as the trail keeps it."""
    return {
        "run": proposal.run_id,
        "proposed": proposal.proposed,
        "grade": proposal.grade,
        "kind": proposal.kind,
        "expires_on": proposal.expires_on,
    }


def _unticked(rows: QuerySet[Proposal], run_id: int) -> QuerySet[Proposal]:
    """Those whose customer has no accepted report, where the policy wants its points ticked first."""
    if not terms.of_run(ratings.get_run(run_id).policy_sha256).approval.checklist:
        return rows.none()
    return rows.filter(~Exists(customers.reports_accepted(OuterRef("customer_id")).order_by()))


def _is_free(proposal: Proposal) -> bool:
    is_off_sheets = proposal.sheet is None or proposal.sheet.state == "returned"
    return proposal.stage in ("open", "reviewed") and is_off_sheets


def _record(actor: Actor, on: date, verb: str, proposal: Proposal, before: dict[str, Any]) -> None:
    audit.record(
        actor=actor,
        act=f"ratings.{verb}",
        subject=f"customer:{proposal.customer.no}",
        on=on,
        before=before,
        after=told(proposal),
        reason=proposal.reason,
    )
