"""Retention on paper and in Excel: terms, lists of destruction, their forms, the register, certificates."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.archive.values import Upload
from xinheng.facts.retention import queries
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

FORMS = ("application", "list", "certificate")


def export_kept(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The papers that pass the filters with their terms. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "retention")
    found = queries.kept_papers(actor, wanted, on=on)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    names, terms = grades.grade_names(on), queries.terms(on)
    rows = (
        (
            one.paper.label, one.paper.number, one.paper.title, one.paper.dossier.no, one.paper.formed_on,
            terms[one.term].words if one.term in terms else one.term, queries.basis_word(one.basis),
            one.basis_on, one.ends_on, names.get(one.paper.secrecy, one.paper.secrecy),
        )
        for one in _counted(found).iterator(2_000)
    )  # fmt: skip
    columns = [
        Column(_("Label"), width=16), Column(_("Archive number"), width=28), Column(_("Title"), width=40),
        Column(_("Dossier no."), width=18), Column(_("Formed on"), "date", 12), Column(_("Term"), width=10),
        Column(_("Counts from"), width=16), Column(_("Counted from"), "date", 12),
        Column(_("Kept until"), "date", 12), Column(_("Grade of secrecy"), width=16),
    ]  # fmt: skip
    return _workbook(actor, on, "retention", Sheet(_("Retention"), columns, rows), told)


def export_register(*, actor: Actor, on: date, text: str = "") -> bytes:
    """The permanent register of what was destroyed (销毁登记表). Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "retention")
    found = queries.registered(actor, on=on, text=text).order_by("serial")
    rows = (
        (
            one.serial, one.told["list"], one.told["number"], one.told["title"], one.told["responsible"],
            one.line.formed_on, one.line.ends_on, one.line.destruction.done_on, one.told["place"],
            one.told["method"], one.told["reason"], one.told["sha256"], one.seal,
        )
        for one in _counted(found).iterator(2_000)
    )  # fmt: skip
    columns = [
        Column(_("No."), "count", 8), Column(_("Destruction list"), width=16),
        Column(_("Archive number"), width=28), Column(_("Title"), width=40), Column(_("Kept by"), width=14),
        Column(_("Formed on"), "date", 12), Column(_("Kept until"), "date", 12),
        Column(_("Destroyed on"), "date", 12), Column(_("Place"), width=20),
        Column(_("Way of destruction"), width=20),
        Column(_("Reason"), width=28), Column("SHA-256", width=30), Column(_("Seal"), width=30),
    ]  # fmt: skip
    told = {"text": text} if text else {}
    sheet = Sheet(_("Register of destruction"), columns, rows)
    return _workbook(actor, on, "destruction_register", sheet, told)


def print_destruction(*, actor: Actor, on: date, no: str, form: str) -> bytes:
    """A form of a list as PDF: application (公司档案资料销毁审批表), list (销毁清册) or certificate.

    Refuses: AccessDenied, ListUnknown, PrintFontMissing.
    """
    access.require(actor, "dossiers.read", f"destruction:{no[:20]}")
    drawn = queries.destruction(actor, no, on=on)
    title = {
        "application": _("Application to destroy company archives"),
        "list": _("List of archives to be destroyed"),
        "certificate": _("Certificate of destruction"),
    }[form]
    left, right = drawn.no, queries.state_word(drawn.state)
    facts = Table(title, title, left, right, _pair_columns(), _facts(drawn, on))
    lines = Table(
        _("Papers listed"), _("Papers listed"), left, right, _line_columns(), _lines(actor, drawn, on)
    )
    content = print_pdf([facts, lines], title=title, footer=secrecy.watermark(actor, on), apart=False)
    audit.record(
        actor=actor, act="exports.destruction", subject=f"destruction:{drawn.no}", on=on, after={"form": form}
    )
    return content


@transaction.atomic
def seal_destruction(*, actor: Actor, on: date, no: str) -> Any:
    """Print the certificate of a list that everybody signed, and keep it unchanged.

    Refuses: as print_destruction and retention.seal_certificate.
    """
    access.require(actor, "retention.destroy", f"destruction:{no[:20]}")
    content = print_destruction(actor=actor, on=on, no=no, form="certificate")
    return acts.seal_certificate(actor=actor, on=on, no=no, upload=Upload(f"{no}.pdf", content))


def _facts(drawn: Any, on: date) -> list[tuple[str, str]]:
    watchers = queries.supervisors(drawn)
    named = people.names_by_login([drawn.drawn_by, drawn.done_by, drawn.approved_by])
    facts = [
        (_("Destruction list"), drawn.no), (_("Reason"), drawn.reason),
        (_("Kind"), queries.chain_of(drawn, on).words),
        (_("Drawn up by"), f"{named.get(drawn.drawn_by, drawn.drawn_by)} {drawn.drawn_on.isoformat()}"),
        *(
            (
                step.step.name,
                ", ".join(f"{one.by} {one.on.isoformat()}" for one in step.signatures) or "—",
            )
            for request in approvals.of_subject("destruction", f"destruction:{drawn.no}")[:1]
            for step in approvals.steps_of(request)
        ),
    ]  # fmt: skip
    if drawn.done_on:
        facts += [
            (_("Destroyed on"), drawn.done_on.isoformat()), (_("Place"), drawn.place),
            (_("Way of destruction"), drawn.method),
            (_("Destroyed by"), named.get(drawn.done_by, drawn.done_by)),
        ]  # fmt: skip
    for one in watchers:
        role = _("Supervisor of the department") if one.for_department else _("Supervisor")
        facts.append((role, f"{one.name} {one.signed_on.isoformat() if one.signed_on else '—'}"))
    return facts


def _lines(actor: Actor, drawn: Any, on: date) -> list[tuple[Any, ...]]:
    names, terms = grades.grade_names(on), queries.terms(on)
    return [
        (
            one.position, one.number or one.label, one.title, one.responsible, one.formed_on,
            terms[one.term].words if one.term in terms else one.term, names.get(one.secrecy, one.secrecy),
            one.pages, one.reason,
        )
        for one in queries.lines_of(actor, drawn, on=on)
    ]  # fmt: skip


def _pair_columns() -> list[Column]:
    return [Column(_("What is told"), width=24), Column(_("Answer"), width=80)]


def _line_columns() -> list[Column]:
    return [
        Column(_("No."), "count", 6), Column(_("Archive number"), width=26), Column(_("Title"), width=36),
        Column(_("Kept by"), width=12), Column(_("Formed on"), "date", 12), Column(_("Term"), width=10),
        Column(_("Grade of secrecy"), width=14), Column(_("Pages"), "count", 8),
        Column(_("Reason"), width=28),
    ]  # fmt: skip


def _counted(found: Any) -> Any:
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    return found


def _workbook(actor: Actor, on: date, code: str, sheet: Sheet, told: dict[str, str]) -> bytes:
    tally = Tally(tuple(row) for row in sheet.rows)
    notes = notes_of(actor, on, told.items())
    whole = Sheet(sheet.name, sheet.columns, tally)
    content = workbook([whole], notes=notes, about=_("About this file"))
    audit.record(actor=actor, act=f"exports.{code}", subject=code, on=on, after={**told, "rows": tally.rows})
    return content
