"""Small simulated tables whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl


def firms(rows: int = 600, *, seed: int = 3) -> pl.DataFrame:
    """Firms of several years: a ratio and a trade tell of default, noise does not, sales are often missing."""
    chance = np.random.default_rng(seed)
    ratio = np.round(chance.normal(size=rows), 3)
    trade = chance.choice(["零售", "建筑", "food", "Steel & Iron"], rows)
    sales = np.round(chance.lognormal(3, 1, rows), 2)
    log_odds = -1.2 + 1.3 * ratio + 1.0 * (trade == "建筑") - 0.02 * sales
    bad = chance.random(rows) < 1 / (1 + np.exp(-log_odds))
    missing = chance.random(rows) < 0.2
    return pl.DataFrame(
        {
            "企业": [f"F-{place // 3}" for place in range(rows)],
            "year": [2015 + place % 3 for place in range(rows)],
            "负债率": ratio,
            "行业": trade,
            "sales": [None if gone else value for gone, value in zip(missing, sales, strict=True)],
            "noise": np.round(chance.normal(size=rows), 2),
            "违约": np.where(bad, "是", "否"),
        }
    )
