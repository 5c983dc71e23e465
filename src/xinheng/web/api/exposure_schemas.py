"""The shapes of the exposure of a past day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Schema
from pydantic import Field

from xinheng.web.api.fields import Day
from xinheng.web.api.schemas import MoneyOut


class ExposureAsked(Schema):
    """Which day; today where none is named. known_on: only what was told by then; null: all that is known."""

    as_of: Day | None = None
    segment: Annotated[str, Field(max_length=20)] = ""
    known_on: Day | None = None


class ExposureDocumentsAsked(ExposureAsked):
    """The same, of one component where it is named. after: how many were read already."""

    component: Annotated[str, Field(max_length=10)] = ""
    after: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class ExposureMemberOut(Schema):
    """A customer of the group and what it owed; no number: members out of your reach."""

    customer_no: str
    name: str
    exposure: MoneyOut


class PastExposureOut(Schema):
    """What a customer owed on a day, by component. is_convertible: every currency had a rate by then."""

    as_of: date
    known_on: date | None
    segment: str
    receivable: MoneyOut
    prepaid: MoneyOut
    delivered: MoneyOut
    ordered: MoneyOut
    held: MoneyOut
    foreign: MoneyOut
    exposure: MoneyOut
    is_convertible: bool
    group: list[ExposureMemberOut]


class ExposureDocumentOut(Schema):
    """A bill, receipt or order behind a figure. due_on: when it falls due, or is planned to leave."""

    component: str
    no: str
    on: date
    due_on: date | None
    segment: str
    amount: MoneyOut
