"""What arrears refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class LedgerUnreadable(Refusal):
    """The file is not a table that can be read."""

    code = "ledger_unreadable"
    status = 422
    text = _("%(file)s is not a table that can be read: %(cause)s")


class LedgerColumnMissing(Refusal):
    """The table has no such column."""

    code = "ledger_column_missing"
    status = 422
    text = _("%(file)s has no column %(column)s. It has: %(columns)s")


class LedgerCellInvalid(Refusal):
    """A cell is not what its column holds."""

    code = "ledger_cell_invalid"
    status = 422
    text = _("%(file)s, row %(row)s, column %(column)s: %(value)s %(cause)s")


class TooFewBills(Refusal):
    """Too little has happened to learn from."""

    code = "too_few_bills"
    status = 422
    text = _(
        "As known on %(as_of)s there are %(paid)s paid bills, %(late)s late and %(good)s in time; at least "
        "%(least)s paid and ten of each are needed to learn from."
    )


class ModelUnreadable(Refusal):
    """The file holds no model, or was altered."""

    code = "arrears_model_unreadable"
    status = 422
    text = _("%(file)s holds no model of late payment that can be used: %(cause)s")


class ArrearsPolicyInvalid(Refusal):
    """The document on late payment cannot be used."""

    code = "arrears_policy_invalid"
    status = 422
    text = _("%(file)s, line %(line)s: %(cause)s")


class AmountNegative(Refusal):
    """An amount foretold or come is below zero."""

    code = "arrears_amount_negative"
    status = 422
    text = _(
        "An accuracy compares amounts that are not below zero: foretold %(foretold)s, actual %(actual)s."
    )


class NotForetold(Refusal):
    """Nothing was foretold yet."""

    code = "not_foretold"
    status = 409
    text = _("Nothing was foretold as of %(as_of)s yet.")


class FactorInvalid(Refusal):
    """An outer factor is none that the policy knows, or out of its range."""

    code = "arrears_factor_invalid"
    status = 422
    text = _("The factor %(factor)s is none of %(factors)s, or %(value)s is not from -2 to 2.")
