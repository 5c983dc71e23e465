"""Suspected theft as drawings: curves compared, and suspects by industry and level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import SUSPECT, Curves, IndustryCount
from xinheng.reports.charts import ACCENT, GOOD_TO_BAD, PALE, UNGRADED, Option

TONES = {"high": GOOD_TO_BAD[4], "medium": GOOD_TO_BAD[3], "low": GOOD_TO_BAD[2]}
MOST_INDUSTRIES = 15


def theft_curves(curves: Curves, marks: Mapping[str, str | Promise]) -> Option:
    """The use of a consumer beside its own past and its peers (PWR-23); odd readings are marked, not joined.

    marks: words of the marks of readings. An exchange or roll-over is a pin of its own.
    """
    own = dict(zip(curves.days, curves.own, strict=True))
    pins = [
        {"coord": [one.day.isoformat(), own.get(one.day) or 0], "name": str(marks.get(one.code, one.code)),
         "value": str(marks.get(one.code, one.code))}
        for one in curves.marks if one.code in {"exchange", "rollover"}
    ]  # fmt: skip
    lines = [
        (_("This consumer"), curves.own, ACCENT, 2, "solid"),
        (_("A year before"), curves.past, UNGRADED, 1, "dashed"),
        (_("Peers, at this consumer's size"), curves.peers, PALE, 2, "solid"),
    ]
    series: list[dict[str, Any]] = [
        {"type": "line", "name": name, "data": list(values), "showSymbol": False, "connectNulls": False,
         "itemStyle": {"color": colour}, "lineStyle": {"width": width, "type": dash}}
        for name, values, colour, width, dash in lines
    ]  # fmt: skip
    series[0]["markPoint"] = {"data": pins, "symbolSize": 36, "label": {"fontSize": 10}}
    return {
        "grid": {"left": 8, "right": 16, "top": 44, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "category", "data": [day.isoformat() for day in curves.days]},
        "yAxis": {"type": "value", "name": "kWh"},
        "series": series,
    }


def theft_industries(counts: Sequence[IndustryCount], names: Mapping[str, str]) -> Option:
    """Suspects by industry as stacked bars, the most above; the unknown industry is a bar of its own."""
    rows = list(counts[:MOST_INDUSTRIES])
    unknown = [one for one in counts[MOST_INDUSTRIES:] if not one.industry]
    rows = [*rows, *unknown][::-1]
    words = {level: str(theft.LEVEL_WORDS[level]) for level in SUSPECT}
    return {
        "grid": {"left": 8, "right": 24, "top": 32, "bottom": 8, "containLabel": True},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True},
        "legend": {"top": 0},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": [names.get(one.industry, one.industry) for one in rows]},
        "series": [
            {"type": "bar", "stack": "suspects", "name": words[level], "barMaxWidth": 22,
             "itemStyle": {"color": TONES[level]}, "data": [getattr(one, level) for one in rows]}
            for level in words
        ],
    }  # fmt: skip
