"""A node's curve: its leaves' base with factors and overlays, added up, and the band around it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from xinheng.judgements.demand import combining, overlays, storing
from xinheng.judgements.demand.combining import PART
from xinheng.judgements.demand.models import Run
from xinheng.judgements.demand.overlays import LAID
from xinheng.judgements.demand.values import Curve, Laid, Node, Point

SHOWN = {"month": 36, "day": 120, "hour": 24 * 14}  # moments of history


def parts_of(run: Run, laid: Sequence[Laid]) -> pl.DataFrame:
    """Every leaf with a column a factor (`part_…`) and an overlay (`laid_…`); whole_wh: base and factors.

    Of every leaf, since an amount a day of an area is shared out over all of them.
    """
    parts = combining.with_parts(storing.read(run, "base"), storing.read(run, "rates"))
    named = [name for name in parts.columns if name.startswith(PART)]
    whole = parts.with_columns(pl.sum_horizontal("base_wh", *named).alias("whole_wh"))
    return overlays.with_overlays(whole, laid, run.frequency)


def drawn(run: Run, node: Node, own: pl.DataFrame, *, is_partial: bool) -> Curve:
    """The curve of a node. own: its leaves within reach with their parts."""
    summed = own.group_by("ds").agg(pl.col("base_wh", *_parts(own)).sum()).sort("ds")
    levels = storing.read(run, "levels")
    level = "leaf" if node.level == "consumer" else node.level
    band = levels.filter((pl.col("level") == level) & (pl.col("node") == node.no))
    joined = summed.join(band.select("ds", "low_wh", "high_wh"), on="ds", how="left", maintain_order="left")
    return Curve(
        node=node,
        points=[_point(row, is_banded=not is_partial) for row in joined.iter_rows(named=True)],
        history=_history(run, own),
        model=band["model"][0] if band.height else "",
        is_short=bool(band["is_short"][0]) if band.height else False,
        is_partial=is_partial,
        figures=run.report.get("levels", {}).get(level, {}),
    )


def _parts(rows: pl.DataFrame) -> list[str]:
    return [name for name in rows.columns if name.startswith((PART, LAID))]


def _point(row: dict[str, int | datetime | None], *, is_banded: bool) -> Point:
    told: dict[str, int] = {name: value or 0 for name, value in row.items() if isinstance(value, int)}
    factors = {name.removeprefix(PART): value for name, value in told.items() if name.startswith(PART)}
    laid = {int(name.removeprefix(LAID)): value for name, value in told.items() if name.startswith(LAID)}
    laid = {number: value for number, value in laid.items() if value}
    added = sum(factors.values()) + sum(laid.values())
    at = row["ds"]
    assert isinstance(at, datetime)
    return Point(
        at, told["base_wh"], factors, laid,
        told["low_wh"] + added if is_banded and "low_wh" in told else None,
        told["high_wh"] + added if is_banded and "high_wh" in told else None,
    )  # fmt: skip


def _history(run: Run, own: pl.DataFrame) -> list[tuple[datetime, int | None]]:
    """What was used in the last moments before; None where some of it was not read."""
    series = storing.read(run, "series").filter(pl.col("leaf").is_in(own["leaf"].unique().to_list()))
    summed = series.group_by("ds").agg(
        pl.when(pl.col("kwh").null_count() == 0).then(pl.col("kwh").sum()).alias("kwh")
    )
    last = summed.sort("ds").tail(SHOWN[run.frequency])
    return [
        (at, None if kwh is None else round(kwh * 1000)) for at, kwh in last.select("ds", "kwh").iter_rows()
    ]
