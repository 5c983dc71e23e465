"""Forecast against actual: what a run foretold of periods that are over, beside what was then read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from xinheng.judgements.demand import curves, gathering, laying, policy, storing
from xinheng.judgements.demand.models import Run
from xinheng.judgements.demand.overlays import LAID
from xinheng.judgements.demand.values import Compared

ABOVE = ("company", "area", "industry")
Within = Callable[[pl.DataFrame], pl.DataFrame]


def of_run(run: Run, within: Within, *, on: date) -> list[Compared]:
    """A row a period and node above the leaves; only leaves that were read in it are compared."""
    if run.state != "done" or run.first is None or run.first >= on:
        return []
    rules = policy.of_hash(run.policy_sha256)
    told = gathering.gather(as_of=on, frequency=run.frequency, leaf=run.leaf, rules=rules).series
    actual = told.drop_nulls("kwh").with_columns((pl.col("kwh") * 1000).round(0).cast(pl.Int64).alias("wh"))
    laid = [laying.laid(one) for one in laying.counting(as_of=run.as_of)]
    parts = within(curves.parts_of(run, laid))
    added = [name for name in parts.columns if name.startswith(LAID)]
    both = parts.with_columns(pl.sum_horizontal("whole_wh", *added).alias("foretold")).join(
        actual.select("leaf", "ds", "wh"), on=["leaf", "ds"]
    )
    band = storing.read(run, "levels").select("level", "node", "ds", "low_wh", "high_wh")
    return [row for level in ABOVE for row in _level(level, both, band, run.pk)]


def _level(level: str, both: pl.DataFrame, band: pl.DataFrame, number: int) -> list[Compared]:
    node = pl.lit("") if level == "company" else pl.col(level)
    added = (pl.col("foretold") - pl.col("base_wh")).sum().alias("added")
    summed = both.group_by(node.alias("node"), "ds").agg(pl.col("foretold", "wh").sum(), added)
    own = band.filter(pl.col("level") == level).drop("level")
    found = summed.join(own, on=["node", "ds"], how="left").sort("ds", "node")
    return [
        Compared(
            number, level, row["node"], row["ds"], row["foretold"], row["wh"],
            None if row["low_wh"] is None
            else row["low_wh"] + row["added"] <= row["wh"] <= row["high_wh"] + row["added"],
        )
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
