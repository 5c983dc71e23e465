"""How outside factors stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl
from django.db.models import Max, Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors import rules, tables
from xinheng.facts.factors.errors import FactorUnknown
from xinheng.facts.factors.judging import judge_entries, judge_values
from xinheng.facts.factors.models import Entry, Figure, Series
from xinheng.facts.factors.policy import in_force
from xinheng.facts.factors.values import BUILT_IN, DERIVED, EntryLine, SeriesLine, Wanted

Origin = Literal["told", "built_in", "derived"]
COMPUTED: tuple[tuple[Origin, Mapping[str, Any], str], ...] = (
    ("derived", DERIVED, "weather"),
    ("built_in", BUILT_IN, "holiday"),
)
__all__ = [
    "bank",
    "entries",
    "entry",
    "expired",
    "figures_told",
    "in_force",
    "judge_entries",
    "judge_values",
    "old_series",
    "series_lines",
    "series_of",
]


def entries(*, as_of: date) -> list[EntryLine]:
    """The entries of the information bank that count on a day: told, valid and not replaced by then.

    For rooms that weigh them; an entry older than its validity is not among them (PWR-36).
    """
    told = Entry.objects.filter(told_on__lte=as_of, valid_from__lte=as_of, valid_until__gte=as_of)
    return [line for line in _lines(told, as_of) if line.state == "counts"]


def expired(*, as_of: date) -> list[EntryLine]:
    """The entries told by a day whose validity is over: flagged, never used (PWR-36)."""
    told = Entry.objects.filter(told_on__lte=as_of, valid_until__lt=as_of)
    return [line for line in _lines(told, as_of) if line.is_expired]


def old_series(*, as_of: date) -> dict[str, date]:
    """The series that are no longer current on a day: code and last day told."""
    rows = Figure.objects.filter(told_on__lte=as_of, series__valid_days__isnull=False)
    last = rows.values_list("series__code", "series__valid_days").annotate(Max("day")).order_by()
    return {code: day for code, held, day in last if as_of > day + timedelta(days=held)}


def bank(actor: Actor, wanted: Wanted, *, as_of: date) -> list[EntryLine]:
    """The whole bank as known on a day, the newest first, the expired flagged. Refuses: AccessDenied."""
    access.require(actor, "factors.read", "entries")
    rows = Entry.objects.filter(told_on__lte=as_of)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.industry:
        rows = rows.filter(industry__startswith=wanted.industry)
    if text := wanted.text.strip():
        rows = rows.filter(
            Q(title__icontains=text) | Q(text__icontains=text) | Q(source__icontains=text) | Q(no=text)
        )
    return [line for line in _lines(rows, as_of) if wanted.state in ("", line.state)]


def entry(actor: Actor, no: str, *, as_of: date) -> EntryLine:
    """One entry. Refuses: AccessDenied, FactorUnknown."""
    access.require(actor, "factors.read", f"factor_entry:{no}")
    if found := _lines(Entry.objects.filter(no=no, told_on__lte=as_of), as_of):
        return found[0]
    raise FactorUnknown(code=no)


def series_lines(actor: Actor, *, as_of: date) -> list[SeriesLine]:
    """Every series as known on a day: the site's own, the derived, the built-in. Refuses: AccessDenied."""
    access.require(actor, "factors.read", "series")
    known = tables.series(as_of=as_of)
    stands = {row["code"]: row for row in _stands(known, as_of).iter_rows(named=True)}
    again = Figure.objects.filter(told_on__lte=as_of).values_list("series__code", "day")
    counts = pl.DataFrame(list(again), schema={"code": pl.String, "day": pl.Date}, orient="row")
    corrected = dict(
        counts.group_by("code", "day").len().filter(pl.col("len") > 1).group_by("code").len().iter_rows()
    )
    found = [
        _line(one, "told", stands.get(one.code), corrected.get(one.code, 0), as_of)
        for one in Series.objects.filter(told_on__lte=as_of)
    ]
    units = {"cdd": "℃", "hdd": "℃", "spring_festival": "d"}
    for origin, names, kind in COMPUTED:
        for code, name in names.items():
            made = Series(code=code, name=str(name), unit=units.get(code, ""), kind=kind)
            found.append(_line(made, origin, stands.get(code), 0, as_of))
    return found


def series_of(actor: Actor, code: str, *, as_of: date) -> tuple[SeriesLine, pl.DataFrame]:
    """One series and its figures by day: day, value. Refuses: AccessDenied, FactorUnknown."""
    line = next((one for one in series_lines(actor, as_of=as_of) if one.code == code), None)
    if line is None:
        raise FactorUnknown(code=code)
    return line, tables.series([code], as_of=as_of).select("day", "value")


def figures_told(actor: Actor, code: str, *, as_of: date) -> pl.DataFrame:
    """All that was told of a series as of a day, corrected figures among it, the newest day first.

    Gives day, value, source, note, told_on, told_by, counts (false: told anew later). Refuses: AccessDenied.
    """
    access.require(actor, "factors.read", f"factor:{code}")
    names = ("day", "value", "source", "note", "told_on", "told_by")
    rows = Figure.objects.filter(series__code=code, told_on__lte=as_of).order_by("told_on", "pk")
    schema = {
        "day": pl.Date, "value": pl.Float64, "source": pl.String, "note": pl.String, "told_on": pl.Date,
        "told_by": pl.String,
    }  # fmt: skip
    frame = pl.DataFrame(list(rows.values_list(*names)), schema=schema, orient="row").with_row_index("place")
    frame = frame.with_columns(counts=pl.col("place") == pl.col("place").max().over("day"))
    return frame.sort("day", "place", descending=True).drop("place")


def _stands(known: pl.DataFrame, as_of: date) -> pl.DataFrame:
    value = pl.col("value").filter(pl.col("day") <= as_of).last()
    return known.group_by("code").agg(
        days=pl.len(), first=pl.col("day").min(), last=pl.col("day").max(), value=value
    )


def _line(one: Series, origin: Origin, row: dict[str, Any] | None, corrected: int, as_of: date) -> SeriesLine:
    told: dict[str, Any] = row or {"days": 0, "first": None, "last": None, "value": None}
    state: Literal["current", "old", "empty"] = "current"
    last: date | None = told["last"]
    if last is None:
        state = "empty"
    elif one.valid_days is not None and as_of > last + timedelta(days=one.valid_days):
        state = "old"
    return SeriesLine(
        code=one.code, name=one.name, unit=one.unit, kind=one.kind, origin=origin, corrected=corrected,
        days=told["days"], first=told["first"], last=last, value=told["value"], state=state, note=one.note,
    )  # fmt: skip


def _lines(rows: QuerySet[Entry], as_of: date) -> list[EntryLine]:
    kept = list(rows.select_related("replaces"))
    replaced = set(
        Entry.objects.filter(told_on__lte=as_of, replaces__isnull=False).values_list("replaces_id", flat=True)
    )
    return [
        EntryLine(
            no=one.no, kind=one.kind, industry=one.industry, title=one.title, text=one.text,
            effect=one.effect, valid_from=one.valid_from, valid_until=one.valid_until, source=one.source,
            told_on=one.told_on, told_by=one.told_by, replaces=one.replaces.no if one.replaces else "",
            state=rules.state(
                valid_from=one.valid_from, valid_until=one.valid_until, is_replaced=one.pk in replaced,
                on=as_of,
            ),
        )
        for one in kept
    ]  # fmt: skip
