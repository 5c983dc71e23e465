"""A replay as drawings: what would have been stopped by month, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, Option


def shadow_months(months: Sequence[Mapping[str, Any]], currency: str) -> Option:
    """Orders stopped by month as bars, let go by themselves beside them; the money stopped as a line."""
    stopped = [month["held_value"] + month["rejected_value"] for month in months]
    bars = {"held": (_("Held"), GOOD_TO_BAD[2]), "rejected": (_("Rejected orders"), GOOD_TO_BAD[4]),
            "let_go": (_("Let go by itself"), PALE)}  # fmt: skip
    return {
        "grid": {"left": 8, "right": 8, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [month["month"] for month in months]},
        "yAxis": [
            {"type": "value", "name": _("Orders"), "minInterval": 1},
            {"type": "value", "name": currency, "splitLine": {"show": False}},
        ],
        "series": [
            *(
                {"type": "bar", "name": name, "itemStyle": {"color": colour},
                 "data": [one[key] for one in months]}
                for key, (name, colour) in bars.items()
            ),
            {
                "type": "line", "name": _("Value stopped"), "yAxisIndex": 1, "symbolSize": 6,
                "itemStyle": {"color": ACCENT},
                "data": [float(Money(minor, currency).decimal) for minor in stopped],
            },
        ],
    }  # fmt: skip


def shadow_reasons(reasons: Sequence[Mapping[str, Any]]) -> Option:
    """Orders by the rule that was a reason, the most on top; one order may count by several."""
    shown = sorted((one for one in reasons if one["orders"]), key=lambda one: int(one["orders"]))
    return {
        "grid": {"left": 8, "right": 24, "top": 12, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [one["rule"] for one in shown]},
        "series": [
            {"type": "bar", "name": _("Orders"), "barMaxWidth": 22, "itemStyle": {"color": ACCENT},
             "data": [one["orders"] for one in shown]}
        ],
    }  # fmt: skip
