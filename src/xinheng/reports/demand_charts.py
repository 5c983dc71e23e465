"""Demand forecasts as drawings: the curve with its history, band, factors and overlays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from xinheng.judgements.demand.values import Curve, Point
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, Option

FORMS = {"month": "%Y-%m", "day": "%Y-%m-%d", "hour": "%m-%d %H:%M"}
BASE = "#66727f"


def kwh(watt_hours: int | None) -> float | None:
    """Watt-hours as kWh, which only places pixels and fills cells."""
    return None if watt_hours is None else watt_hours / 1000


def demand_moment(at: datetime, frequency: str) -> str:
    """A moment as it is named on an axis and in tables."""
    return at.strftime(FORMS[frequency])


def demand_curve(curve: Curve, frequency: str) -> Option:
    """What was used, the base forecast in its band, and the forecast after factors and overlays."""
    names = [demand_moment(at, frequency) for at, _used in curve.history]
    names += [demand_moment(one.at, frequency) for one in curve.points]
    gap: list[float | None] = [None] * len(curve.history)

    def ahead(figure: Any) -> list[float | None]:
        return gap + [kwh(figure(one)) for one in curve.points]

    lines = [
        _line(_("Used"), [kwh(used) for _at, used in curve.history], BASE),
        *_band(curve, ahead),
        _line(_("Base"), ahead(lambda one: one.base), PALE, kind="dashed"),
        _line(_("With factors"), ahead(_factored), GOOD_TO_BAD[2]) if _moved(curve) else None,
        _line(_("Forecast"), ahead(lambda one: one.whole), ACCENT),
    ]
    return {
        "grid": {"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0, "type": "scroll"},
        "xAxis": {"type": "category", "data": names, "boundaryGap": False},
        "yAxis": {"type": "value", "name": "kWh", "scale": True},
        "series": [one for one in lines if one],
    }


def demand_errors(rows: list[tuple[str, float, float]]) -> Option:
    """Forecast and use by period, side by side. rows: the period and both in kWh, the oldest first."""
    return {
        "grid": {"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [name for name, _foretold, _used in rows]},
        "yAxis": {"type": "value", "name": "kWh"},
        "series": [
            {"type": "bar", "name": name, "barMaxWidth": 22, "itemStyle": {"color": colour},
             "data": [row[place] for row in rows]}
            for place, (name, colour) in enumerate([(_("Forecast"), ACCENT), (_("Used"), BASE)], start=1)
        ],
    }  # fmt: skip


def demand_parts(curve: Curve, frequency: str, names: Mapping[str, str]) -> Option:
    """What factors and overlays add to the base or take from it, stacked. names: of parts by their code."""
    series = [
        {"type": "bar", "stack": "parts", "name": name, "barMaxWidth": 28,
         "data": [kwh(one.part(code)) for one in curve.points]}
        for code, name in names.items()
    ]  # fmt: skip
    return {
        "grid": {"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0, "type": "scroll"},
        "xAxis": {"type": "category", "data": [demand_moment(one.at, frequency) for one in curve.points]},
        "yAxis": {"type": "value", "name": "kWh"},
        "series": series,
    }


def _width(one: Point) -> int | None:
    return None if one.low is None or one.high is None else one.high - one.low


def _factored(one: Point) -> int:
    return one.base + sum(one.factors.values())


def _moved(curve: Curve) -> bool:
    return any(any(one.overlays.values()) for one in curve.points)


def _band(curve: Curve, ahead: Any) -> list[dict[str, Any]]:
    """The lower end, and above it the width of the band as a filled space."""
    if not any(one.low is not None for one in curve.points):
        return []
    low = _line(_("At least"), ahead(lambda one: one.low), PALE)
    width = _line(_("Width of the band"), ahead(_width), PALE)
    for one in (low, width):
        one |= {"stack": "band", "lineStyle": {"opacity": 0}, "symbol": "none"}
    width["areaStyle"] = {"color": PALE, "opacity": 0.35}
    return [low, width]


def _line(name: str, data: list[float | None], colour: str, *, kind: str = "solid") -> dict[str, Any]:
    return {
        "type": "line", "name": name, "data": data, "symbolSize": 5, "itemStyle": {"color": colour},
        "lineStyle": {"width": 2, "type": kind}, "showSymbol": len(data) < 60,
    }  # fmt: skip
