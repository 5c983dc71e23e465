"""How good forecasts were on later bills, beside the naive rules they must beat."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.arrears.adjusting import Floats
from xinheng.judgements.arrears.learners import Rows

TOP = (0.05, 0.10, 0.20)  # shares of the bills looked at first
TENTHS = 10


def report(table: pl.DataFrame, days: Floats, chance: Floats) -> dict[str, Any]:
    """Figures of tested bills; plain values, shares 0 to 1, None where something cannot be said.

    table: bills as `fitting.tested` gives them. auc, brier, calibration (tenths by chance), mae of the days
    to payment, precision and recall at a half, money_recall (share of the late money among the
    first bills; of chances and of the past rate by chance times amount);
    `naive`: the same of the customer's past rate, of the oldest and of the largest first. beats: whether it
    does better than each naive rule in telling late ones apart and errs less in days than the past median.
    """
    late = table["late"].to_numpy()
    amount = np.maximum(table["amount"].to_numpy(), 0)
    rules = {"past_rate": table["naive_late"].to_numpy(), "oldest": _oldest(table), "largest": amount}
    naive = {name: _ranking(risk, late, amount) for name, risk in rules.items()}
    naive["past_rate"]["money_recall"] = _money_recall(rules["past_rate"] * amount, late, amount)
    ripe = table["taken"].is_not_null().to_numpy()
    taken = table["taken"].fill_null(0.0).to_numpy()
    naive["past_rate"] |= {"mae": _mae(table["naive_days"].to_numpy(), taken, ripe),
                           "brier": _brier(rules["past_rate"], late)}  # fmt: skip
    told = {
        "bills": table.height, "late": int(late.sum()), "paid": int(ripe.sum()),
        "first": str(table["known"].min()), "last": str(table["known"].max()),
        **_ranking(chance, late, amount), "money_recall": _money_recall(chance * amount, late, amount),
        "brier": _brier(chance, late), "mae": _mae(days, taken, ripe),
        **_hits(chance >= 0.5, late), "calibration": _calibration(chance, late), "naive": naive,
    }  # fmt: skip
    return told | {"beats": beats(told)}


def beats(told: dict[str, Any]) -> bool:
    """Whether the figures of a report are better than those of every naive rule."""
    naive = told["naive"]
    if told["auc"] is None or any(
        one["auc"] is not None and one["auc"] >= told["auc"] for one in naive.values()
    ):
        return False
    past = naive["past_rate"]["mae"]
    return told["mae"] is None or past is None or told["mae"] < past


def by_group(table: pl.DataFrame, chance: Floats) -> list[dict[str, Any]]:
    """Amounts foretold late and late, a row a class and month of the due day, with their accuracy."""
    found = (
        table.with_columns(pl.Series("chance", chance), pl.col("amount").clip(lower_bound=0))
        .group_by("group", pl.col("due").dt.truncate("1mo").alias("month"))
        .agg(
            (pl.col("chance") * pl.col("amount")).sum().round(2).alias("foretold"),
            pl.col("amount").filter(pl.col("late")).sum().round(2).alias("actual"),
            pl.len().alias("bills"),
        )
        .sort("group", "month")
    )
    return [{**row, "accuracy": _accuracy(row["foretold"], row["actual"])} for row in found.to_dicts()]


def _accuracy(foretold: float, actual: float) -> float:
    top = max(foretold, actual)
    return 1.0 if foretold == actual else min(foretold, actual) / top


def _oldest(table: pl.DataFrame) -> Floats:
    days: Floats = -table["due"].cast(pl.Int32).to_numpy().astype(float)
    return days


def _ranking(risk: Floats, late: Rows, amount: Floats) -> dict[str, Any]:
    from sklearn.metrics import roc_auc_score

    both = 0 < late.sum() < len(late)
    return {
        "auc": float(roc_auc_score(late, risk)) if both else None,
        "money_recall": _money_recall(risk, late, amount),
    }


def _money_recall(risk: Floats, late: Rows, amount: Floats) -> dict[str, float | None]:
    """The share of the late money that stands among the first bills by a rule."""
    money = amount[late].sum()
    order = np.lexsort((-amount, -risk))
    recall: dict[str, float | None] = {}
    for share in TOP:
        first = order[: max(1, round(share * len(order)))]
        recall[f"{share:.0%}"] = float(amount[first][late[first]].sum() / money) if money else None
    return recall


def _hits(told: Rows, late: Rows) -> dict[str, Any]:
    hit = int((told & late).sum())
    return {
        "precision": hit / int(told.sum()) if told.any() else None,
        "recall": hit / int(late.sum()) if late.any() else None,
    }


def _brier(chance: Floats, late: Rows) -> float:
    return float(((chance - late) ** 2).mean())


def _mae(days: Floats, taken: Floats, ripe: Rows) -> float | None:
    return float(np.abs(days - taken)[ripe].mean()) if ripe.any() else None


def _calibration(chance: Floats, late: Rows) -> list[dict[str, Any]]:
    parts = np.array_split(np.argsort(chance, kind="stable"), TENTHS)
    return [
        {"bills": len(part), "foretold": float(chance[part].mean()), "late": float(late[part].mean())}
        for part in parts
        if len(part)
    ]
