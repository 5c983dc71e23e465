"""Outside factors as a drawing: pure, from figures by day to the option of the chart library."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from xinheng.reports.charts import ACCENT, Option


def factor_curve(figures: Iterable[tuple[date, float]], name: str, unit: str) -> Option:
    """One factor by day as a line; a day nobody told is a gap in the table, not a zero."""
    told = list(figures)
    line: dict[str, Any] = {
        "type": "line", "name": name, "showSymbol": len(told) < 60, "symbolSize": 5,
        "itemStyle": {"color": ACCENT}, "data": [value for _day, value in told],
    }  # fmt: skip
    return {
        "grid": {"left": 8, "right": 16, "top": 36, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "data": [day.isoformat() for day, _value in told]},
        "yAxis": {"type": "value", "name": unit, "scale": True},
        "dataZoom": [{"type": "inside"}],
        "series": [line],
    }
