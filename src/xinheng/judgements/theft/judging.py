"""All consumers of one run judged together, read chunk by chunk so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from xinheng.judgements.theft import learning, scoring
from xinheng.judgements.theft.learning import Learnt
from xinheng.judgements.theft.policy import TheftRules
from xinheng.judgements.theft.reducing import Window
from xinheng.judgements.theft.values import SUSPECT

Frames = Callable[[], Iterator[pl.DataFrame]]


def judged(
    frames: Frames, rules: TheftRules, window: Window, *, learnt: Learnt | None = None, tell: learning.Tell
) -> pl.DataFrame:
    """Every consumer with `scoring.RESULT`, the most suspicious first.

    frames: gives the chunks, each time anew.
    """
    odd = None
    if learnt is None:
        names = list(scoring.FOREST)
        small = [
            frame.select(pl.col(name).cast(pl.Float32) for name in names if name in frame.columns)
            for frame in frames()
        ]
        odd = learning.unusual(pl.concat(small, how="diagonal"), names)
    found: list[pl.DataFrame] = []
    at, days = 0, window.pieces * window.step
    for frame in frames():
        tell("judge", len(found), 0)
        part = None if odd is None else odd[at : at + frame.height]
        found.append(scoring.scored(frame, rules, until=window.until, days=days, odd=part, learnt=learnt))
        at += frame.height
    return scoring.ranked(pl.concat(found)).drop("weight")


def levels(results: pl.DataFrame) -> dict[str, int]:
    """Consumers by level."""
    return dict(results["level"].value_counts().sort("level").iter_rows())


def industries(results: pl.DataFrame) -> list[dict[str, object]]:
    """Suspects by industry and level; those of no known industry under ""."""
    suspects = results.filter(pl.col("level").is_in(SUSPECT)).with_columns(pl.col("industry").fill_null(""))
    counts = suspects.group_by("industry").agg(
        (pl.col("level") == name).sum().cast(pl.Int64).alias(name) for name in SUSPECT
    )
    return counts.sort("industry").to_dicts()
