"""The rules of late payment: a document, checked when it is read and told with the line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from django.utils.translation import get_language
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.judgements.arrears.errors import ArrearsPolicyInvalid

KIND = CODE = "arrears"
SHIPPED = Path(__file__).with_name("rules.yaml")
Chance = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """Closed: a word that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """A name in both languages."""

    zh: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=120)]

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Factor(Words):
    """An outer factor and how much one step of it weighs, in log odds."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]
    weight: Annotated[float, Field(ge=-2, le=2)]


class Levels(Part):
    """When a customer is at risk, and when at high risk. Amounts in the currency of the bills."""

    from_chance: Chance
    high_from_chance: Chance
    high_from_amount: Annotated[Decimal, Field(ge=0)] = Decimal(0)

    @model_validator(mode="after")
    def _rising(self) -> Levels:
        if self.high_from_chance < self.from_chance:
            raise ValueError("high_from_chance is below from_chance")
        return self


class ArrearsRules(Part):
    """The whole document."""

    kind: Literal["arrears"]
    code: str
    version: str
    name: Words
    tolerance_days: Annotated[int, Field(ge=0, le=365)]
    least_bills: Annotated[int, Field(ge=50, le=1_000_000)]
    months_back: Annotated[int, Field(ge=3, le=240)]
    train_every_days: Annotated[int, Field(ge=1, le=3650)]
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    least_payments: Annotated[int, Field(ge=0, le=1000)]
    risk: Levels
    factors: Annotated[tuple[Factor, ...], Field(max_length=20)] = ()


@lru_cache(maxsize=64)
def load(text: str, file: str = "arrears.yaml") -> ArrearsRules:
    """Checked rules from their YAML text. Refuses: ArrearsPolicyInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=ArrearsRules, refusal=ArrearsPolicyInvalid)
    return found


def check(text: str) -> None:
    """Whether a text holds rules of late payment. Refuses: ArrearsPolicyInvalid."""
    load(text)


def shipped() -> ArrearsRules:
    """The rules that come with the system."""
    return load(SHIPPED.read_text("utf-8"), SHIPPED.name)


def in_force(on: date) -> ArrearsRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    kept = packs.documents_in_force(KIND, on=on).filter(code=CODE).first()
    return load(kept.text) if kept else shipped()
