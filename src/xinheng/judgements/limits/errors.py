"""What limits and checks refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class LimitInvalid(Refusal):
    """A limit that says two things, or nothing."""

    code = "limit_invalid"
    status = 422
    text = _("%(cause)s")


class OrderNotPassed(Refusal):
    """Goods leave only on an order that passed the check or was released."""

    code = "order_not_passed"
    status = 409
    text = _("Order %(order_no)s is not free to be delivered: %(state)s.")


class OrderNotHeld(Refusal):
    """Only a held order is released or rejected."""

    code = "order_not_held"
    status = 409
    text = _("Order %(order_no)s is not held: %(state)s.")


class OrderNotFree(Refusal):
    """Only an order that passed or was released can be held by a person."""

    code = "order_not_free"
    status = 409
    text = _("Order %(order_no)s is not free, so it cannot be held: %(state)s.")


class OwnOrder(Refusal):
    """Nobody releases the order they asked for."""

    code = "own_order"
    status = 403
    text = _("You asked for order %(order_no)s yourself: somebody else releases it.")


class ReleaseReasonMissing(Refusal):
    """Releasing and rejecting need a reason."""

    code = "release_reason_missing"
    status = 422
    text = _("Say why, in the reason.")


class ReleaseInvalid(Refusal):
    """A release ends on a day to come, and is for some of the order."""

    code = "release_invalid"
    status = 422
    text = _(
        "A release is for a part of the order or all of it, and until a day to come: %(value)s is neither."
    )


class BeyondAuthority(Refusal):
    """The excess, or how long the customer is overdue, is more than one may release."""

    code = "beyond_authority"
    status = 403
    text = _("Order %(order_no)s is beyond your authority: %(over)s over the limit, %(days)s days overdue.")


class DecisionUnknown(Refusal):
    """Nothing was decided on the order."""

    code = "decision_unknown"
    status = 404
    text = _("Nothing was decided on order %(order_no)s.")


class CoverUnknown(Refusal):
    """Nothing was asked of a customer under the number, or the order is out of reach."""

    code = "cover_unknown"
    status = 404
    text = _("Nothing was asked of a customer under number %(cover)s.")


class CoverAsked(Refusal):
    """The same was asked already and waits for an answer."""

    code = "cover_asked"
    status = 409
    text = _("This was asked for order %(order_no)s already and waits for an answer.")


class CoverEnded(Refusal):
    """What was asked was met or withdrawn."""

    code = "cover_ended"
    status = 409
    text = _("What was asked for order %(order_no)s waits no more: it was met or withdrawn.")


class CoverInvalid(Refusal):
    """What is asked of a customer is an amount, and a day to come."""

    code = "cover_invalid"
    status = 422
    text = _(
        "What is asked is an amount above zero, in the order's currency, until a day to come: %(value)s."
    )


class ChecksDiffer(Refusal):
    """The text is of another policy than the one every account is checked by."""

    code = "checks_differ"
    status = 422
    text = _("The text is of the policy %(code)s, not of %(wanted)s.")


class SapTableInvalid(Refusal):
    """A row of the table of automatic checks is not as the table has it."""

    code = "sap_table_invalid"
    text = _("Row %(row)s, %(name)s: %(cause)s.")
