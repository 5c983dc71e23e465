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
FOREIGN = "美|港|欧|日|加|澳|新加坡|新台|韩"
SCALE = "亿|千万|百万|十万|万|千"
UNIT_WORD = f"(?:{SCALE})?(?:{FOREIGN})?[元圆]|亿|百万|万|块"
UNIT = re.compile(  # 金额(万元), and without brackets where it can be nothing else: 金额万元, 金额/万元
    rf"[(\[]\s*(?:单位[::]?)?\s*(?:人民币)?({UNIT_WORD})\s*[)\]]$|(?<=[^\s/_-])[\s/_-]*((?:{SCALE})(?:{FOREIGN})?元)$"
)
TOLD_FIELD = re.compile(r"\b([a-z_]+)=")
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
    beside: tuple[str, ...] = ()  # headings that name another field, and this one where both are there

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
            Field(**{**each, **{name: tuple(each.get(name, ())) for name in ("aliases", "beside")}})
            for each in card["fields"]
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
    if "posted" in params:  # field=value, field=value
        shown["posted"] = TOLD_FIELD.sub(lambda found: _label(kind_code, found[1]), str(params["posted"]))
    if "check" in params:  # of an identifier
        shown["reason"] = str(CAUSES.get(params["check"], ""))
    return worded["en" if _english() else "zh"].format_map(_Shown(shown))


def _label(kind_code: str, field_code: str) -> str:
    field = kinds()[kind_code].field(field_code)
    return f"{field.label if field else field_code} "


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
        shift, text = shift_of(found[1] or found[2]), text[: found.start()]
    return MARKS.sub("", text), shift


def shift_of(unit: str) -> int:
    """The power of ten of a unit, in whatever currency: 4 for 万元 and for 万美元."""
    return UNITS.get(re.sub(FOREIGN, "", unit), 0)


def foreign_unit(words: str) -> str:
    """The unit of another currency that a heading or a line above it names, as 万美元; "" for none."""
    text = words.strip()
    for wide, usual in WIDE.items():
        text = text.replace(wide, usual)
    found = UNIT.search(text) or re.fullmatch(f"({UNIT_WORD})()", text)
    unit = (found[1] or found[2]) if found else ""
    return unit if re.search(FOREIGN, unit) else ""


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


@cache
def _ranks(kind_code: str) -> dict[str, int]:
    """Plain heading -> how sure it is that it names its field: own names, then the aliases in their order."""
    ranks: dict[str, int] = {}
    for each in kinds()[kind_code].fields:
        for rank, name in enumerate([each.code, each.zh, each.en, *each.aliases]):
            ranks.setdefault(plain_heading(name)[0], max(0, rank - 2))
    return ranks


def propose_mapping(kind_code: str, columns: list[str], remembered: dict[str, str]) -> dict[str, str]:
    """Column -> field, each field once: what the source remembers, then what the headings say.

    Where several headings name one field, the surest is taken, and a heading that may mean another field
    beside it (金额 beside 价税合计 is the net) means that. Of columns with the same heading none is taken.
    """
    mapping = {column: remembered[column] for column in columns if remembered.get(column)}
    known, ranks = headings(kind_code), _ranks(kind_code)
    asked: dict[str, list[str]] = {}
    for column in columns:
        code = known.get(plain_heading(column)[0])
        if column not in mapping and column not in remembered and code and code not in mapping.values():
            asked.setdefault(code, []).append(column)
    beside = {name: each.code for each in kinds()[kind_code].fields for name in each.beside}
    unclear = contested(columns)
    for code, asking in asked.items():
        left = sorted(
            (each for each in asking if each not in unclear),
            key=lambda column: ranks[plain_heading(column)[0]],
        )
        for column in list(left):
            other = beside.get(plain_heading(column)[0])
            if len(left) > 1 and other and other not in asked and other not in mapping.values():
                mapping[column] = other
                left.remove(column)
        if left:
            mapping[left[0]] = code
    return mapping


def contested(columns: list[str] | tuple[str, ...]) -> set[str]:
    """Columns with the very heading of another: which of them is meant only a person can say."""
    plain = [plain_heading(re.sub(r" \(\d+\)$", "", column)) for column in columns]
    return {column for column, name in zip(columns, plain, strict=True) if plain.count(name) > 1}
