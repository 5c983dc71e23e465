"""Forecasts in figures a person reads: kWh with their thousands apart, shares, the parts of each period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand.services import Run
from xinheng.judgements.demand.values import Accuracy, Compared, Curve
from xinheng.reports import services as reports

LARGE = 1000  # kWh that are told without decimals


def kwh_text(watt_hours: float | None, *, signed: bool = False, places: int | None = None) -> str:
    """Watt-hours as kWh; a dash where there is none.

    places: after the point; None: whole from 1,000 kWh on, else to the watt-hour.
    """
    if watt_hours is None:
        return "—"
    figure = Decimal(round(watt_hours)) / 1000
    sign = "+" if signed and figure else ""
    if places is None and abs(figure) < LARGE:
        return f"{figure.normalize():{sign},f}"
    return f"{figure:{sign},.{places or 0}f}"


def part_table(curve: Curve, run: Run, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """A line a period: base, a cell a part, the whole, and the band; the last line adds them up."""
    places = 0 if max(one.base for one in curve.points) >= 1000 * LARGE else 3
    lines = [
        {
            "at": reports.demand_moment(one.at, run.frequency), "base": kwh_text(one.base, places=places),
            "parts": [kwh_text(one.part(code), signed=True, places=places) for code in names],
            "whole": kwh_text(one.whole, places=places), "low": kwh_text(one.low, places=places),
            "high": kwh_text(one.high, places=places),
        }
        for one in curve.points
    ]  # fmt: skip
    added = [sum(one.part(code) for one in curve.points) for code in names]
    return [
        *lines,
        {
            "at": _("All periods"), "base": kwh_text(sum(one.base for one in curve.points), places=places),
            "parts": [kwh_text(one, signed=True, places=places) for one in added],
            "whole": kwh_text(sum(one.whole for one in curve.points), places=places),
            "low": "", "high": "", "is_sum": True,
        },
    ]  # fmt: skip


def tested_lines(figures: Mapping[str, Any], run: Run) -> list[tuple[str, str]]:
    """What the back-test measured on the level of a node, as names and figures."""
    band = run.report.get("band")
    told = [
        (_("Error of the model (WAPE)"), reports.share_text(figures.get("wape"))),
        (_("Error of the naive rule (WAPE)"), reports.share_text(figures.get("naive_wape"))),
        (_("Mean error (MAPE)"), reports.share_text(figures.get("mape"))),
        (_("Coverage measured"), reports.share_text(figures.get("coverage"))),
        (_("Coverage stated"), f"{band}.0 %" if band else "—"),
    ]
    return told if figures else []


def figure_lines(rows: Iterable[Accuracy]) -> list[dict[str, Any]]:
    """What errors came to, a line a level."""
    return [
        {
            "level": demand.LEVEL_WORDS[one.level], "compared": one.compared,
            "nothing_used": one.nothing_used, "mean_error": kwh_text(one.mean_error),
            "mape": reports.share_text(one.mape), "wape": reports.share_text(one.wape),
            "bias": "—" if one.bias is None else f"{one.bias:+.1%}",
            "coverage": reports.share_text(one.coverage), "stated": reports.share_text(one.stated),
        }
        for one in rows
    ]  # fmt: skip


def comparison_lines(rows: Iterable[Compared], frequency: str) -> list[dict[str, Any]]:
    """Forecast against actual, a line a period and node; where nothing was used, no share."""
    return [
        {
            "at": reports.demand_moment(one.at, frequency), "node": one.node, "run": one.run,
            "foretold": kwh_text(one.foretold), "actual": kwh_text(one.actual),
            "error": kwh_text(one.error, signed=True),
            "share": _("nothing used") if one.share is None else reports.share_text(one.share),
            "in_band": "—" if one.in_band is None else _("yes") if one.in_band else _("no"),
        }
        for one in rows
    ]  # fmt: skip


def factor_lines(run: Run) -> list[dict[str, Any]]:
    """How each outside factor of a run was used, and how its weight was shared."""
    names = {one.code: str(one) for one in demand.rules_of(run).factors}
    return [
        {
            **line, "name": names.get(line["code"], line["code"]),
            "words": demand.FACTOR_WORDS[line["state"]],
            "share": reports.share_text(line["most"]) if line["state"] != "missing" else "—",
            "moved": "—" if line["rate"] is None else f"{line['rate']:+.2%}",
        }
        for line in run.report.get("factors", [])
    ]  # fmt: skip
