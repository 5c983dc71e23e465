"""What a card is compared with: one column, missing flags alone, and gradient boosting."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.scorecards import folds, measures, regression, weighing
from xinheng.judgements.scorecards.axes import Codes, Floats, axis_of
from xinheng.judgements.scorecards.ground import ground_of

Risk = Callable[[pl.DataFrame], Floats]


def best_single(features: pl.DataFrame, bad: Codes, name: str = "") -> Risk:
    """The rule by one column, the one named or the best: a number by its order, a text by its levels."""
    names = [name] if name else features.columns
    found = max(((_single(features[one], bad)) for one in names), key=lambda rule: rule[0])
    return found[1]


def _single(column: pl.Series, bad: Codes) -> tuple[float, Risk]:
    if column.dtype == pl.String:
        axis = axis_of(column)
        table = weighing.weights(axis, codes := axis.codes(column), bad, monotonic=False)
        return measures.auc(table[codes], bad), lambda rows: table[axis.codes(rows[column.name])]
    middle = float(column.median() or 0)  # type: ignore[arg-type]
    straight = measures.auc(column.fill_null(middle).to_numpy().astype(float), bad)
    sign = 1.0 if straight >= 0.5 else -1.0
    return (
        max(straight, 1 - straight),
        lambda rows: sign * rows[column.name].fill_null(middle).to_numpy().astype(float),
    )


def missing_flags(features: pl.DataFrame, bad: Codes) -> Risk:
    """What is told by which figures are missing, and by nothing else."""
    names = [column.name for column in features.iter_columns() if column.null_count()]
    if not names:
        return lambda rows: np.zeros(rows.height)
    flags = _flags(features, names)
    tables = [
        weighing.evidence(np.arange(2), flags[:, place], bad, weighing.SMOOTHING)
        for place in range(len(names))
    ]
    columns = np.column_stack([table[flags[:, place]] for place, table in enumerate(tables)])
    counted, _constant = regression.regress(columns, bad, penalty=1.0)

    def risk(rows: pl.DataFrame) -> Floats:
        seen = _flags(rows, names)
        return np.column_stack([table[seen[:, place]] for place, table in enumerate(tables)]) @ counted

    return risk


def _flags(features: pl.DataFrame, names: list[str]) -> Codes:
    return features.select(pl.col(names).is_null().cast(pl.Int32)).to_numpy()


def boosting(
    features: pl.DataFrame, places: Codes, groups: Codes, *, seed: int, objective: str = "binary"
) -> Risk:
    """Gradient boosting of whole trees, stopped on a fifth of the groups and fitted again on all rows.

    places: 1 for bad rows; with the objective "regression" the places of their grades.
    """
    import lightgbm

    bad = (places > places.mean()).astype(np.int32)

    ground = ground_of(features.select(pl.col(pl.String)), bad) if pl.String in features.dtypes else None
    axes = {axis.name: axis for axis in ground.axes} if ground else {}

    def rows_of(rows: pl.DataFrame) -> Floats:
        columns = []
        for column in rows.iter_columns():
            if axis := axes.get(column.name):
                codes = axis.codes(column).astype(np.float64)
                columns.append(np.where(codes == axis.size, np.nan, codes))
            else:
                columns.append(column.cast(pl.Float64).fill_null(np.nan).to_numpy())
        return np.column_stack(columns)

    settings: dict[str, Any] = {
        "objective": objective, "learning_rate": 0.05, "num_leaves": 15, "min_data_in_leaf": 20,
        "bagging_fraction": 0.8, "bagging_freq": 1, "feature_fraction": 0.8, "num_threads": 1,
        "seed": seed, "deterministic": True,
        "force_row_wise": True, "verbose": -1,
    }  # fmt: skip
    texts = [place for place, name in enumerate(features.columns) if name in axes]
    known = rows_of(features)
    count = folds.most_folds(groups, bad, 5)
    rounds = 100
    if count >= 2:
        fold = folds.dealt(groups, bad, count, seed=seed)
        learn, check = folds.splits(fold, count)[0]
        learned = lightgbm.Dataset(known[learn], places[learn], categorical_feature=texts)
        checked = lightgbm.Dataset(known[check], places[check], reference=learned)
        stop = lightgbm.early_stopping(50, verbose=False)
        rounds = lightgbm.train(
            settings, learned, 1000, valid_sets=[checked], callbacks=[stop]
        ).best_iteration
    model = lightgbm.train(
        settings, lightgbm.Dataset(known, places, categorical_feature=texts), max(int(rounds * 1.1), 10)
    )
    return lambda rows: np.asarray(model.predict(rows_of(rows), raw_score=True))


def _middles(features: pl.DataFrame) -> dict[str, float]:
    """The median of each number."""
    numbers = features.select(pl.col(pl.Float64))
    medians = numbers.median().row(0, named=True) if numbers.width else {}
    return {name: float(median or 0) for name, median in medians.items()}


def raw_regression(features: pl.DataFrame, bad: Codes) -> Risk:
    """Logistic regression on the columns as they are: medians for what is missing, texts as flags."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    middles = _middles(features)
    axes = [axis_of(column) for column in features.select(pl.col(pl.String)).iter_columns()]

    def rows_of(rows: pl.DataFrame) -> Floats:
        numbers = [rows[name].fill_null(middle).to_numpy().astype(float) for name, middle in middles.items()]
        flags = [
            (axis.codes(rows[axis.name])[:, None] == np.arange(axis.size)).astype(float) for axis in axes
        ]
        return np.column_stack([*numbers, *flags])

    scale = StandardScaler().fit(known := rows_of(features))
    model = LogisticRegression(max_iter=2000).fit(scale.transform(known), bad)
    return lambda rows: np.asarray(model.decision_function(scale.transform(rows_of(rows))))


def library_defaults(features: pl.DataFrame, bad: Codes) -> Risk:
    """The binning library's own scorecard with nothing chosen: default bins, plain logistic regression."""
    from optbinning import BinningProcess, Scorecard
    from sklearn.linear_model import LogisticRegression

    texts = features.select(pl.col(pl.String)).columns
    process = BinningProcess(features.columns, categorical_variables=texts or None)
    card = Scorecard(binning_process=process, estimator=LogisticRegression())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        card.fit(_frame(features), bad)

    def risk(rows: pl.DataFrame) -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(card.predict_proba(_frame(rows))[:, 1], dtype=float)

    return risk


def _frame(rows: pl.DataFrame) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            column.name: column.to_numpy()
            if column.dtype == pl.Float64
            else np.array(column.to_list(), dtype=object)
            for column in rows.iter_columns()
        }
    )
