"""What people decide about reminders: pause and resume them, let a bill jump, choose another ladder."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.dunning import gathering, policy
from xinheng.operations.dunning.errors import (
    AlreadyPaused,
    BillNotOpen,
    DunningInvalid,
    JumpNotHigher,
    LadderUnknown,
    ReminderUnknown,
)
from xinheng.operations.dunning.models import Jump, LadderChoice, Pause, Reminder
from xinheng.operations.dunning.values import CAUSES, CHOICES, NewChoice, NewPause

LONGEST_DAYS = 366


@transaction.atomic
def pause(*, actor: Actor, on: date, customer_no: str, new: NewPause) -> Pause:
    """Remind nobody of a customer's debts, or of one bill, up to and with a day.

    A shorter pause about the same gives way to it. Refuses: AccessDenied, CustomerUnknown, BillNotOpen,
    AlreadyPaused, DunningInvalid.
    """
    access.require(actor, "dunning.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    told, about = new.reason.strip(), new.about[:60]
    if new.cause not in CAUSES:
        raise _invalid("cause", _("There is no such cause."))
    _needed(told)
    if not on <= new.until_on or (new.until_on - on).days > LONGEST_DAYS:
        raise _invalid("until_on", _("A pause ends today or later, and within a year."))
    bill_id = open_bill(customer, new.bill_no, on=on) if new.bill_no else None
    same = _of_bill(Pause.objects.filter(gathering.paused(on), customer=customer, about=about), bill_id)
    if held := same.filter(until_on__gte=new.until_on).first():
        raise AlreadyPaused(until=held.until_on)
    same.update(resumed_on=on)
    made = Pause.objects.create(
        customer=customer, bill_id=bill_id, cause=new.cause, reason=told, from_on=on, until_on=new.until_on,
        about=about, made_by=actor.login,
    )  # fmt: skip
    after = {"bill": new.bill_no, "until_on": new.until_on, "cause": new.cause}
    _record(actor, on, "pause", customer_no, after, told)
    return made


@transaction.atomic
def resume(*, actor: Actor, on: date, pause_id: int, reason: str) -> Pause:
    """End a pause before its day. Refuses: AccessDenied, ReminderUnknown, DunningInvalid."""
    access.require(actor, "dunning.write", f"pause:{pause_id}")
    found = Pause.objects.select_for_update().filter(gathering.paused(on), pk=pause_id)
    held = found.filter(customer__in=customers.visible(actor, on=on)).select_related("customer").first()
    if held is None:
        raise ReminderUnknown(reminder=pause_id)
    _needed(reason.strip())
    held.resumed_on = on
    held.save(update_fields=["resumed_on"])
    _record(actor, on, "resume", held.customer.no, {"pause": held.pk}, reason.strip()[:300])
    return held


@transaction.atomic
def resume_about(*, actor: Actor, on: date, about: str) -> int:
    """End the pauses that something was the reason of, as of "promise:12"; gives how many.

    Refuses: AccessDenied.
    """
    access.require(actor, "dunning.write", about)
    held = list(Pause.objects.select_for_update().filter(gathering.paused(on), about=about))
    Pause.objects.filter(pk__in=[one.pk for one in held]).update(resumed_on=on)
    if held:
        after = {"pauses": len(held)}
        audit.record(actor=actor, act="dunning.resume", subject=about[:200], on=on, after=after)
    return len(held)


@transaction.atomic
def jump(*, actor: Actor, on: date, customer_no: str, bill_no: str, level: int, reason: str) -> Jump:
    """Let the next run remind of a bill at a level above the next one, whatever its days.

    Nothing jumps by itself: this is the only way past a level. Refuses: AccessDenied, CustomerUnknown,
    BillNotOpen, JumpNotHigher, DunningInvalid, LadderUnknown.
    """
    access.require(actor, "dunning.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    _needed(reason.strip())
    bill_id = open_bill(customer, bill_no, on=on)
    live = Reminder.objects.filter(bill_id=bill_id, lives=True).order_by("-level").first()
    stands, most = live.level if live else 0, len(ladder_of(customer, bill_id, on=on).steps())
    if not stands < level <= most:
        raise JumpNotHigher(bill_no=bill_no, level=stands, most=most)
    made, _is_new = Jump.objects.update_or_create(
        bill_id=bill_id, is_used=False,
        defaults={"level": level, "reason": reason.strip(), "made_on": on, "made_by": actor.login},
    )  # fmt: skip
    after = {"bill": bill_no, "from": stands, "level": level}
    _record(actor, on, "jump", customer_no, after, reason.strip())
    return made


@transaction.atomic
def choose_ladder(*, actor: Actor, on: date, customer_no: str, new: NewChoice) -> LadderChoice:
    """Choose the ladder of one bill, of a customer, or of a customer and all below it, from today on.

    What is nearer goes first: document, customer, group, company. The choice before it ends.
    Refuses: AccessDenied, CustomerUnknown, LadderUnknown, BillNotOpen, DunningInvalid.
    """
    access.require(actor, "dunning.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    if new.level not in CHOICES or (new.level == "document") != bool(new.bill_no):
        raise _invalid("level", _("A choice is for one bill, a customer or a group."))
    if new.language not in ("", "zh", "en") or (new.language and new.level != "customer"):
        raise _invalid("language", _("A language is that of a customer: zh or en."))
    reason = _needed(new.reason.strip())
    if new.ladder and new.ladder not in policy.in_force(on):
        raise LadderUnknown(ladder=new.ladder)
    bill_id = open_bill(customer, new.bill_no, on=on) if new.bill_no else None
    held = LadderChoice.objects.filter(customer=customer, level=new.level, until_on__isnull=True)
    before = _of_bill(held, bill_id)
    before.filter(from_on=on).delete()
    before.update(until_on=on)
    made = LadderChoice.objects.create(
        level=new.level, customer=customer, bill_id=bill_id, ladder=new.ladder, language=new.language,
        reason=reason, from_on=on, made_by=actor.login,
    )  # fmt: skip
    _record(actor, on, "choose_ladder", customer_no, asdict(new), reason)
    return made


@transaction.atomic
def end_choice(*, actor: Actor, on: date, choice_id: int) -> LadderChoice:
    """Go back to the ladder that holds without a choice. Refuses: AccessDenied, ReminderUnknown."""
    access.require(actor, "dunning.write", f"ladder_choice:{choice_id}")
    found = LadderChoice.objects.select_for_update().filter(pk=choice_id, until_on__isnull=True)
    held = found.filter(customer__in=customers.visible(actor, on=on)).select_related("customer").first()
    if held is None:
        raise ReminderUnknown(reminder=choice_id)
    held.until_on = on
    held.save(update_fields=["until_on"])
    _record(actor, on, "end_choice", held.customer.no, {"level": held.level, "ladder": held.ladder}, "")
    return held


def open_bill(customer: Any, bill_no: str, *, on: date) -> int:
    """The key of an open bill of a customer. Refuses: BillNotOpen."""
    lines = receivables.open_lines(customers.by_ids([customer.pk]), as_of=on)
    found = lines.filter(pl.col("bill_no") == bill_no, pl.col("open_minor") > 0)["bill_id"]
    if found.is_empty():
        raise BillNotOpen(customer_no=customer.no, bill_no=bill_no[:60])
    return int(found[0])


def ladder_of(customer: Any, bill_id: int, *, on: date) -> Any:
    """The ladder of a bill on a day. Refuses: LadderUnknown where nobody reminds of it."""
    code, held = policy.COMPANY, policy.in_force(on)
    above = [one.pk for one in customers.above(customer)]
    rows = LadderChoice.objects.filter(gathering.chosen(on))
    of_groups = {row.customer_id: row.ladder for row in rows.filter(level="group")}
    code = next((of_groups[key] for key in [customer.pk, *above] if key in of_groups), code)
    own = rows.filter(level="customer", customer=customer).first()
    single = rows.filter(level="document", bill_id=bill_id).first()
    code = single.ladder if single else own.ladder if own else code
    if code not in held:
        raise LadderUnknown(ladder=code)
    return held[code][0]


def _of_bill(rows: QuerySet[Any], bill_id: int | None) -> QuerySet[Any]:
    """Rows of one bill, or those of no bill."""
    return rows.filter(bill__isnull=True) if bill_id is None else rows.filter(bill_id=bill_id)


def _needed(reason: str) -> str:
    if not reason or len(reason) > 300:
        raise _invalid("reason", _("Say why, in up to 300 signs."))
    return reason


def _invalid(field: str, cause: str) -> DunningInvalid:
    return DunningInvalid(field=field, cause=cause)


def _record(actor: Actor, on: date, act: str, customer_no: str, after: dict[str, Any], reason: str) -> None:
    subject = f"customer:{customer_no}"
    audit.record(actor=actor, act=f"dunning.{act}", subject=subject, on=on, after=after, reason=reason)
