"""Figures of theft by name: what they are called in both languages and how they are written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Figure:
    """A figure by name. unit: share, ratio, kwh, days, count or figure."""

    code: str
    unit: str
    zh: str
    en: str


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(
        Path(__file__).with_name("catalogue.yaml").read_text("utf-8")
    )
    return found


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Figure]:
    """The figures of readings by code, those beside peers as well."""
    told = _told()
    found = {code: Figure(code, one["unit"], one["zh"], one["en"]) for code, one in told["figures"].items()}
    beside = told["beside_peers"]
    return found | {
        f"peer_{one.code}": Figure(
            f"peer_{one.code}", one.unit, beside["zh"].format(name=one.zh), beside["en"].format(name=one.en)
        )
        for one in found.values()
    }


def figure(code: str) -> Figure:
    """A figure of readings or of bills; a column that is not known is called as it is."""
    if found := catalogue().get(code):
        return found
    if code.startswith("part_"):
        said = phrase("part", part=int(code[5:]))
        return Figure(code, "share", *said)
    *before, statistic = code.split("|") if "|" in code else (code, "")
    column = before[-1]
    named = _told()["columns"].get(column, {"zh": column, "en": column})
    words = _statistic(statistic)
    kind = before[0] if len(before) > 1 else ""
    zh, en = (
        " ".join(one for one in (kind, name, word) if one)
        for name, word in ((named["zh"], words[0]), (named["en"], words[1]))
    )
    return Figure(code, "figure", zh, en)


def phrase(code: str, **told: Any) -> tuple[str, str]:
    """A phrase of the catalogue in both languages, filled in."""
    found = _told()[code]
    return found["zh"].format(**told), found["en"].format(**told)


def _statistic(code: str) -> tuple[str, str]:
    told = _told()["statistics"]
    if found := told.get(code):
        return found["zh"], found["en"]
    for begin, form in (("is ", "is"), ("year_", "year"), ("month_", "month")):
        if code.startswith(begin):
            value = code[len(begin) :]
            return told[form]["zh"].format(value=value), told[form]["en"].format(value=value)
    return code, code


def written(value: Any, unit: str) -> str:
    """A figure as people read it; "—" where it was not measured."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "—"
    match unit:
        case "share":
            return f"{value:.0%}"
        case "kwh":
            return f"{value:,.1f}"
        case "days" | "count":
            return f"{value:,.0f}"
        case "ratio":
            return f"{value:.2f}"
        case _:
            return value if isinstance(value, str) else f"{value:,.6g}"
