"""The rules of demand forecasting: a document, checked when it is read and told with the line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.facts.factors.values import ENTRY_KINDS
from xinheng.judgements.demand.errors import DemandPolicyInvalid

KIND = CODE = "demand"
SHIPPED = Path(__file__).with_name("rules.yaml")
Share = Annotated[float, Field(ge=0, le=1)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]


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
    """An outside factor: its weight, where it is read from, and how far the base follows it.

    Exactly one source: `series` (of the outside factors), `entries` (of the external information bank, steps
    -2 to 2), or `own` (measured from the readings). against: the same months a year before, or a neutral
    level.
    """

    code: Code
    weight: Annotated[Decimal, Field(ge=0, le=1)]
    series: str = ""
    entries: str = ""
    own: Literal["", "large_consumers"] = ""
    against: Literal["year", "level"] = "year"
    neutral: Annotated[float, Field(gt=0)] = 100.0
    months: Annotated[int, Field(ge=1, le=12)] = 3  # up to the day that are compared
    response: Annotated[float, Field(ge=-5, le=5)] = 1.0  # share of the base for a change of the whole
    step: Annotated[float, Field(ge=0, le=0.5)] = 0.0  # share of the base for one step of an entry

    @model_validator(mode="after")
    def _one_source(self) -> Factor:
        if sum(map(bool, (self.series, self.entries, self.own))) != 1:
            raise ValueError(_("a factor has exactly one source: series, entries or own"))
        if self.entries and self.entries not in ENTRY_KINDS:
            raise ValueError(_("entries are of the kinds %(kinds)s") % {"kinds": ", ".join(ENTRY_KINDS)})
        if self.entries and not self.step:
            raise ValueError(_("a factor of entries says what one step moves"))
        return self


class DemandRules(Part):
    """The whole document."""

    kind: Literal["demand"]
    code: str
    version: str
    name: Words
    least_months: Annotated[int, Field(ge=1, le=240)]
    band: Literal[80, 95]  # of 100 later values, those it is to hold
    candidates: tuple[str, ...] = ()  # models to try; none: those shipped for the frequency
    read_share: Annotated[float, Field(gt=0, le=1)]
    large_kva: Annotated[float, Field(ge=0)]
    most: Share
    factors: Annotated[tuple[Factor, ...], Field(max_length=30)] = ()

    @model_validator(mode="after")
    def _whole(self) -> DemandRules:
        codes = [one.code for one in self.factors]
        if twice := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(_("factors stand twice: %(codes)s") % {"codes": ", ".join(twice)})
        told = sum((one.weight for one in self.factors), Decimal(0))
        if self.factors and told != 1:
            raise ValueError(_("the weights of the factors add up to %(sum)s, not to 1") % {"sum": told})
        return self


@dataclass(frozen=True)
class Held:
    """The rules of a day. is_adopted: not merely those shipped with the system."""

    rules: DemandRules
    text: str
    sha256: str
    is_adopted: bool

    @property
    def name(self) -> str:
        """code@version."""
        return f"{self.rules.code}@{self.rules.version}"


@lru_cache(maxsize=64)
def load(text: str, file: str = "demand.yaml") -> DemandRules:
    """Checked rules from their YAML text. Refuses: DemandPolicyInvalid, naming file, line and cause."""
    found, _tree = reading.read_document(text, file=file, shape=DemandRules, refusal=DemandPolicyInvalid)
    return found


def check(text: str) -> None:
    """Whether a text holds rules of demand forecasting. Refuses: DemandPolicyInvalid."""
    load(text)


def shipped() -> Held:
    """The rules that come with the system."""
    text = SHIPPED.read_text("utf-8")
    return Held(load(text, SHIPPED.name), text, sha256(text.encode()).hexdigest(), is_adopted=False)


def held_on(on: date) -> Held:
    """The rules of a day: what the site adopted, else what comes with the system."""
    kept = packs.documents_in_force(KIND, on=on).filter(code=CODE).first()
    return Held(load(kept.text), kept.text, kept.sha256, is_adopted=True) if kept else shipped()


def of_hash(digest: str) -> DemandRules:
    """The rules that a run was made by: the shipped ones, or a version that was adopted.

    Refuses: PolicyUnknown.
    """
    own = shipped()
    return own.rules if own.sha256 == digest else load(packs.document(digest).text)
