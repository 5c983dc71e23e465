"""What the store of policies refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class PolicyNotInForce(Refusal):
    """No version of the policy holds on the day (ADV-03)."""

    code = "policy_not_in_force"
    status = 409
    text = _("No version of the policy %(code)s is in force on %(on)s.")


class NoPolicyInForce(Refusal):
    """No policy at all holds on the day, so nothing can be graded (ADV-03)."""

    code = "no_policy_in_force"
    status = 409
    text = _("No rating policy is in force on %(on)s: adopt one first.")


class PolicyUnknown(Refusal):
    """There is no such policy or version."""

    code = "policy_unknown"
    status = 404
    text = _("There is no policy %(code)s %(version)s.")


class PolicyNameUnknown(Refusal):
    """Nothing is called that."""

    code = "policy_unknown"
    status = 404
    text = _(
        "There is no policy %(name)s: name one as code, code@version, shipped:code or draft:number. "
        "Adopted are: %(codes)s."
    )


class PolicyKindUnknown(Refusal):
    """No part of the system owns policies of this kind, so none could check it."""

    code = "policy_kind_unknown"
    status = 422
    text = _("There are no policies of the kind %(kind)s.")


class PolicyHeaderInvalid(Refusal):
    """The document does not say what it is."""

    code = "policy_header_invalid"
    status = 422
    text = _("The policy document does not give its %(field)s.")


class PolicyVersionExists(Refusal):
    """A version once adopted is never edited."""

    code = "policy_version_exists"
    status = 409
    text = _("Version %(version)s of the policy %(code)s was adopted before with another text.")


class PolicyDayTaken(Refusal):
    """Two versions cannot begin on the same day."""

    code = "policy_day_taken"
    status = 409
    text = _("Version %(version)s of the policy %(code)s already begins on %(on)s.")


class ChainNeeded(Refusal):
    """A further version of a policy goes through the chain of approval (ADV-03, FOU-01)."""

    code = "chain_needed"
    status = 409
    text = _(
        "The policy %(code)s has version %(version)s already: another version goes through the chain of "
        "approval, as a draft that is submitted."
    )


class DraftUnknown(Refusal):
    """There is no such draft, or it is another's."""

    code = "draft_unknown"
    status = 404
    text = _("There is no draft %(draft)s.")


class DraftChanged(Refusal):
    """Somebody saved the draft meanwhile; nothing of theirs is overwritten."""

    code = "draft_changed"
    status = 409
    text = _("%(login)s saved the draft meanwhile (revision %(revision)s): look at it before you save yours.")


class DraftClosed(Refusal):
    """The draft is not open for changes."""

    code = "draft_closed"
    status = 409
    text = _("The draft %(draft)s cannot be changed: %(state)s.")


class DraftUnreadable(Refusal):
    """The text cannot be kept."""

    code = "draft_unreadable"
    status = 422
    text = _("The text cannot be kept: %(cause)s")


class RevisionUnknown(Refusal):
    """The draft has no such revision."""

    code = "revision_unknown"
    status = 404
    text = _("The draft %(draft)s has no revision %(revision)s.")


class DraftReasonMissing(Refusal):
    """Rejecting a proposal, and a day gone by, need a reason."""

    code = "reason_missing"
    status = 422
    text = _("Give the reason.")


class DayGoneBy(Refusal):
    """A policy begins today or later, unless it is said why it begins in the past."""

    code = "day_gone_by"
    status = 422
    text = _("The day %(effective_from)s has gone by: choose a later one, or say why it must hold since.")


class DrafterMayNotApprove(Refusal):
    """Whoever wrote a policy does not put it in force (FOU-01)."""

    code = "drafter_may_not_approve"
    status = 403
    text = _("%(login)s worked on this draft, so somebody else must approve it.")


class PolicyChainInvalid(Refusal):
    """The file that says who approves policies cannot be used."""

    code = "policy_chain_invalid"
    status = 409
    text = _("The chain of approval in %(file)s cannot be used: %(cause)s")
