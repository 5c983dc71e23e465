"""What a confirmed finding does to the ledger and the grade, and how both are taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import queries as ledger
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.consumers import services as consumers
from xinheng.judgements.consumers.values import NewDemerit
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.errors import CalledAlready, CallUnknown, EventUnknown
from xinheng.operations.inspections.errors import InspectionInvalid
from xinheng.operations.inspections.models import Case, Finding

EVENTS = {"theft": "proven_theft", "breach": "breach_of_use"}


def charge(found: Case, kept: Finding, *, pay_days: int, actor: Actor, on: date) -> list[str]:
    """Post the recovered fee and the penalty as claims of the consumer's customer; gives their numbers.

    The fee is electricity supplied and bears what late electricity bears; the penalty is a fee. Refuses:
    InspectionInvalid where the consumer has no credit file.
    """
    parts = {"F": ("goods", kept.fee), "P": ("fee", kept.penalty)}
    wanted = {f"{found.no}-{sign}": told for sign, told in parts.items() if told[1].minor}
    if not wanted:
        return []
    customer_no = _customer_no(found)
    for bill_no, (kind, amount) in wanted.items():
        bill = NewBill(bill_no, on, on + timedelta(days=pay_days), amount, kind=kind)
        receivables.post_bill(actor=_hand(actor), on=on, customer_no=customer_no, bill=bill)
    return list(wanted)


def cancel(found: Case, kept: Finding, *, reason: str, actor: Actor, on: date) -> list[str]:
    """Cancel the claims of a finding: what was paid on them is free again. Gives the numbers cancelled."""
    if not kept.bills:
        return []
    hand, customer_no = _hand(actor), _customer_no(found)
    for bill_no in kept.bills:
        for settlement_id in _settlements(found, kept, bill_no, on=on):
            receivables.reverse_settlement(
                actor=hand, on=on, customer_no=customer_no, settlement_id=settlement_id, reason=reason[:200]
            )
        receivables.void_bill(
            actor=hand, on=on, customer_no=customer_no, bill_no=bill_no, reason=reason[:200]
        )
    return list(kept.bills)


def _settlements(found: Case, kept: Finding, bill_no: str, *, on: date) -> list[int]:
    """Keys of what settles a claim, the newest first; nothing did before it was posted."""
    keys, after = [], ""
    while True:
        page = ledger.settlement_page(found.consumer.customer, as_of=on, after=after)
        keys += [row.id for row in page.rows if row.bill_no == bill_no and not row.is_reversed]
        after = page.after
        if not after or (kept.confirmed_on and page.rows[-1].settled_on < kept.confirmed_on):
            return keys


def tell_grade(found: Case, kept: Finding, *, on: date) -> list[int]:
    """Call the review that the rating policies in force ask for (PWR-26); gives the keys of the calls.

    No policy knows the event, or it is open already: nothing is called.
    """
    customer = found.consumer.customer
    if customer is None or kept.kind not in EVENTS:
        return []
    evidence = _("Inspection %(no)s of %(day)s") % {"no": found.no, "day": kept.found_on.isoformat()}
    told = {"customer_no": customer.no, "event": EVENTS[kept.kind], "evidence": evidence}
    try:
        with transaction.atomic():
            return [one.pk for one in reviews.call_review(actor=_system(), on=on, **told)]
    except (EventUnknown, CalledAlready):
        return []


def take_back_grade(kept: Finding, *, reason: str, on: date) -> list[int]:
    """Take the calls of an overturned finding back: what they lowered stands again. Gives these."""
    lifted = []
    for call_id in kept.calls:
        try:
            with transaction.atomic():
                reviews.lift_call(actor=_system(), on=on, call_id=call_id, reason=reason[:300])
        except CallUnknown:  # a review has answered it since: nothing of it holds
            continue
        lifted.append(call_id)
    return lifted


def take_points(found: Case, kept: Finding, *, on: date) -> int:
    """Take the points of a proven finding from the consumer, where the rules of points know its kind."""
    event = NewDemerit(found.consumer.consumer_no, kept.kind, kept.found_on, subject=_event(found))
    return consumers.raise_demerits(actor=_system(), on=on, news=[event])


def give_points_back(found: Case, *, reason: str, on: date) -> int:
    """Give back the points of an overturned finding."""
    return consumers.take_back_event(actor=_system(), on=on, subject=_event(found), why=reason)


def _event(found: Case) -> str:
    return f"inspection:{found.no}"


def open_of(kept: Finding) -> Money:
    """What is still open of the claims of a finding."""
    customer = kept.case.consumer.customer
    rows = [ledger.bill_now(customer, bill_no) for bill_no in kept.bills] if customer else []
    return Money(sum(row.open.minor for row in rows if row))


def _customer_no(found: Case) -> str:
    customer = found.consumer.customer
    if customer is None:
        cause = _("Consumer %(no)s has no credit file: join it to a customer before money is claimed.")
        raise InspectionInvalid(cause=cause % {"no": found.consumer.consumer_no}, field="consumer")
    return str(customer.no)


def _system() -> Actor:
    return system_actor("inspections")


def _hand(actor: Actor) -> Actor:
    """The actor with the right to post what the right to confirm entails, at a consumer it reaches."""
    return replace(
        actor, permits=actor.permits | {"receivables.write", "customers.read"}, scope=_system().scope
    )
