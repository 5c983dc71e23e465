"""The late-payment model on bills that another room keeps in columns."""

from __future__ import annotations

import polars as pl
import pytest

from tests.judgements.arrears.conftest import TODAY
from xinheng.judgements.arrears import tables
from xinheng.judgements.arrears.errors import TooFewBills
from xinheng.judgements.arrears.services import packed

pytestmark = pytest.mark.any_database


def test_a_model_of_a_frame_is_kept_and_foretells_its_open_bills(table: pl.DataFrame) -> None:
    bills = table.select(
        customer="客户", bill="单号", group=pl.lit("low"), currency=pl.lit("CNY"), amount="金额",
        billed="开票", due="到期", paid="付款",
    )  # fmt: skip
    with pytest.raises(TooFewBills):
        tables.learned(bills, as_of=TODAY, tolerance=0, least=10_000)
    kept = tables.learned(bills, as_of=TODAY, tolerance=0, least=100)
    assert kept.report["beats"]

    told = tables.foretold(tables.kept_in(packed(kept), file="m"), bills, as_of=TODAY)

    open_bills = bills.filter(pl.col("paid").is_null() & (pl.col("billed") < TODAY))
    assert set(told["bill"]) == set(open_bills["bill"])
    means = dict(told.group_by("customer").agg(pl.col("chance").mean()).iter_rows())
    assert means["C-9"] > 0.9  # 48 days of 30
    assert min(means.values()) < 0.5
