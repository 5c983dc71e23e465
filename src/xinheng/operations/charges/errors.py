"""What charges refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class RateUnknown(Refusal):
    """No loan prime rate is known for a day that a charge needs."""

    code = "rate_unknown"
    status = 409
    text = _("The loan prime rate of %(day)s is not known: enter it first (the newest is of %(newest)s).")


class RateStands(Refusal):
    """Another rate was entered for the day."""

    code = "rate_stands"
    status = 409
    text = _("For %(day)s %(kept)s was entered already, not %(told)s.")


class ChargeInvalid(Refusal):
    """A value of an agreement, a rate or a charge that cannot be."""

    code = "charge_invalid"
    status = 422
    text = _("%(cause)s")


class ChargeUnknown(Refusal):
    """There is no such charge, or its customer is out of reach."""

    code = "charge_unknown"
    status = 404
    text = _("There is no charge %(charge)s.")


class AgreementUnknown(Refusal):
    """There is no such agreement, or its customer is out of reach."""

    code = "charge_agreement_unknown"
    status = 404
    text = _("There is no agreement %(agreement)s on charges.")


class NothingToWaive(Refusal):
    """Less is left of the charge than what is to be waived."""

    code = "nothing_to_waive"
    status = 409
    text = _("Of charge %(charge)s %(left)s is left and not waived; %(asked)s cannot be waived.")
