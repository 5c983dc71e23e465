"""A card that learns to give grades: tested by how often, and how far, it agrees with those people gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import document, fitting, folds, measures, rivals, validating
from xinheng.judgements.scorecards.axes import Codes, Floats
from xinheng.judgements.scorecards.document import Points
from xinheng.judgements.scorecards.preparing import Prepared
from xinheng.judgements.scorecards.validating import Plan, Tell
from xinheng.judgements.scorecards.values import Choices, Columns

FEW = 150  # rows below which a card of grades is said to stand on little


@dataclass(frozen=True)
class Graded:
    """One fold: which rows were tested, and the grade each contestant gave them, 0 is best."""

    rows: folds.Rows
    grades: dict[str, Codes]
    seconds: dict[str, float]
    scores: tuple[Floats, Floats]  # of the rows that learned, and of those tested


def tested(made: Prepared, plan: Plan, columns: Columns, choices: Choices, tell: Tell) -> list[list[Graded]]:
    """Every fold of every repeat."""
    total, done = sum(len(repeat) for repeat in plan.splits), 0
    found: list[list[Graded]] = []
    for repeat in plan.splits:
        graded: list[Graded] = []
        for learn, test in repeat:
            tell("fold", done, total)
            graded.append(_test(made, plan, (learn, test), columns, choices))
            done += 1
        found.append(graded)
    return found


def _test(
    made: Prepared, plan: Plan, split: tuple[folds.Rows, folds.Rows], columns: Columns, choices: Choices
) -> Graded:
    learn, test = split
    known, new, places = made.features[learn], made.features[test], made.places[learn]
    groups = np.unique(plan.groups[learn], return_inverse=True)[1].astype(np.int32)
    shares = shares_of(places, len(columns.ordered))
    began = perf_counter()
    points = document.pointed(fitting.fit(known, places, groups, choices), choices)
    seconds = {"card": perf_counter() - began}
    before, scores = (validating.scored(points, rows) for rows in (known, new))
    grades = {"card": validating.graded(scores, document.cut(before, shares))}
    for name, learned in _contestants(known, made.bad[learn], (places, groups), columns, choices).items():
        began = perf_counter()
        risk = learned()
        seconds[name] = perf_counter() - began
        grades[name] = validating.graded(-risk(new), document.cut(-risk(known), shares))
    grades["majority"] = np.full(len(test), int(np.argmax(shares)), dtype=np.int64)
    return Graded(test, grades, {**seconds, "majority": 0.0}, (before, scores))


def _contestants(
    known: pl.DataFrame, bad: Codes, told: tuple[Codes, Codes], columns: Columns, choices: Choices
) -> dict[str, Callable[[], rivals.Risk]]:
    places, groups = told
    found: dict[str, Callable[[], rivals.Risk]] = {
        "naive": lambda: rivals.best_single(known, bad, columns.naive)
    }
    if choices.challenger:
        found["boosting"] = lambda: rivals.boosting(
            known, places, groups, seed=choices.seed, objective="regression"
        )
    return found


def shares_of(places: Codes, grades: int) -> list[float]:
    """The share of the rows that has each grade."""
    return [float(share) for share in np.bincount(places, minlength=grades) / max(len(places), 1)]


def report(made: Prepared, plan: Plan, tests: list[list[Graded]], columns: Columns) -> dict[str, Any]:
    """How the card did on rows it had not seen."""
    rows = np.concatenate([test.rows for test in tests[0]])
    counts = np.bincount(made.places, minlength=len(columns.ordered))
    found: dict[str, Any] = {
        "kind": "grades",
        "outcome": {
            "column": columns.outcome, "rows": len(made.places), "without_outcome": made.without_outcome,
            "grades": [
                {"grade": name, "rows": int(count)}
                for name, count in zip(columns.ordered, counts, strict=True)
            ],
        },
        "validation": {
            "kind": plan.kind, "folds": len(tests[0]), "repeats": len(tests), "since": plan.since,
            "groups": int(plan.groups.max()) + 1, "tested_rows": len(rows),
        },
        "contestants": {name: _summary(name, made, plan, tests) for name in tests[0][0].grades},
        "confusion": _confusion(made, tests, list(columns.ordered)),
        "stability": {
            "score_psi": measures.pooled_stability([test.scores for test in tests[0]]), "columns": {}
        },
        "grade_names": list(columns.ordered),
        "left_out": [asdict(one) for one in made.left_out],
        "reject_inference": "left_out",
    }  # fmt: skip
    found["warnings"] = [{"code": "few_graded", "rows": len(made.places)}] if len(made.places) < FEW else []
    return found


def _summary(name: str, made: Prepared, plan: Plan, tests: list[list[Graded]]) -> dict[str, float]:
    """Means over the repeats, with intervals over all tested rows of the first."""
    count = int(made.places.max()) + 1
    each, near = [], []
    for repeat in tests:
        rows, told = _pooled(repeat, name)
        each.append(measures.agreement(told, made.places[rows], count))
        near.append(float((np.abs(told - made.places[rows]) <= 1).mean()))
    rows, told = _pooled(tests[0], name)
    groups = np.unique(plan.groups[rows], return_inverse=True)[1].astype(np.int32)
    low_high = measures.agreement_interval(told, made.places[rows], groups, count)
    return {
        **{key: float(np.mean([one[key] for one in each])) for key in ("accuracy", "kappa")},
        **{f"{key}_low": pair[0] for key, pair in low_high.items()},
        **{f"{key}_high": pair[1] for key, pair in low_high.items()},
        "within_one": float(np.mean(near)),
        "seconds": float(np.mean([test.seconds[name] for repeat in tests for test in repeat])),
    }


def _pooled(repeat: list[Graded], name: str) -> tuple[folds.Rows, Codes]:
    rows = np.concatenate([test.rows for test in repeat])
    return rows, np.concatenate([test.grades[name] for test in repeat])


def _confusion(made: Prepared, tests: list[list[Graded]], names: list[str]) -> dict[str, Any]:
    """Known grade by grade told, on rows not seen, and of each known grade the share that was hit."""
    rows, told = _pooled(tests[0], "card")
    table = np.zeros((len(names), len(names)), dtype=int)
    np.add.at(table, (made.places[rows], told), 1)
    hit = []
    for place, name in enumerate(names):
        low, high = measures.share_interval(int(table[place, place]), int(table[place].sum()))
        hit.append({"grade": name, "rows": int(table[place].sum()), "hit": int(table[place, place]),
                    "low": low, "high": high})  # fmt: skip
    return {"grades": names, "table": table.tolist(), "hit": hit}


def about(told: dict[str, Any]) -> tuple[str, str]:
    """What the document says of itself, in Chinese and in English."""
    rows, card = told["outcome"]["rows"], told["contestants"]["card"]
    alike, kappa = f"{card['accuracy']:.1%}", f"{card['kappa']:.3f}"
    return (
        f"由 {rows} 行已知等级拟合；未见样本上等级一致 {alike}，二次加权 kappa {kappa}。",
        f"Fitted to {rows} known grades; on rows not seen {alike} alike, quadratic kappa {kappa}.",
    )


def thresholds(made: Prepared, columns: Columns, points: Points) -> list[int | None]:
    """The first score of each grade but the last."""
    scores = validating.scored(points, made.features)
    return document.thresholds(scores, shares_of(made.places, len(columns.ordered)), points)
