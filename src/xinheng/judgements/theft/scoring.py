"""From figures to suspects: who is assessable, the score, the level, the place and the evidence."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.theft import detecting, learning
from xinheng.judgements.theft.gathering import KEPT, WORDS
from xinheng.judgements.theft.learning import Learnt
from xinheng.judgements.theft.policy import TheftRules
from xinheng.judgements.theft.reducing import Floats
from xinheng.judgements.theft.values import SUSPECT, Evidence

FOREST = (
    "peer_recent_90", "peer_recent_30", "peer_fall", "peer_fall_weight", "peer_year_90", "peer_year_lowest",
    "peer_slope", "peer_lowest_run", "fall", "fall_weight", "year_lowest", "variation", "width",
    "width_change", "unrest_change", "capped_change", "zero_share", "zero_change", "zero_within",
    "weekend_change", "again", "like", "like_change", "loss_like", "night_change", "peak",
)  # fmt: skip
MOST_WEIGHED = 3  # figures of the learned ranking that are told as evidence
LEAST_WEIGHT = 0.1  # log odds below which a figure is not worth telling
RESULT = {
    "consumer": pl.String, "name": pl.String, "industry": pl.String, "area": pl.String, "rank": pl.Int64,
    "score": pl.Float64, "level": pl.String, "reason": pl.String, "detectors": pl.String,
    "evidence": pl.String,
}  # fmt: skip


def why_not(figures: pl.DataFrame, rules: TheftRules, days: int) -> pl.Series:
    """Why a consumer is not assessable, "" where it is: too few readings are never clean.

    days: of the window of readings. Of bills they are counted; of a table of figures everybody is assessable.
    """
    if "read_days" in figures.columns:
        read, share = figures["read_days"].fill_null(0.0), rules.least.share * days
        least, few = rules.least.days, "too_few_readings"
    elif "read_bills" in figures.columns:
        read, share = figures["read_bills"].fill_null(0.0), 0.0
        least, few = rules.least.bills, "too_few_bills"
    else:
        return pl.Series("reason", [""] * figures.height, dtype=pl.String)
    told = (
        pl.when(pl.col("read") == 0).then(pl.lit("no_readings"))
        .when(pl.col("read") < least).then(pl.lit(few))
        .when(pl.col("read") < share).then(pl.lit("too_many_missing"))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return pl.DataFrame({"read": read}).select(told.alias("reason")).to_series()


def learnable(figures: pl.DataFrame) -> pl.DataFrame:
    """The figures a ranking learns from: neither numbers nor names of consumers, nor their area."""
    names = [name for name in figures.columns if name not in KEPT or name in (*WORDS, "capacity_kva")]
    return figures.select(names)


def scored(
    figures: pl.DataFrame,
    rules: TheftRules,
    *,
    until: date,
    days: int,
    odd: Floats | None = None,
    learnt: Learnt | None = None,
) -> pl.DataFrame:
    """A row a consumer with `RESULT` without place, and the weight of what detectors say.

    odd: how unusual each is, 0 to 1, where nothing was learned.
    """
    reason = why_not(figures, rules, days)
    truths = detecting.spoken(figures, rules)
    weight = detecting.weighed(truths, rules)
    if learnt is None:
        unusual = np.zeros(len(weight)) if odd is None else odd
        score, cuts = 1 - (1 - weight) * (1 - rules.forest_weight * unusual**4), rules.levels
    else:
        told = learnable(figures).with_columns(pl.Series("detector_score", weight))
        score, cuts = learning.chances(learnt, figures["consumer"].to_list(), told), rules.learned_levels
    assessable = (reason == "").to_numpy()
    rounded = np.where(assessable, np.round(score, 6), np.nan)
    level = np.select(
        [~assessable, rounded >= cuts.high, rounded >= cuts.medium, rounded >= cuts.low],
        ["not_assessable", "high", "medium", "low"],
        "none",
    )
    table = figures.select("consumer", "name", "industry", "area").with_columns(
        pl.Series("score", rounded, pl.Float64).fill_nan(None),
        pl.Series("level", level.tolist(), pl.String),
        pl.Series("reason", reason, pl.String),
        pl.Series("weight", weight),
    )
    return _with_evidence(table, figures, truths, rules, until=until, learnt=learnt)


def ranked(table: pl.DataFrame) -> pl.DataFrame:
    """In the order of suspicion; equal scores by what detectors weigh, then by number."""
    found = table.sort(
        "score", "weight", "consumer", descending=[True, True, False], nulls_last=True, maintain_order=True
    )
    place = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    return found.with_columns(pl.when(pl.col("score").is_not_null()).then(place).alias("rank")).select(
        *RESULT, "weight"
    )


def _with_evidence(
    table: pl.DataFrame, figures: pl.DataFrame, truths: dict[str, Any], rules: TheftRules, *, until: date,
    learnt: Learnt | None,
) -> pl.DataFrame:  # fmt: skip
    """What speaks against each suspect; of the others nothing is said, for nothing is claimed."""
    suspect = np.flatnonzero(table["level"].is_in(SUSPECT).to_numpy())
    rows = figures[suspect].to_dicts()
    weighed = _weighed(figures[suspect], table["weight"].to_numpy()[suspect], learnt)
    said = [""] * table.height
    spoke = [""] * table.height
    for at, (place, row) in enumerate(zip(suspect.tolist(), rows, strict=True)):
        found = [
            detecting.evidence(one, row, until)
            for one in sorted(rules.detectors, key=lambda one: -one.strength)
            if truths[one.code][place]
        ]
        if found:
            spoke[place] = " " + " ".join(one.code for one in found) + " "
        found += _learned(row, weighed, at)
        said[place] = json.dumps([one.plain() for one in found], ensure_ascii=False)
    return table.with_columns(
        pl.Series("evidence", said, pl.String), pl.Series("detectors", spoke, pl.String)
    )


def _weighed(figures: pl.DataFrame, weight: Floats, learnt: Learnt | None) -> tuple[list[str], Floats] | None:
    if learnt is None or not figures.height:
        return None
    told = learnable(figures).with_columns(pl.Series("detector_score", weight))
    return learnt.columns, learning.weights(learnt, figures["consumer"].to_list(), told)


def _learned(row: dict[str, Any], weighed: tuple[list[str], Floats] | None, at: int) -> list[Evidence]:
    if weighed is None:
        return []
    columns, weights = weighed
    best = np.argsort(-weights[at], kind="stable")[:MOST_WEIGHED]
    return [
        detecting.learned_evidence(columns[place], row.get(columns[place]), float(weights[at, place]))
        for place in best
        if weights[at, place] >= LEAST_WEIGHT
    ]
