"""A dispute is opened, its steps are kept, and papers are put beside it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import errors, policy, selecting
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.disputes.values import NewDispute, NextStep
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.errors import BillUnknown, BillVoid


@transaction.atomic
def open_dispute(*, actor: Actor, on: date, customer_no: str, bill_no: str, new: NewDispute) -> Dispute:
    """Tell that a customer contests a bill or part of it; the clock stands still where the rules say so.

    Refuses: AccessDenied, CustomerUnknown, BillUnknown, BillVoid, DisputeInvalid, DisputedAlready,
    NothingToDispute.
    """
    require(actor, "disputes.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    rules = policy.in_force(on)
    bill_id, bill = bill_of(customer, bill_no)
    if rules.reason(new.reason) is None:
        raise errors.DisputeInvalid(cause=_("There is no such reason."), field="reason")
    check_text("what", new.what, 500)
    check_day("opened_on", new.opened_on, bill.billed_on, on)
    if same := Dispute.objects.filter(bill_id=bill_id, reason=new.reason, state="open").first():
        raise errors.DisputedAlready(bill_no=bill_no, dispute=same.pk)
    minor = _contested(bill_id, bill_no, bill.open, new.amount)
    stops_clock = _share(bill_id, minor, bill.open) >= rules.meanwhile.from_share
    next_on = new.next_on or add_working_days(on, rules.step_days).day
    dispute = Dispute.objects.create(
        customer=customer, bill_id=bill_id, reason=new.reason, what=new.what.strip(), amount_minor=minor,
        opened_on=new.opened_on, owner=new.owner or actor.login, next_step=new.next_step.strip()[:200],
        next_on=next_on, case_no=new.case_no.strip()[:60], is_dunned=rules.meanwhile.dunned,
        stops_clock=stops_clock,
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    if rules.meanwhile.pauses and stops_clock:
        Pause.objects.create(
            bill_id=bill_id,
            kind="dispute",
            dispute=dispute,
            from_on=new.opened_on,
            told_by=actor.login,
            told_on=on,
        )
    after = {"bill_no": bill_no, "reason": new.reason, "amount": Money(minor, bill.open.currency),
             "opened_on": new.opened_on, "owner": dispute.owner}  # fmt: skip
    record(actor=actor, act="disputes.open", subject=subject_of(dispute), on=on, after=after)
    return dispute


@transaction.atomic
def set_next_step(*, actor: Actor, on: date, dispute_id: int, step: NextStep) -> Dispute:
    """Say who does what next by when, and which complaint it belongs to.

    Refuses: AccessDenied, DisputeUnknown, DisputeStands, DisputeInvalid.
    """
    require(actor, "disputes.write", f"dispute:{dispute_id}")
    dispute = open_one(actor, dispute_id, on=on)
    check_text("owner", step.owner, 150)
    before = {"owner": dispute.owner, "next_step": dispute.next_step, "next_on": dispute.next_on}
    dispute.owner, dispute.next_on = step.owner.strip(), step.next_on
    dispute.next_step, dispute.case_no = step.next_step.strip()[:200], step.case_no.strip()[:60]
    dispute.save(update_fields=["owner", "next_on", "next_step", "case_no"])
    after = {"owner": dispute.owner, "next_step": dispute.next_step, "next_on": dispute.next_on,
             "case_no": dispute.case_no}  # fmt: skip
    told: dict[str, Any] = {"before": before, "after": after}
    record(actor=actor, act="disputes.set_next_step", subject=subject_of(dispute), on=on, **told)
    return dispute


@transaction.atomic
def keep_evidence(*, actor: Actor, on: date, dispute_id: int, upload: Upload) -> Attached:
    """Keep a paper of a dispute unchanged, also of a closed one.

    Refuses: AccessDenied, DisputeUnknown, and what the archive refuses.
    """
    require(actor, "disputes.write", f"dispute:{dispute_id}")
    dispute = selecting.get_dispute(actor, dispute_id, on=on)
    kept = archive.attach(actor=actor, on=on, subject=paper_subject(dispute), upload=upload)
    after = {"file": kept.file_name, "sha256": kept.sha256}
    record(actor=actor, act="disputes.keep_evidence", subject=subject_of(dispute), on=on, after=after)
    return kept


def bill_of(customer: Any, bill_no: str) -> tuple[int, Any]:
    """The key of a customer's bill and how it stands. Refuses: BillUnknown, BillVoid."""
    bill = receivables.bill_now(customer, bill_no)
    if bill is None:
        raise BillUnknown(bill_no=bill_no)
    if bill.is_void:
        raise BillVoid(bill_no=bill_no)
    named = pl.DataFrame({"customer_id": [customer.pk], "bill_no": [bill_no]})
    return receivables.bills_named(named)["bill_id"][0], bill


def open_one(actor: Actor, dispute_id: int, *, on: date) -> Dispute:
    """An open dispute, locked. Refuses: DisputeUnknown, DisputeStands."""
    selecting.get_dispute(actor, dispute_id, on=on)
    dispute = (
        Dispute.objects.select_for_update(of=("self",)).select_related("bill", "customer").get(pk=dispute_id)
    )
    if dispute.state == "closed":
        raise errors.DisputeStands(dispute=dispute_id, closed_on=dispute.closed_on)
    return dispute


def subject_of(dispute: Dispute) -> str:
    """What the trail calls it: the customer's."""
    return f"customer:{dispute.customer.no}"


def paper_subject(dispute: Dispute) -> str:
    """What its papers stand beside."""
    return f"dispute:{dispute.pk}"


def check_text(field: str, text: str, longest: int) -> None:
    """Refuse an empty, too long or unprintable text."""
    if not text.strip() or len(text) > longest or "\x00" in text:
        raise errors.DisputeInvalid(cause=_("The text is missing or too long."), field=field)


def check_day(field: str, day: date, earliest: date, latest: date) -> None:
    """Refuse a day outside the two, which are themselves allowed."""
    if not earliest <= day <= latest:
        words = _("The day %(day)s must not be before %(earliest)s or after %(latest)s.")
        cause = words % {"day": day, "earliest": earliest, "latest": latest}
        raise errors.DisputeInvalid(cause=cause, field=field)


def _share(bill_id: int, minor: int, left: Money) -> Decimal:
    """What is contested of what is open, what was contested before among it."""
    before = Dispute.objects.filter(bill_id=bill_id, state="open").aggregate(total=Sum("amount_minor"))[
        "total"
    ]
    return Decimal(minor + (before or 0)) / Decimal(left.minor)


def _contested(bill_id: int, bill_no: str, left: Money, asked: Money | None) -> int:
    rows = Dispute.objects.filter(bill_id=bill_id, state="open")
    free = left.minor - (rows.aggregate(total=Sum("amount_minor"))["total"] or 0)
    minor = free if asked is None else asked.minor
    wrong_currency = asked is not None and asked.currency != left.currency
    if minor <= 0 or minor > free or wrong_currency:
        told = {"bill_no": bill_no, "open": Money(max(free, 0), left.currency), "asked": asked or left}
        raise errors.NothingToDispute(**told)
    return minor
