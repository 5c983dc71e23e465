"""What pages refuse by themselves: signing in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class SignInRefused(Refusal):
    """Login and password do not fit together."""

    code = "sign_in_refused"
    status = 403
    text = _("Login and password do not match.")


class LockedOut(Refusal):
    """Too many sign-ins failed; the login stays closed for a while."""

    code = "locked_out"
    status = 429
    text = _("Too many failed sign-ins. Try again after %(until)s.")


class FormExpired(Refusal):
    """The page was open too long or was sent from elsewhere (CSRF)."""

    code = "form_expired"
    status = 403
    text = _("This page was open too long. Load it again and repeat what you did.")


class FieldsRefused(Refusal):
    """A form was sent that its page would not have sent."""

    code = "fields_refused"
    status = 400
    text = _("The request was incomplete: %(fields)s.")
