"""How cash application stands: what waits, what runs came to, which lines of the bank nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Count, Q, QuerySet, Sum

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching.bank_files import in_force as dialects_in_force
from xinheng.judgements.matching.models import BankLine, MatchingRun, Proposal, ProposalLine
from xinheng.judgements.matching.payers import suggestions
from xinheng.judgements.matching.policy import kept, perhaps_in_force
from xinheng.judgements.matching.running import preview
from xinheng.judgements.matching.selecting import (
    BANK_STATES,
    STATE_WORDS,
    get_bank_line,
    get_proposal,
    get_run,
    seen_bank_lines,
    seen_proposals,
)
from xinheng.judgements.matching.values import SORTS, Wanted

__all__ = [
    "BANK_STATES",
    "SORTS",
    "STATE_WORDS",
    "bank_lines",
    "by_clearing",
    "dialects_in_force",
    "get_bank_line",
    "get_proposal",
    "get_run",
    "kept",
    "lines_of",
    "perhaps_in_force",
    "preview",
    "proposals",
    "runs",
    "suggestions",
    "unmatched",
    "waiting",
]
ORDERS = {
    "confidence": ("confidence", "pk"), "amount": ("amount_minor", "pk"),
    "received": ("receipt__received_on", "pk"), "customer": ("customer__no", "pk"),
}  # fmt: skip


def proposals(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Proposal]:
    """The proposals within reach that are asked for, in their order. Refuses: AccessDenied."""
    rows = seen_proposals(actor, on=on)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.way:
        rows = rows.filter(way=wanted.way)
    if wanted.run:
        rows = rows.filter(run=wanted.run)
    if text := wanted.text.strip():
        rows = rows.filter(
            Q(customer__no__icontains=text)
            | Q(customer__name__icontains=text)
            | Q(receipt__receipt_no__icontains=text)
            | Q(receipt__payer__icontains=text)
        )
    order = ORDERS[wanted.sort.removeprefix("-")]
    return rows.order_by(*(f"-{name}" if wanted.sort.startswith("-") else name for name in order))


def lines_of(found: Sequence[Proposal]) -> dict[int, list[ProposalLine]]:
    """The lines of a page's proposals, by proposal."""
    rows = ProposalLine.objects.filter(proposal__in=[one.pk for one in found])
    by_proposal: dict[int, list[ProposalLine]] = {one.pk: [] for one in found}
    for line in rows.select_related("bill", "credit_bill").order_by("proposal_id", "place"):
        by_proposal[line.proposal_id].append(line)
    return by_proposal


def runs(actor: Actor) -> QuerySet[MatchingRun]:
    """The runs, the newest first. Refuses: AccessDenied."""
    access.require(actor, "matching.read")
    return MatchingRun.objects.all()


def waiting(actor: Actor, *, on: date) -> list[tuple[str, int, Money]]:
    """What waits within reach: currency, proposals and money. Refuses: AccessDenied."""
    rows = seen_proposals(actor, on=on).filter(state="waiting").order_by("currency").values("currency")
    found = rows.annotate(number=Count("pk"), minor=Sum("amount_minor"))
    return [(row["currency"], row["number"], Money(row["minor"], row["currency"])) for row in found]


def unmatched(actor: Actor, *, on: date) -> pl.DataFrame:
    """Money within reach that is free and that no proposal waits for, the oldest first.

    Gives customer_id, receipt_id, receipt_no, received_on, currency, free_minor, reference, payer, purpose,
    no and name of the customer. Refuses: AccessDenied.
    """
    access.require(actor, "matching.read")
    seen = customers.visible(actor, on=on)
    free = receivables.unapplied(seen, as_of=on)
    asked = seen_proposals(actor, on=on).filter(state="waiting").values_list("receipt_id", flat=True)
    rest = free.join(
        pl.DataFrame({"receipt_id": list(asked)}, schema={"receipt_id": pl.Int64}),
        on="receipt_id",
        how="anti",
    )
    ids = rest["customer_id"].unique().to_list()
    found = [
        row for at in range(0, len(ids), 500)
        for row in seen.filter(pk__in=ids[at : at + 500]).order_by().values_list("pk", "no", "name")
    ]  # fmt: skip
    names = pl.DataFrame(
        found, schema={"customer_id": pl.Int64, "no": pl.String, "name": pl.String}, orient="row"
    )
    return rest.join(names, on="customer_id", how="left").sort("received_on", "receipt_id")


def bank_lines(actor: Actor, *, on: date, state: str = "", text: str = "") -> QuerySet[BankLine]:
    """Lines of bank statements within reach, the newest first. Refuses: AccessDenied."""
    rows = seen_bank_lines(actor, on=on)
    if state:
        rows = rows.filter(state=state)
    if text := text.strip():
        rows = rows.filter(
            Q(payer__icontains=text)
            | Q(serial__icontains=text)
            | Q(reference__icontains=text)
            | Q(customer__no__icontains=text)
        )
    return rows


def by_clearing(
    actor: Actor, customer_no: str, receipt_no: str, *, on: date
) -> list[tuple[str, Money, Money]]:
    """What one receipt pays in the order of clearing: bill number, what is open, what is paid (zero too).

    Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "matching.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    own = customers.visible(actor, on=on).filter(pk=customer.pk)
    money = receivables.unapplied(own, as_of=on).filter(pl.col("receipt_no") == receipt_no)
    if money.is_empty():
        return []
    receipt: dict[str, Any] = money.row(0, named=True)
    lines = receivables.open_lines(own, as_of=on).filter(pl.col("currency") == receipt["currency"])
    paid = receivables.allocate(receipt["free_minor"], lines, receivables.clearing_order(on), on=on)
    by_bill = paid.group_by("bill_no", maintain_order=True).agg(pl.col("open_minor", "paid_minor").sum())
    return [
        (no, Money(left, receipt["currency"]), Money(part, receipt["currency"]))
        for no, left, part in by_bill.iter_rows()
    ]
