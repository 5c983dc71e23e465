"""A run from its gathered series to its tables: base by leaf, bands by level, rates of outside factors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from xinheng.judgements.demand import bases, combining
from xinheng.judgements.demand.bases import JOIN
from xinheng.judgements.demand.combining import PART, Known
from xinheng.judgements.demand.gathering import Gathered
from xinheng.judgements.demand.models import Run
from xinheng.judgements.demand.policy import DemandRules

Tell = Callable[[int, int], None]
BASE = ("leaf", "consumer", "area", "industry", "trade", "ds", "base_wh")


def quiet(_done: int, _total: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Made:
    """base: a row a leaf and moment. levels: a row a node and moment with its band. rates: of the factors."""

    base: pl.DataFrame
    levels: pl.DataFrame
    rates: pl.DataFrame
    report: dict[str, Any]
    totals: list[dict[str, Any]]


def make(run: Run, gathered: Gathered, rules: DemandRules, known: Known, tell: Tell = quiet) -> Made:
    """Forecast every node, make the sums true, and lay the outside factors over the leaves."""
    found = bases.forecast(
        named(gathered), summing(gathered.leaves), gathered.calendar, frequency=run.frequency,
        horizon=run.horizon, rules=rules, tell=tell,
    )  # fmt: skip
    levels = found.nodes.with_columns(
        pl.col("unique_id").str.split_exact(JOIN, 1).struct.rename_fields(["level", "node"]).alias("at")
    ).unnest("at")
    leaves = levels.filter(pl.col("level") == "leaf").select(leaf="node", ds="ds", base_wh="base_wh")
    base = gathered.leaves.join(leaves, on="leaf").sort("ds", "leaf").select(BASE)
    days = base["ds"].dt.date().unique().to_list()
    rates = combining.rates(rules, known, base["trade"].unique().to_list(), days)
    kept = ["level", "node", "ds", "base_wh", "low_wh", "high_wh", "model", "is_short"]
    stated = combining.stated(rules, rates, known, run.as_of)
    report = {
        **found.report,
        "factors": stated,
        "leaves": gathered.leaves.height,
        "large": gathered.large,
        "read": gathered.read,
        "open": gathered.open,
    }
    return Made(base, levels.select(kept), rates, report, totals(base, levels, rates))


def named(gathered: Gathered) -> pl.DataFrame:
    """unique_id, ds and y in kWh of the company, every area, every industry and every leaf.

    Above the leaves, a gap of one leaf is bridged between its neighbours; at the ends it counts for nothing.
    """
    series = gathered.series.join(gathered.leaves, on="leaf").sort("leaf", "ds")
    bridged = series.with_columns(pl.col("kwh").interpolate().over("leaf"))
    parts = [series.select(unique_id=_name("leaf", pl.col("leaf")), ds="ds", y="kwh")]
    for level, node in (("company", pl.lit("")), ("area", pl.col("area")), ("industry", pl.col("industry"))):
        summed = bridged.group_by(_name(level, node).alias("unique_id"), "ds").agg(y=pl.col("kwh").sum())
        parts.append(summed)
    return pl.concat(parts).sort("unique_id", "ds")


def summing(leaves: pl.DataFrame) -> pl.DataFrame:
    """Which nodes stand above each leaf: columns leaf, company, area and industry, as series are named."""
    return leaves.select(
        _name("leaf", pl.col("leaf")).alias("leaf"),
        _name("company", pl.lit("")).alias("company"),
        _name("area", pl.col("area")).alias("area"),
        _name("industry", pl.col("industry")).alias("industry"),
    )


def _name(level: str, node: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(level), node, separator=JOIN)


def totals(base: pl.DataFrame, levels: pl.DataFrame, rates: pl.DataFrame) -> list[dict[str, Any]]:
    """A row a moment of the whole company: base, band and every factor's part, in Wh."""
    parts = combining.with_parts(base, rates)
    columns = [name for name in parts.columns if name.startswith(PART)]
    summed = parts.group_by("ds").agg(pl.col("base_wh", *columns).sum())
    band = levels.filter(pl.col("level") == "company").select("ds", "low_wh", "high_wh")
    whole = summed.join(band, on="ds", how="left").sort("ds")
    return [{**row, "ds": row["ds"].isoformat()} for row in whole.iter_rows(named=True)]
