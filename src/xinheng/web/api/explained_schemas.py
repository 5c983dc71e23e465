"""The shapes of outlooks, decisions computed again, rows behind figures, summaries and letters."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ninja import Schema
from pydantic import Field, field_validator

from xinheng.reports.values import LetterWanted
from xinheng.web.api.fields import Amount
from xinheng.web.api.rating_schemas import DifferenceOut, InputOut, MoveOut
from xinheng.web.api.schemas import Asked


class ChangeOut(Schema):
    """One figure that would have to be another."""

    now: InputOut
    then: InputOut


class ImprovementOut(Schema):
    """Changes that are needed together and give a better grade."""

    grade: str
    score: Decimal | None
    changes: list[ChangeOut]
    text: str


class OutlookOut(Schema):
    """What would raise a grade. state: best, open, closed, compared, incomplete or not_applicable."""

    run_id: int
    customer_no: str
    grade: str
    state: str
    summary: str
    improvements: list[ImprovementOut]
    obstacles: list[str]
    wanting: list[InputOut]


class ReplayedOut(Schema):
    """What computing one customer of a stored run again gave."""

    run_id: int
    customer_no: str
    as_of: date
    policy: str
    same: bool
    compared: int
    cause: str
    differences: list[DifferenceOut]


class RowsOut(Schema):
    """The facts a figure was made of. how: sum, count or max where `total` is the figure itself."""

    code: str
    kind: str
    as_of: date
    how: str
    total: str | None
    unit: str
    currency: str
    number: int
    rows: list[dict[str, Any]]
    why: str

    @field_validator("rows", mode="before")
    @classmethod
    def _plain(cls, rows: Any) -> Any:
        return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: Any) -> Any:
    """Money as a decimal string, days as ISO dates."""
    return value if value is None or isinstance(value, int | str) else str(value)


class GradeLineOut(Schema):
    """One grade of a summary; blank: not graded. Shares in percent, one decimal; null: of nothing."""

    grade: str
    word: str
    customers: int
    share: Decimal | None
    running: int
    running_share: Decimal | None
    amounts: dict[str, str]
    amount_shares: dict[str, Decimal | None]

    @field_validator("amounts", mode="before")
    @classmethod
    def _decimals(cls, amounts: Any) -> Any:
        return {name: str(amount.decimal) for name, amount in amounts.items()}


class IndustryLineOut(Schema):
    """One industry of a summary: customers by grade."""

    section: str
    counts: dict[str, int]
    customers: int


class SummaryOut(Schema):
    """One rating run as a department reports it, of the customers within your reach."""

    run_id: int
    as_of: date
    policy_code: str
    policy_name: str
    policy_version: str
    grades: list[str]
    lines: list[GradeLineOut]
    customers: int
    industries: list[IndustryLineOut]
    moves: list[MoveOut]
    currency: str


class LetterIn(Asked):
    """What a letter to a customer says: the name of one of our units, one of our people, and terms.

    tell_grade is refused unless the customer commissioned the rating and applied for its result to be told.
    """

    decision: Literal["granted", "conditional", "reduced", "declined"]
    company: str = Field(max_length=60)
    contact: str = Field(max_length=40)
    phone: str = Field(max_length=40)
    payment_days: int | None = Field(None, ge=1, le=365)
    prepaid_percent: int | None = Field(None, ge=1, le=100)
    limit: Amount | None = None  # yuan
    security: Literal["", "guarantee", "mortgage", "pledge", "insurance", "deposit"] = ""
    address: str = Field("", max_length=200)
    language: Literal["zh-hans", "en"] = "zh-hans"
    tell_grade: bool = False
    form: Literal["pdf", "docx"] = Field("pdf", alias="format")

    def wanted(self) -> LetterWanted:
        """The letter as the reports take it."""
        told = {name: getattr(self, name) for name in type(self).model_fields if name != "form"}
        return LetterWanted(**told)
