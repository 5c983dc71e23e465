"""What is charged for lateness, as a document says it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from xinheng.judgements.policies.values import Code, Part, Worded

How = Literal["daily", "annual", "lpr", "fixed", "percent", "electricity"]
Percent = Annotated[Decimal, Field(gt=0, le=100, decimal_places=6)]
Amount = Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=2)]


class Scheme(Worded):
    """How one charge is reckoned.

    daily: `percent` a day. annual: `percent` a year over `day_base`. lpr: the rate of the day of the breach
    (anchor breach), of signing, or of each day (running), times `markup`, over `day_base`. fixed: `amount`
    once. percent: of what is open, once. electricity: `percent` a day in the year of the due day and
    `later_percent` after it (split) or, once the year has turned, from the first day on (whole).
    """

    code: Code
    how: How
    percent: Percent | None = None
    later_percent: Percent | None = None
    year_end: Literal["split", "whole"] = "split"
    pay_day: Literal["counted", "free"] = "counted"  # whether the day of payment itself bears the charge
    amount: Amount | None = None
    markup: Annotated[Decimal, Field(gt=0, le=10, decimal_places=4)] | None = None
    tenor: Literal["one_year", "five_year"] = "one_year"
    anchor: Literal["breach", "signing", "running"] = "breach"
    day_base: Literal[360, 365] = 365
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0  # not passed: nothing; passed: from the first day on
    at_least: Amount | None = None  # a charge that comes to less is charged as this
    most_percent: Percent | None = None  # of the bill, in all
    clause: Annotated[str, Field(max_length=120)] = ""

    @property
    def is_once(self) -> bool:
        """Whether it is charged once, and not for each day."""
        return self.how in ("fixed", "percent")

    @property
    def claim(self) -> str:
        """The kind of bill it becomes."""
        return "fee" if self.is_once else "interest"


class ChargeTerms(Part):
    """The document of charges, checked. company: the schemes where nothing was agreed."""

    kind: Literal["charge_terms"]
    code: Literal["charge_terms"]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,19}$")]
    name: Worded
    about: Worded
    currencies: tuple[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], ...]
    kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    least: Amount
    pay_within_days: Annotated[int, Field(ge=0, le=365)]
    lpr_holds_days: Annotated[int, Field(ge=1, le=400)]
    company: tuple[Code, ...]
    schemes: Annotated[tuple[Scheme, ...], Field(min_length=1)]

    def scheme(self, code: str) -> Scheme | None:
        """The scheme of a code."""
        return next((one for one in self.schemes if one.code == code), None)
