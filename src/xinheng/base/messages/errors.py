"""What sending messages refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.refusal import Refusal


class MessageUnknown(Refusal):
    """No message has the number, or none within reach."""

    code = "message_unknown"
    status = 404
    text = _("There is no message %(message)s.")


class MessageInvalid(Refusal):
    """Something of a message is missing or too long."""

    code = "message_invalid"
    status = 422
    text = _("A message needs a recipient, a title and a text: %(field)s is missing or too long.")


class AddressMissing(Refusal):
    """A way needs an address of a kind the recipient has none of."""

    code = "message_address_missing"
    status = 422
    text = _("%(recipient)s has no address to send by this way to (%(way)s): add %(field)s to the contacts.")


class MessageMoved(Refusal):
    """A message is past what is asked for."""

    code = "message_moved"
    status = 409
    text = _("Message %(message)s is %(state)s: this cannot be done with it any more.")


class ChannelInvalid(Refusal):
    """A way cannot be set up like this."""

    code = "message_channel_invalid"
    status = 422
    text = _("The way cannot be set up like this: %(field)s does not fit (%(value)s).")


class ReceiptRefused(Refusal):
    """What a gateway tells back is not signed by its secret, or too old."""

    code = "message_receipt_refused"
    status = 401
    text = _("The receipt is not signed by the secret of the gateway, or is older than five minutes.")


class PaperUnknown(Refusal):
    """The paper that goes with a message is not there."""

    code = "message_paper_unknown"
    status = 404
    text = _("The paper %(paper)s of the message is not there.")
