"""What the room of consents refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class ConsentInvalid(Refusal):
    """A field of a permission is missing or cannot be used."""

    code = "consent_invalid"
    status = 422
    text = _("%(field)s: %(cause)s")


class ConsentUnknown(Refusal):
    """There is no such permission, or its customer is out of reach."""

    code = "consent_unknown"
    status = 404
    text = _("There is no consent %(consent)s.")


class ConsentEnded(Refusal):
    """The permission does not hold any more, so there is nothing to withdraw."""

    code = "consent_ended"
    status = 409
    text = _("The consent %(consent)s has already ended.")


class NotConsented(Refusal):
    """Neither the customer nor a rule of the state lets this be given out (LOA-04)."""

    code = "not_consented"
    status = 403
    text = _(
        "%(customer_no)s has not consented that this is given to %(recipient)s, nor does a rule name it."
    )


class ConsentExpired(Refusal):
    """The customer's consent has ended (LOA-04)."""

    code = "consent_expired"
    status = 403
    text = _("The consent of %(customer_no)s for %(recipient)s ended on %(until_on)s.")
