"""The figures of a published case as a file of two columns, checked: every total is the sum of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.judgements.arrears import services as arrears
from xinheng.judgements.consumers.errors import FigureNegative, FiguresDoNotAddUp, FiguresUnreadable

TITLE = "title"
GRADES = ("AAA", "AA", "A", "B", "C", "D")
COUNTS = {
    **{f"grades.{grade}": grade for grade in GRADES},
    "grades.total": gettext_lazy("Consumers graded, all"),
    "low.at_risk": gettext_lazy("Low voltage: at risk"),
    "low.high_risk": gettext_lazy("Low voltage: of them at high risk"),
    "low.late": gettext_lazy("Low voltage: late in fact"),
    "high.at_risk": gettext_lazy("High voltage: at risk"),
    "high.high_risk": gettext_lazy("High voltage: of them at high risk"),
    "high.late": gettext_lazy("High voltage: late in fact"),
    "suspects.high": gettext_lazy("Suspects, high"),
    "suspects.medium": gettext_lazy("Suspects, medium"),
    "suspects.low": gettext_lazy("Suspects, low"),
    "suspects.total": gettext_lazy("Suspects, all"),
    "found.theft": gettext_lazy("Found: theft"),
    "found.breach": gettext_lazy("Found: breach of use"),
    "found.total": gettext_lazy("Found, all"),
}
AMOUNTS = {
    "low.foretold": gettext_lazy("Low voltage: amount foretold late"),
    "low.late_amount": gettext_lazy("Low voltage: amount late in fact"),
    "high.foretold": gettext_lazy("High voltage: amount foretold late"),
    "high.late_amount": gettext_lazy("High voltage: amount late in fact"),
    "found.recovered": gettext_lazy("Electricity fee recovered"),
    "found.penalty": gettext_lazy("Penalty for breach of use"),
    "found.total_amount": gettext_lazy("Recovered and penalty, all"),
}
WORDS = {**COUNTS, **AMOUNTS}
SUMS = {
    "grades.total": tuple(f"grades.{grade}" for grade in GRADES),
    "suspects.total": ("suspects.high", "suspects.medium", "suspects.low"),
    "found.total": ("found.theft", "found.breach"),
    "found.total_amount": ("found.recovered", "found.penalty"),
}
WITHIN = {"low.high_risk": "low.at_risk", "high.high_risk": "high.at_risk"}  # part: whole
Figures = dict[str, Decimal]


def read(path: Path) -> tuple[str, Figures]:
    """Title and figures of a file with the columns item and value, checked.

    Refuses: LedgerUnreadable, LedgerColumnMissing, FiguresUnreadable, and as `checked` does.
    """
    rows = arrears.table_in(path, ("item", "value"))
    title, figures = "", {}
    for number, (item, value) in enumerate(rows.select("item", "value").cast(pl.String).iter_rows(), 2):
        name, told = (item or "").strip(), (value or "").strip()
        where: dict[str, Any] = {"file": path.name, "row": number, "item": name, "value": told}
        if name == TITLE:
            title = told
        elif name not in WORDS:
            raise FiguresUnreadable(**where, cause=_("is no item of a case."))
        elif name in figures:
            raise FiguresUnreadable(**where, cause=_("stands twice."))
        elif told:
            figures[name] = _number(name, told, where)
    return title or path.stem, checked(figures)


def _number(name: str, told: str, where: dict[str, Any]) -> Decimal:
    try:
        found = Decimal(told.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise FiguresUnreadable(**where, cause=_("is no number.")) from error
    if not found.is_finite() or (name in COUNTS and found != found.to_integral_value()):
        raise FiguresUnreadable(**where, cause=_("is no whole number."))
    return found


def checked(figures: Mapping[str, Decimal]) -> Figures:
    """The figures, with each total that was not given. Refuses: FigureNegative, FiguresDoNotAddUp."""
    for item, value in figures.items():
        if item not in WORDS:
            told = {"file": "", "row": "", "item": item, "value": value}
            raise FiguresUnreadable(**told, cause=_("is no item of a case."))
        if value < 0:
            raise FigureNegative(item=str(WORDS[item]), value=value)
    found = dict(figures)
    for total, parts in SUMS.items():
        known = [found[part] for part in parts if part in found]
        if len(known) < len(parts):
            continue
        summed = sum(known, Decimal(0))
        if found.setdefault(total, summed) != summed:
            raise _unequal(total, found[total], summed, parts)
    for part, whole in WITHIN.items():
        if part in found and whole in found and found[part] > found[whole]:
            raise _unequal(whole, found[whole], found[part], (part,))
    return found


def _unequal(item: str, told: Decimal, summed: Decimal, parts: tuple[str, ...]) -> FiguresDoNotAddUp:
    named = ", ".join(str(WORDS[part]) for part in parts)
    return FiguresDoNotAddUp(item=str(WORDS[item]), total=told, sum=summed, parts=named)
