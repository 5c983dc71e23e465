"""Charts say what the values say, and a gap stays a gap."""

from __future__ import annotations

import json
from datetime import date

import pytest

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables.values import STANDARD_BUCKETS, AgeingRow, PaymentMonth
from xinheng.indicators.values import Card, Trend
from xinheng.judgements.ratings.values import CurvePoint, Share
from xinheng.reports import charts
from xinheng.reports.values import Move

pytestmark = pytest.mark.any_database
CARD = Card("dbt", "逾期天数", "Days beyond terms", "days", "payment", "", "", "", "lower")


def test_the_distribution_shows_every_grade_best_first_and_the_ungraded_last() -> None:
    shares = [Share("", "C", 3), Share("", "A", 5), Share("", "", 2), Share("", "A", 1)]

    chart = charts.grade_distribution(shares, ["A", "B", "C"], {"A": "/there"})

    assert chart["xAxis"]["data"][:3] == ["A", "B", "C"]
    assert [bar["value"] for bar in chart["series"][0]["data"]] == [6, 0, 3, 2]
    assert [bar.get("href") for bar in chart["series"][0]["data"]] == ["/there", None, None, None]


def test_what_a_card_foretold_is_a_line_over_what_came() -> None:
    tenths = [{"rows": 30, "foretold": 0.0212, "bad": 0.0}, {"rows": 30, "foretold": 0.5, "bad": 0.6}]
    line, bars = charts.calibration(tenths, ("foretold", "came"))["series"]

    assert (line["type"], line["name"], line["data"]) == ("line", "foretold", [2.12, 50.0])
    assert (bars["type"], bars["name"], bars["data"]) == ("bar", "came", [0.0, 60.0])


def test_no_bar_for_the_ungraded_where_all_are_graded() -> None:
    assert charts.grade_distribution([Share("", "A", 1)], ["A", "B"])["xAxis"]["data"] == ["A", "B"]


def test_industries_stack_by_grade_with_the_largest_on_top() -> None:
    shares = [Share("C", "A", 1), Share("F", "A", 2), Share("F", "B", 2), Share("", "B", 1)]

    chart = charts.grades_by_group(shares, ["A", "B"], {"C": "Manufacturing", "F": "Trade"})

    assert chart["yAxis"]["data"][-1] == "Trade"  # drawn from below
    assert len(chart["yAxis"]["data"]) == 3
    assert [series["name"] for series in chart["series"]] == ["A", "B"]
    assert chart["series"][0]["data"][-1] == 2


def test_the_credit_curve_has_the_best_grade_on_top_and_a_gap_where_nothing_was_graded() -> None:
    points = [
        CurvePoint(1, date(2026, 3, 31), "A", 1, None),
        CurvePoint(2, date(2026, 4, 30), "", None, None),
        CurvePoint(3, date(2026, 5, 31), "C", 3, None),
    ]

    chart = charts.credit_curve(points, ["A", "B", "C"])

    assert chart["yAxis"]["data"] == ["C", "B", "A"]
    assert [dot["value"] for dot in chart["series"][0]["data"]] == ["A", None, "C"]


def test_a_month_without_settlement_has_no_days_to_pay_rather_than_zero() -> None:
    months = [
        PaymentMonth(date(2026, 1, 1), Money.of("100.00"), Money.of("0"), None),
        PaymentMonth(date(2026, 2, 1), Money.of("0"), Money.of("100.00"), 31.04),
    ]

    chart = charts.payment_curve(months)

    assert chart["series"][0]["data"] == [100.0, 0.0]
    assert chart["series"][2]["data"] == [None, 31.0]
    json.dumps(chart)


def test_ageing_draws_one_currency_from_not_due_to_oldest() -> None:
    rows = [
        AgeingRow(bucket, currency, 1, Money(100 * place, currency))
        for currency in ("CNY", "USD")
        for place, bucket in enumerate(STANDARD_BUCKETS, 1)
    ]

    chart = charts.ageing(rows, {"not_due": "Not due"})

    assert chart["xAxis"]["data"] == ["Not due", "1-30", "31-60", "61-90", ">90"]
    assert [bar["value"] for bar in chart["series"][0]["data"]] == [1.0, 2.0, 3.0, 4.0, 5.0]


def test_a_sparkline_breaks_where_nothing_was_measured() -> None:
    days = tuple(date(2026, month, 28) for month in range(1, 6))

    spark = charts.sparkline(Trend(CARD, days, (1, 3, None, 2, 2)))

    assert len(spark.lines) == 2
    assert spark.lines[0].split()[0].endswith(",24.0")  # the lowest figure lies at the bottom
    assert charts.sparkline(Trend(CARD, days, (None,) * 5)).lines == ()


def test_a_figure_alone_between_gaps_is_a_dot() -> None:
    spark = charts.sparkline(Trend(CARD, (date(2026, 1, 1), date(2026, 2, 1)), (None, 7)))

    assert spark.lines == ()
    assert len(spark.dots) == 1


def test_moves_are_counted_by_steps_and_those_who_stayed_are_left_out() -> None:
    moved = [Move("A", "A", 90), Move("A", "C", 2), Move("B", "C", 3), Move("C", "B", 4), Move("", "A", 9)]

    chart = charts.moves(moved, ["A", "B", "C"])

    assert [bar["value"] for bar in chart["series"][0]["data"]] == [4, 3, 2]


def test_the_worst_grade_is_red_and_the_best_green_on_any_scale() -> None:
    assert [charts.tone(place, 3) for place in range(3)] == [1, 3, 5]
    assert [charts.tone(place, 9) for place in (0, 8)] == [1, 5]
    assert charts.tone(0, 1) == 1
