"""What orders refuse."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class OrderUnknown(Refusal):
    """There is no order of the number, or its customer is out of reach."""

    code = "order_unknown"
    status = 404
    text = _("There is no order %(order_no)s.")


class OrderPosted(Refusal):
    """There is an order of the number already."""

    code = "order_posted"
    status = 409
    text = _("Order %(order_no)s is posted already. Change it instead.")


class OrderEnded(Refusal):
    """The order was cancelled or closed."""

    code = "order_ended"
    status = 409
    text = _("Order %(order_no)s has ended.")


class OrderDelivered(Refusal):
    """An order of which something was delivered is closed, not cancelled."""

    code = "order_delivered"
    status = 409
    text = _("%(delivered)s was delivered on order %(order_no)s: close it instead of cancelling.")


class DeliveryPosted(Refusal):
    """There is a delivery of the number already."""

    code = "delivery_posted"
    status = 409
    text = _("Delivery %(delivery_no)s is posted already.")


class MoreThanDelivered(Refusal):
    """More comes back, or is billed, than was delivered."""

    code = "more_than_delivered"
    status = 409
    text = _("Only %(delivered)s of order %(order_no)s is there for it; %(amount)s is more.")


class BelowDelivered(Refusal):
    """An order is not changed to less than was delivered on it."""

    code = "below_delivered"
    status = 409
    text = _("%(delivered)s was delivered on order %(order_no)s already: it cannot become %(amount)s.")


class OrderCurrencyDiffers(Refusal):
    """An order, its deliveries and its bills are in one currency."""

    code = "order_currency_differs"
    text = _("Order %(order_no)s is in %(expected)s, not in %(currency)s.")


class OrderFieldRefused(Refusal):
    """A field of an order is empty, too long or not possible."""

    code = "order_field_refused"
    text = _("%(field)s is empty or not possible: %(value)s.")

    def __str__(self) -> str:
        named = {**self.params, "field": str(FIELDS.get(self.params["field"], self.params["field"]))}
        return str(self.text) % named


FIELDS = {
    "order_no": _("Order number"),
    "delivery_no": _("Delivery number"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "ordered_on": _("Day ordered"),
    "ship_on": _("Planned day of delivery"),
    "delivered_on": _("Day delivered"),
    "segment": _("Credit segment"),
    "terms_days": _("Days of credit asked for"),
    "ended_on": _("Day it ended"),
    "reason": _("Reason"),
}
