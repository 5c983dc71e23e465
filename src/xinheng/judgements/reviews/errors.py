"""What reviews refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ReviewNotBegun(Refusal):
    """Nobody began to review the run."""

    code = "review_not_begun"
    status = 409
    text = _("The review of run %(run_id)s has not begun.")


class ReviewOutdated(Refusal):
    """A later run of the policy is under review already."""

    code = "review_outdated"
    status = 409
    text = _("Run %(later)s of the policy is later and under review already.")


class ProposalUnknown(Refusal):
    """There is no such proposal, or its customer is out of reach."""

    code = "proposal_unknown"
    status = 404
    text = _("There is no proposal %(proposal)s.")


class ProposalSettled(Refusal):
    """The proposal is on a sheet, approved, rejected or superseded, so a reviewer changes it no more."""

    code = "proposal_settled"
    status = 409
    text = _("The proposal for customer %(customer_no)s can no longer be reviewed: %(stage)s.")


class NothingSelected(Refusal):
    """No proposal that could be reviewed or submitted passes the selection."""

    code = "nothing_selected"
    status = 422
    text = _("Nothing in the selection can be taken: choose proposals that wait for it.")


class ReviewReasonMissing(Refusal):
    """Accepting in bulk, overriding, changing and turning down need a reason."""

    code = "review_reason_missing"
    status = 422
    text = _("Say why, in the reason.")


class GradeUnknown(Refusal):
    """The scale of the policy has no such grade."""

    code = "grade_unknown"
    status = 422
    text = _("%(grade)s is not a grade of the policy.")


class VetoStands(Refusal):
    """A veto or a hard cap forbids the grade, to everybody."""

    code = "veto_stands"
    status = 409
    text = _("A veto or a hard cap holds %(customer_no)s at %(best)s or worse; nobody gives %(grade)s.")


class RaisedTooFar(Refusal):
    """Only the last approver raises a proposed grade further."""

    code = "raised_too_far"
    status = 409
    text = _(
        "%(grade)s is more than %(notches)s above what is proposed for %(customer_no)s; "
        "only the last approver raises further."
    )


class ChecklistOpen(Refusal):
    """The policy wants the points of a customer's report looked at first (NET-05)."""

    code = "checklist_open"
    status = 409
    text = _(
        "No report on %(customers)s customers is accepted with every point of its review ticked: do so first."
    )


class ExpiryInvalid(Refusal):
    """An override ends after the day it is given and within the policy's months."""

    code = "expiry_invalid"
    status = 422
    text = _("An override ends after %(on)s and by %(latest)s at the latest; not on %(expires_on)s.")


class SheetUnknown(Refusal):
    """There is no such grade summary, or the actor may not see it."""

    code = "sheet_unknown"
    status = 404
    text = _("There is no grade summary %(sheet)s.")


class SheetOutOfReach(Refusal):
    """The sheet holds customers outside the approver's reach."""

    code = "sheet_out_of_reach"
    status = 403
    text = _("The grade summary holds %(customers)s customers outside your reach.")


class SheetSettled(Refusal):
    """The sheet waits for no approver."""

    code = "sheet_settled"
    status = 409
    text = _("Grade summary %(sheet)s is not waiting for approval.")


class NotPreparer(Refusal):
    """The policy names who prepares grade summaries."""

    code = "not_preparer"
    status = 403
    text = _("Grade summaries of this policy are prepared by: %(roles)s.")


class NotApprover(Refusal):
    """It is not the actor's turn to decide on the sheet."""

    code = "not_approver"
    status = 403
    text = _("It is not your turn to decide on grade summary %(sheet)s.")


class OnAnotherSheet(Refusal):
    """Some of the customers are on a sheet that is not decided yet."""

    code = "on_another_sheet"
    status = 409
    text = _("%(customers)s of these customers are on a grade summary that is not decided yet.")


class OverridesExpired(Refusal):
    """Overrides on the sheet would end before the grades take effect."""

    code = "overrides_expired"
    status = 409
    text = _(
        "%(overrides)s overrides on this grade summary end by %(on)s, when the grades take effect: return it."
    )


class LastLine(Refusal):
    """A sheet without lines would approve nothing."""

    code = "last_line"
    status = 409
    text = _("It is the only line left: return or reject the whole grade summary.")


class EffectiveDayInvalid(Refusal):
    """Grades do not take effect before they are submitted."""

    code = "effective_day_invalid"
    status = 422
    text = _("The grades cannot take effect before %(on)s: %(effective_on)s.")


class EventUnknown(Refusal):
    """No policy in force reviews a customer for this event."""

    code = "event_unknown"
    status = 422
    text = _("No policy in force knows the event %(event)s.")


class CallUnknown(Refusal):
    """There is no such call that is still open."""

    code = "call_unknown"
    status = 404
    text = _("There is no open call %(call)s for a review.")


class CalledAlready(Refusal):
    """The event has called a review that is still open."""

    code = "called_already"
    status = 409
    text = _("The event %(event)s has called a review of customer %(customer_no)s already.")
