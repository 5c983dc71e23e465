"""The columns of files by the headings that people and systems give them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

UNITS = {  # of energy -> kWh, of power -> kW
    "wh": 0.001, "kwh": 1.0, "mwh": 1000.0, "千瓦时": 1.0, "度": 1.0, "瓦时": 0.001, "兆瓦时": 1000.0,
    "万千瓦时": 10_000.0, "万度": 10_000.0, "kw": 1.0, "w": 0.001, "mw": 1000.0, "千瓦": 1.0,
}  # fmt: skip
POWER_UNITS = frozenset({"kw", "w", "mw", "千瓦"})
UNIT = re.compile(rf"[(\[/]?({'|'.join(sorted(UNITS, key=len, reverse=True))})[)\]]?$")
NOISE = re.compile(r"[\s_\-./\\:：*#'\"、,]+")


@dataclass(frozen=True)
class Field:
    """One column: how it is read, whether it must be there, and what it is called.

    type: text, day, time, month, number, flag or choice. choices: plain word -> code.
    """

    code: str
    type: str
    required: bool = False
    names: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()


KWH = Field("kwh", "number")
DAY = Field("day", "day")


def plain(heading: str) -> str:
    """A heading as it is compared: half-width, lower case, without spaces and signs."""
    return NOISE.sub("", unicodedata.normalize("NFKC", heading).strip().lower())


def bare(heading: str) -> tuple[str, str]:
    """The plain heading without the unit at its end, and that unit: "日电量(kWh)" is 日电量 and kwh."""
    text = plain(heading)
    found = UNIT.search(text)
    if found is None or (not found.start() and text != found[1]):
        return text, ""
    return (text[: found.start()].rstrip("([") or text), found[1]


@cache
def fields() -> dict[str, tuple[Field, ...]]:
    """The columns of every kind of file."""
    told: dict[str, Any] = YAML(typ="safe").load(
        files(__package__).joinpath("fields.yaml").read_text(encoding="utf-8")
    )
    words = {
        name: tuple((plain(str(word)), code) for code, those in codes.items() for word in those)
        for name, codes in told.pop("choices").items()
    }
    return {
        kind: tuple(
            Field(
                one["code"], one["type"], one.get("required", False), tuple(map(str, one["names"])),
                words.get(one.get("choices", ""), ()),
            )
            for one in those
        )
        for kind, those in told.items()
    }  # fmt: skip


@cache
def headings(kind: str) -> dict[str, str]:
    """Plain heading to field code; of two fields with one heading the first has it."""
    return {plain(name): one.code for one in reversed(fields()[kind]) for name in one.names}


def field(kind: str, code: str) -> Field:
    """A field of a kind by its code."""
    return next(one for one in fields()[kind] if one.code == code)
