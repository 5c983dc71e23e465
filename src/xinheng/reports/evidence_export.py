"""Questionnaires, investigations, reports, stale data and contradictions as Excel; each is on the trail."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.words import CHANNELS, EVIDENCE_STATES, word

Told = Mapping[str, str]
Table = tuple[str, list[Column], Iterable[tuple[Any, ...]]]
EVIDENCE: dict[str, tuple[str, ...]] = {  # what may be exported -> by what it may be narrowed
    "surveys": ("state", "form", "person", "q"),
    "investigations": ("state",),
    "reports": ("kind",),
    "stale": ("person", "as_of"),
    "contradictions": (),
}


def export_evidence(*, actor: Actor, on: date, what: str, asked: Told) -> bytes:
    """A list of evidence of the customers within reach, all of it; sensitive values stay masked.

    what: one of EVIDENCE; asked: its filters, as on its page. Refuses: AccessDenied.
    """
    access.require(actor, "exports.read", what)
    access.require(actor, "customers.read", what)
    name, columns, rows = MAKERS[what](actor, on, asked)
    tally = Tally(rows)
    told = {name: value for name, value in asked.items() if value}
    notes = notes_of(actor, on, told.items())
    content = workbook([Sheet(name, columns, tally)], notes=notes, about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.evidence", subject=what, on=on, after=after)
    return content


def _surveys(actor: Actor, on: date, asked: Told) -> Table:
    found = customers.surveys_asked(
        customers.surveys_seen(actor, on=on), state=asked.get("state", ""), form=asked.get("form", ""),
        person=asked.get("person", ""), text=asked.get("q", ""),
    )  # fmt: skip
    columns = [
        *_customer(), Column(_("Questionnaire"), width=28), Column(_("Version"), width=8),
        Column(_("State"), width=14), Column(_("Begun"), "date"), Column(_("Filled in by")),
        Column(_("Signed by")), Column(_("Handed in"), "date"), Column(_("Reviewed by")),
        Column(_("Reviewed"), "date"), Column(_("Filed by")), Column(_("Filed"), "date"),
        Column(_("unknown"), "count", 8),
    ]  # fmt: skip
    rows = (
        (
            one.customer.no, one.customer.name, customers.form_of(one).name, customers.form_of(one).version,
            word(EVIDENCE_STATES, one.state), one.begun_on, one.told_by, one.signed_by, one.submitted_on,
            one.reviewed_by, one.reviewed_on, one.filed_by, one.filed_on,
            sum(told is None for told in (*one.answers.values(), *one.questions.values())),
        )
        for one in found[:MOST_ROWS].iterator(chunk_size=2_000)
    )  # fmt: skip
    return _("Questionnaires"), columns, rows


def _investigations(actor: Actor, on: date, asked: Told) -> Table:
    found, state = customers.investigations_seen(actor, on=on), asked.get("state", "")
    if state == "overdue":
        found = customers.overdue(found, on=on)
    elif state:
        found = found.filter(state=state)
    columns = [
        *_customer(), Column(_("Assigned to"), width=20), Column(_("Reason"), width=30),
        Column(_("State"), width=12), Column(_("Ordered by")), Column(_("Ordered on"), "date"),
        Column(_("Due on"), "date"), Column(_("Overdue"), width=8), Column(_("Day of the report"), "date"),
        Column(_("Out of date"), width=8), Column(_("Cost"), "money"), Column(_("Finding"), width=40),
    ]  # fmt: skip
    rows = (
        (
            one.customer.no, one.customer.name, one.assignee, one.reason, word(EVIDENCE_STATES, one.state),
            one.ordered_by, one.ordered_on, one.due_on,
            _yes(one.state == "ordered" and one.due_on < on), one.report_on,
            _yes(customers.is_outdated(one, on=on)),
            None if one.cost_minor is None else Money(one.cost_minor), one.outcome,
        )
        for one in found.order_by("due_on", "id")[:MOST_ROWS].iterator(chunk_size=2_000)
    )  # fmt: skip
    return _("Investigations"), columns, rows


def _reports(actor: Actor, on: date, asked: Told) -> Table:
    found = customers.field_reports_seen(actor, on=on)
    late = set(customers.escalated(found, on=on).values_list("pk", flat=True))
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    columns = [
        *_customer(), Column(_("Kind"), width=12), Column(_("Told on"), "date"), Column(_("Told by")),
        Column(_("Text"), width=60), Column(_("Read by a manager")), Column(_("Read on"), "date"),
        Column(_("Escalated"), width=10),
    ]  # fmt: skip
    rows = (
        (
            one.customer.no, one.customer.name, word(EVIDENCE_STATES, one.kind), one.told_on, one.told_by,
            one.text, one.read_by, one.read_on, _yes(one.pk in late),
        )
        for one in found[:MOST_ROWS].iterator(chunk_size=2_000)
    )  # fmt: skip
    return _("Reports from the field"), columns, rows


def _stale(actor: Actor, on: date, asked: Told) -> Table:
    reach, day = customers.visible(actor, on=on), _day(asked.get("as_of", ""), on)
    found = customers.stale_items(reach, on=day, login=asked.get("person"), most=MOST_ROWS)
    columns = [
        *_customer(), Column(_("File item"), width=24), Column(_("True on"), "date"),
        Column(_("Responsible")), Column(_("Unit"), width=18),
    ]  # fmt: skip
    rows = (
        (one.customer_no, one.customer_name, one.item.name, one.true_on, one.person_name, one.unit_name)
        for one in found
    )
    return _("Data out of date"), columns, rows


def _contradictions(actor: Actor, on: date, _asked: Told) -> Table:
    found = customers.contradictory(customers.visible(actor, on=on), on=on, most=MOST_ROWS)
    columns = [
        *_customer(), Column(_("File item"), width=24), Column(_("Case number or account"), width=20),
        Column(_("Channel"), width=24), Column(_("What is told"), width=40), Column(_("True on"), "date"),
    ]  # fmt: skip
    rows = (
        (one.customer_no, one.customer_name, one.item.name, one.key, word(CHANNELS, code), value, day)
        for one in found
        for code, value, day in one.told
    )
    return _("Contradictions"), columns, rows


def _customer() -> list[Column]:
    return [Column(_("Customer no."), width=16), Column(_("Name"), width=32)]


def _yes(told: bool) -> str:
    return _("yes") if told else ""


def _day(text: str, on: date) -> date:
    """The day asked for; today where none or a later one is."""
    try:
        return min(on, date.fromisoformat(text))
    except ValueError:
        return on


MAKERS: dict[str, Callable[[Actor, date, Told], Table]] = {
    "surveys": _surveys,
    "investigations": _investigations,
    "reports": _reports,
    "stale": _stale,
    "contradictions": _contradictions,
}
