"""Late-payment risk as drawings: the indicator chart of a day, and the trend over the days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, Option


def risk_indicator(totals: Sequence[Mapping[str, Any]], currency: str) -> Option:
    """Customers by level as bars, a bar stack a class, and the money expected to be late as a line.

    totals: rows of a forecast: group, currency, customers, at_risk (high too), high, not_assessable,
    expected_late_minor; rows of other currencies are left out.
    """
    rows = [one for one in totals if one["currency"] == currency]
    parts = {
        "calm": (_("no risk seen"), GOOD_TO_BAD[0]), "risk": (_("at risk"), GOOD_TO_BAD[2]),
        "high": (_("high risk"), GOOD_TO_BAD[4]), "not_assessable": (_("not assessable"), PALE),
    }  # fmt: skip
    counts = [
        {**one, "risk": one["at_risk"] - one["high"],
         "calm": one["customers"] - one["at_risk"] - one["not_assessable"]}
        for one in rows
    ]  # fmt: skip
    return _drawn(
        [one["group"] or _("no class") for one in rows], currency,
        [
            {"type": "bar", "stack": "customers", "name": name, "barMaxWidth": 46,
             "itemStyle": {"color": colour}, "data": [one[key] for one in counts]}
            for key, (name, colour) in parts.items()
        ],
        [float(Money(one["expected_late_minor"], currency).decimal) for one in rows],
    )  # fmt: skip


def risk_trend(days: Sequence[tuple[date, Sequence[Mapping[str, Any]]]], currency: str) -> Option:
    """Customers at risk and at high risk by day as bars, the money expected to be late as a line."""
    kept = [(day, [one for one in totals if one["currency"] == currency]) for day, totals in days]

    def summed(key: str) -> list[int]:
        return [sum(one[key] for one in totals) for _day, totals in kept]

    parts = {"at_risk": (_("at risk"), GOOD_TO_BAD[2]), "high": (_("high risk"), GOOD_TO_BAD[4])}
    return _drawn(
        [day.isoformat() for day, _totals in kept],
        currency,
        [
            {
                "type": "bar",
                "name": name,
                "barMaxWidth": 22,
                "itemStyle": {"color": colour},
                "data": summed(key),
            }
            for key, (name, colour) in parts.items()
        ],
        [float(Money(minor, currency).decimal) for minor in summed("expected_late_minor")],
    )


def _drawn(names: list[str], currency: str, bars: list[dict[str, Any]], money: list[float]) -> Option:
    line = {"type": "line", "name": _("Expected late"), "yAxisIndex": 1, "symbolSize": 6,
            "itemStyle": {"color": ACCENT}, "data": money}  # fmt: skip
    return {
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": names},
        "yAxis": [
            {"type": "value", "name": _("Customers"), "minInterval": 1},
            {"type": "value", "name": currency, "splitLine": {"show": False}},
        ],
        "series": [*bars, line],
    }
