"""The parts of a forecast: weights of outside factors, events laid over, and errors against what was used."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest

from xinheng.judgements.demand import accuracy, combining, overlays, policy
from xinheng.judgements.demand.combining import Entry, Known
from xinheng.judgements.demand.errors import DemandPolicyInvalid
from xinheng.judgements.demand.values import Compared, Laid

pytestmark = pytest.mark.any_database
JULY, AUGUST = datetime.fromisoformat("2026-07-01"), datetime.fromisoformat("2026-08-01")
TEXT = """
kind: demand
code: demand
version: "7"
name: {zh: 规则, en: Rules}
least_months: 24
band: 80
read_share: 0.9
large_kva: 1000
most: 0.2
factors:
  - {code: large, zh: 大用户, en: Large, weight: 0.4, own: large_consumers, response: 0.5}
  - {code: industry, zh: 产业, en: Industry, weight: 0.2, entries: industrial_policy, step: 0.02}
  - {code: macro, zh: 景气, en: Macro, weight: 0.4, series: macro_index, against: level, neutral: 100, response: 0.5}
"""
RULES = policy.load(TEXT)


def leaves() -> pl.DataFrame:
    """Two consumers of one area, of steel and of shops, in July and August."""
    rows = [
        ("A", "T1", "C", "31", JULY, 1000_000), ("B", "T1", "F", "52", JULY, 500_001),
        ("A", "T1", "C", "31", AUGUST, 2000_000), ("B", "T1", "F", "52", AUGUST, 0),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["consumer", "area", "industry", "trade", "ds", "base_wh"], orient="row")


def series(value: float, *, day: date = date(2026, 6, 1)) -> pl.DataFrame:
    return pl.DataFrame(
        {"code": ["macro_index"], "day": [day], "value": [value]}, schema_overrides={"day": pl.Date}
    )


def rates(known: Known) -> pl.DataFrame:
    return combining.rates(RULES, known, ["31", "52"], [JULY.date(), AUGUST.date()])


def whole(parts: pl.DataFrame) -> pl.DataFrame:
    named = [name for name in parts.columns if name.startswith(combining.PART)]
    return parts.with_columns(pl.sum_horizontal("base_wh", *named).alias("whole_wh"))


@pytest.mark.req("PWR-29")
def test_base_and_every_factor_add_up_to_the_forecast() -> None:
    steel = Entry("industrial_policy", "C", -1, date(2026, 6, 1), date(2026, 7, 31), "I-1")
    every = Entry("industrial_policy", "", 1, date(2026, 6, 1), date(2026, 12, 31), "I-2")
    told = rates(Known(series(104.0), [steel, every], {"large_consumers": 0.10}))

    parts = whole(combining.with_parts(leaves(), told))

    # large: 0.4 x 0.5 x 10 %; macro: 0.4 x 0.5 x 4 %; industry: 0.2 x 0.02 x the mean step of what holds
    assert parts["part_large"].to_list() == [20_000, 10_000, 40_000, 0]
    assert parts["part_macro"].to_list() == [8_000, 4_000, 16_000, 0]
    assert parts["part_industry"].to_list() == [0, 2_000, 8_000, 0]  # steel in July: -1 and +1; then +1 alone
    assert parts["whole_wh"].to_list() == [1_028_000, 516_001, 2_064_000, 0]


@pytest.mark.req("PWR-29")
@pytest.mark.req("PWR-36")
def test_the_weight_of_a_missing_factor_is_shared_out_and_said() -> None:
    over = Entry("industrial_policy", "", 2, date(2025, 1, 1), date(2026, 6, 30), "I-9")
    known = Known(series(104.0), [over], {"large_consumers": 0.10})
    told = rates(known)

    by_code = {row["code"]: row for row in told.filter(trade="52", day=JULY.date()).to_dicts()}
    assert [by_code[code]["share"] for code in ("large", "industry", "macro")] == [0.5, 0.0, 0.5]
    assert by_code["industry"]["change"] is None
    assert by_code["large"]["rate"] == pytest.approx(0.5 * 0.05)
    lines = {line["code"]: line for line in combining.stated(RULES, told, known, date(2026, 7, 15))}
    assert (lines["industry"]["state"], lines["industry"]["expired"]) == ("missing", ["I-9"])
    assert (lines["large"]["state"], lines["large"]["weight"], lines["large"]["least"]) == (
        "used",
        "0.4",
        0.5,
    )


@pytest.mark.req("PWR-29")
def test_where_nothing_is_known_outside_the_base_stands_alone() -> None:
    parts = whole(combining.with_parts(leaves(), rates(Known())))
    assert parts["whole_wh"].to_list() == parts["base_wh"].to_list()


@pytest.mark.req("PWR-29")
def test_one_factor_moves_no_more_than_the_most() -> None:
    told = rates(Known(own={"large_consumers": 3.0}))
    assert told.filter(code="large")["rate"].unique().to_list() == [0.2]


def test_a_series_is_compared_with_the_months_of_a_year_before() -> None:
    text = TEXT.replace("against: level, neutral: 100", "against: year, months: 1")
    days = [date(2025, 6, 1), date(2026, 6, 1), date(2026, 9, 1)]
    known = Known(pl.DataFrame({"code": ["macro_index"] * 3, "day": days, "value": [100.0, 110.0, 500.0]}))
    told = combining.rates(policy.load(text), known, ["52"], [JULY.date()])
    assert told.filter(code="macro")["change"].to_list() == [pytest.approx(0.10)]  # never September's


@pytest.mark.req("PWR-29")
@pytest.mark.parametrize("weight", ["0.3", "0.5"])
def test_weights_that_do_not_add_up_to_one_are_refused(weight: str) -> None:
    with pytest.raises(DemandPolicyInvalid) as refused:
        policy.load(TEXT.replace("weight: 0.4, own", f"weight: {weight}, own"))
    assert str(Decimal(weight) + Decimal("0.6")) in str(refused.value)
    with pytest.raises(DemandPolicyInvalid):
        policy.load(TEXT.replace("industrial_policy", "hearsay"))
    assert policy.shipped().rules.factors


def test_overlays_are_of_base_and_factors_and_do_not_compound() -> None:
    rows = whole(leaves())
    half = Laid(1, "area", "T1", date(2026, 7, 17), date(2026, 8, 31), Decimal(-50))
    more = Laid(2, "company", "", date(2026, 8, 1), None, Decimal(10))
    elsewhere = Laid(3, "area", "T9", date(2026, 7, 1), None, Decimal(10))

    laid = overlays.with_overlays(rows, [half, more, elsewhere], "month")

    # 15 of 31 days of July, all of August
    assert laid["laid_1"].to_list() == [-241_935, -120_968, -1_000_000, 0]
    assert laid["laid_2"].to_list() == [0, 0, 200_000, 0]
    assert "laid_3" not in laid.columns
    assert laid["base_wh"].to_list() == rows["base_wh"].to_list()


def test_an_amount_a_day_is_shared_out_to_the_last_watt_hour() -> None:
    three = whole(leaves()).with_columns(pl.lit(7).alias("whole_wh"))
    laid = overlays.with_overlays(
        three, [Laid(1, "area", "T1", date(2026, 7, 1), None, None, 1_001)], "month"
    )
    july = laid.filter(pl.col("ds") == JULY)["laid_1"].to_list()
    assert sum(july) == 31 * 1_001
    assert abs(july[0] - july[1]) == 1


def test_no_more_falls_away_than_there_is() -> None:
    gone = Laid(1, "consumer", "B", date(2026, 7, 1), None, None, -1_000_000)
    laid = overlays.with_overlays(whole(leaves()), [gone], "month")
    assert laid["laid_1"].to_list() == [0, -500_001, 0, 0]


def test_new_business_comes_into_use_month_by_month() -> None:
    full = overlays.full_use(Decimal(100), Decimal("0.5"))
    assert full == 1_200_000  # 100 kVA, half used, 24 hours
    one = Laid(1, "area", "T1", date(2026, 7, 16), None, None, full, 3)
    assert [overlays.a_day(one, day) for day in (
        date(2026, 7, 15), date(2026, 7, 16), date(2026, 8, 16), date(2026, 9, 16), date(2027, 1, 1)
    )] == [0, 400_000, 800_000, 1_200_000, 1_200_000]  # fmt: skip
    assert overlays.amount(one, JULY, "month") == 16 * 400_000


def test_the_hours_of_a_day_add_up_to_the_day() -> None:
    one = Laid(1, "company", "", date(2026, 7, 1), None, None, 100)
    hours = [overlays.amount(one, JULY.replace(hour=hour), "hour") for hour in range(24)]
    assert (sum(hours), set(hours)) == (100, {4, 5})


@pytest.mark.req("PWR-30")
def test_where_nothing_was_used_only_the_absolute_error_counts() -> None:
    rows = [
        Compared(1, "area", "T1", JULY, 110, 100, in_band=True),
        Compared(1, "area", "T1", AUGUST, 30, 0, in_band=False),
        Compared(1, "area", "T2", JULY, 80, 100, in_band=True),
    ]
    assert (rows[1].share, rows[1].error) == (None, 30)
    (line,) = accuracy.by_level(rows, 0.8)
    assert (line.compared, line.nothing_used) == (3, 1)
    assert line.mape == pytest.approx(0.15)
    assert (line.mean_error, line.wape, line.bias) == (20.0, 0.3, 0.1)
    assert (line.coverage, line.stated) == (pytest.approx(2 / 3), 0.8)
    (nothing,) = accuracy.by_level(rows[1:2])
    assert (nothing.mape, nothing.wape, nothing.mean_error) == (None, None, 30.0)
