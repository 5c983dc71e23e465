"""What terms refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class TermsInvalid(Refusal):
    """Terms that cannot be as told."""

    code = "terms_invalid"
    status = 422
    text = _("%(cause)s")


class TermsNotInForce(Refusal):
    """No document says what grades entitle to."""

    code = "terms_not_in_force"
    status = 409
    text = _("No terms by grade are in force on %(on)s: adopt a document first.")


class TermsLowered(Refusal):
    """Lowered terms of payment come back by the next grade or by approval, not by hand (PTS-07)."""

    code = "terms_lowered"
    status = 409
    text = _(
        "The terms of %(customer_no)s were lowered on %(since)s after breaches: "
        "ask for their restoration, or wait for the next grade."
    )


class ExceptionNotNeeded(Refusal):
    """Nothing of the kind is asked of the customer."""

    code = "exception_not_needed"
    status = 409
    text = _("Nothing of this kind has to be asked for: %(what)s.")


class ExceptionUnknown(Refusal):
    """There is no such exception, or its customer is out of reach."""

    code = "exception_unknown"
    status = 404
    text = _("There is no exception %(exception)s.")


class InquiryUnknown(Refusal):
    """There is no such inquiry, or its customer is out of reach."""

    code = "inquiry_unknown"
    status = 404
    text = _("There is no inquiry %(inquiry)s.")


class InquiryAnswered(Refusal):
    """An inquiry is answered once."""

    code = "inquiry_answered"
    status = 409
    text = _("Inquiry %(inquiry)s was answered already.")


class MeasureUnknown(Refusal):
    """There is no such measure that still holds."""

    code = "measure_unknown"
    status = 404
    text = _("There is no measure %(measure)s that still holds.")


class NotPaidFirst(Refusal):
    """The grade has no credit, and the goods are not paid (FOU-06, PTS-06)."""

    code = "not_paid_first"
    status = 409
    text = _("Goods on order %(order_no)s leave only once paid; the terms are: %(terms)s.")


class OrderNotExamined(Refusal):
    """The grade's orders are examined, and the finding noted, before they are carried out (PTS-10)."""

    code = "order_not_examined"
    status = 409
    text = _("Order %(order_no)s has not been examined: note what was found first.")


class OrderExamined(Refusal):
    """The finding on an order is noted once."""

    code = "order_examined"
    status = 409
    text = _("What was found on order %(order_no)s is noted already.")


class PriceKnown(Refusal):
    """A price of that day is told already."""

    code = "price_known"
    status = 409
    text = _("This price of %(product)s from %(from_on)s on is told already.")


class NoCooperation(Refusal):
    """With customers of this grade no relation is signed (LSE-22)."""

    code = "no_cooperation"
    status = 409
    text = _(
        "Customer %(customer_no)s has grade %(grade)s: no contract is signed without an approved exception."
    )
