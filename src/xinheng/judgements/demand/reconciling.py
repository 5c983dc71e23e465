"""Forecasts of parts and of their sums made to agree: the parts add up to the total, to the last unit."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import polars as pl

from xinheng.judgements.demand.grids import Flags, Floats

Method = Literal["bottom_up", "mint"]
Errors = pl.DataFrame | None


def reconcile(
    forecasts: pl.DataFrame,
    levels: pl.DataFrame,
    *,
    method: Method = "mint",
    errors: Errors = None,
    decimals: int = 3,
) -> pl.DataFrame:
    """The same rows with y such that every sum is that of its leaves, after rounding too.

    forecasts: unique_id, ds, y and perhaps lo, hi, model; of the leaves at least. levels: leaf and one
    column a level, each saying which sum of that level a leaf belongs to. A sum no row forecasts is added.
    mint: leaves and sums are weighed by how far each was off (errors: unique_id, error, larger than zero; by
    their own size where it is not told); bottom_up: sums follow the leaves. A row's band moves with it.
    """
    leaves = levels["leaf"].cast(pl.String).sort()
    sums = _sums(levels)
    ids = [*sums["node"].unique().sort().to_list(), *leaves.to_list()]
    times = forecasts["ds"].unique().sort()
    told = _told(forecasts, ids, times)
    below = told[len(ids) - leaves.len() :]
    below = np.where(np.isfinite(below), below, 0.0)
    if method == "mint" and np.isfinite(told[: len(ids) - leaves.len()]).any():
        below = _mint(told, sums, ids, leaves, errors)
    whole = np.round(np.maximum(below, 0) * 10**decimals).astype(np.int64)
    made = pl.DataFrame(
        {"leaf": leaves}
    ).join(pl.DataFrame({"place": np.arange(leaves.len()), "leaf": leaves}), on="leaf")  # fmt: skip
    rows = [_long(leaves.to_list(), times, whole)]
    for name, own in sums.join(made, on="leaf").sort("node").group_by("level", maintain_order=True):
        del name
        nodes = own["node"].unique().sort()
        at = own["node"].replace_strict(nodes, pl.int_range(nodes.len(), eager=True)).to_numpy()
        total = np.zeros((nodes.len(), times.len()), dtype=np.int64)
        np.add.at(total, at, whole[own["place"].to_numpy()])
        rows.append(_long(nodes.to_list(), times, total))
    agreed = pl.concat(rows).with_columns((pl.col("whole") / 10**decimals).alias("agreed")).drop("whole")
    return _moved(forecasts, agreed)


def _sums(levels: pl.DataFrame) -> pl.DataFrame:
    """level, node, leaf: which leaf counts in which sum."""
    names = [name for name in levels.columns if name != "leaf"]
    long = levels.with_columns(pl.all().cast(pl.String)).unpivot(
        names, index="leaf", variable_name="level", value_name="node"
    )
    return long.drop_nulls("node")


def _told(forecasts: pl.DataFrame, ids: list[str], times: pl.Series) -> Floats:
    found = np.full((len(ids), times.len()), np.nan)
    rows = forecasts.filter(pl.col("unique_id").is_in(ids))
    place = rows["unique_id"].replace_strict(ids, list(range(len(ids)))).to_numpy()
    step = rows["ds"].replace_strict(times, pl.int_range(times.len(), eager=True)).to_numpy()
    found[place, step] = rows["y"].cast(pl.Float64).to_numpy()
    return found


def _mint(told: Floats, sums: pl.DataFrame, ids: list[str], leaves: pl.Series, errors: Errors) -> Floats:
    """Leaves after weighing every forecast by its error, through the library."""
    from hierarchicalforecast.methods import MinTraceSparse
    from scipy import sparse

    above = ids[: len(ids) - leaves.len()]
    known: Flags = np.asarray(np.isfinite(told).all(axis=1))
    kept = [place for place, name in enumerate(above) if known[place] and name]
    row = {ids[place]: at for at, place in enumerate(kept)}
    counted = sums.filter(pl.col("node").is_in(list(row)))
    at = counted["node"].replace_strict(list(row), list(row.values())).to_numpy()
    column = counted["leaf"].replace_strict(leaves, pl.int_range(leaves.len(), eager=True)).to_numpy()
    top = sparse.csr_matrix((np.ones(len(at)), (at, column)), shape=(len(kept), leaves.len()))
    summing = sparse.vstack([top, sparse.eye(leaves.len(), format="csr")], format="csr")
    names = [ids[place] for place in kept] + leaves.to_list()
    base = np.vstack([told[kept], np.nan_to_num(told[len(above) :])])
    usual = _errors(names, base, errors)
    noise = usual[:, None] * np.array([0.0, 2**0.5])  # whose variance is the square of the usual error
    method: Any = MinTraceSparse(method="wls_var", nonnegative=False)
    agreed = method.fit_predict(
        S=summing, y_hat=base, y_insample=noise, y_hat_insample=np.zeros_like(noise)
    )["mean"]  # fmt: skip
    found: Floats = np.asarray(agreed)[len(kept) :]
    return found


def _errors(names: list[str], base: Floats, errors: Errors) -> Floats:
    """The usual error of every row: as told, else the size of its forecast."""
    size = np.maximum(np.abs(base).mean(axis=1), 1e-6)
    if errors is None:
        return _apart(np.sqrt(size))
    asked = pl.DataFrame({"unique_id": names}, schema={"unique_id": pl.String})
    given = asked.join(errors.unique("unique_id"), on="unique_id", how="left", maintain_order="left")["error"]
    known = given.cast(pl.Float64).fill_null(np.nan).to_numpy()
    ratio = np.nanmedian(known / size) if np.isfinite(known).any() else 1.0
    return _apart(np.where(np.isfinite(known), known, size * ratio))


def _apart(usual: Floats) -> Floats:
    """Errors in parts of the middle one, none of them nothing."""
    found: Floats = np.maximum(usual / max(float(np.median(usual)), 1e-9), 1e-3)
    return found


def _long(names: list[str], times: pl.Series, values: Any) -> pl.DataFrame:
    steps = times.len()
    return pl.DataFrame(
        {
            "unique_id": pl.Series(names, dtype=pl.String).gather(
                np.repeat(np.arange(len(names)), times.len())
            ),
            "ds": times.gather(np.tile(np.arange(steps), len(names))),
            "whole": values.ravel(),
        }
    )


def _moved(forecasts: pl.DataFrame, agreed: pl.DataFrame) -> pl.DataFrame:
    """Rows with their agreed values; the band keeps its distance, and never falls below zero."""
    both = agreed.join(forecasts, on=["unique_id", "ds"], how="left").sort("unique_id", "ds")
    by = pl.col("agreed") - pl.col("y")
    band = [(pl.col(name) + by).clip(0).alias(name) for name in ("lo", "hi") if name in forecasts.columns]
    return both.with_columns(band).with_columns(pl.col("agreed").alias("y")).select(forecasts.columns)
