"""Histories of bills: what is measured of them, and how good a ranking is on consumers it did not see."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.theft import billing, measuring
from xinheng.judgements.theft import services as theft
from xinheng.judgements.theft.billing import BillColumns

pytestmark = pytest.mark.any_database
BILLS = pl.DataFrame({
    "client": ["A"] * 4 + ["B"] * 2,
    "day": [date(2025, month, 1) for month in (2, 6, 10)] + [date(2026, 2, 1)] + [date(2025, 2, 1), date(2025, 6, 1)],
    "use": [400, 400, 400, 100, 80, 80],
    "months": [4] * 4 + [2] * 2,
    "meter": [71, 71, 71, 99, 5, 5],
    "old": [1000, 1400, 1800, 0, 10, 90],
    "new": [1400, 1800, 2200, 150, 90, 170],
    "state": ["0", "0", "0", "5", "0", "0"],
})  # fmt: skip


@pytest.mark.req("PWR-21")
def test_figures_of_bills_tell_falls_gaps_of_the_register_and_changed_meters() -> None:
    columns = BillColumns("client", "day", ("use",), "months", "", "meter", "old", "new", (), ("state",))

    told = {row["consumer"]: row for row in billing.measured(BILLS, columns).iter_rows(named=True)}

    a, b = told["A"], told["B"]
    assert (a["read_bills"], a["bill_fall"], a["bill_zero"]) == (4, 0.75, 0)
    assert (a["|monthly|mean"], a["|monthly|last"], a["|gap|mean"]) == (
        81.25,
        25,
        pytest.approx(121.667, abs=0.01),
    )
    assert (a["|unbilled|most"], a["|jump|least"]) == (50, -2200)
    assert (a["|meter|kinds"], a["|meter|changes"], a["|meter|share_last"]) == (2, 1, 0.25)
    assert (a["|state|kinds"], a["|state|is 5"]) == (2, 0.25)
    assert a["|bills|last"] == 0
    assert b["|bills|last"] == (date(2026, 2, 1) - date(2025, 6, 1)).days
    assert not any("99" in name or "71" in name for name in a)  # a meter's number weighs nothing


@pytest.mark.req("PWR-21", "PWR-27")
def test_map_and_precision_of_the_first_places() -> None:
    found = np.array([1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    told = measuring.measured(found, -np.arange(12.0))

    assert told["map"]["100"] == pytest.approx((1 + 2 / 3 + 3 / 6) / 3)
    assert told["precision"] == {"10": 0.3}
    assert told["auc"] == pytest.approx(1 - (0 + 1 + 3) / 27)
    assert measuring.measured(np.zeros(3), np.zeros(3))["auc"] is None


@pytest.mark.req("PWR-21")
def test_ranking_of_a_table_does_not_know_the_order_of_its_rows(shared_data: Path, tmp_path: Path) -> None:
    rows = pl.read_parquet(shared_data / "power" / "cn_leak" / "cn_leak_291.parquet").with_row_index("id")
    told = []
    for name, frame in (("as_is", rows), ("shuffled", rows.sample(fraction=1, shuffle=True, seed=5))):
        path = tmp_path / f"{name}.parquet"
        frame.write_parquet(path)
        told.append(theft.fit_table(actor=system_actor(), files=theft.Files(path, theft.Said(consumer="id"))))

    first, second = (one.report["learned"] for one in told)
    assert first == second
    assert first["auc"] > 0.85
    assert "id" not in told[0].learnt.columns
