"""The simulated company is the same for the same seed, and believable."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from stdnum.cn import uscc

from xinheng.runs.demonstration.files import SEED, write_files

pytestmark = pytest.mark.any_database
END, THROUGH = date(2026, 10, 31), date(2026, 11, 12)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_files(tmp_path_factory.mktemp("company"), end=END, through=THROUGH, seed=SEED)


def bills_of(files: dict[str, Path]) -> pl.DataFrame:
    text = files["bills"].read_bytes().decode("gb18030")
    return pl.read_csv(text.encode(), try_parse_dates=True)


def test_four_hundred_customers_in_eight_industries_and_three_regions(files: dict[str, Path]) -> None:
    customers = pl.read_excel(files["customers"], infer_schema_length=0)

    assert customers.height == 400
    assert customers["行业代码"].n_unique() == 8
    assert sorted(customers["地区"].unique()) == ["华东", "华北", "华南"]
    assert customers["业务员"].n_unique() == 2
    assert customers.filter(pl.col("上级单位编号") == "D0001").height == 5
    assert all(uscc.is_valid(code) for code in customers["统一社会信用代码"])
    assert customers["客户名称"].n_unique() == 400
    assert all("演示路" in address for address in customers["地址"])  # nobody takes them for real


def test_nobody_is_billed_before_being_founded_or_asked_by_a_stranger(files: dict[str, Path]) -> None:
    customers = pl.read_excel(files["customers"], infer_schema_length=None)
    billed = bills_of(files).join(customers.select("客户编号", "成立日期"), on="客户编号")

    assert billed.filter(pl.col("开票日期") < pl.col("成立日期").cast(pl.Date)).is_empty()
    assert customers.filter(pl.col("地区") == "华东")["业务员"].unique().to_list() == ["lihua"]
    assert customers.filter(pl.col("地区") == "华南")["业务员"].unique().to_list() == ["wangqiang"]


def test_habits_show_good_slow_failing_and_seasonal_payers(files: dict[str, Path]) -> None:
    paid = pl.read_parquet(files["receipts"]).group_by("核销账单号").agg(pl.col("收款日期").max())
    asked = bills_of(files).filter(pl.col("金额(元)") > 0)  # credit bills are paid by nobody
    bills = asked.join(paid, left_on="账单号", right_on="核销账单号", how="left")
    late = (pl.col("收款日期") - pl.col("到期日")).dt.total_days()
    old = pl.col("到期日") < END - timedelta(days=120)
    habits = bills.group_by("客户编号").agg(
        late=late.median(),
        unpaid=(pl.col("收款日期").is_null() & old & (pl.col("单据状态") == "正常")).sum(),
        harvest=pl.col("开票日期").dt.month().is_in([9, 10]).mean(),
    )
    share = habits.select(
        early=(pl.col("late") <= 0).mean(),
        slow=(pl.col("late") > 10).mean(),
        stopped=(pl.col("unpaid") >= 3).mean(),
        seasonal=(pl.col("harvest") > 0.3).mean(),
    ).row(0, named=True)

    assert 0.35 < share["early"] < 0.65
    assert 0.15 < share["slow"] < 0.40
    assert 0.02 < share["stopped"] < 0.12
    assert 0.05 < share["seasonal"] < 0.20


def test_three_years_of_bills_up_to_the_day_and_nothing_after_it(files: dict[str, Path]) -> None:
    bills = bills_of(files)
    receipts = pl.read_parquet(files["receipts"])

    assert bills["开票日期"].min() >= date(2023, 11, 1)
    assert bills["开票日期"].max() == receipts["收款日期"].max() == THROUGH
    assert bills.filter(pl.col("开票日期") > END)["客户编号"].n_unique() > 100
    assert bills["账单号"].n_unique() == bills.height > 20_000


def test_no_bill_is_paid_twice_and_no_receipt_spends_more_than_it_brought(files: dict[str, Path]) -> None:
    money = pl.col("金额(元)").cast(pl.Decimal(20, 2))
    bills = bills_of(files).select("账单号", money)
    receipts = pl.read_parquet(files["receipts"]).with_columns(
        pl.col("核销金额(元)", "收款金额(元)").cast(pl.Decimal(20, 2))
    )
    paid = receipts.group_by("核销账单号").agg(pl.col("核销金额(元)").sum())
    both = paid.join(bills, left_on="核销账单号", right_on="账单号", how="left")
    spent = receipts.group_by("收款单号").agg(pl.col("核销金额(元)").sum(), pl.col("收款金额(元)").first())

    assert both.filter(pl.col("核销金额(元)") > pl.col("金额(元)")).is_empty()
    assert both["金额(元)"].null_count() == 0
    assert spent.filter(pl.col("核销金额(元)") != pl.col("收款金额(元)")).is_empty()


def test_the_same_seed_gives_the_same_company(files: dict[str, Path], tmp_path: Path) -> None:
    again = write_files(tmp_path, end=END, through=THROUGH, seed=SEED)
    other = write_files(tmp_path / "other", end=END, through=THROUGH, seed=SEED + 1)

    assert bills_of(again).equals(bills_of(files))
    assert not bills_of(other).equals(bills_of(files))


def test_statements_add_up(files: dict[str, Path]) -> None:
    sheets = pl.read_excel(files["statements"], infer_schema_length=None)

    assert (sheets["资产总计"] == sheets["负债合计"] + sheets["所有者权益合计"]).all()
    assert (sheets["流动资产合计"] == sheets["货币资金"] + sheets["应收账款"] + sheets["存货"]).all()


def test_limits_say_four_things_and_orders_wait_for_delivery(files: dict[str, Path]) -> None:
    limits = pl.read_excel(files["limits"], infer_schema_length=None)
    orders = pl.read_csv(files["orders"].read_bytes().decode("gb18030").encode(), try_parse_dates=True)

    assert set(limits["额度状态"]) == {"有限额", "不授信", "不限额"}  # and who has no row was never assessed
    assert limits["客户编号"].n_unique() < 400
    assert set(limits["额度种类"]) == {"固定", "临时", "保险"}
    assert limits.filter(pl.col("额度种类") == "临时")["截止日期"].null_count() == 0
    assert 100 < orders.height < 400
    assert orders["订单号"].n_unique() == orders.height
    assert orders.filter(pl.col("计划发货日") < pl.col("订单日期")).is_empty()
    assert orders["订单日期"].max() <= THROUGH
    assert set(orders["付款方式"]) == {"赊销", "款到发货"}
