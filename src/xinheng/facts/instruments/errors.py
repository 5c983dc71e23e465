"""What instruments and deposits refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class InstrumentRulesInvalid(Refusal):
    """The text is not rules of instruments."""

    code = "instrument_rules_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class InstrumentUnknown(Refusal):
    """There is no such instrument, or its customer is out of reach."""

    code = "instrument_unknown"
    status = 404
    text = _("There is no bill of exchange %(instrument)s.")


class InstrumentKept(Refusal):
    """An instrument of the number is kept already."""

    code = "instrument_kept"
    status = 409
    text = _("Bill of exchange %(no)s is kept already.")


class InstrumentStands(Refusal):
    """What is asked for does not fit where the instrument stands."""

    code = "instrument_stands"
    status = 409
    text = _("Bill of exchange %(no)s cannot take this now: it is %(state)s.")


class InstrumentInvalid(Refusal):
    """A value that cannot be."""

    code = "instrument_invalid"
    status = 422
    text = _("%(field)s: %(cause)s")

    def __str__(self) -> str:
        field = self.params["field"]
        return str(self.text) % {**self.params, "field": str(FIELDS.get(field, field))}


class DepositUnknown(Refusal):
    """There is no such deposit, or its customer is out of reach."""

    code = "deposit_unknown"
    status = 404
    text = _("There is no deposit %(deposit)s.")


class DepositKept(Refusal):
    """The customer has a deposit of the number already."""

    code = "deposit_kept"
    status = 409
    text = _("Deposit %(no)s of this customer is kept already.")


class RefundAboveDeposit(Refusal):
    """More is to be refunded or applied than is held (PRP-06)."""

    code = "refund_above_deposit"
    status = 409
    text = _("Only %(held)s of deposit %(no)s is held; %(amount)s is more.")


class MoreThanArrears(Refusal):
    """A deposit pays what is overdue, not more."""

    code = "more_than_arrears"
    status = 409
    text = _("Only %(arrears)s is overdue; %(amount)s of the deposit cannot be applied.")


FIELDS = {
    "no": _("Paper number"),
    "kind": _("Kind"),
    "form": _("Form of the paper"),
    "amount": _("Amount"),
    "drawer": _("Drawer"),
    "acceptor": _("Acceptor"),
    "issued_on": _("Drawn on"),
    "matures_on": _("Matures on"),
    "received_on": _("Received on"),
    "to_name": _("Endorsed to"),
    "bank": _("Bank"),
    "rate": _("Rate of discount"),
    "done_on": _("Day"),
    "reason": _("Reason"),
    "purpose": _("Purpose"),
    "costs": _("Costs"),
    "due_on": _("Due day"),
}
