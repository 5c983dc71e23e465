"""The arithmetic of expected losses, of allowances and of the figures of receivables, on worked examples."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from django.utils import translation

from tests.judgements.losses.shipped import MATRIX, TARGETS
from xinheng.judgements.losses import ageing, measures, punctuality, rules
from xinheng.judgements.losses.policy import load_matrix, load_targets
from xinheng.judgements.losses.values import Target
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.any_database


def required(balances: list[int], percents: list[str], factor: str = "1") -> list[int]:
    rates = [Decimal(one) / 100 for one in percents]
    return [one.required for one in rules.provide(balances, rates, Decimal(factor))]


@pytest.mark.req("ARM-02")
def test_a_matrix_of_given_rates_comes_to_the_published_allowance() -> None:
    balances = [15_000_000_00, 7_500_000_00, 4_000_000_00, 2_500_000_00, 1_000_000_00]
    found = required(balances, ["0.3", "1.6", "3.6", "6.6", "10.6"])
    assert found == [45_000_00, 120_000_00, 144_000_00, 165_000_00, 106_000_00]
    assert sum(found) == 580_000_00
    aged = required([1000_00, 300_00, 200_00, 100_00, 50_00, 30_00], ["5", "10", "30", "50", "80", "100"])
    assert aged == [50_00, 30_00, 60_00, 50_00, 40_00, 30_00]
    assert sum(aged) == 260_00


def test_flow_rates_are_what_was_lost_of_what_reached_a_bucket() -> None:
    rates = rules.flow_rates([100_000_00, 50_000_00, 23_000_00, 8_000_00, 2_000_00], 2_000_00)
    assert [round(rate * 100, 4) for rate in rates if rate is not None] == [
        Decimal("2"), Decimal("4"), Decimal("8.6957"), Decimal("25"), Decimal("100"),
    ]  # fmt: skip
    balances = [300_000_00, 140_000_00, 60_000_00, 23_000_00, 5_000_00]
    needs = rules.provide(balances, [rate or Decimal(0) for rate in rates])
    assert [one.required for one in needs] == [6000_00, 5600_00, 5217_39, 5750_00, 5000_00]
    assert sum(one.required for one in needs) == 27_567_39
    assert rules.flow_rates([100, 0], 10) == [Decimal("0.1"), None]


def test_migration_multiplies_on_to_the_last_bucket() -> None:
    moves = [Decimal(one) / 100 for one in (20, 40, 60, 80, 100)]
    rates = rules.migration_rates(moves)
    assert [rate * 100 for rate in rates if rate is not None] == [
        Decimal("3.84"), Decimal("19.2"), Decimal(48), Decimal(80), Decimal(100),
    ]  # fmt: skip
    assert rules.migration_rates([Decimal("0.5"), None, rules.ONE]) == [Decimal("0.5"), None, rules.ONE]


def test_the_look_ahead_multiplies_and_never_passes_the_whole() -> None:
    scenarios = [
        (Decimal("0.6"), Decimal(1)),
        (Decimal("0.1"), Decimal("0.9")),
        (Decimal("0.3"), Decimal("1.2")),
    ]
    factor = rules.look_ahead(scenarios)
    assert factor == Decimal("1.05")
    assert required([1000_00, 1000_00, -500_00], ["10", "98", "100"], "1.05") == [105_00, 1000_00, 0]


def test_an_allowance_moves_by_what_was_written_off_and_came_back() -> None:
    moved = rules.Movement(opening=300_00, written_off=120_00, recovered=20_00, acquired=0, required=260_00)
    assert (moved.before, moved.change) == (200_00, 60_00)
    assert rules.Movement(300_00, 0, 0, 0, 260_00).change == -40_00


def of(**columns: object) -> dict[str, float]:
    """One row with these columns, and what the figures make of it; "" opening and money collected are 0."""
    row = {"opening_minor": 0, "collected_minor": 0, "written_minor": 0, "days": 90, **columns}
    row.setdefault("billed_minor", row.get("sales_minor"))
    found = pl.DataFrame([row]).select(measures.figures())
    return found.row(0, named=True)


@pytest.mark.req("ARM-04")
def test_the_days_receivables_are_outstanding() -> None:
    found = of(closing_minor=6340, current_minor=3590, sales_minor=10890, opening_minor=5900)
    assert [round(found[name], 4) for name in ("dso", "best_dso", "delay")] == [52.3967, 29.6694, 22.7273]
    assert round(found["effectiveness"] * 100, 4) == 79.1667
    ample = of(opening_minor=100_000, sales_minor=1_000_000, closing_minor=120_000, current_minor=100_000)
    assert round(ample["effectiveness"] * 100, 6) == 98.0
    none = of(closing_minor=500, current_minor=500, sales_minor=0)
    assert (none["dso"], none["turnover"], none["turnover_days"], none["bad_debt_share"]) == (
        None,
        0.0,
        None,
        None,
    )


def test_money_with_tax_is_divided_by_sales_with_tax() -> None:
    naive = of(closing_minor=1130, current_minor=0, sales_minor=4000)
    assert round(naive["dso"], 3) == 25.425
    assert round(of(closing_minor=1130, current_minor=0, sales_minor=4520)["dso"], 4) == 22.5


def counted(open_minor: int, sales: list[int]) -> float | None:
    months = pl.DataFrame(
        {"group": "", "currency": "CNY", "step": [0, 1, 2, 3], "open_minor": [0, 0, 0, open_minor],
         "sales_minor": [0, *sales], "days": [0, 31, 28, 31]}
    )  # fmt: skip
    found = measures.count_back(months, ["group", "currency"])
    return found.filter(pl.col("step") == 3)["countback_dso"].item()  # type: ignore[no-any-return]


def test_count_back_takes_the_newest_month_off_first() -> None:
    assert round(counted(6340, [3390, 3610, 3890]) or 0, 4) == 50.0028
    assert counted(3890, [3390, 3610, 3890]) == 31
    assert counted(1945, [3390, 3610, 3890]) == 15.5
    assert counted(20_000, [3390, 3610, 3890]) is None  # older than all that is looked at


def test_the_payment_index_and_days_beyond_terms_are_weighted_by_money() -> None:
    paid = pl.DataFrame(
        {
            "customer_id": 1,
            "bill_id": [1, 2, 3, 4],
            "minor": [10000, 20000, 5000, 15000],
            "late_days": [0, 30, 15, 0],
        }
    )
    scale = load_targets(TARGETS).index
    found = punctuality.index(paid, scale, by=["customer_id"]).row(0, named=True)
    assert round(found["payment_index"], 6) == 67.0
    early = paid.with_columns(late_days=pl.Series([0, 30, 15, -10]))
    assert punctuality.index(early, scale, by=["customer_id"])["beyond_terms"].item() == 10.5
    few = punctuality.index(paid.head(2), scale, by=["customer_id"]).row(0, named=True)
    assert (few["payment_index"], few["beyond_terms"], few["bills"]) == (None, None, 2)


def test_scores_are_linear_between_points_and_bounded() -> None:
    late = pl.DataFrame({"late_days": [-60, -30, -25, 0, 7, 120, 126, 1000]})
    scores = late.select(punctuality.score(load_targets(TARGETS).index)).to_series().round(3)
    assert scores.to_list() == [100, 100, 95, 80, 75.333, 20, 19, 1]


def test_debt_is_concentrated() -> None:
    owed = pl.DataFrame({"open_minor": [600, 300, 100, -50]})
    share, index = measures.concentration(owed, top=1)
    assert (round(share or 0, 6), round(index or 0, 6)) == (0.6, 4600.0)
    assert measures.concentration(owed.clear(), top=3) == (None, None)
    cycles = pl.DataFrame({"dso": [52.5, None]})
    assert cycles.select(measures.cash_cycle(40, 30)).to_series().to_list() == [62.5, None]
    assert cycles.select(measures.cash_cycle(None, 30)).to_series().to_list() == [None, None]


def share(top: str, bottom: str, least: str | None, most: str | None) -> str:
    ends = [Decimal(one) if one else None for one in (least, most)]
    ratio = float(Decimal(top) / Decimal(bottom)) if Decimal(bottom) else None
    return Target("x", "甲", "x", ratio, Decimal(top), Decimal(bottom), False, *ends).state  # noqa: FBT003


@pytest.mark.req("TGT-03", "TGT-04", "TGT-05", "TGT-06")
def test_a_target_holds_up_to_its_ends() -> None:
    credit = {amount: share(amount, "10000000", "10", "20") for amount in ("1500000", "1000000", "2000000")}
    assert set(credit.values()) == {"met"}
    assert share("990000", "10000000", "10", "20") == "missed"
    assert share("2000001", "10000000", "10", "20") == "missed"
    assert (share("98", "100", "98", None), share("97", "100", "98", None)) == ("met", "missed")
    assert (share("20", "1000", None, "2"), share("20.01", "1000", None, "2")) == ("met", "missed")
    assert (share("50", "1000", None, "5"), share("0", "0", None, "5")) == ("met", "unknown")


def test_the_last_day_of_a_bucket_belongs_to_it() -> None:
    document = load_matrix(MATRIX)
    on = date(2025, 3, 1)
    due = [date(2025, 3, 1), date(2025, 2, 28), date(2025, 1, 30), date(2025, 1, 29), date(2024, 12, 1)]
    lines = pl.DataFrame({"billed_on": due, "due_on": due})
    places = lines.select(ageing.bucket_of(document.flow.buckets, "overdue", on)).to_series().to_list()
    assert places == [0, 1, 1, 2, 3]
    aged = pl.DataFrame(
        {"billed_on": [date(2024, 3, 1), date(2024, 2, 29), date(2020, 3, 1), date(2020, 2, 29)]}
    )
    years = aged.with_columns(due_on="billed_on").select(
        ageing.bucket_of(document.given.buckets, "arisen", on)
    )
    assert years.to_series().to_list() == [0, 1, 4, 5]
    entered = lines.select(ageing.entered_on(document.flow.buckets, 4, "overdue")).to_series().to_list()
    assert entered[0] == date(2025, 5, 31)  # the 91st day


def test_a_document_that_cannot_be_is_refused_with_its_line() -> None:
    for wrong, cause in (
        (MATRIX.replace("probability: 0.6", "probability: 0.7"), "add up to 1"),
        (MATRIX.replace("percent: [5, 10,", "percent: [10,"), "6 buckets and 5 rates"),
        (MATRIX.replace("upto_months: 24", "upto_months: 12"), "later than the one before"),
        (MATRIX.replace("upto_months: 24", "upto_days: 800"), "all after months"),
        (MATRIX.replace("portfolios: whole", "portfolios: grade"), "Name the grading"),
    ):
        with translation.override("en"), pytest.raises(PolicyInvalid) as refused:
            load_matrix(wrong)
        assert cause in str(refused.value)
    with translation.override("en"), pytest.raises(PolicyInvalid, match="no higher than earlier"):
        load_targets(TARGETS.replace("{days: 15, score: 70}", "{days: 15, score: 85}"))
