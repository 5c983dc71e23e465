"""The size class of a company by the thresholds in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import polars as pl

from xinheng.facts.customers.industry import sections, shipped
from xinheng.facts.customers.values import SizeClass

CLASSES: tuple[SizeClass, ...] = ("large", "medium", "small")
MINOR_IN_WAN = 1_000_000  # 分 in a 万元
INPUTS = {"x": "employees", "y": "revenue_minor", "z": "assets_minor"}


@dataclass(frozen=True)
class Line:
    """The bounds of one industry: for each indicator (x, y, z) the least for large, medium, small.

    A line without bounds is not covered by the rule.
    """

    code: str
    zh: str
    en: str
    bounds: tuple[tuple[str, tuple[int, int, int]], ...]


@dataclass(frozen=True)
class Edition:
    """The thresholds from a day on: the line of every code, null where the code is too short to tell."""

    effective_from: date
    source: str
    lines: tuple[Line, ...]
    line_of: dict[str, str]

    def line(self, code: str) -> Line | None:
        """The line of a normal industry code; None when the code cannot tell it."""
        name = self.line_of.get(code)
        return next((line for line in self.lines if line.code == name), None)


def edition(on: date) -> Edition | None:
    """The thresholds in force on a day; None before the first we know."""
    return next((one for one in reversed(editions()) if one.effective_from <= on), None)


def size_class(
    industry: str, *, employees: int | None, revenue_minor: int | None, assets_minor: int | None, on: date
) -> SizeClass | None:
    """The class of a company: large, medium, small, micro, not_applicable; None when an input is missing.

    industry: a section letter or two to four digits of GB/T 4754-2017. Amounts in 分.
    Source: 统计上大中小微型企业划分办法（2017）, as dated data in sizes.yaml.
    """
    told = {"employees": employees, "revenue_minor": revenue_minor, "assets_minor": assets_minor}
    rules = edition(on)
    line = rules.line(industry) if rules else None
    if line is None:
        return None
    if not line.bounds:
        return "not_applicable"
    inputs = [(told[INPUTS[name]], scaled(name, bounds)) for name, bounds in line.bounds]
    if any(value is None for value, _ in inputs):
        return None
    for at, name in enumerate(CLASSES):
        if all(value is not None and value >= bounds[at] for value, bounds in inputs):
            return name
    return "micro"


def size_class_of(on: date) -> pl.Expr:
    """`size_class` for the columns industry, employees, revenue_minor, assets_minor; blank for None."""
    rules = edition(on)
    if rules is None:
        return pl.lit("")
    chosen = pl.lit("")
    name = pl.col("industry").replace_strict(rules.line_of, default=None, return_dtype=pl.String)
    for line in rules.lines:
        chosen = pl.when(name == line.code).then(_class_by(line)).otherwise(chosen)
    return chosen.fill_null("")


def _class_by(line: Line) -> pl.Expr:
    if not line.bounds:
        return pl.lit("not_applicable")
    columns = [(pl.col(INPUTS[name]), scaled(name, bounds)) for name, bounds in line.bounds]
    chosen = pl.lit("micro")
    for at, name in reversed(list(enumerate(CLASSES))):
        reached = pl.all_horizontal([column >= bounds[at] for column, bounds in columns])
        chosen = pl.when(reached).then(pl.lit(name)).otherwise(chosen)
    return pl.when(pl.all_horizontal([column.is_not_null() for column, _ in columns])).then(chosen)


def scaled(name: str, bounds: tuple[int, int, int]) -> tuple[int, ...]:
    """Bounds in the unit of the customer's columns: people, or 分 for amounts."""
    return bounds if name == "x" else tuple(bound * MINOR_IN_WAN for bound in bounds)


@cache
def editions() -> tuple[Edition, ...]:
    """All editions we know, oldest first."""
    return tuple(
        sorted(
            (_edition(row["effective_from"], row["source"], row["rows"]) for row in shipped("sizes.yaml")),
            key=lambda one: one.effective_from,
        )
    )


def _edition(effective_from: date, source: str, rows: list[dict[str, Any]]) -> Edition:
    lines, by_beginning = [], {}
    for row in rows:
        bounds = tuple((name, _three(row[name])) for name in INPUTS if name in row)
        lines.append(Line(row["code"], row["zh"], row["en"], bounds))
        for codes in row["codes"]:
            first, _, last = str(codes).partition("-")
            width = max(2, len(first))
            for number in range(int(first), int(last or first) + 1):
                by_beginning[f"{number:0{width}}"] = str(row["code"])
    return Edition(effective_from, source, tuple(lines), _line_of_every_code(by_beginning))


def _three(bounds: list[int]) -> tuple[int, int, int]:
    large, medium, small = bounds
    return large, medium, small


def _line_of_every_code(by_beginning: dict[str, str]) -> dict[str, str]:
    """Every code from letter to four digits; one whose finer codes fall into several lines has none."""
    found: dict[str, str] = {}
    for section in sections():
        seen = set()
        for division in section.divisions:
            finest = {
                f"{division:02}{group}{kind}": _longest(by_beginning, f"{division:02}{group}{kind}")
                for group, kind in product(range(10), range(10))
            }
            seen |= set(finest.values())
            for length in (2, 3, 4):
                _note(found, finest, length)
        if len(seen) == 1 and (line := seen.pop()):
            found[section.code] = line
    return found


def _note(found: dict[str, str], finest: dict[str, str | None], length: int) -> None:
    lines: dict[str, set[str | None]] = {}
    for code, line in finest.items():
        lines.setdefault(code[:length], set()).add(line)
    for code, names in lines.items():
        if len(names) == 1 and (line := next(iter(names))):
            found[code] = line


def _longest(by_beginning: dict[str, str], code: str) -> str | None:
    return next((by_beginning[code[:n]] for n in (4, 3, 2) if code[:n] in by_beginning), None)
