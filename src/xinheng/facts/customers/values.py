"""What customers hand through their door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl
from django.dispatch import Signal
from django.utils.translation import get_language

from xinheng.facts.customers.forming import (
    Form,
    FormGroup,
    NewInvestigation,
    NewSurvey,
    Report,
    Responses,
)

__all__ = [
    "FRAME",
    "MASK",
    "Basis",
    "Contradiction",
    "Credit",
    "CreditFile",
    "DataQuality",
    "DealingClass",
    "Dimension",
    "FiledDimension",
    "FiledItem",
    "Form",
    "FormGroup",
    "Holding",
    "Holdings",
    "Item",
    "ItemQuality",
    "LikeName",
    "Link",
    "NewContact",
    "NewCustomer",
    "NewFact",
    "NewInvestigation",
    "NewSurvey",
    "Report",
    "Responses",
    "SizeClass",
    "StaleItem",
    "ToldFact",
    "Verification",
    "person_offered",
]
# Sent before something that names a person is kept: person_offered(customer_no, name, id_number, as_contact,
# on); as_contact: as someone to talk to, not as the customer. A receiver refuses by raising.
person_offered = Signal()
MASK = "***"  # in the place of what the reader may not see
SizeClass = Literal["large", "medium", "small", "micro", "not_applicable"]
Verification = Literal["declared", "verified", "disputed"]

FRAME = {  # the columns of a bulk of customers and their types; all but `name` may be left out
    "no": pl.String,
    "kind": pl.String,
    "name": pl.String,
    "uscc": pl.String,
    "id_number": pl.String,
    "org_code": pl.String,
    "is_customer": pl.Boolean,
    "is_supplier": pl.Boolean,
    "nature": pl.String,
    "industry": pl.String,
    "region": pl.String,
    "address": pl.String,
    "founded_on": pl.Date,
    "employees": pl.Int64,
    "revenue_minor": pl.Int64,
    "assets_minor": pl.Int64,
    "parent_no": pl.String,
    "unit_code": pl.String,
    "person_login": pl.String,
    "former_name": pl.String,
}


@dataclass(frozen=True)
class Key:
    """As much of a customer as an act needs that only names it. pk: its key in the database."""

    pk: int
    no: str
    parent_id: int | None


@dataclass(frozen=True)
class NewCustomer:
    """A customer to be. Blank and None mean not told; a blank number is given by the system.

    unit_code, person_login: who answers for it; blank means the actor's own unit and the actor.
    through_no: the direct customer an indirect one came by. channel, source: how all this was told.
    """

    name: str
    no: str = ""
    kind: Literal["company", "person"] = "company"
    uscc: str = ""
    id_number: str = ""
    org_code: str = ""
    is_customer: bool = True
    is_supplier: bool = False
    nature: str = ""
    industry: str = ""
    region: str = ""
    address: str = ""
    founded_on: date | None = None
    employees: int | None = None
    revenue_minor: int | None = None
    assets_minor: int | None = None
    parent_no: str = ""
    unit_code: str = ""
    person_login: str = ""
    former_names: tuple[str, ...] = ()
    through_no: str = ""
    channel: str = "own_dealings"
    source: str = ""


@dataclass(frozen=True)
class LikeName:
    """A customer whose name, now or before, is like another."""

    no: str
    name: str
    now_name: str
    status: str


@dataclass(frozen=True)
class NewFact:
    """One item of a credit file as one channel told it.

    value: text as people write it: a decimal, "2026-06-30", "yes", a code of the item's choices.
    key: which one, for items that come many times: the case number, the account.
    """

    item: str
    value: str
    channel: str
    source: str = ""
    true_on: date | None = None  # None: the business day
    key: str = ""


@dataclass(frozen=True)
class Link:
    """A related party to be: a customer of ours by its number, or a name only. share: 0 to 1."""

    relation: Literal["shareholder", "subsidiary", "guarantor", "manager", "controller", "direct", "other"]
    other_no: str = ""
    other_name: str = ""
    share: Decimal | None = None
    from_on: date | None = None


@dataclass(frozen=True)
class NewContact:
    """Someone to talk to at a customer."""

    name: str
    post: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class Holding:
    """One shareholder; other_no is blank when it is no customer of ours. share None: not told."""

    name: str
    other_no: str
    share: Decimal | None


@dataclass(frozen=True)
class Holdings:
    """Who owns a customer. unknown: the part of the whole that nobody was told to hold."""

    known: tuple[Holding, ...]
    unknown: Decimal


Credit = Literal["moral", "asset", ""]
Basis = Literal["ledger", "declared", "told", "row", "missing"]


@dataclass(frozen=True)
class Item:
    """One item a credit file may hold. dimension 0 and a blank credit: nobody classified it yet.

    key_for: the kinds of customers for whose completeness it counts. field: the column of the customer's
    row it also stands in. stale_after_months None: never stale.
    """

    code: str
    dimension: int
    credit: Credit
    zh: str
    en: str
    type: str = "text"
    choices: tuple[tuple[str, str, str], ...] = ()  # code, Chinese, English
    key_for: tuple[str, ...] = ()
    field: str = ""
    many: bool = False
    sensitive: bool = False
    personal: bool = False
    ledger: bool = False
    needs_source: bool = False
    holdings: bool = False
    stale_after_months: int | None = None

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class Dimension:
    """One of the six dimensions."""

    number: int
    zh: str
    en: str

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


@dataclass(frozen=True)
class ToldFact:
    """One fact as one channel told it. value is masked where `masked` says so.

    id None: what stands in the customer's own row. usable False: a mailed form nobody examined yet, which
    no score uses.
    """

    id: int | None
    value: str
    masked: bool
    true_on: date
    told_on: date
    channel: str
    source: str
    told_by: str
    verification: Verification
    verified_by: str
    verified_on: date | None
    evidence: str
    stale: bool
    usable: bool
    reliable: bool = True  # False: heard say


@dataclass(frozen=True)
class FiledItem:
    """One item of a customer's file, or one of many by its key.

    facts: what holds now, the last of each channel side by side when they contradict; else the one that
    counts first. history: what was told before. basis: where the value comes from; "declared" is a typed
    figure of which a ledger exists, `ledger_value` is then the ledger's.
    """

    item: Item
    key: str
    facts: tuple[ToldFact, ...]
    history: tuple[ToldFact, ...]
    contradictory: bool
    stale: bool
    basis: Basis
    ledger_value: str = ""

    @property
    def missing(self) -> bool:
        """Whether nothing is known."""
        return self.basis == "missing"


@dataclass(frozen=True)
class FiledDimension:
    """A dimension of a customer's file. completeness: share of its key items told; None when it has none."""

    dimension: Dimension
    items: tuple[FiledItem, ...]
    completeness: Decimal | None


@dataclass(frozen=True)
class CreditFile:
    """A customer's credit file as of a day: six dimensions, and what nobody has classified."""

    no: str
    on: date
    dimensions: tuple[FiledDimension, ...]
    unclassified: tuple[FiledItem, ...]
    completeness: Decimal | None
    holdings: Holdings

    @property
    def items(self) -> tuple[FiledItem, ...]:
        """All items of all dimensions, those not classified last."""
        return (*(item for one in self.dimensions for item in one.items), *self.unclassified)

    @property
    def stale(self) -> tuple[FiledItem, ...]:
        """The items that are older than they may be."""
        return tuple(item for item in self.items if item.stale)

    @property
    def contradictory(self) -> tuple[FiledItem, ...]:
        """The items of which two channels tell different things."""
        return tuple(item for item in self.items if item.contradictory)


@dataclass(frozen=True)
class ItemQuality:
    """How well one key item is kept over many customers; shares are None when nobody ought to have it."""

    item: Item
    customers: int  # that ought to have it
    present: int
    stale: int
    completeness: Decimal | None
    staleness: Decimal | None  # of those present


@dataclass(frozen=True)
class DataQuality:
    """The state of the files of all visible customers; shares are None (n/a) when there is none."""

    on: date
    customers: int
    completeness: Decimal | None
    staleness: Decimal | None
    items: tuple[ItemQuality, ...]
    single_owner: int  # customers of whom one person alone told every fact
    unanswered: int  # customers for whom nobody answers
    unclassified: tuple[tuple[str, int], ...]  # items told but not in the catalogue, with how many facts


@dataclass(frozen=True)
class StaleItem:
    """One item of one customer that is out of date, and who answers for the customer."""

    customer_no: str
    customer_name: str
    item: Item
    true_on: date
    person_login: str  # blank: nobody answers
    person_name: str
    unit_name: str


@dataclass(frozen=True)
class Contradiction:
    """One item of one customer of which the channels tell different things.

    told: channel, value and day of each, in the order of the channels; sensitive values are masked.
    """

    customer_no: str
    customer_name: str
    item: Item
    key: str
    told: tuple[tuple[str, str, date], ...]


@dataclass(frozen=True)
class DealingClass:
    """Where a customer stands in time (LSE-02, LSE-03).

    series: future (never dealt), new or old. process: about (to deal), now or once (dealt before).
    focus: new and future customers are the focus.
    """

    series: Literal["future", "new", "old"]
    process: Literal["about", "now", "once"]

    @property
    def focus(self) -> bool:
        """Whether the customer belongs to the focus."""
        return self.series != "old"
