"""Requests of key accounts: opened with a contact record, accepted or risen, paused, closed, evaluated."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days, working_days_between
from xinheng.facts.customers import queries as customers
from xinheng.operations.key_accounts import naming, policy, selecting
from xinheng.operations.key_accounts.errors import KeyAccountInvalid, RequestClosed, RequestNotAccepted
from xinheng.operations.key_accounts.models import Contact, Pause, Request
from xinheng.operations.key_accounts.values import NewRequest, coded


@transaction.atomic
def open_request(*, actor: Actor, on: date, customer_no: str, new: NewRequest) -> Request:
    """Take in what a customer asks for, through any channel, with the first line of the contact record.

    What is none of the ten services is a general enquiry (VIP-03). It goes to the level that handles its
    kind and to whom that names (VIP-05). The same kind asked through another channel within the days of the
    rules is the same request: both stand beside each other, linked (VIP-02). Refuses: AccessDenied,
    CustomerUnknown, KeyAccountInvalid (without a contact record there is no case: VIP-06).
    """
    require(actor, "key_accounts.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    known = policy.in_force(on)
    naming.check_code("channel", coded(known.levels, new.channel))
    words = naming.check_text("contact", new.contact, 1000)
    asked_on = naming.check_day("asked_on", new.asked_on, latest=on)
    service = known.service(new.kind)
    same = _same(customer, service.code, new.channel, asked_on, known.link_days)
    kept = Request.objects.create(
        customer=customer, kind=service.code, channel=new.channel, asked_on=asked_on,
        what=naming.check_text("what", new.what, 1000), level=service.level,
        owner=selecting.manager_of(customer, service.level, on=on),
        accept_by=add_working_days(asked_on, service.accept_days).day,
        close_by=add_working_days(asked_on, service.close_days).day, same_as=same,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    Contact.objects.create(request=kept, words=words, on=on, by=actor.login)
    after = {"kind": kept.kind, "level": kept.level, "owner": kept.owner, "same_as": kept.same_as_id}
    _record(actor, on, "open_request", kept, after)
    return kept


def _same(customer: Any, kind: str, channel: str, asked_on: date, days: int) -> Request | None:
    """The open request of the same kind that came in through another channel a short time ago."""
    rows = Request.objects.filter(
        customer=customer, kind=kind, closed_on__isnull=True, asked_on__gte=asked_on - timedelta(days=days),
        same_as__isnull=True,
    ).exclude(channel=channel)  # fmt: skip
    return rows.order_by("asked_on", "id").first()


@transaction.atomic
def note_contact(*, actor: Actor, on: date, request_id: int, words: str) -> Contact:
    """Add a line to the contact record (VIP-06). Refuses: AccessDenied, KeyRequestUnknown, RequestClosed."""
    require(actor, "key_accounts.write", f"key_request:{request_id}")
    kept = _open(actor, request_id, on=on)
    line = Contact.objects.create(
        request=kept, words=naming.check_text("words", words, 1000), on=on, by=actor.login
    )
    _record(actor, on, "note_contact", kept, {"words": line.words})
    return line


@transaction.atomic
def accept(*, actor: Actor, on: date, request_id: int) -> Request:
    """Take a request over; from here on it does not rise any more. Refuses as note_contact does."""
    require(actor, "key_accounts.write", f"key_request:{request_id}")
    kept = _open(actor, request_id, on=on)
    kept.accepted_on, kept.accepted_by, kept.owner = on, actor.login, actor.login
    kept.save(update_fields=["accepted_on", "accepted_by", "owner"])
    _record(actor, on, "accept", kept, {"accepted_by": actor.login})
    return kept


@transaction.atomic
def escalate(*, actor: Actor, on: date) -> list[int]:
    """Let what nobody accepted by its day rise to the level above, with the same time anew (VIP-05).

    At the highest level it stays and is counted. Gives the keys. Refuses: AccessDenied.
    """
    require(actor, "key_accounts.write", "key_requests")
    known = policy.in_force(on)
    late = Request.objects.select_for_update(of=("self",)).select_related("customer").filter(
        closed_on__isnull=True, accepted_on__isnull=True, accept_by__lt=on
    )  # fmt: skip
    for kept in (risen := list(late)):
        kept.level = known.level_above(kept.level)
        kept.owner = selecting.manager_of(kept.customer, kept.level, on=on)
        kept.escalated += 1
        kept.accept_by = add_working_days(on, max(known.service(kept.kind).accept_days, 1)).day
        kept.save(update_fields=["level", "owner", "escalated", "accept_by"])
        after = {"level": kept.level, "owner": kept.owner, "escalated": kept.escalated}
        _record(actor, on, "escalate", kept, after)
    return [one.pk for one in risen]


@transaction.atomic
def pause(*, actor: Actor, on: date, request_id: int, reason: str) -> Pause:
    """Let the clock stand still, for a reason of the rules (VIP-10).

    Refuses: AccessDenied, KeyRequestUnknown, RequestClosed, KeyAccountInvalid.
    """
    require(actor, "key_accounts.write", f"key_request:{request_id}")
    kept = _open(actor, request_id, on=on)
    naming.check_code("reason", coded(policy.in_force(on).pauses, reason))
    if selecting.pauses_of(kept).filter(until_on__isnull=True).exists():
        raise KeyAccountInvalid(cause=_("The clock stands still already."), field="reason")
    made = Pause.objects.create(request=kept, reason=reason, from_on=on, told_by=actor.login)
    _record(actor, on, "pause", kept, {"reason": reason})
    return made


@transaction.atomic
def resume(*, actor: Actor, on: date, request_id: int) -> Request:
    """Let the clock run again; the day to close by moves by the working days it stood still.

    Refuses: AccessDenied, KeyRequestUnknown, RequestClosed, KeyAccountInvalid.
    """
    require(actor, "key_accounts.write", f"key_request:{request_id}")
    kept = _open(actor, request_id, on=on)
    running = selecting.pauses_of(kept).filter(until_on__isnull=True).first()
    if running is None:
        raise KeyAccountInvalid(cause=_("The clock is running."), field="request")
    _end(running, kept, on)
    _record(actor, on, "resume", kept, {"close_by": kept.close_by})
    return kept


def _end(running: Pause, kept: Request, on: date) -> None:
    running.until_on = on
    running.save(update_fields=["until_on"])
    stood = working_days_between(running.from_on, on)[0]
    kept.close_by = add_working_days(kept.close_by, stood).day if stood else kept.close_by
    kept.save(update_fields=["close_by"])


@transaction.atomic
def close_request(*, actor: Actor, on: date, request_id: int, result: str) -> Request:
    """Close a request that was accepted, with its result; what is linked to it is closed with it.

    Refuses: AccessDenied, KeyRequestUnknown, RequestClosed, RequestNotAccepted, KeyAccountInvalid.
    """
    require(actor, "key_accounts.write", f"key_request:{request_id}")
    kept = _open(actor, request_id, on=on)
    told = naming.check_text("result", result, 1000)
    if kept.accepted_on is None:
        raise RequestNotAccepted(no=kept.pk)
    if running := selecting.pauses_of(kept).filter(until_on__isnull=True).first():
        _end(running, kept, on)
    linked = Request.objects.filter(same_as=kept, closed_on__isnull=True)
    for one in (kept, *linked):
        one.result, one.closed_on, one.closed_by = told, on, actor.login
        one.save(update_fields=["result", "closed_on", "closed_by"])
        _record(actor, on, "close_request", one, {"result": told})
    return kept


@transaction.atomic
def evaluate(*, actor: Actor, on: date, request_id: int, mark: int, words: str) -> Request:
    """Judge how a request was handled, from 0 to 100; nobody judges what they closed (VIP-07).

    Refuses: AccessDenied, KeyRequestUnknown, KeyAccountInvalid.
    """
    require(actor, "key_accounts.decide", f"key_request:{request_id}")
    kept = selecting.request(actor, request_id, on=on, lock=True)
    if kept.closed_on is None:
        raise KeyAccountInvalid(cause=_("It is not closed yet."), field="request")
    if kept.closed_by == actor.login:
        raise KeyAccountInvalid(cause=_("Nobody evaluates what they closed themselves."), field="request")
    if not 0 <= mark <= 100:
        raise KeyAccountInvalid(cause=_("A mark is from 0 to 100."), field="mark")
    kept.mark, kept.evaluation = mark, naming.check_text("words", words, 500)
    kept.evaluated_by = actor.login
    kept.save(update_fields=["mark", "evaluation", "evaluated_by"])
    _record(actor, on, "evaluate", kept, {"mark": mark, "words": kept.evaluation})
    return kept


def _open(actor: Actor, key: int, *, on: date) -> Request:
    kept = selecting.request(actor, key, on=on, lock=True)
    if kept.closed_on is not None:
        raise RequestClosed(no=kept.pk)
    return kept


def _record(actor: Actor, on: date, verb: str, kept: Request, after: dict[str, Any]) -> None:
    subject = f"key_request:{kept.pk}"
    after = {"customer": kept.customer.no, **after}
    record(actor=actor, act=f"key_accounts.{verb}", subject=subject, on=on, after=after)
