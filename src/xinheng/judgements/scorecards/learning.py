"""From a table to a card with its report."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from time import perf_counter
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.scorecards import (
    document,
    errors,
    fitting,
    grading,
    measures,
    preparing,
    validating,
)
from xinheng.judgements.scorecards.axes import Codes, axis_of
from xinheng.judgements.scorecards.document import Points
from xinheng.judgements.scorecards.preparing import Prepared
from xinheng.judgements.scorecards.shaping import Band
from xinheng.judgements.scorecards.validating import Plan, Tell, Test
from xinheng.judgements.scorecards.values import Choices, Columns, Fitted

FEW = 50  # bad rows below which a card is said to stand on little
MISSING_TELLS = 0.6
UNSTABLE = 0.25


def learn(frame: pl.DataFrame, columns: Columns, choices: Choices, *, tell: Tell) -> Fitted:
    """A card fitted to all rows, and how cards fitted the same way did on rows they had not seen.

    Refuses: what preparing and planning refuse, ChoiceInvalid.
    """
    check(choices)
    check_order(columns)
    choices = replace(choices, money=_amounts() if choices.own_names else frozenset())
    made = preparing.prepare(frame, columns)
    plan = validating.planned(made, columns, choices)
    told = _tested(made, plan, columns, choices, tell)
    tell("card", 1, 1)
    began = perf_counter()
    learned = fitting.fit(made.features, made.places, plan.groups, choices)
    points = document.pointed(learned, choices)
    seconds = perf_counter() - began
    if not points.items:
        raise errors.NothingToLearnFrom(column=columns.outcome)
    grades = _grades(made, columns, choices, points, told)
    told |= {
        "seconds": round(seconds, 2),
        "parts": learned.parts,
        "items": _items(points, len(columns.ordered)),
        "scale": _scale(points, grades),
    }
    about = grading.about(told) if columns.ordered else _about(told)
    ordered = tuple(grade_codes(list(columns.ordered)))
    text = document.Text(choices, grades, about, _codes_of_the_house(), words_of_the_house(), ordered)
    return Fitted(document.written(points, text), told)


def _tested(made: Prepared, plan: Plan, columns: Columns, choices: Choices, tell: Tell) -> dict[str, Any]:
    """How cards fitted the same way did on rows they had not seen."""
    if columns.ordered:
        return grading.report(made, plan, grading.tested(made, plan, columns, choices, tell), columns)
    return _report(made, plan, validating.tested(made, plan, columns, choices, tell), columns, choices)


LIMITS = {
    "bands": (2, 50),
    "items": (1, 200),
    "pairs": (0, 50),
    "points_to_double_odds": (10, 1000),
    "folds": (2, 20),
    "repeats": (0, 50),
}


def check(choices: Choices) -> None:
    """Refuses: ChoiceInvalid, for anything no card can be fitted by."""
    for name, (least, most) in LIMITS.items():
        if not least <= getattr(choices, name) <= most:
            raise errors.ChoiceInvalid(option=name, value=getattr(choices, name), cause=f"{least}–{most}")
    grades, shares = choices.grades, choices.shares
    told = ", ".join(f"{grade}={share}" for grade, share in zip(grades, shares, strict=False))
    if len(grades) != len(shares) or len(grades) < 2 or len(set(grades)) < len(grades):
        raise errors.ChoiceInvalid(option="grades", value=told, cause=_("two or more, each named once"))
    if not all(re.fullmatch(r"[A-Z][A-Z0-9+_-]{0,11}", grade) for grade in grades):
        raise errors.ChoiceInvalid(option="grades", value=told, cause=_("a grade is written in capitals"))
    if abs(sum(shares) - 1) > 1e-6 or min(shares) <= 0:
        raise errors.ChoiceInvalid(option="grades", value=told, cause=_("the shares add up to 1"))
    if choices.unseen not in ("average", "lowest", "incomplete"):
        raise errors.ChoiceInvalid(option="unseen", value=choices.unseen, cause="average, lowest, incomplete")
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", choices.code):
        raise errors.ChoiceInvalid(
            option="code", value=choices.code, cause=_("small letters, digits, - and _")
        )
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z._-]{0,19}", choices.version):
        raise errors.ChoiceInvalid(
            option="version", value=choices.version, cause=_("letters, digits and dots")
        )


def check_order(columns: Columns) -> None:
    """Refuses: ChoiceInvalid, where the grades to be learned are not two or more, each named once."""
    names = [name.casefold() for name in columns.ordered]
    if names and (len(names) < 2 or len(set(names)) < len(names)):
        told = ", ".join(columns.ordered)
        raise errors.ChoiceInvalid(option="ordered", value=told, cause=_("two or more, each named once"))


def _codes_of_the_house() -> frozenset[str]:
    """What no question may be called: indicators and facts of the product."""
    return frozenset({card.code for card in indicators.catalogue()} | set(ratings.facts()))


def words_of_the_house() -> dict[str, tuple[str, str]]:
    """What the product's indicators and facts are called in Chinese and in English."""
    return {card.code: (card.name, card.name_en) for card in indicators.catalogue()}


def _amounts() -> frozenset[str]:
    return frozenset(card.code for card in indicators.catalogue() if card.unit == "CNY")


def _report(
    made: Prepared, plan: Plan, tests: list[list[Test]], columns: Columns, choices: Choices
) -> dict[str, Any]:
    rows = np.concatenate([test.rows for test in tests[0]])
    chance, bad = np.concatenate([test.chance for test in tests[0]]), made.bad[rows]
    table = measures.calibration(chance, bad)
    found: dict[str, Any] = {
        "outcome": {
            "column": columns.outcome, "bad_value": made.bad_value, "rows": len(made.bad),
            "bad": int(made.bad.sum()),
            "without_outcome": made.without_outcome,
        },
        "validation": {
            "kind": plan.kind, "folds": len(tests[0]), "repeats": len(tests), "since": plan.since,
            "groups": int(plan.groups.max()) + 1, "tested_rows": len(rows),
        },
        "contestants": validating.summary(tests, made, plan),
        "calibration": {
            "brier": measures.brier(chance, bad), "error": measures.calibration_error(table),
            "by_tenth": table,
        },
        "stability": {
            "score_psi": measures.pooled_stability([test.scores for test in tests[0]]),
            "columns": _column_stability(made, columns, plan),
        },
        "grade_names": _names(made, columns, choices),
        "by_grade": _by_grade(tests[0], bad, len(_names(made, columns, choices))),
        "left_out": [asdict(one) for one in made.left_out],
        "reject_inference": "left_out",
    }  # fmt: skip
    if columns.grade:
        found["agreement"] = _agreement(made, columns, tests)
    found["warnings"] = _warnings(found)
    return found


def _names(made: Prepared, columns: Columns, choices: Choices) -> list[str]:
    if not columns.grade:
        return list(choices.grades)
    return validating.grade_order(validating.known_grades(made, columns), made.bad)


def _warnings(found: dict[str, Any]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    if found["outcome"]["bad"] < FEW:
        told.append({"code": "few_bad", "bad": found["outcome"]["bad"]})
    flags = found["contestants"].get("missing_flags", {}).get("auc", 0.5)
    if flags > MISSING_TELLS:
        told.append({"code": "missing_tells", "auc": flags})
    if found["stability"]["score_psi"] > UNSTABLE and found["validation"]["tested_rows"] >= 200:
        told.append({"code": "unstable", "psi": found["stability"]["score_psi"]})
    return told


def _column_stability(made: Prepared, columns: Columns, plan: Plan) -> dict[str, float]:
    """How far each figure moved between the earlier and the later rows; of time splits only."""
    if plan.since is None:
        return {}
    late = preparing.times(made.rows[columns.time]).to_numpy() >= plan.since
    found = {}
    for column in made.features.iter_columns():
        axis = axis_of(column)
        codes = axis.codes(column)
        tenths = _tenths(codes[~late], axis.size)
        counts = [np.bincount(tenths[codes[part]], minlength=12) for part in (~late, late)]
        found[column.name] = round(measures.index(counts[0], counts[1]), 4)
    return dict(sorted(found.items(), key=lambda pair: -pair[1])[:20])


def _tenths(codes: Codes, size: int) -> Codes:
    """For each code the tenth of the rows it lies in; missing has its own."""
    share = np.cumsum(np.bincount(codes, minlength=size + 1)[:size]) / max((codes < size).sum(), 1)
    return np.append(np.minimum((share * 10).astype(int), 10), 11)


def _by_grade(tests: list[Test], bad: Codes, count: int) -> list[dict[str, Any]]:
    told = np.concatenate([test.grades["card"] for test in tests])
    rows, bads = np.bincount(told, minlength=count), np.bincount(told, weights=bad, minlength=count)
    return [
        {"place": place, "rows": int(rows[place]), "bad": int(bads[place]),
         "bad_share": float(bads[place] / rows[place]) if rows[place] else None}
        for place in range(count)
    ]  # fmt: skip


def _agreement(made: Prepared, columns: Columns, tests: list[list[Test]]) -> dict[str, Any]:
    """Grades told against grades people know; rows of which nobody knows one are counted apart (PWR-13)."""
    known = validating.known_grades(made, columns)
    order = validating.grade_order(known, made.bad)
    places = known.replace_strict({name: place for place, name in enumerate(order)}, return_dtype=pl.Int32)
    held = places.is_not_null().to_numpy()
    codes = places.fill_null(0).to_numpy()
    found: dict[str, Any] = {"grades": order, "known": int(held.sum()), "not_known": int((~held).sum())}
    for name in tests[0][0].grades:
        each = []
        for repeat in tests:
            rows = np.concatenate([test.rows for test in repeat])
            told = np.concatenate([test.grades[name] for test in repeat])
            there = held[rows]
            each.append(measures.agreement(told[there], codes[rows][there], len(order)))
        found[name] = {key: float(np.mean([one[key] for one in each])) for key in ("accuracy", "kappa")}
    rows = np.concatenate([test.rows for test in tests[0]])
    told = np.concatenate([test.grades["card"] for test in tests[0]])
    table = np.zeros((len(order), len(order)), dtype=int)
    np.add.at(table, (codes[rows][held[rows]], told[held[rows]]), 1)
    found["table"] = table.tolist()
    found["majority_accuracy"] = float(table.sum(axis=1).max() / max(table.sum(), 1))
    return found


def _grades(
    made: Prepared, columns: Columns, choices: Choices, points: Points, told: dict[str, Any]
) -> tuple[tuple[str, int | None, float | None], ...]:
    """Each grade of the card: name, first score, share that went bad among rows not seen."""
    if columns.ordered:
        codes = grade_codes(list(columns.ordered))
        starts = [*grading.thresholds(made, columns, points), None]
        return tuple(
            (code, bound, None)
            for code, bound in zip(codes, starts, strict=True)
            if bound is not None or code == codes[-1]
        )
    names = _names(made, columns, choices)
    rows = np.arange(len(made.bad))
    shares, there = validating.shares_of(made, columns, choices, rows)
    scores = validating.scored(points, made.features)[there]
    bounds = [*document.thresholds(scores, shares, points), None]
    last = len(names) - 1
    return tuple(
        (code, bound, told["by_grade"][place]["bad_share"])
        for place, (code, bound) in enumerate(zip(grade_codes(names), bounds, strict=True))
        if bound is not None or place == last
    )


def grade_codes(names: list[str]) -> list[str]:
    """Known grades as a document can name them: in capitals, or by their place."""
    fit = [re.fullmatch(r"[A-Z][A-Z0-9+_-]{0,11}", name.upper()) for name in names]
    if all(fit) and len({name.upper() for name in names}) == len(names):
        return [name.upper() for name in names]
    return [f"G{place}" for place in range(1, len(names) + 1)]


def _scale(points: Points, grades: tuple[tuple[str, int | None, float | None], ...]) -> dict[str, Any]:
    return {
        "best_score": points.total, "even_odds_score": points.even, "points_to_double_odds": points.double,
        "grades": [{"grade": name, "from": bound, "bad_share": share} for name, bound, share in grades],
    }  # fmt: skip


def _items(points: Points, grades: int) -> list[dict[str, Any]]:
    found = []
    for item, bands, missing in zip(points.items, points.bands, points.missing, strict=True):
        rows = [
            _band(_told(item.axis, band), worth, band, grades)
            for band, worth in zip(item.bands, bands, strict=True)
        ]
        rows.append(_band("missing", missing, item.missing, grades))
        found.append({"column": item.axis.name, "spread": round(item.spread, 4), "bands": rows})
    return sorted(found, key=lambda item: -item["spread"])


def _band(told: str, worth: int, band: Band | None, grades: int) -> dict[str, Any]:
    """A band as the report tells it; of a card of grades with the mean grade, 1 the best."""
    rows = band.rows if band else 0
    share = band.bads / rows if band and rows else None
    found: dict[str, Any] = {"band": told, "points": worth, "rows": rows}
    if grades:
        return found | {"mean_grade": None if share is None else 1 + share * (grades - 1)}
    return found | {"bad_share": share}


def _told(axis: Any, band: Band) -> str:
    if axis.levels:
        names = [axis.levels[code] if code < len(axis.levels) else "…" for code in band.codes]
        return ", ".join(names)
    first, last = band.codes[0], band.codes[-1]
    low = f"{document.plain(axis.bounds[first - 1])} < " if first else ""
    high = f" ≤ {document.plain(axis.bounds[last])}" if last < len(axis.bounds) else ""
    return f"{low}x{high}"


def _about(told: dict[str, Any]) -> tuple[str, str]:
    rows, bad = told["outcome"]["rows"], told["outcome"]["bad"]
    card = told["contestants"]["card"]
    area = f"AUC {card['auc']:.3f} ({card['auc_low']:.3f}–{card['auc_high']:.3f}), KS {card['ks']:.3f}"
    return (
        f"由 {rows} 行历史拟合，其中 {bad} 行为坏；未见样本上 {area}。未做拒绝推断。",
        f"Fitted to {rows} rows, {bad} of them bad; on rows not seen {area}. Reject inference is left out.",
    )
