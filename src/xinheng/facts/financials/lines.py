"""The lines of a statement, and what adds up to what (lines.yaml)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from ruamel.yaml import YAML

from xinheng.facts.financials.values import Line

FILE = Path(__file__).with_name("lines.yaml")
OPINIONS = ("unqualified", "emphasis", "qualified", "adverse", "disclaimer")


@cache
def _document() -> dict[str, Any]:
    return dict(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))


@cache
def lines() -> dict[str, Line]:
    """Every line by its code, in the order statements are printed."""
    return {
        told["code"]: Line(**{**told, "also": tuple(told.get("also", ()))}) for told in _document()["lines"]
    }


@cache
def codes_by_name() -> dict[str, str]:
    """The code of a line by any name it is printed under, its code and English name included."""
    return {
        name: line.code
        for line in lines().values()
        for name in (line.code, line.name, line.name_en, *line.also)
    }


@cache
def sums() -> pl.DataFrame:
    """What adds up to what: check, total, grave, least, item, sign (1 or -1), a row a part."""
    rows = [
        (one["code"], one["total"], one.get("grave", True), one["least"], item, sign)
        for one in _document()["sums"]
        for sign, items in ((1, one["adds"]), (-1, one.get("less", [])))
        for item in items
    ]
    return pl.DataFrame(rows, schema=["check", "total", "grave", "least", "item", "sign"], orient="row")
