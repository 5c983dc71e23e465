"""The register of hand-overs, loans and stock-takes as workbooks; the register and slips on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site
from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.custody import queries
from xinheng.facts.custody.values import (
    COPY_FORMS,
    HANDOVER_STATES,
    PLACE_KINDS,
    SCAN_WORDS,
    SIDES,
    SLIP_STATES,
    WAY_WORDS,
    WantedHandovers,
    WantedLoans,
)
from xinheng.facts.dossiers import queries as dossiers
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.labels import Label, print_labels
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_handovers(*, actor: Actor, on: date, wanted: WantedHandovers) -> bytes:
    """The hand-overs that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "handovers")
    found = queries.handovers(actor, on, wanted)
    names = {code: one.words for code, one in queries.schemes(on).items()}
    columns = [
        Column(_("No."), "count", 8), Column(_("Hand-over"), width=24), Column(_("About"), width=26),
        Column(_("Dossier no."), width=18), Column(_("From unit"), width=16), Column(_("To unit"), width=16),
        Column(_("Owner"), width=12), Column(_("Event on"), "date", 12), Column(_("Due on"), "date", 12),
        Column(_("Accepted on"), "date", 12), Column(_("Verified on"), "date", 12),
        Column(_("State"), width=14), Column(_("In time"), width=10), Column(_("Exception"), width=40),
    ]  # fmt: skip
    rows = _counted(found).iterator(2_000)
    tally = Tally(_handover(one, names, on) for one in rows)
    return _kept(actor, on, "handovers", _("Hand-over register"), columns, tally, _told(wanted))


def export_loans(*, actor: Actor, on: date, at: datetime, wanted: WantedLoans) -> bytes:
    """The loans that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "loans")
    found = queries.loans(actor, wanted, on=on, at=at)
    columns = [
        Column(_("No."), "count", 8), Column(_("Label"), width=16), Column(_("Title of the paper"), width=36),
        Column(_("Dossier no."), width=18), Column(_("Holder"), width=14), Column(_("Way of use"), width=14),
        Column(_("Purpose of use"), width=36), Column(_("Out at"), width=18), Column(_("Due at"), width=18),
        Column(_("Back at"), width=18), Column(_("Renewals"), "count", 10), Column(_("Damage"), width=30),
    ]  # fmt: skip
    tally = Tally(_loan(one) for one in _counted(found).iterator(2_000))
    return _kept(actor, on, "loans", _("Loans of papers"), columns, tally, _told(wanted))


def export_stock_take(*, actor: Actor, on: date, stock_take_id: int) -> bytes:
    """What a stock-take found: its differences, and how many things of each result.

    Refuses: AccessDenied, StockTakeUnknown.
    """
    access.require(actor, "exports.read", f"stock_take:{stock_take_id}")
    kept = queries.stock_take(actor, stock_take_id)
    columns = [
        Column(_("Found"), width=18), Column(_("Bar code"), width=18), Column(_("Title"), width=36),
        Column(_("Registered at"), width=16), Column(_("Found at"), width=16),
        Column(_("What was done"), width=36), Column(_("Settled on"), "date", 12),
    ]  # fmt: skip
    tally = Tally(_difference(one) for one in queries.differences(actor, kept, on=on))
    told = {_("Place of papers"): kept.place.code}
    told |= {str(SCAN_WORDS[code]): str(number) for code, number in kept.counts.items()}
    return _kept(actor, on, "stock_take", _("Stock-take"), columns, tally, told)


def export_catalogue(*, actor: Actor, on: date, year: int) -> bytes:
    """The catalogue of what was filed of a year (LAR-08): numbered papers in the order of their numbers.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", f"catalogue:{year}")
    found = dossiers.papers_visible(actor, on).filter(formed_on__year=year).exclude(number="")
    columns = [
        Column(_("No."), "count", 8), Column(_("Archive number"), width=28), Column(_("Title"), width=44),
        Column(_("Kept by unit"), width=16), Column(_("Formed on"), "date", 12),
        Column(_("Grade of secrecy"), width=14), Column(_("Pages"), "count", 8), Column(_("Label"), width=16),
        Column(_("Note"), width=30),
    ]  # fmt: skip
    names = grades.grade_names(on)
    rows = _counted(found).select_related("dossier__unit").order_by("number").iterator(2_000)
    tally = Tally(
        (place, one.number, one.title, one.dossier.unit.name, one.formed_on,
         names.get(one.secrecy, one.secrecy), one.pages, one.label, one.note)
        for place, one in enumerate(rows, start=1)
    )  # fmt: skip
    told = {_("Year"): str(year)}
    return _kept(actor, on, "catalogue", _("Catalogue of the archive"), columns, tally, told)


def print_handover(*, actor: Actor, on: date, handover_id: int) -> bytes:
    """One page of the register (签收薄): what was handed over, what is missing, who signed.

    Refuses: AccessDenied, HandoverUnknown, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"handover:{handover_id}")
    kept = queries.handover(actor, handover_id, on=on)
    rule = queries.schemes(on).get(kept.scheme)
    title = rule.words if rule else kept.scheme
    left, right = f"{kept.pk} {kept.subject}", str(HANDOVER_STATES[kept.state])
    facts = [
        (_("From unit"), kept.from_unit.name), (_("To unit"), kept.to_unit.name),
        (_("Event on"), kept.started_on.isoformat()), (_("Due on"), kept.due_on.isoformat()),
        (_("Accepted on"), kept.accepted_on.isoformat() if kept.accepted_on else "—"),
        *((_("%(side)s signed") % {"side": SIDES[one.side]}, f"{one.name} {_moment(one.at)}")
          for one in queries.signatures_of(kept) if one.round == kept.round),
    ]  # fmt: skip
    lines = [
        (one.place_in_list, one.title, str(COPY_FORMS.get(one.copy_form, one.copy_form)), one.pages,
         _("missing") if one.is_missing else "", one.found or one.note)
        for one in queries.lines_of(kept)
    ]  # fmt: skip
    tables = [
        Table(title, title, left, right, [Column(_("What is told"), width=24), Column(_("Answer"), width=60)],
              facts),
        Table(_("List"), _("List"), left, right, [Column(_("No."), "count", 6), Column(_("Title"), width=44),
              Column(_("Copy form"), width=10), Column(_("Pages"), "count", 8), Column(_("Missing"), width=8),
              Column(_("Note"), width=30)], lines),
    ]  # fmt: skip
    return _printed(actor, on, "handover", f"handover:{kept.pk}", title, tables)


def print_slip(*, actor: Actor, on: date, slip_id: int) -> bytes:
    """A slip (查阅申请单, 借阅档案申请表) with what it asks for and where its approval stands.

    Refuses: AccessDenied, SlipUnknown, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"slip:{slip_id}")
    slip = queries.slip(actor, slip_id, on=on)
    names = people.names_by_login([slip.reader])
    title = _("Slip to consult or borrow papers")
    left, right = _("No. %(no)s") % {"no": slip.pk}, str(SLIP_STATES[slip.state])
    facts = [
        (_("Reader"), names.get(slip.reader, slip.reader)),
        (_("Unit"), slip.reader_unit.name if slip.reader_unit else "—"),
        (_("Dossier no."), f"{slip.dossier.no} {slip.dossier.title}"),
        (_("Purpose of use"), slip.purpose), (_("Way of use"), str(WAY_WORDS[slip.way])),
        (_("Grade of secrecy"), grades.grade_names(on).get(slip.secrecy, slip.secrecy)),
        (_("Asked on"), slip.asked_on.isoformat()),
        (_("Decided on"), slip.decided_on.isoformat() if slip.decided_on else "—"),
    ]  # fmt: skip
    rows = [(place, one.label, one.title, one.pages) for place, one in enumerate(queries.papers_of(slip), 1)]
    tables = [
        Table(title, title, left, right, [Column(_("What is told"), width=24), Column(_("Answer"), width=60)],
              facts),
        Table(_("Papers"), _("Papers"), left, right, [Column(_("No."), "count", 6),
              Column(_("Label"), width=18), Column(_("Title"), width=50), Column(_("Pages"), "count", 8)],
              rows),
    ]  # fmt: skip
    return _printed(actor, on, "slip", f"slip:{slip.pk}", title, tables)


def print_stock_take(*, actor: Actor, on: date, stock_take_id: int) -> bytes:
    """A stock-take on paper: how many things of each result, every difference; its foot is to be signed.

    Refuses: AccessDenied, StockTakeUnknown, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"stock_take:{stock_take_id}")
    kept = queries.stock_take(actor, stock_take_id)
    title = _("Stock-take")
    left, right = f"{kept.pk} {kept.place.code} {kept.place.name}", kept.opened_on.isoformat()
    facts = [
        (_("Place of papers"), f"{kept.place.code} {kept.place.name}"),
        (_("Closed on"), kept.closed_on.isoformat() if kept.closed_on else "—"),
        *((str(SCAN_WORDS[code]), str(number)) for code, number in kept.counts.items()),
    ]  # fmt: skip
    rows = [
        (place, *_difference(one)[:6])
        for place, one in enumerate(queries.differences(actor, kept, on=on)[:MOST_ROWS], start=1)
    ]
    tables = [
        Table(title, title, left, right, [Column(_("What is told"), width=24), Column(_("Answer"), width=60)],
              facts),
        Table(_("Differences"), _("Differences"), left, right, [Column(_("No."), "count", 6),
              Column(_("Found"), width=14), Column(_("Bar code"), width=16), Column(_("Title"), width=30),
              Column(_("Registered at"), width=14), Column(_("Found at"), width=14),
              Column(_("What was done"), width=30)], rows),
    ]  # fmt: skip
    return _printed(actor, on, "printed_stock_take", f"stock_take:{kept.pk}", title, tables)


def export_place_labels(*, actor: Actor, on: date, text: str = "") -> bytes:
    """Labels to stick on rooms, cabinets, shelves and boxes, in the order of the tree; a PDF to print.

    Refuses: AccessDenied, TooManyRows, PrintFontMissing.
    """
    access.require(actor, "exports.read", "places")
    found = _counted(queries.places(actor, text))
    told = [Label(one.code, one.name, (str(PLACE_KINDS[one.kind]), one.unit.name)) for one in found]
    content = print_labels(told)
    after = {"labels": len(told)} | ({"text": text} if text else {})
    audit.record(actor=actor, act="exports.place_labels", subject="places", on=on, after=after)
    return content


def _counted(found: Any) -> Any:
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    return found


def _told(wanted: Any) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(wanted).items() if value}


def _kept(actor: Actor, on: date, code: str, name: str, columns: Sequence[Column], *rest: Any) -> bytes:
    tally, told = rest
    sheet = Sheet(name, columns, tally)
    content = workbook([sheet], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    audit.record(actor=actor, act=f"exports.{code}", subject=code, on=on, after={**told, "rows": tally.rows})
    return content


def _printed(actor: Actor, on: date, code: str, subject: str, title: str, tables: Any) -> bytes:
    footer = secrecy.watermark(actor, on)
    content = print_pdf(tables, title=title, footer=footer, across=False, apart=False)
    audit.record(actor=actor, act=f"exports.{code}", subject=subject, on=on, after={})
    return content


def _handover(one: Any, names: dict[str, str], on: date) -> tuple[Any, ...]:
    end = one.accepted_on or on
    in_time = "" if one.state == "cancelled" or (not one.accepted_on and on <= one.due_on) else (
        _("yes") if end <= one.due_on else _("late")
    )  # fmt: skip
    return (
        one.pk, names.get(one.scheme, one.scheme), one.subject, one.dossier.no if one.dossier else "",
        one.from_unit.name, one.to_unit.name, one.owner, one.started_on, one.due_on, one.accepted_on,
        one.verified_on, str(HANDOVER_STATES[one.state]), in_time, one.exception,
    )  # fmt: skip


def _loan(one: Any) -> tuple[Any, ...]:
    return (
        one.pk, one.paper.label, one.paper.title, one.paper.dossier.no, one.holder, str(WAY_WORDS[one.way]),
        one.slip.purpose, _moment(one.out_at), _moment(one.due_at), _moment(one.returned_at), one.renewals,
        one.damage,
    )  # fmt: skip


def _difference(one: Any) -> tuple[Any, ...]:
    thing = one.paper or one.dossier
    return (
        str(SCAN_WORDS[one.kind]), one.code, thing.title if thing else "",
        one.registered.code if one.registered else "", one.found.code if one.found else "", one.settled,
        one.settled_on,
    )  # fmt: skip


def _moment(at: datetime | None) -> str:
    return at_site(at).strftime("%Y-%m-%d %H:%M") if at else ""
