"""Confirmations and reminders that went out: how, when, by whom, to which address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.messages import services as messages
from xinheng.base.messages.values import NewMessage, Paper
from xinheng.facts.archive import services as archive
from xinheng.operations.confirmations import selecting
from xinheng.operations.confirmations.errors import (
    ConfirmationInvalid,
    ConfirmationStands,
    ConfirmationUnknown,
    NotSealed,
)
from xinheng.operations.confirmations.models import Confirmation, Sending
from xinheng.operations.confirmations.values import WAYS, NewSending
from xinheng.operations.confirmations.wording import STATES

AT_ONCE = 500
PAPER = "confirmation"


@transaction.atomic
def note_sent(*, actor: Actor, on: date, confirmation_id: int, new: NewSending) -> Sending:
    """Note that a sealed confirmation went out; once it did, again is a reminder.

    Refuses: AccessDenied, ConfirmationUnknown, ConfirmationInvalid, NotSealed, ConfirmationStands where it is
    answered already.
    """
    access.require(actor, "confirmations.write", f"confirmation:{confirmation_id}")
    found = selecting.get(actor, confirmation_id, on=on, lock=True)
    address = new.address.strip()
    check(new, address, on=on)
    if not found.sha256:
        raise NotSealed(confirmation=confirmation_id)
    if found.state not in ("drawn", "sent"):
        raise ConfirmationStands(confirmation=confirmation_id, state=STATES[found.state])
    is_reminder = found.state == "sent"
    reference = new.reference.strip()[:100]
    if new.deliver:
        reference = _put_out(found, address, on=on, by=actor.login, is_reminder=is_reminder)
    kept = Sending.objects.create(
        confirmation=found, way=new.way, address=address, reference=reference,
        is_reminder=is_reminder, sent_on=new.sent_on, sent_by=actor.login,
    )  # fmt: skip
    if is_reminder:
        Confirmation.objects.filter(pk=found.pk).update(reminders=F("reminders") + 1)
    else:
        Confirmation.objects.filter(pk=found.pk).update(state="sent", sent_on=new.sent_on)
    after = {
        "confirmation": found.pk, "way": new.way, "address": address, "sent_on": new.sent_on,
        "reminder": is_reminder,
    }  # fmt: skip
    subject = f"customer:{found.customer.no}"
    record(actor=actor, act="confirmations.note_sent", subject=subject, on=on, after=after)
    return kept


def _put_out(found: Confirmation, address: str, *, on: date, by: str, is_reminder: bool) -> str:
    """Send the sealed PDF by e-mail; gives the number of the message."""
    with translation.override(found.language):
        told = {"company": found.company, "day": found.as_of, "until": found.reply_by}
        title = _("Confirmation of balance as of %(day)s") % told
        title = _("Reminder: %(title)s") % {"title": title} if is_reminder else title
        text = _(
            "Please find attached the confirmation of your balance with %(company)s as of %(day)s, and "
            "return its reply slip by %(until)s. It serves to reconcile accounts and is no reminder of "
            "payment."
        )
        message = messages.send(
            NewMessage(
                way="email", recipient=found.customer.name[:120], address=address, title=title,
                text=text % told, subject=f"customer:{found.customer.no}", about=f"{PAPER}:{found.pk}",
                paper=f"{PAPER}:{found.pk}", paper_name=f"{found.customer.no}-{found.as_of:%Y%m%d}.pdf",
                language=found.language,
            ),
            on=on,
            by=by,
        )  # fmt: skip
    return str(message.message_id)


def sealed_paper(which: str) -> Paper:
    """The sealed PDF that goes with a message. Refuses: ConfirmationUnknown, DocumentAltered."""
    found = Confirmation.objects.filter(pk=int(which)).exclude(sha256="").first()
    if found is None or found.attachment_no is None:
        raise ConfirmationUnknown(confirmation=which)
    kept = archive.read(
        actor=system_actor("messages"), on=found.sent_on or found.made_on, attachment_id=found.attachment_no,
        subject=f"{PAPER}:{found.pk}",
    )  # fmt: skip
    return Paper(kept.attached.file_name, kept.content, kept.attached.sha256)


def check(new: NewSending, address: str, *, on: date) -> None:
    """Refuse a way, an address or a day that cannot be. Refuses: ConfirmationInvalid."""
    if new.way not in WAYS or (new.deliver and new.way != "email"):
        raise ConfirmationInvalid(cause=_("Choose how it was sent."), field="way")
    if not address or len(address) > 300:
        raise ConfirmationInvalid(cause=_("Say where it was sent to."), field="address")
    if new.sent_on > on:
        raise ConfirmationInvalid(cause=_("It cannot have been sent on a day to come."), field="sent_on")


def put_out(rows: Sequence[Confirmation], *, actor: Actor, on: date, way: str, is_reminder: bool) -> int:
    """Note of many confirmations of one campaign that they went out to the address in the customer's file.

    rows: sealed ones whose customer has an address. Gives how many.
    """
    Sending.objects.bulk_create(
        [
            Sending(
                confirmation=one, way=way, address=one.customer.address[:300], is_reminder=is_reminder,
                sent_on=on, sent_by=actor.login,
            )
            for one in rows
        ],
        batch_size=AT_ONCE,
    )  # fmt: skip
    ids = [one.pk for one in rows]
    for at in range(0, len(ids), AT_ONCE):
        some = Confirmation.objects.filter(pk__in=ids[at : at + AT_ONCE])
        if is_reminder:
            some.update(reminders=F("reminders") + 1)
        else:
            some.update(state="sent", sent_on=on)
    return len(ids)
