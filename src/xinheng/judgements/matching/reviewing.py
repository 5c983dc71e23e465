"""What people do with proposals: accept them, put other bills in their place, reject them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching import applying, selecting
from xinheng.judgements.matching.errors import (
    ChosenAmountRefused,
    NothingChosen,
    ProposalDecided,
    ProposalOutdated,
    ReasonMissing,
    ReceiptGone,
)
from xinheng.judgements.matching.models import Proposal, ProposalLine
from xinheng.judgements.matching.values import ChosenLine

SCHEMA = {
    "proposal_id": pl.Int64, "place": pl.Int64, "customer_id": pl.Int64, "receipt_id": pl.Int64,
    "receipt_no": pl.String, "received_on": pl.Date, "bill_id": pl.Int64, "bill_no": pl.String,
    "billed_on": pl.Date, "currency": pl.String, "segment": pl.String, "kind": pl.String, "source": pl.String,
    "credit_bill_id": pl.Int64, "credit_bill_no": pl.String, "credit_billed_on": pl.Date,
    "amount_minor": pl.Int64,
}  # fmt: skip
FIELDS = (
    "proposal_id", "place", "proposal__customer_id", "proposal__receipt_id", "proposal__receipt__receipt_no",
    "proposal__receipt__received_on", "bill_id", "bill__bill_no", "bill__billed_on", "bill__currency",
    "bill__segment", "bill__kind", "source", "credit_bill_id", "credit_bill__bill_no",
    "credit_bill__billed_on", "amount_minor",
)  # fmt: skip


@transaction.atomic
def accept(*, actor: Actor, on: date, proposal_ids: Sequence[int]) -> int:
    """Apply proposals that wait, all of them or none. Gives how many.

    Refuses: AccessDenied, ProposalUnknown, ProposalDecided, ProposalOutdated (the ledger moved since).
    """
    access.require(actor, "matching.write", "proposals")
    applying.take_turn()
    found = [_waiting(actor, one, on=on) for one in sorted(set(proposal_ids))]
    ids = [one.pk for one in found]
    rows = ProposalLine.objects.filter(proposal__in=ids).order_by("proposal_id", "place").values_list(*FIELDS)
    _post(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"), actor=actor, on=on)
    Proposal.objects.filter(pk__in=ids).update(
        state="applied", decided_by=actor.login, decided_on=on, reason=""
    )
    for one in found:
        _record(actor, on, "accept", one, after=_words(one))
    return len(found)


@transaction.atomic
def change(
    *, actor: Actor, on: date, proposal_id: int, chosen: Sequence[ChosenLine], reason: str = ""
) -> Proposal:
    """Apply other bills, or other amounts, than were proposed. What is not spent stays free.

    Refuses: AccessDenied, ProposalUnknown, ProposalDecided, NothingChosen, BillUnknown, ProposalOutdated.
    """
    access.require(actor, "matching.write", f"proposal:{proposal_id}")
    applying.take_turn()
    old = _waiting(actor, proposal_id, on=on)
    old.state, old.decided_by, old.decided_on, old.reason = (
        "superseded",
        actor.login,
        on,
        reason.strip()[:200],
    )
    old.save(update_fields=["state", "decided_by", "decided_on", "reason"])
    return _by_hand(old.customer, old.receipt.receipt_no, chosen, actor=actor, on=on, reason=reason)


@transaction.atomic
def apply_by_hand(
    *, actor: Actor, on: date, customer_no: str, receipt_no: str, chosen: Sequence[ChosenLine]
) -> Proposal:
    """Apply a receipt to bills a person names; what waited for it is put aside.

    Refuses: AccessDenied, CustomerUnknown, ReceiptGone, NothingChosen, BillUnknown, ProposalOutdated.
    """
    access.require(actor, "matching.write", f"customer:{customer_no}")
    applying.take_turn()
    customer = customers.get(actor, customer_no, on=on)
    waiting = Proposal.objects.filter(customer=customer, receipt__receipt_no=receipt_no, state="waiting")
    waiting.update(state="superseded", decided_by=actor.login, decided_on=on)
    return _by_hand(customer, receipt_no, chosen, actor=actor, on=on)


@transaction.atomic
def reject(*, actor: Actor, on: date, proposal_id: int, reason: str) -> Proposal:
    """Say that a proposal is wrong; the same is not proposed again.

    Refuses: AccessDenied, ProposalUnknown, ProposalDecided, ReasonMissing.
    """
    access.require(actor, "matching.write", f"proposal:{proposal_id}")
    if not reason.strip():
        raise ReasonMissing
    one = _waiting(actor, proposal_id, on=on)
    one.state, one.decided_by, one.decided_on, one.reason = "rejected", actor.login, on, reason.strip()[:200]
    one.save(update_fields=["state", "decided_by", "decided_on", "reason"])
    _record(actor, on, "reject", one, before=_words(one), reason=one.reason)
    return one


def _waiting(actor: Actor, proposal_id: int, *, on: date) -> Proposal:
    one = selecting.get_proposal(actor, proposal_id, on=on, lock=True)
    if one.state != "waiting":
        raise ProposalDecided(proposal=proposal_id, state=selecting.STATE_WORDS[one.state])
    return one


def _post(lines: pl.DataFrame, *, actor: Actor, on: date) -> None:
    posted, refused = applying.post(lines, actor=actor, on=on)
    for proposal_id, bill_no, cause in refused.iter_rows():
        raise ProposalOutdated(proposal=proposal_id, bill_no=bill_no, cause=cause)
    applying.keep_settlements(posted)


def _by_hand(
    customer: Any, receipt_no: str, chosen: Sequence[ChosenLine], *, actor: Actor, on: date, reason: str = ""
) -> Proposal:
    money = receivables.unapplied(_one(actor, customer, on), as_of=on).filter(
        pl.col("receipt_no") == receipt_no
    )
    if money.is_empty():
        raise ReceiptGone(receipt_no=receipt_no)
    if not chosen:
        raise NothingChosen(receipt_no=receipt_no)
    receipt = money.row(0, named=True)
    for one in chosen:
        if one.amount.minor <= 0 or one.amount.currency != receipt["currency"]:
            told = {"amount": one.amount, "bill_no": one.bill_no, "currency": receipt["currency"]}
            raise ChosenAmountRefused(**told)
    bills = selecting.bills_of(customer, [one.bill_no for one in chosen])
    notes = selecting.bills_of(customer, [one.credit_bill_no for one in chosen if one.credit_bill_no])
    paid = sum(one.amount.minor for one in chosen if not one.credit_bill_no)
    kept = Proposal.objects.create(
        customer=customer, receipt_id=receipt["receipt_id"], way="hand", confidence=1.0,
        currency=receipt["currency"], amount_minor=max(paid, 1), free_minor=receipt["free_minor"], made_on=on,
        state="applied", decided_by=actor.login, decided_on=on, reason=reason.strip()[:200],
    )  # fmt: skip
    for place, one in enumerate(chosen, start=1):
        ProposalLine.objects.create(
            proposal=kept, place=place, bill_id=bills[one.bill_no],
            source="credit" if one.credit_bill_no else "receipt",
            credit_bill_id=notes.get(one.credit_bill_no), amount_minor=one.amount.minor,
        )  # fmt: skip
    rows = ProposalLine.objects.filter(proposal=kept).values_list(*FIELDS)
    _post(pl.DataFrame(list(rows), schema=SCHEMA, orient="row"), actor=actor, on=on)
    _record(actor, on, "apply_by_hand", kept, after=_words(kept), reason=kept.reason)
    return kept


def _one(actor: Actor, customer: Any, on: date) -> Any:
    return customers.visible(actor, on=on).filter(pk=customer.pk)


def _words(one: Proposal) -> dict[str, Any]:
    lines = ProposalLine.objects.filter(proposal=one).select_related("bill")[:50]
    return {
        "receipt": one.receipt.receipt_no, "way": one.way, "confidence": one.confidence,
        "amount": Money(one.amount_minor, one.currency),
        "bills": [f"{line.bill.bill_no} {Money(line.amount_minor, one.currency)}" for line in lines],
    }  # fmt: skip


def _record(actor: Actor, on: date, act: str, one: Proposal, **told: Any) -> None:
    audit.record(actor=actor, act=f"matching.{act}", subject=f"proposal:{one.pk}", on=on, **told)
