"""What telling other systems refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class SubscriptionUnknown(Refusal):
    """No subscription has the number."""

    code = "subscription_unknown"
    status = 404
    text = _("There is no webhook %(subscription)s.")


class SubscriptionInvalid(Refusal):
    """A name or a choice of events that says nothing."""

    code = "subscription_invalid"
    status = 422
    text = _("A webhook has a name of up to 60 signs and at least one event that exists: %(value)s.")


class AddressRefused(Refusal):
    """An address that may not be told."""

    code = "webhook_address_refused"
    status = 422
    text = _(
        "%(value)s may not be told: an address begins with http:// or https://, holds no login, and is of a"
        " host that the installation allows."
    )


class ReachTooSmall(Refusal):
    """A webhook tells of every customer, so only who sees all of them sets one up."""

    code = "webhook_reach_too_small"
    status = 403
    text = _("A webhook tells of every customer: only somebody who sees all of them sets one up.")


class DeliveryUnknown(Refusal):
    """No delivery has the number."""

    code = "delivery_unknown"
    status = 404
    text = _("There is no delivery %(delivery)s.")


class DeliveryWaiting(Refusal):
    """What is on its way is not sent again."""

    code = "delivery_waiting"
    status = 409
    text = _("Delivery %(delivery)s is still on its way.")
