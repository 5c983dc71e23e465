"""Outside factors as Excel: the figures that count on a day, and the information bank; it is on the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import tables
from xinheng.facts.factors.values import BUILT_IN, ENTRY_KINDS, SERIES_KINDS, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.factor_words import ENTRY_STATES, SERIES_STATES
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_factors(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The series, their figures and the entries that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "factors")
    lines, entries = factors.series_lines(actor, as_of=on), factors.bank(actor, wanted, as_of=on)
    own = [line.code for line in lines if line.code not in BUILT_IN]
    figures = tables.series(own, as_of=on)
    if figures.height > MOST_ROWS:
        raise TooManyRows(rows=figures.height, most=MOST_ROWS)
    tally = Tally(figures.iter_rows())
    asked = {name: value for name in ("text", "kind", "state") if (value := getattr(wanted, name))}
    content = workbook(
        [
            Sheet(_("Series of figures"), _series_columns(), [_series(line) for line in lines]),
            Sheet(_("Figures"), [Column(_("Code"), width=20), Column(_("Day"), "date", 12),
                                 Column(_("Value"), "number", 14)], tally),
            Sheet(_("Information bank"), _entry_columns(), [_entry(line) for line in entries]),
        ],
        notes=notes_of(actor, on, asked.items()), about=_("About this file"),
    )  # fmt: skip
    after = {**asked, "figures": tally.rows, "entries": len(entries)}
    audit.record(actor=actor, act="exports.factors", subject="factors", on=on, after=after)
    return content


def _series_columns() -> list[Column]:
    return [
        Column(_("Code"), width=20), Column(_("Name"), width=28), Column(_("Unit"), width=10),
        Column(_("Kind"), width=12), Column(_("State"), width=16), Column(_("Days told"), "count", 10),
        Column(_("First day"), "date", 12), Column(_("Last day"), "date", 12),
        Column(_("Corrected days"), "count", 12),
    ]  # fmt: skip


def _series(line: Any) -> tuple[Any, ...]:
    return (
        line.code, line.name, line.unit, str(SERIES_KINDS[line.kind]), str(SERIES_STATES[line.state]),
        line.days, line.first, line.last, line.corrected,
    )  # fmt: skip


def _entry_columns() -> list[Column]:
    return [
        Column(_("No."), width=14), Column(_("Kind"), width=16), Column(_("Industry"), width=10),
        Column(_("Title"), width=40), Column(_("Effect"), "count", 8), Column(_("Valid from"), "date", 12),
        Column(_("Valid until"), "date", 12), Column(_("State"), width=12), Column(_("Source"), width=30),
        Column(_("Told on"), "date", 12), Column(_("Told by whom"), width=14),
        Column(_("Corrects entry"), width=14), Column(_("Text"), width=60),
    ]  # fmt: skip


def _entry(line: Any) -> tuple[Any, ...]:
    return (
        line.no, str(ENTRY_KINDS[line.kind]), line.industry, line.title, line.effect, line.valid_from,
        line.valid_until, str(ENTRY_STATES[line.state]), line.source, line.told_on, line.told_by,
        line.replaces, line.text,
    )  # fmt: skip
