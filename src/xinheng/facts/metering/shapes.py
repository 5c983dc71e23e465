"""Which shape the columns of a file have: a row a value, a column a day, or 96 columns of a day."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.facts.intake import services as intake
from xinheng.facts.metering import fields
from xinheng.facts.metering.errors import FileNotMetering
from xinheng.facts.metering.values import KINDS, Kind

NUMBERED_DAY = re.compile(r"^(?:d|day|日)?(\d{1,4})(?:日|号)?$")
POINT = re.compile(r"^p(\d{1,2})$")
CLOCK = re.compile(r"^(\d{1,2}):?(\d{2})$")
POINTS = 96


@dataclass(frozen=True)
class Shape:
    """How a file is read.

    form: long, days (a column a day), points (96 columns of a day). columns: column -> field; days: column ->
    day; points: the 96 columns in order. unit: of energy or power, as found or told. factor: to kWh or kW.
    """

    kind: Kind
    form: str
    columns: dict[str, str]
    days: dict[str, date] = field(default_factory=dict)
    points: tuple[str, ...] = ()
    unit: str = "kwh"

    @property
    def factor(self) -> float:
        """What a figure of the file is multiplied by to be kWh, or kW."""
        return fields.UNITS[self.unit]

    def column(self, code: str) -> str | None:
        """The column that is a field; None where the file has none."""
        return next((name for name, told in self.columns.items() if told == code), None)

    @property
    def is_power(self) -> bool:
        """Whether figures are power, of which a quarter of an hour is a quarter of the energy."""
        return self.column("kw") is not None or (self.form == "points" and self.unit in fields.POWER_UNITS)


def shape_of(
    kind: Kind, columns: Sequence[str], options: Mapping[str, Any], *, file_name: str, on: date
) -> Shape:
    """The shape of a file by its columns. options: columns (column -> field), unit, first_day, power.

    Refuses: FileNotMetering, naming what is missing.
    """
    told: dict[str, str] = dict(options.get("columns") or {})
    known, units = fields.headings(kind), []
    found: dict[str, str] = {}
    for name in columns:
        heading, unit = fields.bare(name)
        code = told[name] if name in told else known.get(fields.plain(name)) or known.get(heading, "")
        if code and code not in found.values():
            found[name] = code
            units += [unit] if unit and code in {"kwh", "kw", "index"} else []
    rest = [name for name in columns if name not in found]
    unit = fields.plain(str(options.get("unit") or "")) or (units[0] if units else "")
    if unit and unit not in fields.UNITS:
        raise FileNotMetering(file_name=file_name, kind=KINDS[kind], missing=unit)
    shape = Shape(kind, "long", found, unit=unit or "kwh")
    if kind in {"readings", "areas"} and (days := _days(rest, options, on=on)):
        kept = {name: code for name, code in found.items() if code in {"consumer", "area", "meter"}}
        shape = Shape(kind, "days", kept, days, unit=shape.unit)
    if kind == "quarters" and (points := _points(rest + [n for n, c in found.items() if c == "kw"])):
        kept = {name: code for name, code in found.items() if code in {"consumer", "day"}}
        measured = unit or ("kwh" if options.get("energy") else "kw")
        shape = Shape(kind, "points", kept, points=points, unit=measured)
    if missing := _missing(shape):
        raise FileNotMetering(file_name=file_name, kind=KINDS[kind], missing="、".join(missing))
    return shape


def _missing(shape: Shape) -> list[str]:
    """The fields without which the shape says nothing, by their first heading."""
    needed = [one.code for one in fields.fields()[shape.kind] if one.required]
    if shape.form == "days":
        needed = [code for code in needed if code not in {"day", "kwh"}]
    elif shape.kind == "quarters":
        needed += ["day"] if shape.form == "points" else ["at"]
    there = set(shape.columns.values())
    lacking = [code for code in needed if code not in there]
    measures = {"readings": ("kwh", "index"), "quarters": ("kw", "kwh"), "areas": ("kwh",)}.get(
        shape.kind, ()
    )
    if shape.form == "long" and measures and not there & set(measures):
        lacking.append(measures[0])
    return [fields.field(shape.kind, code).names[0] for code in lacking]


def _days(columns: Sequence[str], options: Mapping[str, Any], *, on: date) -> dict[str, date]:
    """Columns that are days: by their dates, or numbered from a first day that was told."""
    texts = pl.Series("c", [name.strip() for name in columns], dtype=pl.String)
    dated = [name for name in columns if len(re.findall(r"\d", name)) >= 6]
    if len(dated) > 1:
        values, _ = intake.days_of(texts.filter(texts.is_in(dated)), latest_year=on.year + 1)
        days = {name: day for name, day in zip(dated, values, strict=True) if day is not None}
        if len(days) > 1:
            return days
    first = options.get("first_day")
    if not first:
        return {}
    since = first if isinstance(first, date) else date.fromisoformat(str(first))
    numbered = {name: int(hit[1]) for name in columns if (hit := NUMBERED_DAY.match(fields.plain(name)))}
    if len(numbered) < 2:
        return {}
    return {name: since + timedelta(days=number - 1) for name, number in numbered.items() if number}


def _points(columns: Sequence[str]) -> tuple[str, ...]:
    """The 96 columns of a day in their order: P1 … P96, or 00:00 … 23:45, or 00:15 … 24:00."""
    numbered = {int(hit[1]): name for name in columns if (hit := POINT.match(fields.plain(name)))}
    if sorted(numbered) == list(range(1, POINTS + 1)):
        return tuple(numbered[place] for place in range(1, POINTS + 1))
    clocked = {}
    for name in columns:
        if hit := CLOCK.match(name.strip()):
            clocked[int(hit[1]) * 60 + int(hit[2])] = name
    minutes = sorted(clocked)
    if minutes in ([15 * place for place in range(POINTS)], [15 * place for place in range(1, POINTS + 1)]):
        return tuple(clocked[minute] for minute in minutes)
    return ()
