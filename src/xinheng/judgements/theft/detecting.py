"""Which detectors speak of which consumer, and what each says in words and figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.theft.policy import Detector, TheftRules, condition, placeholders
from xinheng.judgements.theft.reducing import Floats
from xinheng.judgements.theft.values import Evidence
from xinheng.judgements.theft.words import catalogue, figure, phrase, written

LEARNED = "learned:"


def spoken(figures: pl.DataFrame, rules: TheftRules) -> dict[str, Any]:
    """By code of the detector whether it speaks, a truth a row; what was not measured speaks for nothing."""
    import ibis

    missing = [pl.lit(None, pl.Float64).alias(code) for code in catalogue() if code not in figures.columns]
    rows = pl.int_range(pl.len()).alias("row")
    known = figures.select(rows, *(pl.col(code) for code in catalogue() if code in figures.columns))
    table = ibis.memtable(known.with_columns(missing).fill_nan(None).to_arrow())
    truths = {
        one.code: condition(one.when).build(table).fill_null(False)  # noqa: FBT003
        for one in rules.detectors
    }
    backend = ibis.duckdb.connect()
    try:
        told = backend.to_pyarrow(table.select("row", **truths).order_by("row"))
    finally:
        backend.disconnect()
    return {code: told[code].to_numpy(zero_copy_only=False) for code in truths}


def weighed(truths: dict[str, Any], rules: TheftRules) -> Floats:
    """The weight of all that speaks: one minus the chance that none of them is right."""
    rest = np.ones(len(next(iter(truths.values()))))
    for one in rules.detectors:
        rest *= np.where(truths[one.code], 1 - one.strength, 1.0)
    return np.round(1 - rest, 9)


def evidence(detector: Detector, row: dict[str, Any], until: date) -> Evidence:
    """What a detector says of the consumer in a row of figures."""
    back = row.get(detector.back) if detector.back else detector.days or None
    since = until - timedelta(days=int(back) - 1) if back is not None and np.isfinite(back) else None
    names = {one for text in (detector.words.zh, detector.words.en) for one in placeholders(text)}
    figures = {name: _plain(row.get(name)) for name in sorted(names) if name in catalogue()}
    told = {name: written(row.get(name), catalogue()[name].unit) for name in figures}
    told |= {"since": since.isoformat() if since else "—", "until": until.isoformat()}
    return Evidence(
        detector.code, detector.words.zh.format(**told), detector.words.en.format(**told), detector.strength,
        figures, since, until,
    )  # fmt: skip


def learned_evidence(code: str, value: Any, weight: float) -> Evidence:
    """That a figure weighed for theft in the learned ranking. weight: in log odds."""
    named = figure(code)
    said = written(value, named.unit)
    zh, en = (phrase("learned", name=name, value=said)[at] for at, name in enumerate((named.zh, named.en)))
    strength = round(float(np.tanh(weight / 2)), 4)
    return Evidence(LEARNED + code, zh, en, strength, {code: _plain(value)})


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) if np.isfinite(value) else None
    return value
