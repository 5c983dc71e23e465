"""Accuracy of amounts, levels, outer factors and the document: arithmetic that needs no database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from xinheng.judgements.arrears import accuracies, history, levels, policy, reasons, reporting, rules
from xinheng.judgements.arrears.errors import AmountNegative, ArrearsPolicyInvalid

pytestmark = pytest.mark.any_database
SHIPPED = policy.SHIPPED.read_text("utf-8")
HIGH_VOLTAGE = Decimal("10936086.00"), Decimal("12480164.06")
LOW_VOLTAGE = Decimal("858728.00"), Decimal("538545.58")


@pytest.mark.req("PWR-19")
@pytest.mark.parametrize(("amounts", "printed"), [(HIGH_VOLTAGE, "87.6"), (LOW_VOLTAGE, "62.7")])
def test_the_printed_accuracies_are_the_smaller_over_the_larger_amount(
    amounts: tuple[Decimal, Decimal], printed: str
) -> None:
    assert rules.percent(rules.accuracy(*amounts)) == Decimal(printed)
    assert rules.percent(rules.accuracy(*reversed(amounts))) == Decimal(printed)


def test_no_other_formula_gives_both_printed_rates() -> None:
    others: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "foretold over actual": lambda told, came: told / came,
        "actual over foretold": lambda told, came: came / told,
        "one less the error": lambda told, came: 1 - abs(told - came) / came,
    }
    given = {
        name: [rules.percent(one(*HIGH_VOLTAGE)), rules.percent(one(*LOW_VOLTAGE))]
        for name, one in others.items()
    }

    assert given == {
        "foretold over actual": [Decimal("87.6"), Decimal("159.5")],
        "actual over foretold": [Decimal("114.1"), Decimal("62.7")],
        "one less the error": [Decimal("87.6"), Decimal("40.5")],
    }


@pytest.mark.req("PWR-19")
def test_nothing_foretold_and_nothing_late_is_right_and_one_of_them_is_wholly_wrong() -> None:
    zero, some = Decimal(0), Decimal(5)

    assert rules.accuracy(zero, zero) == 1
    assert rules.accuracy(zero, some) == rules.accuracy(some, zero) == 0
    with pytest.raises(AmountNegative):
        rules.accuracy(Decimal(-1), some)


def bill(
    customer: str, due: str, chance: float, minor: int, *, number: int = 1, group: str = "高压"
) -> dict[str, Any]:
    return {
        "customer": customer, "bill_id": number, "group": group, "currency": "CNY", "due": date.fromisoformat(due),
        "chance": chance, "open_minor": minor, "amount": minor / 100, "customer_id": number, "days_late": 2.0,
        "payments": 9, "reasons": "↑",
    }  # fmt: skip


@pytest.mark.req("PWR-16", "PWR-20")
def test_a_forecast_is_compared_by_class_with_what_came_of_its_month() -> None:
    bills = pl.DataFrame([
        bill("A", "2024-04-20", 0.9, 100_00), bill("B", "2024-04-25", 0.2, 50_00, number=2),
        bill("C", "2024-04-10", 0.8, 40_00, number=3, group="低压"), bill("A", "2024-05-02", 0.9, 70_00, number=4),
    ])  # fmt: skip
    at = pl.DataFrame(
        {"customer": ["A", "B", "C"], "currency": ["CNY"] * 3, "level": ["high", "none", "risk"]}
    )
    paid = pl.DataFrame({
        "bill_id": [1, 2, 3, 4], "settled": [date(2024, 4, 22), date(2024, 4, 26), date(2024, 4, 9), None],
    })  # fmt: skip

    low, high = accuracies.compared(bills, at, paid, as_of=date(2024, 4, 1), tolerance=1)

    assert (low.group, low.foretold, low.actual, low.accuracy) == (
        "低压",
        Decimal("32.00"),
        Decimal(0),
        Decimal(0),
    )
    assert (low.precision, low.recall) == (0, None)
    assert (high.foretold, high.actual, high.accuracy) == (Decimal("100.00"), Decimal("100.00"), Decimal(1))
    assert (high.at_risk, high.high_risk, high.late, high.precision, high.recall) == (1, 1, 1, 1.0, 1.0)


@pytest.mark.req("PWR-17", "ARM-06")
def test_levels_follow_the_policy_and_who_paid_too_little_is_not_assessable() -> None:
    rows = [
        bill("A", "2024-04-20", 0.8, 20_000_00), bill("B", "2024-04-20", 0.8, 500_00, number=2),
        bill("C", "2024-04-20", 0.49, 90_000_00, number=3), bill("D", "2024-04-20", 0.9, 90_000_00, number=4),
    ]  # fmt: skip
    rows[3]["payments"] = 2
    found = levels.by_customer(pl.DataFrame(rows), policy.shipped())

    assert dict(found.select("customer", "level").rows()) == {
        "A": "high", "B": "risk", "C": "none", "D": "not_assessable",
    }  # fmt: skip
    assert dict(found.select("customer", "expected_late_minor").rows())["A"] == 16_000_00


@pytest.mark.req("PWR-14")
def test_outer_factors_move_the_odds_the_narrowest_first_and_missing_ones_move_nothing() -> None:
    rows = pl.DataFrame([
        bill("A", "2024-04-20", 0.5, 1), bill("B", "2024-04-20", 0.5, 1, group="低压"),
        bill("C", "2024-04-20", 1.0, 1, group="低压"),
    ])  # fmt: skip
    told = [
        {"code": "economy", "applies_to": "", "step": 1, "weight": 1.0},
        {"code": "economy", "applies_to": "A", "step": -1, "weight": 1.0},
    ]

    moved = levels.with_factors(rows, told)["chance"].to_list()

    assert moved == [pytest.approx(0.268941), pytest.approx(0.731059), 1.0]
    assert levels.with_factors(rows, [])["chance"].to_list() == [0.5, 0.5, 1.0]


def test_a_document_that_cannot_hold_is_refused_with_its_line() -> None:
    wrong = SHIPPED.replace("high_from_chance: 0.7", "high_from_chance: 0.1")
    with pytest.raises(ArrearsPolicyInvalid) as caught:
        policy.check(wrong)
    assert "high_from_chance" in str(caught.value)
    unknown = SHIPPED.replace("least_payments: 3", "least_payments: -3")
    with pytest.raises(ArrearsPolicyInvalid) as caught:
        policy.check(unknown)
    assert caught.value.params["line"] > 1


@pytest.mark.req("PWR-20")
def test_a_forecast_no_better_than_the_past_rate_is_switched_off() -> None:
    good = {
        "auc": 0.8,
        "mae": 5.0,
        "naive": {"past_rate": {"auc": 0.7, "mae": 6.0}, "largest": {"auc": None}},
    }

    assert reporting.beats(good)
    assert not reporting.beats({**good, "auc": 0.7})
    assert not reporting.beats({**good, "mae": 6.0})
    assert not reporting.beats({**good, "naive": {**good["naive"], "largest": {"auc": 0.81}}})  # type: ignore[dict-item]


def test_the_first_forecast_of_each_month_is_the_one_that_is_measured() -> None:
    days = [(1, date(2024, 4, 3)), (2, date(2024, 4, 1)), (3, date(2024, 5, 9))]

    assert accuracies.first_of_months(days) == [(2, date(2024, 4, 1)), (3, date(2024, 5, 9))]
    assert not accuracies.ripe(date(2024, 4, 1), date(2024, 4, 30), 0)
    assert accuracies.ripe(date(2024, 4, 1), date(2024, 5, 1), 0)
    assert not accuracies.ripe(date(2024, 4, 1), date(2024, 5, 1), 3)


def ledger(*rows: tuple[str, str, str, str | None, float]) -> pl.DataFrame:
    """customer, billed, due, paid, amount."""
    frame = pl.DataFrame(rows, schema=["customer", "billed", "due", "paid", "amount"], orient="row")
    days = frame.with_columns(pl.col("billed", "due", "paid").str.to_date())
    told = days.with_columns(pl.col("billed").alias("known"), pl.lit(0.0).alias("adjust"))
    return history.with_days(told.with_row_index("bill").with_columns(pl.col("bill").cast(pl.String)))


def test_nothing_of_the_day_or_later_is_seen_of_a_bill() -> None:
    told = ledger(
        ("A", "2024-01-01", "2024-01-31", "2024-02-10", 100.0),  # ten days late, known from 11 February on
        ("A", "2024-01-05", "2024-02-04", None, 50.0),  # overdue from 5 February on
        ("B", "2024-01-01", "2024-01-31", "2024-01-20", 70.0),
    )
    look = told.head(1).with_columns(
        pl.lit(history.day_number(date(2024, 2, 10))).cast(pl.Int32).alias("look_day")
    )

    before = history.looked(told, look, tolerance=0).row(0, named=True)
    after = history.looked(told, look.with_columns(pl.col("look_day") + 1), tolerance=0).row(0, named=True)

    assert (before["own_paid"], before["own_overdue"], before["own_open"], before["all_paid"]) == (
        None,
        2,
        2,
        1,
    )
    assert (after["own_paid"], after["own_late"], after["own_overdue"], after["own_open"]) == (1, 1.0, 1, 1)
    assert after["own_billed_last"] == 40.0
    assert after["own_overdue_money"] == 50.0


def test_a_ledger_as_known_on_a_day_holds_later_payments_as_open() -> None:
    told = ledger(
        ("A", "2024-01-01", "2024-01-31", "2024-02-10", 100.0), ("A", "2024-02-10", "2024-03-11", None, 1.0)
    )

    known = history.as_known(told, history.day_number(date(2024, 2, 10)))

    assert known.select("customer", "paid").rows() == [("A", None)]


def test_reasons_say_what_weighs_and_which_way() -> None:
    row = {"overdue": 2.0, "overdue_age": 12.4, "paid": 10, "late": 8, "billed_median": 41.0, "terms": 30.0,
           "size_habit": 1.0986}  # fmt: skip

    assert reasons.word("overdue", row, raises=True) == "↑ 现有 2 张单据逾期，平均 12 天"
    assert reasons.word("habit", row, raises=True) == "↑ 至今 10 张已付单据中 8 张逾期"
    assert reasons.word("amount", row, raises=False) == "↓ 金额为平常的 3.0 倍"
