"""Warnings in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.warnings.document import WarningSignals

LEVELS: dict[str, str | Promise] = {"notice": gettext_lazy("notice"), "serious": gettext_lazy("serious")}
FIGURES: dict[str, str | Promise] = {
    "paid_days": gettext_lazy("Days late now, on average"),
    "habit_days": gettext_lazy("Days late by habit"),
    "bills": gettext_lazy("Bills paid"),
    "open": gettext_lazy("Open"),
    "open_before": gettext_lazy("Open before"),
    "overdue": gettext_lazy("Overdue"),
    "longest_days": gettext_lazy("Longest overdue, days"),
    "limit": gettext_lazy("Limit"),
    "exposure": gettext_lazy("Exposure"),
    "exposure_before": gettext_lazy("Exposure before"),
    "receipt": gettext_lazy("Receipt"),
    "returned_on": gettext_lazy("Returned on"),
    "amount": gettext_lazy("Amount"),
    "reason": gettext_lazy("Reason"),
    "industry": gettext_lazy("Industry"),
    "share": gettext_lazy("Overdue share, %"),
    "share_before": gettext_lazy("Overdue share before, %"),
    "item": gettext_lazy("Item of the file"),
    "true_on": gettext_lazy("As of"),
    "source": gettext_lazy("Source"),
    "case": gettext_lazy("Case number"),
    "what": gettext_lazy("Content"),
    "policy": gettext_lazy("Policy"),
    "grade": gettext_lazy("Grade"),
    "grade_before": gettext_lazy("Grade before"),
    "since": gettext_lazy("Since"),
    "bill_no": gettext_lazy("Bill number"),
    "last_day": gettext_lazy("Last day"),
    "days_left": gettext_lazy("Days left"),
    "promised": gettext_lazy("Promised"),
    "promised_for": gettext_lazy("Promised to be paid on"),
    "received": gettext_lazy("Received"),
}


def signal_word(code: str, document: WarningSignals) -> str:
    """The name of a signal in the reader's language; one the document no longer knows by its code."""
    found = document.signal(code)
    if found is None:
        return code
    return found.zh if reads_chinese() else found.en


def outcome_word(code: str, document: WarningSignals) -> str:
    """The name of an outcome in the reader's language."""
    found = document.outcome(code)
    if found is None:
        return code
    return found.zh if reads_chinese() else found.en


def measure_word(row: Any, document: WarningSignals) -> str:
    """The measure with its unit, as "12.5 days"."""
    found = document.signal(row.signal)
    unit = "" if found is None else found.unit_zh if reads_chinese() else found.unit_en
    figure = f"{row.measure:,.2f}".rstrip("0").rstrip(".")
    return f"{figure} {unit}".strip() if unit else ""


def evidence_words(row: Any) -> list[tuple[str, str]]:
    """What was found, in words."""
    return [(str(FIGURES.get(one["what"], one["what"])), one["figure"]) for one in row.evidence]


def line_of(row: Any, document: WarningSignals, *, on: date) -> str:
    """One line of a digest."""
    who = f"{row.customer.no} {row.customer.name}" if row.customer else row.cause
    words = _("%(who)s: %(signal)s %(measure)s, to be closed by %(due)s") % {
        "who": who, "signal": signal_word(row.signal, document), "measure": measure_word(row, document),
        "due": row.due_on,
    }  # fmt: skip
    return words + (_(" (late)") if row.due_on < on else "")
