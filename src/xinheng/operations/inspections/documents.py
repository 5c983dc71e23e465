"""The rules of inspection, as a document says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.kernel.language import reads_chinese
from xinheng.operations.inspections.values import Basis, Use, Voltage

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
Words = Annotated[str, Field(min_length=1, max_length=240)]
Figure = Annotated[Decimal, Field(ge=0, le=10**9)]
Days = Annotated[int, Field(ge=0, le=366)]


class RulePart(BaseModel):
    """Anything in the rules: an unknown key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(RulePart):
    """What a document of rules is called."""

    zh: Words
    en: Words

    @property
    def words(self) -> str:
        """Its name in the reader's language."""
        return self.zh if reads_chinese() else self.en


class Coded(Named):
    """Something named that rows refer to by its code."""

    code: Code


One = TypeVar("One", bound=Coded)


class TheftRule(RulePart):
    """Money for theft. bases: how the quantity may be reckoned, the first is asked for first.

    times: of the recovered fee, as penalty; is_most: at most so many. unknown_days: where the time of theft
    cannot be found out; is_least: at least so many. hours: a day, where they are not known.
    """

    clause: Named
    bases: Annotated[tuple[Basis, ...], Field(min_length=1)]
    times: Figure
    is_most: bool
    unknown_days: Annotated[int, Field(ge=1, le=3660)]
    is_least: bool
    hours: dict[Use, Figure]


class BreachRule(Coded):
    """Money for one kind of breach of use.

    difference: the difference of prices on the quantity, and up to `times` of it as penalty; the time not
    known: `unknown_months`. base_fee: with a two-part tariff the base fee and `times` of it, else `per_kw`
    yuan a kilowatt (and occasion). fixed: so many yuan an occasion. per_kw: so many yuan a kilowatt.
    """

    how: Literal["difference", "base_fee", "fixed", "per_kw"]
    clause: Named
    times: Figure = Decimal(0)
    is_most: bool = False
    unknown_months: Annotated[int, Field(ge=0, le=120)] = 0
    per_kw: Figure = Decimal(0)
    by_occasion: bool = False
    residential: Figure = Decimal(0)
    other: Figure = Decimal(0)


class Edition(Named):
    """The supply rules that hold from a day on."""

    code: Annotated[str, Field(pattern=r"^[0-9a-z][0-9a-z._-]{0,19}$")]
    from_on: date
    theft: TheftRule
    breaches: tuple[BreachRule, ...]
    assumed: bool = False


class Expected(RulePart):
    """How much a case may bring: by voltage, where the consumer's own figures are not known."""

    price: dict[Voltage, Figure]
    kva: dict[Voltage, Figure]
    hours: dict[Voltage, Use]


class InspectionRules(RulePart):
    """The rules of the room."""

    kind: Literal["inspections"]
    code: Literal["electricity"]
    version: Annotated[str, Field(max_length=20)]
    name: Named
    source: Named
    least_inspectors: Annotated[int, Field(ge=1, le=9)]
    appeal_days: Days
    decide_days: Days
    pay_days: Days
    notice_days: Days
    phase_volts: Figure
    expected: Expected
    skills: tuple[Coded, ...]
    exhibits: Annotated[tuple[Coded, ...], Field(min_length=1)]
    methods: Annotated[tuple[Coded, ...], Field(min_length=1)]
    editions: Annotated[tuple[Edition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = [one.from_on for one in self.editions]
        if days != sorted(set(days)):
            raise ValueError("editions stand in the order of their days")
        return self

    def edition(self, on: date) -> Edition | None:
        """The supply rules in force on a day; None before the first."""
        return next((one for one in reversed(self.editions) if one.from_on <= on), None)


def named_in(rows: Iterable[One], code: str) -> One | None:
    """The row of a code."""
    return next((one for one in rows if one.code == code), None)
