"""Dossiers as a workbook with what is missing in them, and one dossier as a printed card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.dossiers import queries
from xinheng.facts.dossiers.values import Completeness, Kind, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_dossiers(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The dossiers that pass the filters, and on a second sheet what is missing in them.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "dossiers")
    found = queries.dossiers(actor, wanted, on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    states = queries.of_dossiers(found.order_by().values("pk"), on)
    kinds = queries.kinds(on)
    tally = Tally(_row(one, kinds, states.get(one.pk)) for one in found.iterator(2_000))
    missing = queries.missing_lines(actor, wanted, on)
    sheets = [
        Sheet(_("Dossiers"), _columns(), tally),
        Sheet(_("Missing papers"), _missing_columns(), _missing(missing, kinds)),
    ]
    content = workbook(sheets, notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows, "missing": missing.height}
    audit.record(actor=actor, act="exports.dossiers", subject="dossiers", on=on, after=after)
    return content


def print_dossier(*, actor: Actor, on: date, no: str) -> bytes:
    """One dossier as a card on paper: what is told of it as the reader may see it, and its checklist.

    Refuses: AccessDenied, DossierUnknown, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"dossier:{no}")
    dossier = queries.get_dossier(actor, no, on=on)
    kind = queries.kind_of(dossier, on)
    grade = grades.grade_names(on).get(dossier.secrecy, dossier.secrecy)
    left, right = f"{dossier.no} {dossier.title}", grade
    facts = [
        (_("Dossier no."), dossier.no), (_("Title of the dossier"), dossier.title),
        (_("Customer"), f"{dossier.customer.no} {dossier.customer.name}" if dossier.customer else "—"),
        (_("Kept by unit"), dossier.unit.name), (_("Custodian"), dossier.custodian or "—"),
        *((fact.words, text or "—") for fact, text in queries.facts_of(actor, dossier, on)),
    ]  # fmt: skip
    told, asked = queries.facts_told(dossier, on)
    if asked:
        facts.append((_("Facts told of it"), f"{told} / {asked}"))
    lines = [
        (now.line.words, queries.line_word(now.state), queries.stage_word(now.stage),
         "; ".join(one.title for one in now.papers if one.state == "in_force"))
        for now in queries.checklist(actor, dossier, on)
    ]  # fmt: skip
    tables = [
        Table(_("Dossier card"), kind.words, left, right, [Column(_("Asked of it"), width=24),
              Column(_("Told of it"), width=60)], facts),
        Table(_("Checklist"), _("Checklist"), left, right, [Column(_("Paper wanted"), width=40),
              Column(_("State"), width=14), Column(_("Stage"), width=12),
              Column(_("Papers in it"), width=34)], lines),
    ]  # fmt: skip
    footer = secrecy.watermark(actor, on)
    content = print_pdf(tables, title=kind.words, footer=footer, across=False, apart=False)
    audit.record(
        actor=actor, act="exports.dossier", subject=f"dossier:{no}", on=on, after={"rows": len(lines)}
    )
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Dossier no."), width=18), Column(_("Title of the dossier"), width=36),
        Column(_("Kind of dossier"), width=22), Column(_("Customer no."), width=14),
        Column(_("Customer"), width=28), Column(_("Kept by unit"), width=16),
        Column(_("Custodian"), width=14), Column(_("Papers asked"), "count", 12),
        Column(_("Papers there"), "count", 12),
        Column(_("Missing papers"), "count", 12), Column(_("Running out"), "count", 12),
        Column(_("Share there"), "share", 10), Column(_("Dossier opened on"), "date", 12),
        Column(_("Last touched"), "date", 12),
    ]  # fmt: skip


def _row(one: Any, kinds: dict[str, Kind], state: Completeness | None) -> tuple[Any, ...]:
    kind = kinds.get(one.kind)
    told = state or Completeness(0, 0, 0, 0, 0, 0)
    customer = (one.customer.no, one.customer.name) if one.customer else ("", "")
    return (
        one.no, one.title, kind.words if kind else one.kind, *customer, one.unit.name, one.custodian,
        told.asked, told.present, told.missing, told.expiring, told.share, one.opened_on, one.touched_on,
    )  # fmt: skip


def _missing_columns() -> list[Column]:
    return [
        Column(_("Dossier no."), width=18), Column(_("Title of the dossier"), width=36),
        Column(_("Kind of dossier"), width=22), Column(_("Paper wanted"), width=44),
        Column(_("State"), width=12), Column(_("Kept by unit"), width=16), Column(_("Custodian"), width=14),
    ]  # fmt: skip


def _missing(rows: Any, kinds: dict[str, Kind]) -> Iterator[tuple[Any, ...]]:
    for one in rows.iter_rows(named=True):
        kind = kinds.get(one["kind"])
        yield (
            one["no"], one["title"], kind.words if kind else one["kind"], one["words"],
            queries.line_word(one["state"]), one["unit"], one["custodian"],
        )  # fmt: skip
