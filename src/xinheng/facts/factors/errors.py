"""What the room of outside factors refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class FactorRulesInvalid(Refusal):
    """The text is not rules of outside factors."""

    code = "factor_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class FactorUnknown(Refusal):
    """There is no such series or entry."""

    code = "factor_unknown"
    status = 404
    text = _("There is no outside factor %(code)s.")


class FactorKept(Refusal):
    """A series of the code is kept already, or comes with the system."""

    code = "factor_kept"
    status = 409
    text = _("Factor %(code)s is kept already.")


class FactorInvalid(Refusal):
    """A value that cannot be."""

    code = "factor_invalid"
    status = 422
    text = _("%(field)s: %(cause)s")

    def __str__(self) -> str:
        field = self.params["field"]
        return str(self.text) % {**self.params, "field": str(FIELDS.get(field, field))}


FIELDS = {
    "code": _("Code"),
    "name": _("Name"),
    "unit": _("Unit"),
    "kind": _("Kind"),
    "day": _("Day"),
    "value": _("Value"),
    "source": _("Source"),
    "title": _("Title"),
    "industry": _("Industry"),
    "effect": _("Effect"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "valid_days": _("Current for days"),
    "replaces": _("Corrects entry"),
}
