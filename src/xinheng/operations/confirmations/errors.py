"""What confirmations refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TotalDiffersFromLedger(Refusal):
    """A statement that is not what the ledger says is never printed (MED-02)."""

    code = "total_differs_from_ledger"
    status = 409
    text = _(
        "The account of %(customer_no)s does not add up: its documents come to %(shown)s %(currency)s, the "
        "ledger to %(facts)s. Nothing is printed until this is found."
    )


class NothingToConfirm(Refusal):
    """The customer has no account on the day: nothing was ever billed or paid by then."""

    code = "nothing_to_confirm"
    status = 409
    text = _("There is nothing to confirm with %(customer_no)s as of %(as_of)s.")


class ConfirmationUnknown(Refusal):
    """There is no such confirmation, or its customer is out of reach."""

    code = "confirmation_unknown"
    status = 404
    text = _("There is no confirmation %(confirmation)s.")


class ConfirmationStands(Refusal):
    """What is asked for does not fit where the confirmation stands."""

    code = "confirmation_stands"
    status = 409
    text = _("Confirmation %(confirmation)s cannot take this now: %(state)s.")


class ConfirmationInvalid(Refusal):
    """A value of a confirmation, an answer or a difference that cannot be."""

    code = "confirmation_invalid"
    status = 422
    text = _("%(cause)s")


class NotSealed(Refusal):
    """What was never printed cannot have been sent."""

    code = "not_sealed"
    status = 409
    text = _("Confirmation %(confirmation)s was not printed yet: print it, then send it.")


class DifferenceUnknown(Refusal):
    """There is no such difference, or its customer is out of reach."""

    code = "difference_unknown"
    status = 404
    text = _("There is no difference %(difference)s.")


class DifferenceClosed(Refusal):
    """A difference that was worked off stays so."""

    code = "difference_closed"
    status = 409
    text = _("Difference %(difference)s was worked off on %(closed_on)s.")


class ExplainedTooMuch(Refusal):
    """Differences that come to more than there is to explain."""

    code = "explained_too_much"
    status = 422
    text = _("Only %(left)s %(currency)s are not explained yet; %(amount)s would be too much.")


class CampaignUnknown(Refusal):
    """There is no such campaign."""

    code = "campaign_unknown"
    status = 404
    text = _("There is no campaign %(campaign)s.")


class CampaignEmpty(Refusal):
    """Nobody passes the selection."""

    code = "campaign_empty"
    status = 422
    text = _("No customer within your reach passes this selection as of %(as_of)s.")


class CampaignClosed(Refusal):
    """A campaign that is closed takes no more acts."""

    code = "campaign_closed"
    status = 409
    text = _("The campaign was closed on %(closed_on)s.")
