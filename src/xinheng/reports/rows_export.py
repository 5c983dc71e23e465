"""The rows behind a figure of a decision, all of them, as Excel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.rows_behind import rows_behind, total_in_words
from xinheng.reports.sheets import MOST_ROWS, Column, Kind, Sheet, workbook
from xinheng.reports.values import RowsBehind


def export_rows_behind(*, actor: Actor, on: date, run_id: int, customer_no: str, code: str) -> bytes:
    """Every row behind one figure of a decision, and their total. Refuses: as rows_behind, TooManyRows."""
    access.require(actor, "exports.read", f"customer:{customer_no}")
    found = rows_behind(actor, run_id, customer_no, code, on=on, most=MOST_ROWS)
    if found.number > MOST_ROWS:
        raise TooManyRows(rows=found.number, most=MOST_ROWS)
    columns = headings(found)
    rows = [[_cell(row[name]) for name in columns] for row in found.rows]
    sheet = Sheet(code, [Column(title, kind, width) for title, kind, width in columns.values()], rows)
    told = {"run": run_id, "as_of": found.as_of.isoformat()}
    notes = [*notes_of(actor, on, told.items()), (_("Rows"), str(found.number))]
    notes += [(_("Total"), total_in_words(found))] if found.total is not None else []
    notes += [(_("No rows"), found.why)] if found.why else []
    content = workbook([sheet], notes=notes, about=_("About this file"))
    after = {"run": run_id, "code": code, "rows": found.number}
    audit.record(actor=actor, act="exports.rows", subject=f"customer:{customer_no}", on=on, after=after)
    return content


def headings(found: RowsBehind) -> dict[str, tuple[str, Kind, int]]:
    """The columns of the rows of a kind: name -> heading, kind and width."""
    match found.kind:
        case "bills":
            return {
                "no": (_("Bill no."), "text", 18), "date": (_("Billed on"), "date", 12),
                "due_on": (_("Due"), "date", 12), "amount": (_("Amount"), "money", 16),
                "open": (_("Open"), "money", 16), "paid_on": (_("Last paid on"), "date", 12),
                "days_late": (_("Days late"), "count", 10),
            }  # fmt: skip
        case "invoices":
            return {
                "no": (_("Invoice no."), "text", 18), "date": (_("Issued on"), "date", 12),
                "side": (_("Side"), "text", 10), "counterparty": (_("Counterparty"), "text", 30),
                "amount": (_("Without tax"), "money", 16), "tax": (_("Tax"), "money", 16),
            }  # fmt: skip
        case "statement":
            return {
                "line": (_("Statement line"), "text", 24), "code": (_("Code"), "text", 20),
                "period_end": (_("Year to"), "date", 12), "amount": (_("This year"), "money", 18),
                "before": (_("Year before"), "money", 18), "opinion": (_("Audit opinion"), "text", 14),
            }  # fmt: skip
        case "facts":
            return {
                "item": (_("Item of the file"), "text", 18), "value": (_("Value"), "text", 24),
                "true_on": (_("True on"), "date", 12), "told_on": (_("Told on"), "date", 12),
                "by": (_("Told by"), "text", 14), "channel": (_("Channel"), "text", 14),
                "source": (_("Source"), "text", 24), "verification": (_("Verification"), "text", 12),
            }  # fmt: skip
    return {
        "date": (_("Assessed on"), "date", 12), "value": (_("Answer"), "text", 16),
        "by": (_("Assessed by"), "text", 14), "channel": (_("Channel"), "text", 14),
        "survey": (_("Questionnaire"), "count", 14), "evidence": (_("Evidence"), "text", 30),
        "told_on": (_("Told on"), "date", 12),
    }  # fmt: skip


def _cell(value: Any) -> Any:
    return None if value == "" else value
