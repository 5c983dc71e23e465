"""Finding proposals, runs and bills for an act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.errors import BillUnknown
from xinheng.judgements.matching.errors import BankLineUnknown, MatchingRunUnknown, ProposalUnknown
from xinheng.judgements.matching.models import BankLine, MatchingRun, Proposal

STATE_WORDS: dict[str, str | Promise] = {
    "applied": _("applied"),
    "waiting": _("to be reviewed"),
    "rejected": _("rejected"),
    "undone": _("taken back"),
    "superseded": _("replaced"),
}


BANK_STATES: dict[str, str | Promise] = {
    "unknown": _("payer unknown"),
    "posted": _("posted as a receipt"),
    "aside": _("set aside"),
}


def seen_bank_lines(actor: Actor, *, on: date) -> QuerySet[BankLine]:
    """Lines of bank statements: those of customers within reach; those of nobody for who reaches everybody.

    Refuses: AccessDenied.
    """
    access.require(actor, "matching.read")
    rows = BankLine.objects.select_related("customer")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def get_bank_line(actor: Actor, line_id: int, *, on: date, lock: bool = False) -> BankLine:
    """One line of a bank statement. Refuses: AccessDenied; BankLineUnknown, also when out of reach."""
    rows = seen_bank_lines(actor, on=on)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=line_id).first()
    if found is None:
        raise BankLineUnknown(line=line_id)
    return found


def seen_proposals(actor: Actor, *, on: date) -> QuerySet[Proposal]:
    """Proposals of customers within reach. Refuses: AccessDenied."""
    access.require(actor, "matching.read")
    rows = Proposal.objects.select_related("customer", "receipt")
    if actor.scope.reach == "everything":
        return rows
    return rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))


def get_proposal(actor: Actor, proposal_id: int, *, on: date, lock: bool = False) -> Proposal:
    """One proposal. Refuses: AccessDenied; ProposalUnknown, also when out of reach."""
    rows = seen_proposals(actor, on=on)
    found = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=proposal_id).first()
    if found is None:
        raise ProposalUnknown(proposal=proposal_id)
    return found


def get_run(actor: Actor, run_id: int, *, on: date, lock: bool = False) -> MatchingRun:
    """One run; who does not reach every customer of it does not reach the run.

    Refuses: AccessDenied; MatchingRunUnknown.
    """
    access.require(actor, "matching.read")
    rows = MatchingRun.objects.select_for_update() if lock else MatchingRun.objects.all()
    found = rows.filter(pk=run_id).first()
    if found is None:
        raise MatchingRunUnknown(run=run_id)
    if actor.scope.reach != "everything":
        mine = customers.visible(actor, on=on).order_by().values("pk")
        if Proposal.objects.filter(run=found).exclude(customer__in=mine).exists():
            raise MatchingRunUnknown(run=run_id)
    return found


def bills_of(customer: Any, bill_nos: Sequence[str]) -> dict[str, int]:
    """The keys of the last versions of a customer's bills by number. Refuses: BillUnknown."""
    if not bill_nos:
        return {}
    named = pl.DataFrame({"customer_id": [customer.pk] * len(bill_nos), "bill_no": list(bill_nos)})
    found = dict(receivables.bills_named(named).select("bill_no", "bill_id").iter_rows())
    for bill_no in bill_nos:
        if bill_no not in found:
            raise BillUnknown(bill_no=bill_no)
    return found
