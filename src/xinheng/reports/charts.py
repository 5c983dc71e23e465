"""Charts as plain ECharts options: pure functions from values to what the page hands the chart library.

Nothing here runs a query. Money becomes a float in the major unit: it places pixels, it is never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.financials.values import TradeMonth
from xinheng.facts.receivables.values import AgeingRow, PaymentMonth
from xinheng.indicators.values import Trend
from xinheng.judgements.ratings.values import CurvePoint, Share
from xinheng.reports.values import Move

Option = dict[str, Any]

GOOD_TO_BAD = ("#14754f", "#2f7f86", "#a76f10", "#b9521a", "#a8261f")  # the page's grade colours, 1 to 5
UNGRADED = "#66727f"
ACCENT, PALE = "#0d6b62", "#9fc9c4"
ROUND = [3, 3, 0, 0]
MANY = 6  # bars whose names stand side by side even on a phone


@dataclass(frozen=True)
class Spark:
    """A drawing without axes: polylines, and dots where a figure stands alone between gaps."""

    width: int
    height: int
    lines: tuple[str, ...]  # points of an SVG polyline
    dots: tuple[tuple[str, str], ...]


def shade(place: int, places: int) -> str:
    """The colour of the place-th of so many grades, best first (0 is best)."""
    return GOOD_TO_BAD[tone(place, places) - 1]


def tone(place: int, places: int) -> int:
    """The place-th of so many grades on the house scale of five tones: 1 good to 5 bad."""
    if places <= 1:
        return 1
    return 1 + round(place * (len(GOOD_TO_BAD) - 1) / (places - 1))


def grade_distribution(
    shares: Iterable[Share], grades: Sequence[str], links: Mapping[str, str] | None = None
) -> Option:
    """Customers by grade, best grade first; the ungraded last.

    grades: the policy's grades, best first. links: grade -> address a click on its bar opens.
    """
    counts: dict[str, int] = {}
    for share in shares:
        counts[share.grade] = counts.get(share.grade, 0) + share.customers
    names = [*grades, *([""] if counts.get("") else [])]
    bars = [
        {
            "value": counts.get(name, 0),
            "itemStyle": {"color": shade_of(name, grades), "borderRadius": ROUND},
            **({"href": links[name]} if links and name in links else {}),
        }
        for name in names
    ]
    return _bars(_words(names), bars, _("Customers"))


def grades_by_group(shares: Iterable[Share], grades: Sequence[str], words: Mapping[str, str]) -> Option:
    """Customers of each group by grade, stacked; the largest group on top.

    words: group code -> its name in the reader's language; a code without a word is shown as it is.
    """
    table: dict[str, dict[str, int]] = {}
    for share in shares:
        row = table.setdefault(share.group, {})
        row[share.grade] = row.get(share.grade, 0) + share.customers
    groups = sorted(table, key=lambda group: (sum(table[group].values()), group))
    names = [*grades, *([""] if any("" in row for row in table.values()) else [])]
    series = [
        {
            "type": "bar",
            "stack": "customers",
            "name": label,
            "barMaxWidth": 22,
            "itemStyle": {"color": shade_of(name, grades)},
            "data": [table[group].get(name, 0) for group in groups],
        }
        for name, label in zip(names, _words(names), strict=True)
    ]
    return {
        "grid": {"left": 8, "right": 24, "top": 40, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0, "type": "scroll"},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {
            **_category_axis([words.get(group) or group or _("not told") for group in groups]),
            "axisLabel": {"width": 150, "overflow": "truncate"},
        },
        "series": series,
    }


def credit_curve(points: Sequence[CurvePoint], grades: Sequence[str]) -> Option:
    """One customer's grade over the runs, the best grade on top; a gap where it was not graded."""
    places = list(reversed(grades))
    dots = [
        {
            "value": point.grade if point.grade in places else None,
            "itemStyle": {"color": shade_of(point.grade, grades)},
        }
        for point in points
    ]
    return {
        "grid": {"left": 8, "right": 24, "top": 16, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": _category_axis([point.as_of.isoformat() for point in points]),
        "yAxis": {
            "type": "category",
            "data": places,
            "splitLine": {"show": True},
            "axisLine": {"show": False},
            "axisLabel": {"fontWeight": "bold", "interval": 0},
        },
        "series": [
            {
                "type": "line",
                "name": _("Grade"),
                "step": "end",
                "symbol": "circle",
                "symbolSize": 11,
                "lineStyle": {"color": ACCENT, "width": 2},
                "data": dots,
            }
        ],
    }


def payment_curve(months: Sequence[PaymentMonth]) -> Option:
    """Billed and received by month as bars, weighted days to pay as a line; a gap is not measured."""
    return {
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": _category_axis([month.month.strftime("%Y-%m") for month in months]),
        "yAxis": [
            {"type": "value", "name": _currency(months)},
            {"type": "value", "name": _("days"), "splitLine": {"show": False}, "minInterval": 1},
        ],
        "series": [
            _series_of_money(_("Billed"), PALE, [month.billed for month in months]),
            _series_of_money(_("Received"), ACCENT, [month.received for month in months]),
            {
                "type": "line",
                "name": _("Days to pay"),
                "yAxisIndex": 1,
                "symbolSize": 6,
                "connectNulls": False,
                "itemStyle": {"color": GOOD_TO_BAD[3]},
                "data": [None if m.days_to_pay is None else round(m.days_to_pay, 1) for m in months],
            },
        ],
    }


def trade_curve(months: Sequence[TradeMonth]) -> Option:
    """What a customer sold and bought by month, without tax."""
    return {
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": _category_axis([month.month.strftime("%Y-%m") for month in months]),
        "yAxis": {"type": "value", "name": months[0].sold.currency if months else "CNY"},
        "series": [
            _series_of_money(_("Sold"), ACCENT, [month.sold for month in months]),
            _series_of_money(_("Bought"), PALE, [month.bought for month in months]),
        ],
    }


def ageing(rows: Sequence[AgeingRow], words: Mapping[str, str]) -> Option:
    """Open money by days past due, one currency (that of the first row), from not due to oldest.

    words: bucket code -> its name in the reader's language.
    """
    currency = rows[0].currency if rows else "CNY"
    rows = [row for row in rows if row.currency == currency]
    bars = [
        {
            "value": float(row.amount.decimal),
            "itemStyle": {"color": shade(place, len(rows)), "borderRadius": ROUND},
        }
        for place, row in enumerate(rows)
    ]
    chart = _bars([words.get(row.bucket.code, row.bucket.code) for row in rows], bars, currency)
    chart["xAxis"]["axisLabel"]["fontSize"] = 11
    chart["series"][0]["label"] = {"show": False}
    return chart


def calibration(tenths: Sequence[Mapping[str, Any]], names: tuple[str, str]) -> Option:
    """What share a card foretold to go bad, as a line, over the share that did, as bars, in per cent.

    tenths: foretold and bad, shares of the rows, the least likely first. names: of the line and the bars.
    """
    foretold, came = ([round(100 * one[which], 2) for one in tenths] for which in ("foretold", "bad"))
    return {
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": _category_axis([str(place) for place in range(1, len(tenths) + 1)]),
        "yAxis": {"type": "value", "name": "%"},
        "series": [
            {
                "type": "line",
                "name": names[0],
                "symbolSize": 7,
                "itemStyle": {"color": GOOD_TO_BAD[3]},
                "data": foretold,
            },
            {
                "type": "bar",
                "name": names[1],
                "barMaxWidth": 28,
                "itemStyle": {"color": PALE, "borderRadius": ROUND},
                "data": came,
            },
        ],
    }


def sparkline(trend: Trend, *, width: int = 110, height: int = 28) -> Spark:
    """One indicator over the measured days as the points of a small drawing; a gap is not measured."""
    figures = [None if figure is None else _plain(figure) for figure in trend.figures]
    known = [figure for figure in figures if figure is not None]
    if not known:
        return Spark(width, height, (), ())
    low, high = min(known), max(known)
    step = (width - 8) / max(1, len(figures) - 1)
    lines: list[list[str]] = [[]]
    for place, figure in enumerate(figures):
        if figure is None:
            lines.append([])
            continue
        rise = (figure - low) / (high - low) if high > low else 0.5
        lines[-1].append(f"{4 + place * step:.1f},{height - 4 - rise * (height - 8):.1f}")
    dots = tuple((line[0].split(",")[0], line[0].split(",")[1]) for line in lines if len(line) == 1)
    return Spark(width, height, tuple(" ".join(line) for line in lines if len(line) > 1), dots)


def moves(moved: Iterable[Move], grades: Sequence[str]) -> Option:
    """How many customers became better or worse, by the number of grades they moved."""
    counts: dict[int, int] = {}
    for move in moved:
        if move.previous_grade in grades and move.grade in grades:
            step = grades.index(move.grade) - grades.index(move.previous_grade)
            counts[step] = counts.get(step, 0) + move.customers
    steps = sorted(step for step in counts if step)
    bars = [
        {
            "value": counts[step],
            "itemStyle": {"color": GOOD_TO_BAD[0] if step < 0 else GOOD_TO_BAD[4], "borderRadius": ROUND},
        }
        for step in steps
    ]
    return _bars([_step_words(step) for step in steps], bars, _("Customers"))


def _step_words(step: int) -> str:
    text = _("%(steps)s better") if step < 0 else _("%(steps)s worse")
    return text % {"steps": abs(step)}


def _words(names: Sequence[str]) -> list[str]:
    return [name or _("not graded") for name in names]


def shade_of(grade: str, grades: Sequence[str]) -> str:
    """The colour of a grade; grey where it is none."""
    return shade(grades.index(grade), len(grades)) if grade in grades else UNGRADED


def _plain(figure: Any) -> float:
    if isinstance(figure, date):
        return float(figure.toordinal())
    return float(figure)


def _currency(months: Sequence[PaymentMonth]) -> str:
    return months[0].billed.currency if months else "CNY"


def _series_of_money(name: str, colour: str, amounts: Sequence[Money]) -> Option:
    return {
        "type": "bar",
        "name": name,
        "barMaxWidth": 14,
        "itemStyle": {"color": colour, "borderRadius": ROUND},
        "data": [float(amount.decimal) for amount in amounts],
    }


def _category_axis(names: Sequence[str]) -> Option:
    return {"type": "category", "data": list(names), "axisLabel": {"hideOverlap": True}}


def _bars(names: Sequence[str], bars: Sequence[Option], unit: str) -> Option:
    return {
        "grid": {"left": 8, "right": 8, "top": 32, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": {
            "type": "category",
            "data": list(names),
            "axisLabel": {"interval": 0, "width": 72 if len(names) <= MANY else 44, "overflow": "break"},
        },
        "yAxis": {"type": "value", "name": unit, "minInterval": 1},
        "series": [
            {
                "type": "bar",
                "barMaxWidth": 56,
                "label": {"show": True, "position": "top"},
                "data": list(bars),
            }
        ],
    }
