"""How a card does on rows it was not fitted on, beside plainer and stronger rivals on the same rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xinheng.judgements.scorecards import document, errors, fitting, folds, measures, rivals
from xinheng.judgements.scorecards.axes import Codes, Floats
from xinheng.judgements.scorecards.preparing import Prepared, moment, text_of, times
from xinheng.judgements.scorecards.values import Choices, Columns

Tell = Callable[[str, int, int], None]
FEWEST = 5  # bad rows, and good ones, a card is fitted to


@dataclass(frozen=True)
class Test:
    """One fold: which rows were tested, and each contestant's risk of them (higher is worse)."""

    rows: folds.Rows
    learned: folds.Rows
    risk: dict[str, Floats]
    seconds: dict[str, float]  # what fitting each took
    chance: Floats  # the card's, of bad
    grades: dict[str, Codes]  # of the card, and of the naive rule where grades are known; 0 is best
    scores: tuple[Floats, Floats]  # of the rows that learned, and of those tested


@dataclass(frozen=True)
class Plan:
    """Who is tested on whom."""

    splits: list[list[tuple[folds.Rows, folds.Rows]]]  # by repeat
    groups: Codes
    kind: str  # folds, forward
    since: float | None


def planned(made: Prepared, columns: Columns, choices: Choices) -> Plan:
    """The folds. Refuses: TooFewGroups, TooFewEarlier, TimeUnreadable."""
    groups = _groups(made, columns)
    late, since = _late(made, columns, choices)
    count = folds.most_folds(groups, made.bad, choices.folds)
    if late is not None:
        count = min(count, folds.most_folds(groups[late], made.bad[late], choices.folds))
    if count < 2:
        raise errors.TooFewGroups(column=columns.group or columns.id or "—")
    repeats = choices.repeats or (4 if len(made.bad) < 500 else 2 if len(made.bad) < 1500 else 1)
    every = []
    for repeat in range(repeats):
        fold = folds.dealt(groups, made.bad, count, seed=choices.seed + repeat)
        every.append(folds.splits(fold, count, late=late))
    return Plan(every, groups, "folds" if late is None else "forward", since)


def _groups(made: Prepared, columns: Columns) -> Codes:
    """Rows of one firm: by the group column, else by the id where an id comes more than once."""
    name = columns.group or columns.id
    if not name:
        return np.arange(len(made.bad), dtype=np.int32)
    return folds.group_codes(made.rows[name])


def _late(
    made: Prepared, columns: Columns, choices: Choices
) -> tuple[NDArray[np.bool_] | None, float | None]:
    if not columns.time:
        return None, None
    told = times(made.rows[columns.time]).to_numpy()
    if choices.since:
        since = moment(choices.since, made.rows[columns.time])
    else:
        since = float(np.quantile(told, 1 - choices.fresh_share, method="higher"))
    late = told >= since
    before, after = int(made.bad[~late].sum()), int(made.bad[late].sum())
    goods = min((1 - made.bad[~late]).sum(), (1 - made.bad[late]).sum())
    if min(before, after, goods) < 5:
        raise errors.TooFewEarlier(
            column=columns.time, day=choices.since or since, before=before, after=after
        )
    return late, since


def tested(made: Prepared, plan: Plan, columns: Columns, choices: Choices, tell: Tell) -> list[list[Test]]:
    """Every fold of every repeat."""
    total = sum(map(len, plan.splits))
    found: list[list[Test]] = []
    for repeat in plan.splits:
        found.append([])
        for learn, test in repeat:
            tell("fold", sum(map(len, found)), total)
            bads = int(made.bad[learn].sum())
            if len(test) and min(bads, len(learn) - bads) >= FEWEST:
                found[-1].append(_test(made, plan, (learn, test), columns, choices))
    if not all(found):
        raise errors.TooFewGroups(column=columns.group or columns.id or "—")
    return found


def _test(
    made: Prepared, plan: Plan, split: tuple[folds.Rows, folds.Rows], columns: Columns, choices: Choices
) -> Test:
    learn, test = split
    known, new, bad = made.features[learn], made.features[test], made.bad[learn]
    groups = np.unique(plan.groups[learn], return_inverse=True)[1].astype(np.int32)
    began = perf_counter()
    points = document.pointed(fitting.fit(known, bad, groups, choices), choices)
    seconds = {"card": perf_counter() - began}
    scores, before = (scored(points, rows) for rows in (new, known))
    risk = {"card": -scores}
    for name, learned in _contestants(known, bad, groups, columns, choices).items():
        began = perf_counter()
        rule = learned()
        seconds[name] = perf_counter() - began
        risk[name] = rule(new)
    grades = {
        name: _graded(made, columns, choices, split, (of_known, of_new))
        for name, of_known, of_new in [("card", before, scores)]
    }
    if columns.grade and "naive" in risk:
        rule = rivals.best_single(known, bad, columns.naive)
        grades["naive"] = _graded(made, columns, choices, split, (-rule(known), -risk["naive"]))
    return Test(test, learn, risk, seconds, points.chance(scores), grades, (before, scores))


def _contestants(
    known: pl.DataFrame, bad: Codes, groups: Codes, columns: Columns, choices: Choices
) -> dict[str, Callable[[], rivals.Risk]]:
    """Whom the card is compared with, by name."""
    found: dict[str, Callable[[], rivals.Risk]] = {
        "naive": lambda: rivals.best_single(known, bad, columns.naive),
        "missing_flags": lambda: rivals.missing_flags(known, bad),
    }
    if choices.challenger:
        found["boosting"] = lambda: rivals.boosting(known, bad, groups, seed=choices.seed)
    if choices.rivals:
        found["raw_regression"] = lambda: rivals.raw_regression(known, bad)
        found["library_defaults"] = lambda: rivals.library_defaults(known, bad)
    return found


def scored(points: document.Points, features: pl.DataFrame) -> Floats:
    """The score of each row."""
    if not points.items:
        return np.zeros(features.height)
    return points.scores([item.axis.codes(item.axis.of(features)) for item in points.items])  # type: ignore[misc]


def grade_order(known: pl.Series, bad: Codes) -> list[str]:
    """Known grades from the best to the worst: by name, turned round where the names rise with quality."""
    text = known.cast(pl.String)
    names = sorted(text.drop_nulls().unique().to_list())
    held = [(text == name).fill_null(value=False).to_numpy() for name in names]
    steps = np.diff([float(bad[rows].mean()) for rows in held])
    return names[::-1] if (steps < 0).sum() > (steps > 0).sum() else names


def _graded(
    made: Prepared, columns: Columns, choices: Choices, split: tuple[folds.Rows, folds.Rows],
    scores: tuple[Floats, Floats],
) -> Codes:  # fmt: skip
    """Grades of the tested rows by thresholds of the learning rows: the shares chosen, or of known grades."""
    shares, there = shares_of(made, columns, choices, split[0])
    bounds = document.cut(scores[0][there], shares)
    return graded(scores[1], bounds)


def shares_of(
    made: Prepared, columns: Columns, choices: Choices, rows: folds.Rows
) -> tuple[list[float], NDArray[np.bool_]]:
    """The share of each grade, best first, and the rows that are divided by it."""
    if not columns.grade:
        return list(choices.shares), np.ones(len(rows), dtype=bool)
    known = known_grades(made, columns)
    order, there = grade_order(known, made.bad), known[rows]
    held = there.is_not_null().to_numpy()
    return [float((there == name).sum()) / max(there.count(), 1) for name in order], held


def known_grades(made: Prepared, columns: Columns) -> pl.Series:
    """The grades people know, as text; none where nobody does."""
    return text_of(made.rows[columns.grade])


def graded(scores: Floats, bounds: list[float]) -> Codes:
    """The place of each score's grade, 0 is best: a bound belongs to the better grade."""
    found: Codes = (np.asarray(bounds)[None, :] > np.asarray(scores)[:, None]).sum(axis=1)
    return found


def summary(tests: list[list[Test]], made: Prepared, plan: Plan) -> dict[str, Any]:
    """Means over the folds by contestant, with an interval over all tested rows of the first repeat."""
    every = [test for repeat in tests for test in repeat]
    rows = np.concatenate([test.rows for test in tests[0]])
    groups = np.unique(plan.groups[rows], return_inverse=True)[1].astype(np.int32)
    found: dict[str, Any] = {}
    for name in tests[0][0].risk:
        aucs = [measures.auc(test.risk[name], made.bad[test.rows]) for test in every]
        risk = np.concatenate([_comparable(test, name) for test in tests[0]])
        low, high, method = measures.auc_interval(risk, made.bad[rows], groups)
        found[name] = {
            "auc": float(np.nanmean(aucs)),
            "auc_spread": float(np.nanstd(aucs)),
            "auc_low": low,
            "auc_high": high,
            "interval": method,
            "ks": float(np.nanmean([measures.ks(test.risk[name], made.bad[test.rows]) for test in every])),
            "gini": float(2 * np.nanmean(aucs) - 1),
            "seconds": float(np.mean([test.seconds[name] for test in every])),
        }
    return found


def _comparable(test: Test, name: str) -> Floats:
    """Risks of different folds side by side: the card's as chances, others as they are."""
    return test.chance if name == "card" else test.risk[name]
