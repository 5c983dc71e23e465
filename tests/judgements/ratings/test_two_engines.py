"""A policy gives the same on either engine: the same rows, in the same order, to the last thousandth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import polars.testing
import pyarrow.parquet as pq
import pytest

from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.values import Policy
from xinheng.judgements.ratings import computing
from xinheng.judgements.ratings.inputs import ROW_GROUP

pytestmark = pytest.mark.any_database
ROWS = 3_000
SHIPPED = {pack.header.code: pack.text for pack in packs.shipped()}
BOTH = ["adv", "dat", "fil", "flw", "fou", "net", "tpb"]
ALONE = ["general", "lse", "pts"]  # a quotient, a rounding, places among all: DuckDB's


def inputs(policy: Policy) -> pl.DataFrame:
    """Figures on and around whole bounds, a sixth of most customers' unknown, in the order runs keep them."""
    random = np.random.default_rng(11)
    asked = {one.code: one for one in policy.questions}
    columns: dict[str, Any] = {
        "customer_no": [f"C-{n // 2 if policy.roles else n:06}" for n in range(ROWS)],
        "customer_id": np.arange(ROWS),
    }
    if policy.roles:
        columns["role"] = ["customer" if n % 2 == 0 else "supplier" for n in range(ROWS)]
    for code, kind in policies.inputs_of(policy).items():
        if kind == "boolean":
            values = random.random(ROWS) < 0.3
        elif kind == "string":
            choices = [one.code for one in asked[code].choices] if code in asked else ["C", "F", "K"]
            values = random.choice(choices, ROWS)
        elif kind == "int64":
            values = random.choice([0, 1, 5, 30, 60, 90, 10_000_000, 100_000_000, 5_000_000_000], ROWS)
        else:
            values = random.choice([-0.1, 0, 0.05, 0.1, 0.3, 0.5, 1, 2, 3, 6, 12, 30, 60, 90, 120], ROWS)
        unknown = pl.Series((random.random(ROWS) < 1 / 6) & (np.arange(ROWS) % 3 > 0))
        columns[code] = pl.select(pl.when(~unknown).then(pl.Series(code, values))).to_series()
    return pl.DataFrame(columns)


@pytest.mark.req("RR-10")
@pytest.mark.parametrize("code", BOTH)
def test_both_engines_give_the_same(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computing, "PIECE", 1_000)
    policy = policies.load(SHIPPED[code])
    rated = policies.rate_table(policy, policies.input_table(policy))
    source, one, other = (tmp_path / f"{name}.parquet" for name in ("inputs", "one", "other"))
    inputs(policy).write_parquet(source)

    computing.compute(policy, source, one)
    computing._all_at_once(rated, source, other)

    assert computing.is_row_by_row(rated)
    polars.testing.assert_frame_equal(pl.read_parquet(one), pl.read_parquet(other))
    told = pl.read_parquet(one).select(pl.exclude("customer_no", "customer_id", "role"))
    assert told.unique().height > (5 if code in {"adv", "net", "tpb"} else 0)
    assert pq.read_metadata(one).row_group(0).num_rows <= ROW_GROUP


@pytest.mark.parametrize("code", ALONE)
def test_what_engines_do_differently_stays_on_one(code: str) -> None:
    policy = policies.load(SHIPPED[code])
    assert not computing.is_row_by_row(policies.rate_table(policy, policies.input_table(policy)))


def test_rows_out_of_order_come_out_in_order(tmp_path: Path) -> None:
    policy = policies.load(SHIPPED["adv"])
    source, results, straight = (tmp_path / f"{name}.parquet" for name in ("inputs", "results", "straight"))
    inputs(policy).write_parquet(source)
    computing.compute(policy, source, straight)
    pl.read_parquet(source).reverse().write_parquet(source)

    computing.compute(policy, source, results)

    polars.testing.assert_frame_equal(pl.read_parquet(results), pl.read_parquet(straight))


def test_a_folder_may_have_an_apostrophe(tmp_path: Path) -> None:
    policy = policies.load(SHIPPED["general"])
    folder = tmp_path / "o'clock"
    folder.mkdir()
    inputs(policy).head(50).write_parquet(folder / "inputs.parquet")

    computing.compute(policy, folder / "inputs.parquet", folder / "results.parquet")

    assert pl.read_parquet(folder / "results.parquet").height == 50
