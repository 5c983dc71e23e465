"""The lists of the ledger beside its bills: free money, plans, returns, write-offs and other claims.

One description serves the pages, the interface, the command line and the workbooks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables.values import Revaluation
from xinheng.judgements.limits import queries as limits
from xinheng.reports.claim_words import CLAIM_KINDS, PAYMENT_PURPOSES
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

HOME = "CNY"
MONTHS = 12  # how far back what came back is listed


@dataclass(frozen=True)
class ClaimField:
    """One column: the frame's name of it, its heading, its kind."""

    key: str
    title: str | Promise
    kind: Literal["text", "money", "count", "date"] = "text"


@dataclass(frozen=True)
class ClaimList:
    """One list: its name, what it holds, its columns, and where its rows come from."""

    title: str | Promise
    about: str | Promise
    fields: tuple[ClaimField, ...]
    rows: Callable[[Any, date], pl.DataFrame]


@dataclass(frozen=True)
class ClaimsWanted:
    """Which rows: of customers a text finds, as of a day, sorted by a column ("-" before: falling)."""

    text: str = ""
    as_of: date | None = None
    sort: str = ""


@dataclass(frozen=True)
class ClaimRows:
    """A page of a list. rows: customer_no, customer_name and a value a column; money as Money."""

    as_of: date
    total: int
    sums: dict[str, dict[str, Money]]  # column -> currency -> sum over all rows
    rows: list[dict[str, Any]]


def _other(seen: Any, as_of: date) -> pl.DataFrame:
    return receivables.open_lines(seen, as_of=as_of).filter(pl.col("kind") != "goods")


BILL = ClaimField("bill_no", gettext_lazy("Bill"))
RECEIPT = ClaimField("receipt_no", gettext_lazy("Receipt"))
AMOUNT = ClaimField("amount_minor", gettext_lazy("Amount"), "money")
REASON = ClaimField("reason", gettext_lazy("Reason"))
CLAIM_LISTS: dict[str, ClaimList] = {
    "prepaid": ClaimList(
        gettext_lazy("Paid in advance"),
        gettext_lazy("Receipts with something that no bill has taken, and what the payer said it is for."),
        (
            RECEIPT, ClaimField("received_on", gettext_lazy("Received on"), "date"),
            ClaimField("purpose", gettext_lazy("Purpose")),
            ClaimField("order_no", gettext_lazy("Order number")),
            ClaimField("payer", gettext_lazy("Payer")), ClaimField("reference", gettext_lazy("Reference")),
            ClaimField("free_minor", gettext_lazy("Free"), "money"),
        ),
        lambda seen, as_of: receivables.unapplied(seen, as_of=as_of),
    ),
    "plans": ClaimList(
        gettext_lazy("Instalments"),
        gettext_lazy("Bills with a plan that holds on the day; what is settled pays the earliest first."),
        (
            BILL, ClaimField("instalments", gettext_lazy("Instalments"), "count"),
            ClaimField("paid", gettext_lazy("Of them paid"), "count"),
            ClaimField("next_due_on", gettext_lazy("Next due"), "date"), AMOUNT,
            ClaimField("open_minor", gettext_lazy("Open"), "money"),
            ClaimField("overdue_minor", gettext_lazy("Overdue"), "money"),
        ),
        lambda seen, as_of: receivables.plans(seen, as_of=as_of),
    ),
    "other": ClaimList(
        gettext_lazy("Other claims"),
        gettext_lazy("Open claims that are not for goods: freight, interest, fees, costs and opening items."),
        (
            BILL, ClaimField("kind", gettext_lazy("Kind of claim")),
            ClaimField("arises_from", gettext_lazy("Arises from bill")),
            ClaimField("billed_on", gettext_lazy("Billed on"), "date"),
            ClaimField("due_on", gettext_lazy("Due on"), "date"), AMOUNT,
            ClaimField("open_minor", gettext_lazy("Open"), "money"),
        ),
        _other,
    ),
    "returned": ClaimList(
        gettext_lazy("Returned payments"),
        gettext_lazy("Payments that went back in the twelve months to the day, and what was asked for it."),
        (
            RECEIPT, ClaimField("received_on", gettext_lazy("Received on"), "date"),
            ClaimField("returned_on", gettext_lazy("Returned on"), "date"), AMOUNT, REASON,
            ClaimField("fee_bill_no", gettext_lazy("Bill for the fee")),
        ),
        lambda seen, as_of: receivables.returned_payments(
            seen, since=add_months(as_of, -MONTHS), as_of=as_of
        ),
    ),
    "asked": ClaimList(
        gettext_lazy("Write-offs that wait"),
        gettext_lazy("Asked for, and not yet signed by everybody; the claims are still in the balance."),
        (
            BILL, ClaimField("asked_on", gettext_lazy("Asked on"), "date"),
            ClaimField("asked_by", gettext_lazy("Asked by")), AMOUNT, REASON,
        ),
        lambda seen, as_of: receivables.write_offs_asked(seen, as_of=as_of),
    ),
    "written-off": ClaimList(
        gettext_lazy("Written off"),
        gettext_lazy("Out of the open balance, and still owed: what is written off may be recovered."),
        (
            BILL, ClaimField("kind", gettext_lazy("Kind of claim")),
            ClaimField("due_on", gettext_lazy("Due on"), "date"),
            ClaimField("written_off_on", gettext_lazy("Written off on"), "date"), AMOUNT,
            ClaimField("recovered_minor", gettext_lazy("Recovered"), "money"),
            ClaimField("taken_back_minor", gettext_lazy("Taken back"), "money"),
            ClaimField("left_minor", gettext_lazy("Still written off"), "money"), REASON,
        ),
        lambda seen, as_of: receivables.written_off(seen, as_of=as_of),
    ),
    "recovered": ClaimList(
        gettext_lazy("Recovered"),
        gettext_lazy("Receipts of the twelve months to the day that paid what was written off."),
        (BILL, RECEIPT, ClaimField("recovered_on", gettext_lazy("Recovered on"), "date"), AMOUNT),
        lambda seen, as_of: receivables.recoveries(seen, since=add_months(as_of, -MONTHS), as_of=as_of),
    ),
}  # fmt: skip


def claims(
    actor: Actor, name: str, wanted: ClaimsWanted, *, on: date, skip: int = 0, most: int = 100
) -> ClaimRows:
    """Rows of one list (a key of CLAIM_LISTS) of customers within reach. Refuses: AccessDenied."""
    access.require(actor, "receivables.read", f"claims:{name}")
    listed, as_of = CLAIM_LISTS[name], min(wanted.as_of or on, on)
    everyone = actor.scope.reach == "everything" and not wanted.text.strip()
    reach = customers.search(actor, wanted.text, on=on)
    found = listed.rows(None if everyone else reach, as_of)
    money = [field.key for field in listed.fields if field.kind == "money"]
    ordered = _sorted(found, listed, wanted.sort)
    rows = [_row(row, listed) for row in ordered.slice(skip, most).iter_rows(named=True)]
    named = customers.visible(actor, on=on).in_bulk(list({row["customer_id"] for row in rows}))
    for row in rows:
        party = named[row.pop("customer_id")]
        row["customer_no"], row["customer_name"] = party.no, party.name
    return ClaimRows(as_of, found.height, _sums(found, money), rows)


def revaluation(actor: Actor, *, on: date, as_of: date | None = None, text: str = "") -> list[Revaluation]:
    """Open foreign items of customers within reach at the rates told for limits, in yuan.

    Refuses: AccessDenied, RateMissing.
    """
    access.require(actor, "receivables.read", "revaluation")
    everyone = actor.scope.reach == "everything" and not text.strip()
    seen = None if everyone else customers.search(actor, text, on=on)
    told = limits.rates(actor).filter(into=HOME).order_by("from_on")
    known: dict[str, list[Any]] = {}
    for rate in told:
        known.setdefault(rate.currency, []).append((rate.from_on, rate.rate))

    def rate_of(currency: str, day: date) -> Any:
        return next((rate for from_on, rate in reversed(known.get(currency, [])) if from_on <= day), None)

    day = min(as_of or on, on)
    return receivables.revaluation(seen, as_of=day, into=HOME, rate_of=rate_of)


def export_claims(*, actor: Actor, on: date, name: str, wanted: ClaimsWanted) -> bytes:
    """One of the lists, all of it, as Excel. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", f"claims:{name}")
    found = claims(actor, name, wanted, on=on, most=MOST_ROWS)
    if found.total > MOST_ROWS:
        raise TooManyRows(rows=found.total, most=MOST_ROWS)
    listed = CLAIM_LISTS[name]
    columns = [Column(_("Customer no."), width=16), Column(_("Name"), width=32)]
    columns += [Column(str(field.title), field.kind, 16) for field in listed.fields]
    columns.append(Column(_("Currency"), width=8))
    keys = ["customer_no", "customer_name", *(field.key for field in listed.fields), "currency"]
    told = {"as_of": found.as_of, "text": wanted.text}
    notes = notes_of(actor, on, [(key, value) for key, value in told.items() if value])
    rows = ([_worded(key, row[key]) for key in keys] for row in found.rows)
    sheet = Sheet(str(listed.title)[:31], columns, rows)
    content = workbook(
        [sheet], notes=[*notes, (_("What the list tells"), str(listed.about))], about=_("About this file")
    )
    after = {"list": name, "as_of": found.as_of.isoformat(), "rows": found.total}
    audit.record(actor=actor, act="exports.claims", subject="claims", on=on, after=after)
    return content


def _worded(key: str, value: Any) -> Any:
    """Words where the column holds codes."""
    words = {"kind": CLAIM_KINDS, "purpose": PAYMENT_PURPOSES}.get(key)
    return str(words.get(value, value)) if words and value else value


def _sorted(found: pl.DataFrame, listed: ClaimList, sort: str) -> pl.DataFrame:
    key = sort.removeprefix("-")
    if key not in {field.key for field in listed.fields}:
        return found
    return found.sort(key, descending=sort.startswith("-"), nulls_last=True, maintain_order=True)


def _row(row: dict[str, Any], listed: ClaimList) -> dict[str, Any]:
    told: dict[str, Any] = {"customer_id": row["customer_id"], "currency": row["currency"]}
    for field in listed.fields:
        value = row[field.key]
        told[field.key] = Money(value, row["currency"]) if field.kind == "money" else value
    return told


def _sums(found: pl.DataFrame, money: list[str]) -> dict[str, dict[str, Money]]:
    by_currency = found.group_by("currency").agg(pl.col(money).sum()).sort("currency")
    return {
        key: {row["currency"]: Money(row[key], row["currency"]) for row in by_currency.iter_rows(named=True)}
        for key in money
    }
