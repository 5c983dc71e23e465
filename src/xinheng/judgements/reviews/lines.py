"""What an approver does to single lines of a sheet: another grade, back to the reviewer, or turned down."""

from __future__ import annotations

from datetime import date
from typing import Unpack

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.reviews import reviewing, terms
from xinheng.judgements.reviews.errors import LastLine, NotApprover, SheetSettled
from xinheng.judgements.reviews.models import LineAct, Proposal, Sheet
from xinheng.judgements.reviews.values import Given


@transaction.atomic
def change_line(*, actor: Actor, on: date, proposal_id: int, **given: Unpack[Given]) -> Proposal:
    """Give a customer on a sheet another grade than was submitted; only with a reason (ADV-13).

    For who may decide on the sheet now. The last approver raises as far as vetoes and hard caps allow; the
    others no further than a reviewer. Refuses: AccessDenied, ProposalUnknown, SheetSettled, NotApprover,
    ReviewReasonMissing, GradeUnknown, VetoStands, RaisedTooFar, ExpiryInvalid.
    """
    access.require(actor, "approvals.decide", f"proposal:{proposal_id}")
    line, sheet = _line(actor, proposal_id, on=on)
    before, grade = reviewing.told(line), line.grade
    request = sheet.request
    assert request is not None
    is_last = request.step == len(request.chain["steps"]) - 1
    by = terms.of_run(sheet.run.policy_sha256)
    reviewing.settle(line, by, given, on=on, by_last_approver=is_last)
    line.is_changed = True
    line.save()
    _keep(actor, on, line, ("change", grade, line.grade), line.reason)
    audit.record(
        actor=actor,
        act="ratings.change_line",
        subject=f"customer:{line.customer.no}",
        on=on,
        before=before,
        after=reviewing.told(line),
        reason=line.reason,
    )
    return line


@transaction.atomic
def return_line(*, actor: Actor, on: date, proposal_id: int, reason: str) -> Proposal:
    """Take a customer off a sheet, back to the reviewers; the others go on.

    Refuses: AccessDenied, ProposalUnknown, SheetSettled, NotApprover, ReviewReasonMissing, LastLine.
    """
    return _take_off(actor, on, proposal_id, reason, "return")


@transaction.atomic
def reject_line(*, actor: Actor, on: date, proposal_id: int, reason: str) -> Proposal:
    """Turn one customer's grade down for good; what stands goes on standing, and so do the other lines.

    Refuses as return_line does.
    """
    return _take_off(actor, on, proposal_id, reason, "reject")


def _take_off(actor: Actor, on: date, proposal_id: int, reason: str, act: str) -> Proposal:
    access.require(actor, "approvals.decide", f"proposal:{proposal_id}")
    line, sheet = _line(actor, proposal_id, on=on)
    reason = reviewing.reason_in(reason)
    if Proposal.objects.filter(sheet=sheet, stage="submitted").count() == 1:
        raise LastLine
    _keep(actor, on, line, (act, line.grade, ""), reason)
    line.stage = "rejected" if act == "reject" else "reviewed"
    line.sheet = sheet if act == "reject" else None
    line.save()
    audit.record(
        actor=actor,
        act=f"ratings.{act}_line",
        subject=f"customer:{line.customer.no}",
        on=on,
        after={"sheet": sheet.pk, "grade": line.grade},
        reason=reason,
    )
    return line


def _line(actor: Actor, proposal_id: int, *, on: date) -> tuple[Proposal, Sheet]:
    """A line on a sheet that waits for the actor; both locked. Refuses: SheetSettled, NotApprover."""
    line = reviewing.reached(actor, proposal_id, on=on)
    if line.sheet is None or line.stage != "submitted":
        raise SheetSettled(sheet=line.sheet_id or "–")
    here = Sheet.objects.select_for_update(of=("self",)).select_related("request", "run")
    sheet = here.get(pk=line.sheet.pk)
    assert sheet.request is not None
    if not approvals.seats_of(sheet.request, actor, on=on):
        raise NotApprover(sheet=sheet.pk)
    return line, sheet


def _keep(actor: Actor, on: date, line: Proposal, told: tuple[str, str, str], reason: str) -> None:
    act, before, after = told
    assert line.sheet is not None
    LineAct.objects.create(
        proposal=line,
        sheet=line.sheet,
        act=act,
        before=before,
        after=after,
        reason=reason,
        by=actor.login,
        on=on,
    )
