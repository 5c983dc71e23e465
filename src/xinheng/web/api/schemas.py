"""The shapes of the API. Money is a decimal string in the major unit with its currency beside it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from ninja import Field, Schema

from xinheng.base.kernel.money import Money

Row = TypeVar("Row")


class Page(Schema, Generic[Row]):
    """One page of a list. next: send it back as `after` for the next page; null at the end."""

    items: list[Row]
    next: str | None = None


class MoneyOut(Schema):
    """An exact amount."""

    amount: str
    currency: str

    @classmethod
    def of(cls, money: Money) -> MoneyOut:
        """The amount in the major unit, with the currency's places."""
        return cls(amount=str(money.decimal), currency=money.currency)


class CustomerOut(Schema):
    """A customer in a list."""

    no: str
    kind: str
    name: str
    uscc: str | None
    industry: str
    industry_section: str
    region: str
    size_class: str
    status: str
    parent_no: str | None


class CustomerIn(Schema):
    """A new customer. despite_like_names: open the file although like names exist."""

    no: str = Field(max_length=40)
    name: str = Field(max_length=200)
    kind: Literal["company", "person"] = "company"
    uscc: str | None = None
    id_number: str | None = None
    is_customer: bool = True
    is_supplier: bool = False
    industry: str = ""
    region: str = ""
    address: str = ""
    founded_on: date | None = None
    employees: int | None = None
    revenue: Decimal | None = None
    assets: Decimal | None = None
    parent_no: str | None = None
    unit_code: str | None = None
    person_login: str | None = None
    despite_like_names: bool = False


class AgeingOut(Schema):
    """Open bills of one bucket."""

    bucket: str
    from_day: int | None
    upto_day: int | None
    bills: int
    amount: MoneyOut


class BillOut(Schema):
    """One bill as of a day."""

    bill_no: str
    billed_on: date
    due_on: date
    amount: MoneyOut
    open: MoneyOut
    overdue_days: int
    settled_on: date | None
    is_void: bool


class IndicatorOut(Schema):
    """One indicator of the catalogue."""

    code: str
    name: str
    name_en: str
    unit: str
    subject: str
    source: str
    missing: str
    missing_en: str
    better: str


class ValueOut(Schema):
    """One measured figure; null: not measured. Amounts are in minor units."""

    code: str
    as_of: date
    figure: Any


class PolicyOut(Schema):
    """A policy in force."""

    code: str
    version: str
    name: str
    name_en: str
    sha256: str
    effective_from: date
    effective_until: date | None


class RunOut(Schema):
    """A rating run."""

    id: int
    policy_code: str
    policy_version: str
    policy_sha256: str
    as_of: date
    state: str
    customers: int
    graded: int
    counts: dict[str, int]
    inputs_sha256: str
    results_sha256: str
    run_by: str


class RunIn(Schema):
    """Ask for a rating run: all customers, by one policy, as of a day."""

    policy_code: str
    as_of: date


class JobOut(Schema):
    """Queued work. Ask for it again until the state is done, refused or failed."""

    id: str
    state: str
    result: Any = None
    detail: str = ""


class GradeOut(Schema):
    """A customer's grade in a run."""

    customer_no: str
    customer_name: str
    state: str
    grade: str
    rank: int | None
    score: str | None
    previous_grade: str


class AssessmentIn(Schema):
    """A person's answer to one question of a policy."""

    question: str
    value: str
    assessed_on: date
    evidence: str = ""


class BatchOut(Schema):
    """One file taken in."""

    id: int
    kind: str
    file_name: str
    sha256: str
    state: str
    mode: str
    cause: str
    rows_total: int
    rows_accepted: int
    rows_void: int
    rows_known: int
    rows_rejected: int
    totals: dict[str, Any]


class RejectedOut(Schema):
    """A row that was not taken, and why."""

    row_no: int
    sheet: str
    field: str
    value: str
    cause: str
    words: str
    row: dict[str, Any]


class EntryOut(Schema):
    """One entry of the trail."""

    id: int
    at: datetime
    business_day: date
    actor_login: str
    via: str
    act: str
    subject: str
    outcome: str
    reason: str
    before: Any
    after: Any


class VerificationOut(Schema):
    """Whether the trail is whole."""

    ok: bool
    sealed: int
    unsealed: int
    first_altered: int | None
    cause: str
