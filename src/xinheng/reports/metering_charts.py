"""What is measured as drawings: pure, from figures to the option of the chart library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xinheng.facts.metering.values import AREA_KINDS, LOSS_STATES, MARKS, DayRead, EventRead
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, UNGRADED, Option

GRID = {"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True}
LOSS_COLOURS = {
    "normal": GOOD_TO_BAD[0], "high": GOOD_TO_BAD[4], "negative": GOOD_TO_BAD[3], "unread": UNGRADED,
    "unsupplied": UNGRADED,
}  # fmt: skip
MOST_EVENTS = 30  # lines in one drawing


def use_curve(days: Sequence[DayRead], events: Sequence[EventRead] = ()) -> Option:
    """Use by day as a line, a gap where nothing was read, marked days as dots, events as upright lines."""
    names = [one.day.isoformat() for one in days]
    marked = [
        {"value": one.kwh or 0, "name": ", ".join(str(MARKS.get(mark, mark)) for mark in one.marks)}
        if one.marks else None
        for one in days
    ]  # fmt: skip
    shown = {one.at.date().isoformat(): one.words or one.code for one in events}
    lines = [
        {"xAxis": day, "label": {"formatter": words, "rotate": 90, "position": "insideEndTop"}}
        for day, words in list(shown.items())[-MOST_EVENTS:]
        if day in names
    ]
    use: dict[str, Any] = {
        "type": "line", "name": _("Use, kWh"), "showSymbol": False, "connectNulls": False,
        "itemStyle": {"color": ACCENT}, "data": [one.kwh for one in days],
    }  # fmt: skip
    if lines:
        use["markLine"] = {"symbol": "none", "lineStyle": {"color": GOOD_TO_BAD[4]}, "data": lines}
    dots = {"type": "scatter", "name": _("Marked"), "symbolSize": 8, "itemStyle": {"color": GOOD_TO_BAD[3]},
            "data": marked}  # fmt: skip
    return {
        "grid": GRID, "legend": {"top": 0}, "dataZoom": [{"type": "inside"}],
        "xAxis": {"type": "category", "data": names}, "yAxis": {"type": "value", "name": "kWh"},
        "series": [use, dots] if any(marked) else [use],
    }  # fmt: skip


def points_curve(days: Sequence[tuple[date, Sequence[float | None]]]) -> Option:
    """Days in 96 points, a line a day: the newest strong, those before pale."""
    names = [f"{at // 4:02}:{at % 4 * 15:02}" for at in range(96)]
    last = len(days) - 1
    series = [
        {
            "type": "line", "name": day.isoformat(), "showSymbol": False, "connectNulls": False,
            "lineStyle": {"width": 2 if at == last else 1},
            "itemStyle": {"color": ACCENT if at == last else PALE},
            "data": [None if point is None else round(point, 3) for point in points],
        }
        for at, (day, points) in enumerate(days)
    ]  # fmt: skip
    return {
        "grid": GRID, "legend": {"top": 0, "type": "scroll"}, "xAxis": {"type": "category", "data": names},
        "yAxis": {"type": "value", "name": "kWh"}, "series": series,
    }  # fmt: skip


def billed_use(bills: Sequence[Mapping[str, Any]]) -> Option:
    """Billed use by month as bars and the amount as a line."""
    return {
        "grid": GRID, "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [one["month"].strftime("%Y-%m") for one in bills]},
        "yAxis": [{"type": "value", "name": "kWh"},
                  {"type": "value", "name": _("yuan"), "splitLine": {"show": False}}],
        "series": [
            {"type": "bar", "name": _("Use, kWh"), "itemStyle": {"color": PALE},
             "data": [one["kwh"] for one in bills]},
            {"type": "line", "name": _("Amount, yuan"), "yAxisIndex": 1, "itemStyle": {"color": ACCENT},
             "data": [one["amount"] for one in bills]},
        ],
    }  # fmt: skip


def loss_curve(rows: pl.DataFrame) -> Option:
    """Loss of one area by day in per cent over what was supplied and sold; a gap where it says nothing."""
    bars = [
        None if row["loss"] is None
        else {"value": round(100 * row["loss"], 2), "itemStyle": {"color": LOSS_COLOURS[row["state"]]},
              "name": str(LOSS_STATES[row["state"]])}
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    lines = [
        {"type": "line", "name": name, "yAxisIndex": 1, "showSymbol": False, "itemStyle": {"color": colour},
         "data": rows[column].round(1).to_list()}
        for column, name, colour in (
            ("supplied", _("Supplied, kWh"), GOOD_TO_BAD[2]), ("sold", _("Sold, kWh"), PALE),
        )
    ]  # fmt: skip
    return {
        "grid": GRID, "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in rows["day"]]},
        "yAxis": [{"type": "value", "name": "%"},
                  {"type": "value", "name": "kWh", "splitLine": {"show": False}}],
        "series": [{"type": "bar", "name": _("Loss, %"), "data": bars}, *lines],
    }  # fmt: skip


def loss_map(rows: pl.DataFrame) -> Option:
    """Loss of areas by day as a grid of coloured cells; an empty cell says nothing."""
    days, areas = rows["day"].unique().sort().to_list(), rows["area"].unique().sort(descending=True).to_list()
    names = dict(rows.select("area", "name").unique().iter_rows())
    told = rows.filter(pl.col("loss").is_not_null())
    cells = [
        [days.index(day), areas.index(area), round(100 * loss, 1)]
        for area, day, loss in told.select("area", "day", "loss").iter_rows()
    ]
    return {
        "grid": {**GRID, "bottom": 48}, "tooltip": {"position": "top"},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in days]},
        "yAxis": {"type": "category", "data": [names[area] for area in areas]},
        "visualMap": {"min": -5, "max": 20, "orient": "horizontal", "left": "center", "bottom": 0,
                      "text": ["20 %", "−5 %"],
                      "inRange": {"color": ["#3b6fb0", "#e8efe9", GOOD_TO_BAD[2], GOOD_TO_BAD[4]]}},
        "series": [{"type": "heatmap", "name": _("Loss, %"), "data": cells}],
    }  # fmt: skip


def area_map(tiles: Sequence[Mapping[str, Any]]) -> Option:
    """Areas as tiles: as large as what they use, in the colour of what is looked at; a click leads into one.

    tiles: name, kind, kwh, words (of the figure), colour, href.
    """
    data = [
        {
            "name": f"{one['name']}\n{one['words']}", "value": round(max(one["kwh"], 0.1), 1),
            "href": one["href"], "itemStyle": {"color": one["colour"]},
            "label": {"formatter": f"{one['name']}\n{AREA_KINDS[one['kind']]}\n{one['words']}"},
        }
        for one in tiles
    ]  # fmt: skip
    return {
        "tooltip": {"trigger": "item", "confine": True},
        "series": [
            {
                "type": "treemap", "name": _("Use, kWh"), "data": data, "roam": False, "nodeClick": False,
                "breadcrumb": {"show": False}, "left": 0, "right": 0, "top": 0, "bottom": 0,
                "label": {"fontSize": 13, "lineHeight": 18, "overflow": "truncate"},
                "itemStyle": {"gapWidth": 3, "borderWidth": 0},
            }
        ],
    }  # fmt: skip


def shades(figures: Sequence[float | None]) -> list[str]:
    """Colours of figures from the least, pale, to the most, strong; grey where there is none."""
    told = [one for one in figures if one is not None]
    most = max(told, default=0)
    return [UNGRADED if one is None else _between(one / most if most > 0 else 0) for one in figures]


def _between(share: float) -> str:
    ends = (
        tuple(int(PALE[at : at + 2], 16) for at in (1, 3, 5)),
        tuple(int(ACCENT[at : at + 2], 16) for at in (1, 3, 5)),
    )
    mixed = (round(low + (high - low) * share) for low, high in zip(*ends, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)
