"""What this room refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class KeyRulesInvalid(Refusal):
    """A document of rules is wrong; nothing of it is used."""

    code = "key_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class KeyAccountInvalid(Refusal):
    """A value that cannot be."""

    code = "key_account_invalid"
    status = 422
    text = _("%(cause)s")


class KeyRequestUnknown(Refusal):
    """There is no such request or target, or its customer is out of reach."""

    code = "key_request_unknown"
    status = 404
    text = _("There is no request or service level %(no)s.")


class RequestClosed(Refusal):
    """A closed request is not changed again."""

    code = "key_request_closed"
    status = 409
    text = _("Request %(no)s is closed; it is not changed again.")


class RequestNotAccepted(Refusal):
    """Nobody has accepted the request yet."""

    code = "key_request_not_accepted"
    status = 409
    text = _("Request %(no)s is closed by whoever accepted it; nobody has.")
