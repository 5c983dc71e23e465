"""What moves the clock of limitation: interruptions and obstacles, each with the file that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archived
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Content
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.collection import noting, standing
from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.errors import (
    ClockEventUnknown,
    CollectionInvalid,
    DebtUnknown,
    EvidenceMissing,
    EvidenceWeak,
)
from xinheng.operations.collection.models import Case, ClockEvent, ClockPause
from xinheng.operations.collection.values import NewInterruption, NewObstacle, text_of


@transaction.atomic
def interrupt(*, actor: Actor, on: date, customer_no: str, interruption: NewInterruption) -> list[ClockEvent]:
    """Note what makes the time of limitation run anew from a day, with the file that proves it.

    A demand on part of a debt covers the rest of it. Refuses: AccessDenied, CustomerUnknown,
    CollectionInvalid, EvidenceMissing,
    EvidenceWeak (a phone call), DebtUnknown, what archives refuse.
    """
    access.require(actor, "collection.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    new = interruption
    rule = policies.in_force(on).interruption(new.code)
    if rule is None:
        raise CollectionInvalid(cause=_("Choose a kind that the policy describes."), field="code")
    if rule.weak:
        raise EvidenceWeak(what=text_of(rule), field="code")
    if new.evidence is None or not new.evidence.content:
        raise EvidenceMissing(what=text_of(rule), field="evidence")
    if new.day > on:
        raise CollectionInvalid(cause=_("It happened today or before."), field="day")
    debts = _debts(customer, new.bill_nos, new.day, on=on)
    kept = archive.attach(actor=actor, on=on, subject=subject_of(customer), upload=new.evidence)
    told = noting.said(new.note, "note", 300, required=False)
    events = _write(debts, new.code, new.day, kept, note=told, told_by=actor.login, told_on=on)
    after = {
        "kind": new.code, "day": new.day, "bills": debts["bill_no"].to_list()[:200], "number": debts.height,
        "sha256": kept.sha256,
    }  # fmt: skip
    audit.record(
        actor=actor, act="collection.interrupt", subject=f"customer:{customer_no}", on=on, after=after
    )
    return events


def interrupt_all(case: Case, code: str, day: date, evidence: Attached, *, actor: Actor, on: date) -> int:
    """Let the time of every debt of a case that was due by a day run anew; gives how many."""
    debts = due_bills(case.customer, currency=case.currency, on=day)
    _write(debts, code, day, evidence, told_by=actor.login, told_on=on)
    return debts.height


@transaction.atomic
def take_back_interruption(*, actor: Actor, on: date, event_id: int, why: str) -> ClockEvent:
    """Say that an interruption was none: its paper proves nothing. The clock runs as before.

    Refuses: AccessDenied, ClockEventUnknown, CollectionInvalid.
    """
    access.require(actor, "collection.write", f"interruption:{event_id}")
    rows = ClockEvent.objects.select_for_update(of=("self",)).select_related("bill__customer")
    found = standing.within(actor, rows.filter(taken_back_on__isnull=True), "bill__customer", on=on)
    kept = found.filter(pk=event_id).first()
    if kept is None:
        raise ClockEventUnknown(event=event_id)
    kept.taken_back_on, kept.taken_back_why = on, noting.said(why, "why", 300)
    kept.save(update_fields=["taken_back_on", "taken_back_why"])
    audit.record(
        actor=actor, act="collection.take_back_interruption", subject=f"customer:{kept.bill.customer.no}",
        on=on, after={"interruption": kept.pk, "bill": kept.bill.bill_no}, reason=kept.taken_back_why,
    )  # fmt: skip
    return kept


@transaction.atomic
def note_obstacle(*, actor: Actor, on: date, customer_no: str, obstacle: NewObstacle) -> list[ClockPause]:
    """Note an obstacle that kept us from claiming, with the file that proves it.

    Refuses: AccessDenied, CustomerUnknown, CollectionInvalid, EvidenceMissing, DebtUnknown.
    """
    access.require(actor, "collection.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    reason = noting.said(obstacle.reason, "reason", 300)
    if obstacle.evidence is None or not obstacle.evidence.content:
        raise EvidenceMissing(what=reason, field="evidence")
    from_on, until_on = obstacle.from_on, obstacle.until_on
    if from_on > on or (until_on is not None and until_on < from_on):
        raise CollectionInvalid(
            cause=_("An obstacle begins today or before and ends after."), field="from_on"
        )
    debts = _debts(customer, obstacle.bill_nos, on, on=on)
    kept = archive.attach(actor=actor, on=on, subject=subject_of(customer), upload=obstacle.evidence)
    told: dict[str, Any] = {
        "reason": reason, "from_on": from_on, "until_on": until_on, "attachment_no": kept.id,
        "sha256": kept.sha256, "told_by": actor.login, "told_on": on,
    }  # fmt: skip
    pauses = ClockPause.objects.bulk_create(
        [ClockPause(bill_id=bill_id, **told) for bill_id in debts["bill_id"].to_list()]
    )
    after = {"from": from_on, "until": until_on, "bills": debts.height, "sha256": kept.sha256}
    audit.record(
        actor=actor, act="collection.note_obstacle", subject=f"customer:{customer_no}", on=on, after=after,
        reason=reason,
    )  # fmt: skip
    return pauses


def read_evidence(*, actor: Actor, on: date, event_id: int) -> Content:
    """The file that proves an interruption. Refuses: AccessDenied, ClockEventUnknown, AttachmentUnknown."""
    access.require(actor, "collection.read", f"interruption:{event_id}")
    rows = standing.within(
        actor, ClockEvent.objects.select_related("bill__customer"), "bill__customer", on=on
    )
    event = rows.filter(pk=event_id).first()
    if event is None:
        raise ClockEventUnknown(event=event_id)
    customer = event.bill.customer
    case = Case.objects.filter(customer=customer).order_by("pk")
    subjects = [subject_of(customer), *(f"collection:{pk}" for pk in case.values_list("pk", flat=True))]
    subject = archive_subject(event.attachment_no, subjects)
    after = {"interruption": event.pk, "sha256": event.sha256}
    audit.record(
        actor=actor, act="collection.read_evidence", subject=f"customer:{customer.no}", on=on, after=after
    )
    return archive.read(actor=actor, on=on, attachment_id=event.attachment_no, subject=subject)


def archive_subject(attachment_no: int, subjects: list[str]) -> str:
    """Beside which of the subjects an attachment stands; the first where beside none."""
    return next((one.subject for one in archived.beside(subjects) if one.id == attachment_no), subjects[0])


def subject_of(customer: Any) -> str:
    """Where the proofs of interruptions of a customer's debts stand in the archive."""
    return f"limitation:{customer.pk}"


def due_bills(customer: Any, *, currency: str = "", on: date) -> pl.DataFrame:
    """A customer's open bills due by a day, the oldest first: bill_id, bill_no, due_on (the last)."""
    one = type(customer).objects.filter(pk=customer.pk)
    lines = receivables.open_lines(one, as_of=on).filter(pl.col("open_minor") > 0)
    if currency:
        lines = lines.filter(pl.col("currency") == currency)
    bills = lines.group_by("bill_id", "bill_no").agg(pl.col("due_on").max())
    return bills.filter(pl.col("due_on") < on).sort("due_on", "bill_id")


def _debts(customer: Any, bill_nos: Sequence[str], day: date, *, on: date) -> pl.DataFrame:
    """The debts that an event is about. Refuses: DebtUnknown."""
    due = due_bills(customer, on=day) if not bill_nos else due_bills(customer, on=on)
    for bill_no in bill_nos:
        if bill_no not in due["bill_no"]:
            raise DebtUnknown(customer_no=customer.no, bill_no=bill_no, field="bill_nos")
    found = due.filter(pl.col("bill_no").is_in(list(bill_nos))) if bill_nos else due
    if not found.height:
        raise DebtUnknown(customer_no=customer.no, bill_no="—", field="bill_nos")
    return found


def _write(debts: pl.DataFrame, code: str, day: date, kept: Attached, **told: Any) -> list[ClockEvent]:
    proof = {"attachment_no": kept.id, "sha256": kept.sha256, "file_name": kept.file_name}
    return ClockEvent.objects.bulk_create(
        [
            ClockEvent(bill_id=bill_id, code=code, on=day, **proof, **told)
            for bill_id in debts["bill_id"].to_list()
        ]
    )
