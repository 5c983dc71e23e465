"""What the room of outside factors hands out and takes in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

SeriesKind = Literal["weather", "holiday", "price", "policy", "economy", "own"]
EntryKind = Literal["industrial_policy", "economic_situation", "market_environment", "public_information"]
SERIES_KINDS: dict[str, str | Promise] = {
    "weather": _("weather"),
    "holiday": _("holidays"),
    "price": _("prices"),
    "policy": _("policy"),
    "economy": _("economy"),
    "own": _("own"),
}
ENTRY_KINDS: dict[str, str | Promise] = {
    "industrial_policy": _("industrial policy"),
    "economic_situation": _("economic situation"),
    "market_environment": _("market environment"),
    "public_information": _("public information from the web"),
}
EFFECTS: dict[int, str | Promise] = {
    2: _("+2 much better"), 1: _("+1 better"), 0: _("0 neutral"), -1: _("−1 worse"), -2: _("−2 much worse"),
}  # fmt: skip
BUILT_IN: dict[str, str | Promise] = {
    "day_off": _("Day off"),
    "make_up_day": _("Make-up working day"),
    "spring_festival": _("Days from the Spring Festival"),
}
DERIVED: dict[str, str | Promise] = {
    "cdd": _("Cooling degree days"),
    "hdd": _("Heating degree days"),
}


@dataclass(frozen=True)
class NewSeries:
    """A series to be kept. valid_days: how long after its last day it is taken for current."""

    code: str
    name: str
    unit: str
    kind: str = "own"
    valid_days: int | None = None
    note: str = ""


@dataclass(frozen=True)
class NewFigure:
    """The figure of a day."""

    day: date
    value: float
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class NewEntry:
    """An entry of the information bank. industry: letter or code of GB/T 4754, "" for every industry.

    effect: +2 much better to −2 much worse for the industry. replaces: number of the entry it corrects.
    """

    kind: str
    title: str
    effect: int
    valid_from: date
    valid_until: date
    source: str
    industry: str = ""
    text: str = ""
    replaces: str = ""


@dataclass(frozen=True)
class EntryLine:
    """An entry as it counts on a day. is_expired: its validity has run out, so nothing may use it."""

    no: str
    kind: str
    industry: str
    title: str
    text: str
    effect: int
    valid_from: date
    valid_until: date
    source: str
    told_on: date
    told_by: str
    replaces: str
    state: Literal["counts", "to_come", "expired", "replaced"]

    @property
    def is_expired(self) -> bool:
        """Whether its validity is over."""
        return self.state == "expired"


@dataclass(frozen=True)
class SeriesLine:
    """A series as it stands on a day. days: how many have a value; state: current, old or empty."""

    code: str
    name: str
    unit: str
    kind: str
    origin: Literal["told", "built_in", "derived"]
    days: int
    first: date | None
    last: date | None
    value: float | None  # of the last day up to the day asked for
    corrected: int  # days told more than once
    state: Literal["current", "old", "empty"]
    note: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which entries: text in title, text or source; state: counts, to_come, expired or replaced."""

    text: str = ""
    kind: str = ""
    industry: str = ""
    state: str = ""


class Words(BaseModel):
    """A name in both languages."""

    model_config = ConfigDict(extra="forbid")

    zh: str
    en: str


class DegreeDays(BaseModel):
    """Degrees of a day above or below a base."""

    model_config = ConfigDict(extra="forbid")

    code: Literal["cdd", "hdd"]
    of: str
    side: Literal["above", "below"]
    base: float


class FactorRules(BaseModel):
    """The rules of the room: degree days, when next year's holidays are known, days of Lunar New Year."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["factors"]
    code: Literal["factors"]
    version: str
    name: Words
    source: Words
    degree_days: list[DegreeDays]
    holidays_told: Annotated[str, Field(pattern=r"^\d\d-\d\d$")]
    lunar_new_years: Annotated[list[date], Field(min_length=2)]
