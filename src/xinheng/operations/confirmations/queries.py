"""Questions to confirmations: ageing of any day, proofs, letters and their answers, how far rounds are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.values import Content
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations import accounts, selecting
from xinheng.operations.confirmations.answering import unexplained
from xinheng.operations.confirmations.buckets import in_force as buckets_in_force
from xinheng.operations.confirmations.buckets import names_of as bucket_names
from xinheng.operations.confirmations.campaigns import coverage, get_campaign
from xinheng.operations.confirmations.dimensions import NAMES as DIMENSION_NAMES
from xinheng.operations.confirmations.gathering import aged
from xinheng.operations.confirmations.models import (
    AgeingProof,
    Answer,
    Balance,
    Campaign,
    Confirmation,
    Difference,
    ProofDifference,
    Sending,
)
from xinheng.operations.confirmations.selecting import differences
from xinheng.operations.confirmations.values import Account, Likely, Wanted
from xinheng.operations.confirmations.wording import CAUSES, CLAIMS, FORMS, KINDS, STATES, WAYS, WHATS

__all__ = [
    "CAUSES",
    "CLAIMS",
    "DIMENSION_NAMES",
    "FORMS",
    "KINDS",
    "STATES",
    "WAYS",
    "WHATS",
    "Side",
    "Told",
    "Wanted",
    "aged",
    "balances",
    "balances_of",
    "bucket_names",
    "buckets_in_force",
    "campaigns",
    "confirmations",
    "coverage",
    "differences",
    "documents",
    "get",
    "get_campaign",
    "last_proof",
    "likely",
    "proof_differences",
    "proofs",
    "read_paper",
    "sent",
    "silent",
    "told",
]
NEAR = timedelta(days=45)  # documents so near the day may stand on its other side in their books


@dataclass(frozen=True)
class Side:
    """One currency of a confirmation: what we said, what they said, and what explains the difference."""

    balance: Balance
    account: Account
    theirs: Money | None
    difference: Money
    explained: tuple[Difference, ...]
    left: Money  # not explained yet


@dataclass(frozen=True)
class Told:
    """Everything kept of one confirmation."""

    confirmation: Confirmation
    sides: tuple[Side, ...]
    sendings: tuple[Sending, ...]
    answers: tuple[Answer, ...]


def confirmations(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Confirmation]:
    """The confirmations within reach that pass the filters. Refuses: AccessDenied."""
    return selecting.chosen(actor, wanted, on=on)


def get(actor: Actor, confirmation_id: int, *, on: date) -> Confirmation:
    """One confirmation. Refuses: AccessDenied; ConfirmationUnknown, also when out of reach."""
    return selecting.get(actor, confirmation_id, on=on)


def told(confirmation: Confirmation) -> Told:
    """Everything kept of a confirmation that `get` gave out."""
    rows = list(Balance.objects.filter(confirmation=confirmation))
    explained: dict[int, list[Difference]] = {row.pk: [] for row in rows}
    for one in Difference.objects.filter(balance__in=rows):
        explained[one.balance_id].append(one)
    sides = tuple(_side(confirmation, row, explained[row.pk]) for row in rows)
    sendings = tuple(Sending.objects.filter(confirmation=confirmation))
    return Told(confirmation, sides, sendings, tuple(Answer.objects.filter(confirmation=confirmation)))


def _side(confirmation: Confirmation, row: Balance, explained: list[Difference]) -> Side:
    ours, theirs = Money(row.balance_minor, row.currency), None
    if row.theirs_minor is not None:
        theirs = Money(row.theirs_minor, row.currency)
    account = Account(
        row.currency, confirmation.from_on, Money(row.opening_minor, row.currency),
        tuple(accounts.as_told(row.lines, row.currency)), ours,
    )  # fmt: skip
    none = Money(0, row.currency)
    left = Money(unexplained(row), row.currency)
    return Side(row, account, theirs, theirs - ours if theirs else none, tuple(explained), left)


def likely(side: Side, confirmation: Confirmation, *, on: date) -> list[Likely]:
    """Documents near the day of a letter that may explain what is not explained yet, what fits alone first.

    What we booked by the day they may lack; what we booked after it they may have booked before.
    """
    if not side.left.minor:
        return []
    ids, day = [confirmation.customer_id], confirmation.as_of
    moved = receivables.moves(ids, from_on=day - NEAR, as_of=min(on, day + NEAR))
    named = {one.no for one in side.explained}
    lacking = pl.when(pl.col("on") <= day).then(-pl.col("amount_minor")).otherwise("amount_minor")
    left = side.left.minor
    found = (
        moved.filter(pl.col("currency") == side.balance.currency, ~pl.col("no").is_in(named))
        .with_columns(adds=lacking)
        .filter((pl.col("adds") * left > 0) & (pl.col("adds").abs() <= abs(left)))
        .sort((pl.col("adds") != left), (pl.col("on") - pl.lit(day)).abs())
    )
    return [_likely(row, side, day) for row in found[:20].iter_rows(named=True)]


def _likely(row: dict[str, Any], side: Side, day: date) -> Likely:
    is_late = row["on"] > day
    cause = "timing" if is_late or row["what"] in ("receipt", "returned") else "missing_bill"
    amount = Money(row["adds"], side.balance.currency)
    return Likely(cause, row["what"], row["no"], row["on"], amount, row["adds"] == side.left.minor)  # type: ignore[arg-type]


def balances(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Balance]:
    """The balances of the confirmations within reach that pass the filters. Refuses: AccessDenied."""
    chosen = selecting.chosen(actor, wanted, on=on).order_by().values("pk")
    rows = Balance.objects.filter(confirmation__in=chosen)
    told = rows.select_related("confirmation__customer", "confirmation__campaign")
    return told.order_by("confirmation__customer__no", "confirmation", "currency")


def balances_of(ids: Collection[int]) -> list[tuple[int, str, int]]:
    """Confirmation, currency and balance in minor units. Not narrowed: for those found within reach."""
    rows = Balance.objects.filter(confirmation__in=ids).order_by("confirmation", "currency")
    return list(rows.values_list("confirmation_id", "currency", "balance_minor"))


def sent(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Sending]:
    """What went out of the confirmations within reach that pass the filters, the newest first."""
    chosen = selecting.chosen(actor, wanted, on=on).order_by().values("pk")
    rows = Sending.objects.filter(confirmation__in=chosen)
    return rows.select_related("confirmation__customer").order_by("-sent_on", "-pk")


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Every campaign, the newest first. Refuses: AccessDenied."""
    access.require(actor, "confirmations.read")
    return Campaign.objects.all()


def silent(actor: Actor, *, on: date) -> QuerySet[Confirmation]:
    """Letters within reach whose answer is overdue. Refuses: AccessDenied."""
    return selecting.reached(actor, on=on).filter(state="sent", reply_by__lt=on).order_by("reply_by")


def read_paper(*, actor: Actor, on: date, confirmation_id: int, attachment_id: int = 0) -> Content:
    """The sealed PDF of a confirmation, or a slip that came back, proven by its hash.

    Refuses: AccessDenied, ConfirmationUnknown, AttachmentUnknown, DocumentAltered.
    """
    found = selecting.get(actor, confirmation_id, on=on)
    wanted = attachment_id or found.attachment_no
    if not wanted:
        raise AttachmentUnknown(attachment=attachment_id)
    subject = f"confirmation:{confirmation_id}"
    return archive.read(actor=actor, on=on, attachment_id=wanted, subject=subject)


def documents(actor: Actor, customer_no: str, *, as_of: date, on: date) -> pl.DataFrame:
    """What a customer has open on a day, line by line, with the arithmetic of its overdue days.

    Gives the columns of receivables.queries.open_lines and overdue_days, paused_days, disputed_minor,
    is_disputed, our_fault; the longest overdue first. Refuses: AccessDenied, CustomerUnknown.
    """
    access.require(actor, "receivables.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    one = customers.visible(actor, on=on).filter(pk=customer.pk)
    lines = receivables.open_lines(one, as_of=as_of)
    return disputes.of_lines(lines, as_of=as_of).sort("due_on", "bill_no", "instalment")


def proofs(actor: Actor) -> QuerySet[AgeingProof]:
    """The proofs of ageing, the newest first. Refuses: AccessDenied."""
    access.require(actor, "receivables.read")
    return AgeingProof.objects.all()


def last_proof(*, as_of: date | None = None) -> AgeingProof | None:
    """The newest proof, of a day where one is named; None: never proven."""
    rows = AgeingProof.objects.all()
    return (rows.filter(as_of=as_of) if as_of else rows).first()


def proof_differences(actor: Actor, proof: AgeingProof, *, on: date) -> list[ProofDifference]:
    """What did not add up in a proof, of customers within reach. Refuses: AccessDenied."""
    access.require(actor, "receivables.read")
    rows = ProofDifference.objects.filter(proof=proof).select_related("customer")
    if actor.scope.reach != "everything":
        rows = rows.filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    return list(rows)
