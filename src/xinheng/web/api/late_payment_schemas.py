"""What the interface tells and takes of late-payment risk."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from xinheng.web.api.schemas import MoneyOut

LevelName = Literal["high", "risk", "none", "not_assessable"]


class LatePaymentStandingOut(Schema):
    """notice: no_model, off, no_forecast, or empty where forecasts are shown. report: of the last model."""

    notice: str
    words: str
    model: int | None
    trained_on: date | None
    sha256: str | None
    forecast_on: date | None
    totals: list[dict[str, Any]]
    report: dict[str, Any]


class LateCustomerOut(Schema):
    """chance: the highest of its bills. payments: bills paid before."""

    customer_no: str
    level: LevelName
    group: str
    bills: int
    open: MoneyOut
    late: MoneyOut
    expected_late: MoneyOut
    chance: float
    days_late: float
    payments: int
    reasons: str


class LateBillOut(Schema):
    """One open bill of the last forecast. settle: the day it is expected to be paid."""

    customer_no: str
    bill_no: str
    group: str
    open: MoneyOut
    billed: date
    due: date
    chance: float
    days_late: float
    settle: date
    settle_early: date
    settle_late: date
    reasons: str


class LateAccuracyOut(Schema):
    """What the first forecast of a month came to, by class. accuracy: the smaller over the larger amount."""

    month: date
    group: str
    currency: str
    foretold: str
    actual: str
    accuracy: str
    at_risk: int
    high_risk: int
    late: int
    precision: float | None
    recall: float | None


class OuterFactorIn(Schema):
    """A step of an outer factor: -2 much better to 2 much worse."""

    code: Annotated[str, Field(max_length=20)]
    step: Annotated[int, Field(ge=-2, le=2)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    applies_to: Annotated[str, Field(max_length=40)] = ""
    from_on: date | None = None


class OuterFactorOut(Schema):
    """A step that was told."""

    id: int
    code: str
    step: int
    reason: str
    applies_to: str
    from_on: date
    told_by: str
