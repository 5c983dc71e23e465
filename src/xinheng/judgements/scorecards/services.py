"""The acts of scorecards: fit a card to a table, and score a table by a card."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.judgements.scorecards import history, learning, reading, scoring
from xinheng.judgements.scorecards.challenging import challenge, rate_beside, retire
from xinheng.judgements.scorecards.fits import (
    UNDER_WAY,
    begin_fit,
    begin_history_fit,
    discard_fit,
    fail_unfinished_fits,
    publish_fit,
    receive_table,
    run_fit,
)
from xinheng.judgements.scorecards.validating import Tell
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted, Labels, Outcome

__all__ = [
    "UNDER_WAY",
    "begin_fit",
    "begin_history_fit",
    "challenge",
    "discard_fit",
    "ended_table",
    "fail_unfinished_fits",
    "fit_table",
    "labelled_table",
    "predict_table",
    "publish",
    "publish_fit",
    "quiet",
    "rate_beside",
    "receive_table",
    "retire",
    "run_fit",
]


def quiet(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def fit_table(*, actor: Actor, path: Path, columns: Columns, choices: Choices, tell: Tell = quiet) -> Fitted:
    """Fit a card to a table in a file, and test it on rows it has not seen.

    Nothing is kept but what is given back. Refuses: AccessDenied, TableUnreadable, ColumnUnknown,
    ColumnTwice, OutcomeUnclear, OneOutcomeOnly, TooFewOutcomes, GradesUnlisted, GradeTooRare,
    TooFewGroups, TooFewEarlier, TimeUnreadable, NothingToLearnFrom, ChoiceInvalid.
    """
    access.require(actor, "scorecards.fit")
    learning.check(choices)
    learning.check_order(columns)
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


def ended_table(
    *, actor: Actor, on: date, days: Sequence[date], outcome: Outcome, hindsight: bool = False
) -> pl.DataFrame:
    """A table to learn from: each customer on each decision day as known then, and how it ended.

    Columns: customer_no, decision_day, late (1, 0, or null where no bill could show it) or flagged (1, 0, or
    null where the flag stood already), and the figures by code; money in yuan.
    Refuses: AccessDenied, DayAhead, WindowOpen, FlagInvalid.
    """
    access.require(actor, "scorecards.fit")
    return history.ended_table(actor=actor, on=on, days=days, outcome=outcome, hindsight=hindsight)


def labelled_table(
    *, actor: Actor, on: date, days: Sequence[date], labels: Labels, hindsight: bool = False
) -> pl.DataFrame:
    """A table to learn from: each customer on each day as known then, beside what a file says of it.

    The file's other columns come along: a default flag, or a grade that staff know.
    Refuses: AccessDenied, DayAhead, TableUnreadable, ColumnUnknown.
    """
    access.require(actor, "scorecards.fit")
    told = reading.read(labels.path)
    known = history.as_known(actor=actor, on=on, days=days, hindsight=hindsight).drop("customer_id")
    return history.with_labels(known, told, labels.number)


def publish(*, actor: Actor, on: date, card: Path, purpose: str = "") -> packs.PolicyDraft:
    """Put a card beside the policies as a draft, to be simulated, approved and adopted like any other.

    Refuses: AccessDenied, PolicyInvalid, NotAScorecard, and what beginning a draft refuses.
    """
    access.require(actor, "scorecards.fit")
    policy = scoring.load(card)
    text = card.read_text(encoding="utf-8", errors="replace")
    return packs.begin_draft(
        actor=actor, on=on, kind="rating", text=text, started_from=f"scorecard {policy.code}", purpose=purpose
    )
