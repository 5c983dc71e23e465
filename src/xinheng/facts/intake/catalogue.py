"""The kinds of data, the checks and the shipped sources, read once from the files beside this one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from ruamel.yaml import YAML

from xinheng.base.kernel.identifiers import CAUSES
from xinheng.facts.intake import errors
from xinheng.facts.intake.parsing.amounts import UNITS
from xinheng.facts.intake.parsing.columns import WIDE

FOLDER = Path(__file__).resolve().parent
UNIT = re.compile(r"[(\[]\s*(?:单位[::]?)?\s*(?:人民币)?(" + "|".join(UNITS) + r")\s*[)\]]$")
MARKS = re.compile(r"[\s_\-./\\()\[\]:*#'\"]+")


@dataclass(frozen=True)
class Field:
    """One field of a kind, with its words and how it is read."""

    code: str
    zh: str
    en: str
    type: str  # text, code, date, money, count, flag, choice
    required: bool | str = False  # or the name of a group of which one must be there
    aliases: tuple[str, ...] = ()
    max: int = 0
    words: dict[str, list[str]] = field(default_factory=dict)
    month_end: bool = False
    of: str = ""

    @property
    def label(self) -> str:
        """The field's name in the language of the reader."""
        return self.en if _english() else self.zh


@dataclass(frozen=True)
class Kind:
    """What may come in: its fields, what makes a row the same row, and what its control total adds up."""

    code: str
    zh: str
    en: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    also_unique: tuple[str, ...] = ()
    total: str = ""

    @property
    def label(self) -> str:
        """The kind's name in the language of the reader."""
        return self.en if _english() else self.zh

    def field(self, code: str) -> Field | None:
        """The field with the code, or None."""
        return next((each for each in self.fields if each.code == code), None)


@dataclass(frozen=True)
class Check:
    """A condition under which one row is refused."""

    code: str
    kinds: tuple[str, ...]
    field: str
    refuse_when: str
    shows: tuple[str, ...]


@dataclass(frozen=True)
class ShippedSource:
    """A source that comes with the program: a mapping and settings for files of a known shape."""

    code: str
    kind: str
    zh: str
    en: str
    mapping: dict[str, str]
    settings: dict[str, Any]
    file: str = ""  # its name in a folder that holds the whole set


def _english() -> bool:
    return (get_language() or "").startswith("en")


def _load(name: str) -> Any:
    return YAML(typ="safe").load(FOLDER / name)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by code, in the order in which a site would import them."""
    found = {}
    for code, card in _load("kinds.yaml")["kinds"].items():
        fields = tuple(
            Field(**{**each, "aliases": tuple(each.get("aliases", ()))}) for each in card["fields"]
        )
        found[code] = Kind(
            code=code,
            zh=card["zh"],
            en=card["en"],
            key=tuple(card["key"]),
            fields=fields,
            also_unique=tuple(card.get("also_unique", ())),
            total=card.get("total", ""),
        )
    return found


def kind(code: str) -> Kind:
    """The kind with the code. Refuses: KindUnknown."""
    if code not in kinds():
        raise errors.KindUnknown(kind=code)
    return kinds()[code]


@cache
def checks(kind_code: str) -> tuple[Check, ...]:
    """The row checks of a kind."""
    return tuple(
        Check(
            each["code"],
            tuple(each["kinds"]),
            each["field"],
            each["refuse_when"],
            tuple(each.get("shows", ())),
        )
        for each in _load("checks.yaml")["rows"]
        if kind_code in each["kinds"]
    )


@cache
def causes() -> dict[str, dict[str, str]]:
    """The words of each cause, by code and language."""
    loaded = _load("checks.yaml")
    worded = {each["code"]: {"zh": each["zh"], "en": each["en"]} for each in loaded["rows"] if "zh" in each}
    return {**worded, **loaded["causes"]}


@cache
def shipped_sources() -> dict[str, ShippedSource]:
    """The sources that come with the program, by code."""
    found = {}
    for path in sorted((FOLDER / "sources").glob("*.yaml")):
        card = YAML(typ="safe").load(path)
        found[card["code"]] = ShippedSource(
            card["code"], card["kind"], card["zh"], card["en"], card["mapping"], card.get("settings", {}),
            card.get("file", ""),
        )  # fmt: skip
    return found


def words_of(cause: str, *, kind_code: str, field_code: str, value: str, params: dict[str, Any]) -> str:
    """What a person is told about a rejected row, in the language of the reader, naming field and value."""
    worded = causes().get(cause, {"zh": cause, "en": cause})
    known = kinds()[kind_code].field(field_code)
    shown = {"field": known.label if known else field_code, "value": value, **params}
    if "check" in params:  # of an identifier
        shown["reason"] = str(CAUSES.get(params["check"], ""))
    return worded["en" if _english() else "zh"].format_map(_Shown(shown))


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def plain_heading(heading: str) -> tuple[str, int | None]:
    """A heading as it is compared, and the power of ten of the unit that stands in brackets behind it."""
    text = heading.strip()
    for wide, usual in WIDE.items():
        text = text.replace(wide, usual)
    text = text.lower()
    shift = None
    if found := UNIT.search(text):
        shift, text = UNITS[found[1]], text[: found.start()]
    return MARKS.sub("", text), shift


@cache
def headings(kind_code: str) -> dict[str, str]:
    """Plain heading -> field code, own names before aliases."""
    found: dict[str, str] = {}
    fields = kinds()[kind_code].fields
    for names in ([[each.code, each.zh, each.en] for each in fields], [each.aliases for each in fields]):
        for each, said in zip(fields, names, strict=True):
            for name in said:
                found.setdefault(plain_heading(name)[0], each.code)
    return found


def propose_mapping(kind_code: str, columns: list[str], remembered: dict[str, str]) -> dict[str, str]:
    """Column -> field, each field once: what the source remembers, then what the headings say."""
    mapping = {column: remembered[column] for column in columns if remembered.get(column)}
    taken = set(mapping.values())
    known = headings(kind_code)
    for column in columns:
        code = known.get(plain_heading(column)[0])
        if column not in mapping and column not in remembered and code and code not in taken:
            mapping[column] = code
            taken.add(code)
    return mapping
