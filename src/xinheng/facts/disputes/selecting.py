"""Which disputes somebody sees, and one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import F, Q, QuerySet

from xinheng.base.access.services import require
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive.values import Attached
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import policy, rules
from xinheng.facts.disputes.errors import DisputeUnknown
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.values import SORTS, STATES, Arithmetic, DisputeRules, Due, Stretch, Wanted
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.errors import BillUnknown

FIELDS = {
    "opened": "opened_on", "customer": "customer__no", "bill": "bill__bill_no", "amount": "amount_minor",
    "next": "next_on", "closed": "closed_on",
}  # fmt: skip


def disputes(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Dispute]:
    """The disputes of customers within reach that pass the filters, with customer and bill.

    Refuses: AccessDenied.
    """
    rows = _seen(actor, on=on)
    if wanted.state in STATES:
        rows = rows.filter(state=wanted.state)
    for field in ("reason", "outcome", "owner"):
        if told := getattr(wanted, field):
            rows = rows.filter(**{field: told})
    if wanted.late:
        rows = rows.filter(state="open", next_on__lt=on)
    if text := wanted.text.strip():
        named = Q(customer__no__istartswith=text) | Q(customer__name__contains=text)
        rows = rows.filter(named | Q(bill__bill_no__istartswith=text) | Q(case_no=text))
    key = wanted.sort.removeprefix("-")
    column = F(FIELDS[key if key in SORTS else "opened"])
    place = column.desc(nulls_last=True) if wanted.sort.startswith("-") else column.asc(nulls_last=True)
    return rows.select_related("customer", "bill").order_by(place, "-pk")


def get_dispute(actor: Actor, dispute_id: int, *, on: date) -> Dispute:
    """One dispute of a customer within reach. Refuses: AccessDenied, DisputeUnknown."""
    found = _seen(actor, on=on).select_related("customer", "bill").filter(pk=dispute_id).first()
    if found is None:
        raise DisputeUnknown(dispute=dispute_id)
    return found


def contesting(customer_ids: Collection[int]) -> set[int]:
    """Which of some customers have a dispute that is not closed. Not narrowed: for rooms above."""
    rows = Dispute.objects.filter(customer_id__in=customer_ids, state="open")
    return set(rows.values_list("customer_id", flat=True).distinct())


def evidence(dispute: Dispute) -> list[Attached]:
    """The papers of a dispute, in the order they came; for callers that asked for the dispute."""
    return archive.beside([f"dispute:{dispute.pk}"])


def rules_in_force(on: date) -> DisputeRules:
    """The rules of disputes of a day."""
    return policy.in_force(on)


def pauses_of(bill_ids: Sequence[int]) -> list[Pause]:
    """Every pause of some bills, annulled ones too, the first first; for callers that see the bills."""
    return list(Pause.objects.filter(bill_id__in=bill_ids).select_related("bill").order_by("from_on", "pk"))


def arithmetic(bill: Any, *, as_of: date) -> Arithmetic:
    """How the overdue days of a bill (id, due_on) come about: days past due, and each pause with its days."""
    stretches, taken = [], bill.due_on
    for pause in pauses_of([bill.pk]):
        if pause.annulled_told_on or pause.from_on > as_of:
            continue
        until = min(pause.until_on or as_of, as_of)
        days = max(0, (until - max(pause.from_on, taken)).days)
        taken = max(taken, until)
        stretches.append(Stretch(pause.kind, pause.from_on, pause.until_on, days))
    paused = sum(one.days for one in stretches)
    past = max(0, (as_of - bill.due_on).days)
    left = rules.overdue_days(bill.due_on, as_of, paused)
    return Arithmetic(bill.due_on, as_of, past, tuple(stretches), paused, left)


def clock_of(actor: Actor, customer_no: str, bill_no: str, *, as_of: date, on: date) -> Arithmetic:
    """How the overdue days of one bill come about. Refuses: AccessDenied, CustomerUnknown, BillUnknown."""
    require(actor, "disputes.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    bill = receivables.bill_now(customer, bill_no)
    if bill is None:
        raise BillUnknown(bill_no=bill_no)
    named = receivables.bills_named(pl.DataFrame({"customer_id": [customer.pk], "bill_no": [bill_no]}))
    return arithmetic(Due(named["bill_id"][0], bill.due_on), as_of=as_of)


def our_faults(*, as_of: date, known_on: date | None = None) -> pl.DataFrame:
    """The bills whose lateness was our own fault, as found by a day: bill_id, customer_id, bill_no."""
    rows = Dispute.objects.filter(our_fault=True, closed_on__lte=as_of)
    if known_on is not None:
        rows = rows.filter(closed_told_on__lte=known_on)
    schema = {"bill_id": pl.Int64, "customer_id": pl.Int64, "bill_no": pl.String}
    found = rows.order_by("bill_id").values_list("bill_id", "customer_id", "bill__bill_no").distinct()
    return pl.DataFrame(list(found), schema=schema, orient="row")


def _seen(actor: Actor, *, on: date) -> QuerySet[Dispute]:
    require(actor, "disputes.read")
    if actor.scope.reach == "everything":
        require(actor, "customers.read")
        return Dispute.objects.all()
    return Dispute.objects.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
