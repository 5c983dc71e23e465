"""What customers hand through their door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl

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
class NewCustomer:
    """A customer to be. Blank and None mean not told; a blank number is given by the system.

    unit_code, person_login: who answers for it; blank means the actor's own unit and the actor.
    through_no: the direct customer an indirect one came by.
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
