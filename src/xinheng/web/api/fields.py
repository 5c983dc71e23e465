"""How days, numbers, amounts and pages are written in a request; anything else is refused with its cause."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Path, Query
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from xinheng.base.kernel.money import Money, places

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
LARGEST_ID = 2**63 - 1
AMOUNT = re.compile(r"-?\d{1,13}(\.\d{1,3})?")
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$"


def _written_as_day(value: Any) -> Any:
    if isinstance(value, date) or (isinstance(value, str) and WRITTEN.fullmatch(value)):
        return value
    raise ValueError(_("a day is written as 2026-06-30"))


def _written_as_clock(value: Any) -> Any:
    if isinstance(value, time) or (isinstance(value, str) and re.fullmatch(CLOCK, value, re.ASCII)):
        return value
    raise ValueError(_("a time of the day is written as 20:00"))


def _within_reason(day: date) -> date:
    if FIRST_DAY <= day <= LAST_DAY:
        return day
    raise ValueError(_("a day lies between %(first)s and %(last)s") % {"first": FIRST_DAY, "last": LAST_DAY})


def _written_as_amount(value: Any) -> Any:
    """Amounts come as text: JSON numbers lose cents on their way."""
    if isinstance(value, str) and AMOUNT.fullmatch(value):
        return value
    raise ValueError(_('an amount is written as text, such as "1234.50"'))


def exact(amount: Decimal | None, currency: str, field: str) -> None:
    """Refuse an amount with more decimals than its currency has: what is kept is what was sent."""
    if amount is not None and Money.of(amount, currency).decimal != amount:
        told = {"field": field, "currency": currency, "places": places(currency)}
        raise PydanticCustomError("amount_places", "too many decimals", told)


def in_order(first: date | None, last: date | None, field: str) -> None:
    """Refuse a last day before the first."""
    if first and last and last < first:
        raise PydanticCustomError("days_reversed", "before the first day", {"field": field, "first": first})


DAY = {"type": "string", "format": "date", "pattern": r"^(19|20|21)\d{2}-\d{2}-\d{2}$"}
DECIMAL = {"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,3})?$", "examples": ["1234.50"]}

Day = Annotated[date, BeforeValidator(_written_as_day), AfterValidator(_within_reason), WithJsonSchema(DAY)]
ClockTime = Annotated[  # "time" of JSON schema would have a zone
    time, BeforeValidator(_written_as_clock), WithJsonSchema({"type": "string", "pattern": CLOCK})
]
Amount = Annotated[
    Decimal,
    BeforeValidator(_written_as_amount),
    Field(max_digits=16, decimal_places=3),
    WithJsonSchema(DECIMAL),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
No = Annotated[str, Path(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page.")]
AfterId = Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="The `next` of the page before.")]
After = Annotated[str, Query(max_length=200, description="The `next` of the page before.")]
AsOf = Annotated[Day | None, Query(description="The day looked at; today if not given.")]
USUAL_LIMIT = 50
