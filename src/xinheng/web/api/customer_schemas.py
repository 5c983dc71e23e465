"""The shapes of customers and their credit files."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from xinheng.web.api.fields import USUAL_LIMIT, Amount, Day, exact
from xinheng.web.api.schemas import Asked

Text = Annotated[str, Field(max_length=300)]
Code = Annotated[str, Field(max_length=40)]
Section = Literal[
    "", "A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O", "P", "Q", "R", "S", "T"
]  # fmt: skip
Size = Literal["", "large", "medium", "small", "micro", "not_applicable"]
Status = Literal["", "active", "closed"]


class CustomersAsked(Schema):
    """Which customers a list shows. after: the `next` of the page before."""

    q: str = Field("", max_length=100, description="Part of a name, pinyin initials, a number or code.")
    industry_section: Section = Field("", description="A letter of GB/T 4754.")
    region: str = Field("", max_length=20)
    size_class: Size = ""
    status: Status = ""
    kind: Literal["", "company", "person"] = ""
    after: str = Field("", max_length=40)
    limit: int = Field(USUAL_LIMIT, ge=1, le=200)


class CustomerOut(Schema):
    """A customer in a list. parent_no: null, too, when the parent is out of your reach."""

    no: str
    kind: str
    name: str
    uscc: str | None
    is_customer: bool
    is_supplier: bool
    industry: str
    industry_section: str
    region: str
    size_class: str
    status: str
    parent_no: str | None


class CustomerWhole(CustomerOut):
    """One customer with all its row tells. id_number: masked unless you may see sensitive fields."""

    id_number: str | None
    org_code: str
    nature: str
    address: str
    founded_on: date | None
    employees: int | None
    revenue: str | None
    assets: str | None
    closed_on: date | None
    told_on: date
    channel: str
    source: str
    former_names: list[str]


class CustomerIn(Asked):
    """A new customer. despite_like_names: open the file although like names exist."""

    no: Code = ""
    name: str = Field(max_length=200)
    kind: Literal["company", "person"] = "company"
    uscc: Code = ""
    id_number: Code = ""
    org_code: Code = ""
    is_customer: bool = True
    is_supplier: bool = False
    nature: str = Field("", max_length=20)
    industry: str = Field("", max_length=5)
    region: str = Field("", max_length=20)
    address: Text = ""
    founded_on: Day | None = None
    employees: int | None = Field(None, ge=0, lt=2**31)
    revenue: Amount | None = None
    assets: Amount | None = None
    parent_no: Code = ""
    unit_code: Code = ""
    person_login: str = Field("", max_length=150)
    former_names: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=50)
    channel: str = Field("own_dealings", max_length=20)
    source: str = Field("", max_length=200)
    despite_like_names: bool = False

    @model_validator(mode="after")
    def _amounts_are_exact(self) -> Self:
        exact(self.revenue, "CNY", "revenue")
        exact(self.assets, "CNY", "assets")
        return self


class RenameIn(Asked):
    """A new name. until_on: the last day of the old one."""

    name: str = Field(max_length=200)
    until_on: Day | None = None
    despite_like_names: bool = False


class CodesIn(Asked):
    """Codes that were missing or wrong; null leaves one as it is."""

    uscc: Code | None = None
    id_number: Code | None = None
    org_code: Code | None = None


class ParentIn(Asked):
    """The customer above in the group; blank takes it out."""

    parent_no: Code


class ReasonIn(Asked):
    """Why."""

    reason: str = Field(max_length=300)


class LikeOut(Schema):
    """A customer of a like name."""

    no: str
    name: str
    now_name: str
    status: str


class ResponsibilityOut(Schema):
    """Who answers for the customer, by date. until_on: the first day it no longer holds."""

    unit_code: str
    unit_name: str
    person_login: str | None
    person_name: str | None
    from_on: date
    until_on: date | None


class ResponsibilityIn(Asked):
    """Who answers for the customer from a day on; today if not given."""

    unit_code: Code
    person_login: str = Field("", max_length=150)
    from_on: Day | None = None


class ContactOut(Schema):
    """Someone to talk to. phone and email: masked unless you may see sensitive fields."""

    id: int
    name: str
    post: str
    phone: str
    email: str
    told_on: date


class ContactIn(Asked):
    """Someone to talk to."""

    name: str = Field(max_length=60)
    post: str = Field("", max_length=60)
    phone: str = Field("", max_length=40)
    email: str = Field("", max_length=254)


class EndIn(Asked):
    """The day from which it no longer holds; today if not given."""

    until_on: Day | None = None


class LinkOut(Schema):
    """A related party. other_no: null when it is no customer, or one out of your reach."""

    id: int
    relation: str
    other_no: str | None
    other_name: str
    share: Decimal | None
    from_on: date | None
    until_on: date | None


class LinkIn(Asked):
    """A related party: a customer by its number, or a name. share: 0 to 1, of shareholders."""

    relation: Literal["shareholder", "subsidiary", "guarantor", "manager", "controller", "direct", "other"]
    other_no: Code = ""
    other_name: str = Field("", max_length=200)
    share: Decimal | None = Field(None, ge=0, le=1, max_digits=9, decimal_places=8)
    from_on: Day | None = None


class ToldFactOut(Schema):
    """One fact as one channel told it. masked: you may not see the whole value."""

    id: int | None
    value: str
    masked: bool
    true_on: date
    told_on: date
    channel: str
    source: str
    told_by: str
    verification: str
    verified_by: str
    verified_on: date | None
    evidence: str
    stale: bool
    usable: bool


class FiledItemOut(Schema):
    """One item of the file: what holds now, what was told before."""

    code: str
    name: str
    key: str
    basis: str
    stale: bool
    contradictory: bool
    ledger_value: str
    facts: list[ToldFactOut]
    history: list[ToldFactOut]


class FiledDimensionOut(Schema):
    """One of the six dimensions. completeness: 0 to 1, null where nothing is asked for."""

    number: int
    name: str
    completeness: Decimal | None
    items: list[FiledItemOut]


class CreditFileOut(Schema):
    """A customer's credit file as of today."""

    no: str
    on: date
    completeness: Decimal | None
    dimensions: list[FiledDimensionOut]
    unclassified: list[FiledItemOut]


class ItemOut(Schema):
    """One item a credit file may hold. choices: code and name."""

    code: str
    name: str
    dimension: int
    type: str
    choices: list[tuple[str, str]]
    many: bool
    sensitive: bool
    personal: bool
    needs_source: bool
    stale_after_months: int | None


class FactIn(Asked):
    """One item as one channel told it. value: text as people write it. key: which one, where many."""

    item: str = Field(max_length=60)
    value: str = Field(max_length=2000)
    channel: str = Field(max_length=20)
    source: str = Field("", max_length=200)
    true_on: Day | None = None
    key: str = Field("", max_length=120)


class VerdictIn(Asked):
    """Whether a fact was found to hold, and by what evidence."""

    holds: bool
    evidence: str = Field(max_length=300)


class QualityItemOut(Schema):
    """How well one key item is kept."""

    code: str
    name: str
    customers: int
    present: int
    stale: int
    completeness: Decimal | None
    staleness: Decimal | None


class QualityOut(Schema):
    """The state of the files of the customers within your reach."""

    on: date
    customers: int
    completeness: Decimal | None
    staleness: Decimal | None
    single_owner: int
    unanswered: int
    items: list[QualityItemOut]
