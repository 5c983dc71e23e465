"""What a call came to: kept beside the letters, and followed by what it calls for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.messages import queries as sent
from xinheng.base.messages import services as messages
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.values import NewDispute
from xinheng.operations.dunning import holding
from xinheng.operations.dunning.errors import DunningInvalid, ReminderUnknown
from xinheng.operations.dunning.models import Call, Letter
from xinheng.operations.dunning.sending import PAPER
from xinheng.operations.dunning.values import REACHED, RESULTS, NewCall, NewPause, called


@transaction.atomic
def enter_call(*, actor: Actor, on: date, call: NewCall) -> Call:
    """Keep what a call came to.

    A promise pauses reminders up to the promised day; what is contested is opened as a dispute of its bill. A
    call that a letter asked for is done with it. Rooms above hear of it by `values.called`.
    Refuses: AccessDenied, CustomerUnknown, ReminderUnknown, DunningInvalid, and as disputes open one.
    """
    access.require(actor, "dunning.write", f"customer:{call.customer_no}")
    customer = customers.get(actor, call.customer_no, on=on)
    _check(call, on)
    letter = None
    if call.letter_id is not None:
        letter = Letter.objects.filter(pk=call.letter_id, customer=customer, state="sent").first()
        if letter is None:
            raise ReminderUnknown(reminder=call.letter_id)
    kept = Call.objects.create(
        customer=customer, letter=letter, on=on, result=call.result, spoke_with=call.spoke_with.strip()[:60],
        note=call.note.strip()[:600], promised_on=call.promised_on,
        promised_minor=call.promised.minor if call.promised else None,
        currency=call.promised.currency if call.promised else "CNY", made_by=actor.login,
    )  # fmt: skip
    if letter:
        _done(actor, on, letter, call)
    _follow(actor, on, call, kept)
    after = {"call": kept.pk, "result": call.result, "promised_on": call.promised_on}
    subject = f"customer:{call.customer_no}"
    audit.record(actor=actor, act="dunning.enter_call", subject=subject, on=on, after=after)
    called.send(sender=None, call=kept, actor=actor, on=on)
    return kept


def _check(call: NewCall, on: date) -> None:
    if call.result not in RESULTS:
        raise DunningInvalid(field="result", cause=_("There is no such result."))
    if (call.result == "promised") != (call.promised_on is not None):
        raise DunningInvalid(field="promised_on", cause=_("A promise has a day, and nothing else has."))
    if call.promised_on and call.promised_on < on:
        raise DunningInvalid(field="promised_on", cause=_("A promised day is today or later."))
    if call.promised and call.promised.minor <= 0:
        raise DunningInvalid(field="promised", cause=_("What is promised is above zero."))
    if (call.result == "disputed") != bool(call.bill_no):
        raise DunningInvalid(field="bill_no", cause=_("Name the bill that is contested."))


def _done(actor: Actor, on: date, letter: Letter, call: NewCall) -> None:
    """The call that a letter asked for is done."""
    state = "delivered" if call.result in REACHED else "failed"
    told: dict[str, Any] = {"actor": actor, "on": on, "state": state, "act": "dunning.write"}
    for one in sent.about([f"{PAPER}:{letter.pk}"]).filter(way="phone", state="to_do"):
        messages.note_done(**told, message_id=one.pk, note=str(RESULTS[call.result]))


def _follow(actor: Actor, on: date, call: NewCall, kept: Call) -> None:
    told: dict[str, Any] = {"actor": actor, "on": on, "customer_no": call.customer_no}
    if call.promised_on:
        reason = _("Promised on the phone for %(day)s.") % {"day": call.promised_on.isoformat()}
        new_pause = NewPause(call.promised_on, "promise", reason, about=f"dunning_call:{kept.pk}")
        holding.pause(**told, new=new_pause)
    elif call.result == "disputed":
        what = call.note.strip() or _("Contested on the phone.")
        new = NewDispute(reason="other", what=what, opened_on=on)
        disputes.open_dispute(**told, bill_no=call.bill_no, new=new)
