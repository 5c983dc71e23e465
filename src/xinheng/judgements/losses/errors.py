"""What losses refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class LossPolicyMissing(Refusal):
    """No document of a kind was adopted for the day."""

    code = "loss_policy_missing"
    status = 409
    text = _("No document %(kind)s is in force on %(on)s: adopt one first.")


class LossInvalid(Refusal):
    """A value that cannot be."""

    code = "loss_invalid"
    status = 422
    text = _("%(cause)s")


class AssessmentUnknown(Refusal):
    """There is no such single assessment, or its customer is out of reach."""

    code = "assessment_of_loss_unknown"
    status = 404
    text = _("There is no single assessment %(assessment)s.")


class AssessmentEnded(Refusal):
    """The single assessment ended before."""

    code = "assessment_of_loss_ended"
    status = 409
    text = _("Single assessment %(assessment)s ended on %(on)s.")


class AllowanceUnknown(Refusal):
    """There is no such proposal of an allowance."""

    code = "allowance_unknown"
    status = 404
    text = _("There is no proposal %(allowance)s of an allowance.")


class AllowanceStands(Refusal):
    """A proposal for the same day and currency is on its way or approved."""

    code = "allowance_stands"
    status = 409
    text = _("A proposal of %(currency)s for %(as_of)s stands already: %(state)s.")


class AllowanceChanged(Refusal):
    """The kept figures are not those that were submitted."""

    code = "allowance_changed"
    status = 409
    text = _("The figures of proposal %(allowance)s do not match their hash: it cannot be approved.")


class ReachTooSmall(Refusal):
    """The figures of the whole company are for who sees every customer."""

    code = "losses_reach_too_small"
    status = 403
    text = _("Only who sees every customer may do this.")


class ImprovementWithoutOwner(Refusal):
    """An improvement has somebody who answers for it (TGT-08)."""

    code = "improvement_without_owner"
    status = 422
    text = _("An improvement needs somebody who answers for it.")


class PromiseWithoutDueDay(Refusal):
    """A promise has a day by which it is kept (TGT-10)."""

    code = "promise_without_due_day"
    status = 422
    text = _("A promise needs a day by which it is to be kept.")


class EntryUnknown(Refusal):
    """There is no such entry in a register."""

    code = "register_entry_unknown"
    status = 404
    text = _("There is no entry %(entry)s in the registers.")


class EntryClosed(Refusal):
    """The entry was closed before."""

    code = "register_entry_closed"
    status = 409
    text = _("Entry %(entry)s was closed on %(on)s.")
