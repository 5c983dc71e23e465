"""The base forecast of every node at once, by the models of the library part, with sums made true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

import polars as pl

from xinheng.judgements.demand.grids import Frequency
from xinheng.judgements.demand.policy import DemandRules

JOIN = "\x1f"  # between level and node in the name of a series
SUREST = 0.01  # of the use of a series, as its error
LEVELS = ("company", "area", "industry", "leaf")


class Told(Protocol):
    """Is told how far the work is."""

    def __call__(self, done: int, total: int, /) -> None: ...


@dataclass(frozen=True)
class Bases:
    """nodes: unique_id, ds, base_wh, low_wh, high_wh, model, is_short. report: figures by level, findings."""

    nodes: pl.DataFrame
    report: dict[str, Any]


def forecast(  # noqa: PLR0913 - each a part of its own
    series: pl.DataFrame, above: pl.DataFrame, calendar: pl.DataFrame, *, frequency: str, horizon: int,
    rules: DemandRules, tell: Told,
) -> Bases:  # fmt: skip
    """Forecast series of kWh, in whole Wh, so that leaves add up to every node above them.

    series: unique_id, ds, y. above: for each leaf, the nodes above it.
    """
    from xinheng.judgements.demand import forecasting  # its libraries take seconds
    from xinheng.judgements.demand.options import Options

    options = Options(least_months=rules.least_months, band=rules.band / 100, candidates=rules.candidates)
    tell(1, 4)
    fitted = forecasting.fit(
        series, frequency=cast("Frequency", frequency), horizon=horizon, options=options, calendar=calendar
    )
    tell(2, 4)
    told = forecasting.predict(fitted)
    tell(3, 4)
    return Bases(_summed(told, above, fitted.choices, _errors(series, fitted.choices)), {
        "band": rules.band, "levels": levels(fitted.choices), "findings": _findings(fitted),
    })  # fmt: skip


def _summed(
    told: pl.DataFrame, above: pl.DataFrame, choices: pl.DataFrame, errors: pl.DataFrame
) -> pl.DataFrame:
    """Whole Wh that add up, the band moved with its forecast."""
    from xinheng.judgements.demand import reconciling

    whole = told.with_columns(pl.col("y", "lo", "hi") * 1000)
    true = reconciling.reconcile(whole, above, errors=errors, decimals=0)
    return (
        true.select(
            "unique_id", "ds", "model",
            *(pl.col(name).round(0).cast(pl.Int64).alias(f"{new}_wh")
              for name, new in (("y", "base"), ("lo", "low"), ("hi", "high"))),
        )
        .join(choices.select("unique_id", is_short="short"), on="unique_id", how="left")
        .select("unique_id", "ds", "base_wh", "low_wh", "high_wh", "model", "is_short")
        .sort("unique_id", "ds")
    )  # fmt: skip


def _errors(series: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    """How far each series was off when tested, in Wh a period; those untested or never used are left out.

    None counts for surer than to one in a hundred: sums of series never off would else weigh without bound.
    """
    means = series.group_by("unique_id").agg(pl.col("y").abs().mean().alias("mean"))
    off = pl.col("wape").cast(pl.Float64).clip(lower_bound=SUREST) * pl.col("mean") * 1000
    found = choices.select("unique_id", "wape").join(means, on="unique_id")
    return found.select("unique_id", off.alias("error")).filter(
        pl.col("error").is_finite() & (pl.col("error") > 0)
    )


def levels(choices: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Figures of the back-test by level: the mean over its series; the models by how many series use them."""
    named = choices.with_columns(pl.col("unique_id").str.split(JOIN).list.first().alias("level"))
    found: dict[str, dict[str, Any]] = {}
    for level in LEVELS:
        own = named.filter(pl.col("level") == level)
        if own.is_empty():
            continue
        counts = own["model"].value_counts(sort=True).iter_rows()
        figures = {name: _mean(own[name]) for name in ("wape", "mape", "naive_wape", "coverage")}
        found[level] = {
            "series": own.height, "short": int(own["short"].sum()), "models": dict(counts), **figures,
        }  # fmt: skip
    return found


def _mean(figures: pl.Series) -> float | None:
    known = figures.cast(pl.Float64).drop_nulls().drop_nans()
    found = known.filter(known.is_finite()).mean()
    return round(float(found), 6) if isinstance(found, float) else None


def _findings(fitted: Any) -> list[dict[str, Any]]:
    """What the library named in the series, without the names of the nodes: code and how many."""
    counts: dict[str, int] = {}
    for one in getattr(fitted, "findings", []):
        counts[one.code] = counts.get(one.code, 0) + one.count
    return [{"code": code, "count": count} for code, count in sorted(counts.items())]
