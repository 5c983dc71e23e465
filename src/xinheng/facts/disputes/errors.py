"""What disputes refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class DisputeRulesInvalid(Refusal):
    """A document of rules is wrong; nothing of it is used."""

    code = "dispute_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class DisputeUnknown(Refusal):
    """There is no such dispute, or its customer is out of reach."""

    code = "dispute_unknown"
    status = 404
    text = _("There is no dispute %(dispute)s.")


class DisputeInvalid(Refusal):
    """A value of a dispute or a pause that cannot be."""

    code = "dispute_invalid"
    status = 422
    text = _("%(cause)s")


class DisputeStands(Refusal):
    """The dispute was closed already."""

    code = "dispute_closed"
    status = 409
    text = _("Dispute %(dispute)s was closed on %(closed_on)s.")


class DisputedAlready(Refusal):
    """The bill is contested for the same reason."""

    code = "disputed_already"
    status = 409
    text = _("Bill %(bill_no)s is contested for this reason already: dispute %(dispute)s.")


class NothingToDispute(Refusal):
    """Nothing is open on the bill, or less than what is contested."""

    code = "nothing_to_dispute"
    status = 409
    text = _("Of bill %(bill_no)s %(open)s is open and not contested yet; %(asked)s cannot be contested.")


class CaseMissing(Refusal):
    """Our own fault needs the complaint it was found in (LIM-06)."""

    code = "case_missing"
    status = 409
    text = _("Our own fault needs the number of the complaint it was found in.")


class AgreedAmountWrong(Refusal):
    """What we let go of does not fit the outcome."""

    code = "agreed_amount_wrong"
    status = 422
    text = _("With this outcome between %(least)s and %(most)s is let go of, not %(agreed)s.")


class PauseUnknown(Refusal):
    """There is no such pause, or its customer is out of reach."""

    code = "pause_unknown"
    status = 404
    text = _("There is no pause %(pause)s.")


class PauseStands(Refusal):
    """A pause of a dispute ends with the dispute; an ended one does not end again."""

    code = "pause_stands"
    status = 409
    text = _("Pause %(pause)s cannot be changed: it belongs to a dispute or has ended.")
