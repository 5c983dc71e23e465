"""Targets and figures as drawings: how shares moved month by month, and days receivables are outstanding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.judgements.losses.values import Target
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, Option

GRID = {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True}


def target_trend(days: Sequence[date], targets: Sequence[Target]) -> Option:
    """One target month by month in percent, with where it should be; a gap where it was not measured."""
    last = targets[-1]
    marks = [
        {"yAxis": float(end), "label": {"formatter": f"{end} %"}, "lineStyle": {"color": GOOD_TO_BAD[3]}}
        for end in (last.at_least, last.at_most)
        if end is not None
    ]
    return {
        "grid": GRID,
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "data": [day.isoformat()[:7] for day in days]},
        "yAxis": {"type": "value", "axisLabel": {"formatter": "{value} %"}, "scale": True},
        "series": [
            {
                "type": "line", "name": _("Measured figure"), "itemStyle": {"color": ACCENT}, "symbolSize": 5,
                "data": [None if one.share is None else round(one.share * 100, 2) for one in targets],
                "markLine": {"symbol": "none", "data": marks, "silent": True},
            }
        ],
    }  # fmt: skip


def figure_trend(rows: Sequence[Mapping[str, Any]]) -> Option:
    """Days receivables are outstanding, the best possible of them, and the overdue share, month by month."""
    lines = {"dso": (_("DSO"), ACCENT), "best_dso": (_("Best possible DSO"), PALE)}
    return {
        "grid": GRID,
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [row["day"].isoformat()[:7] for row in rows]},
        "yAxis": [
            {"type": "value", "name": _("Days")},
            {"type": "value", "axisLabel": {"formatter": "{value} %"}, "splitLine": {"show": False}},
        ],
        "series": [
            *(
                {"type": "line", "name": name, "itemStyle": {"color": colour}, "symbolSize": 5,
                 "data": [_rounded(row[key]) for row in rows]}
                for key, (name, colour) in lines.items()
            ),
            {
                "type": "bar", "name": _("Overdue rate"), "yAxisIndex": 1, "barMaxWidth": 14,
                "itemStyle": {"color": GOOD_TO_BAD[2], "opacity": 0.5},
                "data": [_rounded(row["overdue_share"], 100) for row in rows],
            },
        ],
    }  # fmt: skip


def _rounded(value: float | None, times: int = 1) -> float | None:
    return None if value is None else round(value * times, 2)
