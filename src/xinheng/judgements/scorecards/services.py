"""The acts of scorecards: fit a card to a table, and score a table by a card."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.scorecards import learning, reading, scoring
from xinheng.judgements.scorecards.validating import Tell
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted

__all__ = ["fit_table", "predict_table", "quiet"]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def fit_table(*, actor: Actor, path: Path, columns: Columns, choices: Choices, tell: Tell = quiet) -> Fitted:
    """Fit a card to a table in a file, and test it on rows it has not seen.

    Nothing is kept but what is given back. Refuses: AccessDenied, TableUnreadable, ColumnUnknown,
    ColumnTwice, OutcomeUnclear, OneOutcomeOnly, TooFewOutcomes, TooFewGroups, TooFewEarlier,
    TimeUnreadable, NothingToLearnFrom, ChoiceInvalid.
    """
    access.require(actor, "scorecards.fit")
    learning.check(choices)
    return learning.learn(reading.read(path), columns, choices, tell=tell)


def predict_table(
    *, actor: Actor, card: Path, path: Path, kept: tuple[str, ...] = (), points: bool = False
) -> pl.DataFrame:
    """Score every row of a table by a card, in its order, with the columns to be kept beside.

    score: points, more is better; grade; chance_of_bad: 0 to 1; state: graded or incomplete.
    Refuses: AccessDenied, TableUnreadable, PolicyInvalid, NotAScorecard, FiguresMissing, ColumnUnknown.
    """
    access.require(actor, "scorecards.read")
    policy, frame = scoring.load(card), reading.read(path)
    scoring.known(frame, kept)
    return pl.concat([frame.select(kept), scoring.score(policy, frame, points=points)], how="horizontal")
