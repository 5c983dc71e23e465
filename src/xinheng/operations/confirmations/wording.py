"""How the parts of a confirmation are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = dict[str, str | Promise]
FORMS: Words = {"letter": _("Confirmation letter"), "statement": _("Statement of account")}
STATES: Words = {
    "drawn": _("drawn up"),
    "sent": _("waiting for the answer"),
    "agreed": _("agreed"),
    "differs": _("differs"),
    "settled": _("differences worked off"),
}
WAYS: Words = {
    "post": _("post"),
    "courier": _("courier"),
    "email": _("e-mail"),
    "fax": _("fax"),
    "chat": _("enterprise chat"),
    "by_hand": _("by hand"),
}
CAUSES: Words = {
    "timing": _("Timing: booked by one side before the day, by the other after it"),
    "missing_bill": _("They lack a bill of ours"),
    "missing_receipt": _("We lack a payment of theirs"),
    "dispute": _("They contest it"),
    "error": _("A mistake in a booking"),
}
KINDS: Words = {
    "quarterly": _("quarterly"),
    "yearly": _("yearly"),
    "other": _("for an occasion"),
}
CLAIMS: Words = {  # kinds of bills
    "goods": _("Goods"),
    "service": _("Services"),
    "freight": _("Freight"),
    "interest": _("Interest"),
    "fee": _("Fees"),
    "cost": _("Costs"),
    "deposit": _("Deposits"),
    "opening": _("Opening balance"),
    "instrument": _("Bills of exchange"),
}
WHATS: Words = {
    "bill": _("Bill posted"),
    "credit": _("Credit note"),
    "voided": _("Bill cancelled"),
    "receipt": _("Payment received"),
    "returned": _("Payment returned"),
    "prepaid": _("Payment not applied yet"),
}
