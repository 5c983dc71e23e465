"""What approvals refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class RequestUnknown(Refusal):
    """There is no such request, or the actor neither submitted it nor may see approvals."""

    code = "request_unknown"
    status = 404
    text = _("There is no request %(request)s.")


class RequestKindUnknown(Refusal):
    """No part of the system owns requests of this kind."""

    code = "request_kind_unknown"
    status = 422
    text = _("Nothing of the kind %(kind)s can be submitted for approval.")


class RequestPending(Refusal):
    """The subject is on its way through a chain already."""

    code = "request_pending"
    status = 409
    text = _("%(subject)s is waiting for approval already.")


class RequestEnded(Refusal):
    """The request is not waiting for a decision."""

    code = "request_ended"
    status = 409
    text = _("Request %(request)s is not waiting for a decision: %(state)s.")


class RequestNotReturned(Refusal):
    """Only what was returned is submitted again."""

    code = "request_not_returned"
    status = 409
    text = _("Request %(request)s was not returned, so it is not submitted again.")


class NotSubmitter(Refusal):
    """Only who submitted takes back or submits again."""

    code = "not_submitter"
    status = 403
    text = _("Only %(login)s, who submitted request %(request)s, may do this.")


class RoleUnmanned(Refusal):
    """A role of the chain is held by nobody who may decide, so the request would wait for ever."""

    code = "role_unmanned"
    status = 409
    text = _(
        "The step “%(step)s” needs the role %(role)s, and nobody but the submitter holds it: "
        "give it to a person first."
    )


class OwnSubmission(Refusal):
    """Nobody decides on what they submitted themselves, nor lets another decide for them (RR-17)."""

    code = "own_submission"
    status = 403
    text = _("You cannot decide on your own submission.")


class NotYourTurn(Refusal):
    """The step waits for roles that the actor neither holds nor acts for."""

    code = "not_your_turn"
    status = 403
    text = _(
        "The step “%(step)s” waits for: %(roles)s. You hold none of these roles and act for nobody who does."
    )


class DecidedBefore(Refusal):
    """Whoever signed an earlier step, or this one, does not sign again."""

    code = "decided_before"
    status = 403
    text = _("%(login)s has signed this request already; the chain wants another person here.")


class ReasonMissing(Refusal):
    """Returning, rejecting, taking back and delegating need a reason."""

    code = "reason_missing"
    status = 422
    text = _("Give the reason.")


class DecisionInvalid(Refusal):
    """There is no such decision."""

    code = "decision_invalid"
    status = 422
    text = _("A decision is one of: approve, return, reject. Not: %(decision)s.")


class DelegationInvalid(Refusal):
    """The delegation cannot be as told."""

    code = "delegation_invalid"
    status = 422
    text = _("The delegation cannot be kept: %(cause)s")


class DelegationUnknown(Refusal):
    """There is no such delegation that still holds, or it is another's."""

    code = "delegation_unknown"
    status = 404
    text = _("There is no delegation %(delegation)s that still holds.")
