"""The document of detectors: checked when it is read, told with the line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as reading
from xinheng.judgements.policies.queries import ExpressionInvalid, Formula, Name, translate
from xinheng.judgements.theft.errors import TheftPolicyInvalid
from xinheng.judgements.theft.words import catalogue

KIND = CODE = "theft"
SHIPPED = Path(__file__).with_name("rules.yaml")
DAYS = ("since", "until")
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """Closed: a word that is not known is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Part):
    """Words in both languages."""

    zh: Annotated[str, Field(min_length=1, max_length=300)]
    en: Annotated[str, Field(min_length=1, max_length=300)]

    def __str__(self) -> str:
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Detector(Part):
    """One thing that speaks for theft.

    when: a condition over figures of the catalogue. strength: how much it speaks for theft. back: the figure
    of days back from the last day at which it begins; or days: the latest so many.
    """

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]
    name: Words
    when: Annotated[str, Field(min_length=3, max_length=400)]
    strength: Share
    words: Words
    back: str = ""
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    mark: Literal["told", "assumed"]


class Pieces(Part):
    """How long the pieces are by which use is compared, in days; of windows below so many days."""

    days: Annotated[int, Field(ge=1, le=31)]
    below: Annotated[int, Field(ge=1, le=100_000)] = 100_000


class Least(Part):
    """Good readings below which a consumer is not assessable."""

    days: Annotated[int, Field(ge=4, le=3650)]
    share: Share
    bills: Annotated[int, Field(ge=1, le=1000)]


class Levels(Part):
    """From which score suspicion is high, medium and low; a score exactly there is the higher."""

    high: Share
    medium: Share
    low: Share

    @model_validator(mode="after")
    def _falling(self) -> Levels:
        if not self.high >= self.medium >= self.low:
            raise ValueError("high is not above medium, or medium not above low")
        return self


class Group(Part):
    """When a group of peers is one."""

    least: Annotated[int, Field(ge=3, le=10_000)]
    sample: Annotated[int, Field(ge=100, le=1_000_000)]


class Learning(Part):
    """When findings are enough to learn from."""

    least_found: Annotated[int, Field(ge=10, le=100_000)]
    folds: Annotated[int, Field(ge=2, le=20)]


class TheftRules(Part):
    """The whole document."""

    kind: Literal["theft"]
    code: str
    version: str
    name: Words
    window_days: Annotated[int, Field(ge=14, le=3650)]
    pieces: Annotated[tuple[Pieces, ...], Field(min_length=1, max_length=10)]
    least: Least
    levels: Levels
    learned_levels: Levels
    kept_suspects: Annotated[int, Field(ge=1, le=1_000_000)]
    peers: Group
    learning: Learning
    forest_weight: Share
    not_used: tuple[str, ...]
    detectors: Annotated[tuple[Detector, ...], Field(min_length=1, max_length=100)]

    def step(self, days: int) -> int:
        """How long the pieces of a window of so many days are."""
        return next((one.days for one in self.pieces if days < one.below), self.pieces[-1].days)


@lru_cache(maxsize=64)
def load(text: str, file: str = "theft.yaml") -> TheftRules:
    """Checked rules from their YAML text. Refuses: TheftPolicyInvalid, naming file, line and cause."""
    found, tree = reading.read_document(text, file=file, shape=TheftRules, refusal=TheftPolicyInvalid)
    for place, detector in enumerate(found.detectors):
        for path, cause in _faults(detector, found.detectors[:place]):
            line = reading.line_in(tree, ("detectors", place, *path))
            raise TheftPolicyInvalid(file=file, line=line, cause=cause)
    return found


def _faults(detector: Detector, before: tuple[Detector, ...]) -> list[tuple[tuple[str, ...], str]]:
    known = catalogue()
    if any(one.code == detector.code for one in before):
        return [(("code",), _("The code %(code)s is used twice.") % {"code": detector.code})]
    try:
        formula = condition(detector.when)
    except ExpressionInvalid as error:
        return [(("when",), str(error))]
    if formula.kind != "yes_no":
        return [(("when",), _("%(text)s is not true or false.") % {"text": detector.when})]
    if detector.back and detector.back not in known:
        return [(("back",), _("%(name)s is no figure of the catalogue.") % {"name": detector.back})]
    for language in ("zh", "en"):
        for name in placeholders(getattr(detector.words, language)):
            if name not in known and name not in DAYS:
                cause = _("%(name)s is no figure of the catalogue.") % {"name": name}
                return [(("words", language), cause)]
    return []


def placeholders(text: str) -> list[str]:
    """The names of the figures in the words of a detector."""
    return [name for _text, name, _form, _kind in Formatter().parse(text) if name]


@lru_cache(maxsize=512)
def condition(text: str) -> Formula:
    """A condition over figures. Raises ExpressionInvalid."""
    return translate(text, _names())


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Name]:
    return {code: Name(code, "number", "indicator") for code in catalogue()}


def check(text: str) -> None:
    """Whether a text holds rules of suspected theft. Refuses: TheftPolicyInvalid."""
    load(text)


def shipped() -> TheftRules:
    """The rules that come with the system."""
    return load(SHIPPED.read_text("utf-8"), SHIPPED.name)


def in_force(on: date) -> TheftRules:
    """The rules of a day: what the site adopted, else what comes with the system."""
    kept = packs.documents_in_force(KIND, on=on).filter(code=CODE).first()
    return load(kept.text) if kept else shipped()
