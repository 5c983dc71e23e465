"""What stands on the ledgers of privacy: heads and rows of plain cells."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy.values import (
    CAUSES,
    ERASURES,
    EXTRACT_STATES,
    EXTRACTS,
    REQUEST_STATES,
    REQUESTS,
)
from xinheng.web.pages.privacy_cells import MOST, TONES, Cell, Table, View, person_cell
from xinheng.web.pages.privacy_safety import document_tables, safety_tables


def _requests(actor: Any, on: Any) -> list[Table]:
    rows = [
        [
            person_cell(one.person),
            Cell(REQUESTS[one.kind]),
            Cell(one.asked_on),
            Cell(one.due_on, is_bad=one.state == "open" and one.due_on < on),
            Cell(REQUEST_STATES[one.state], tone=TONES[one.state]),
            Cell(one.checked_by or "—"),
            Cell(_("Letter of answer"), reverse("privacy_answer", args=[one.pk]))
            if one.state != "open"
            else Cell(_("Make the copy"), reverse("privacy_copy", args=[one.pk]), sends=True)
            if actor.may("privacy.write") and one.checked_by and one.kind in ("copy", "portability", "know")
            else Cell("—"),
        ]
        for one in privacy.requests(actor, on=on)[:MOST]
    ]
    heads = (
        _("Person no."),
        _("The person asks"),
        _("Asked on"),
        _("Due on"),
        _("State"),
        _("Identity checked by"),
        "",
    )
    return [
        Table(
            _("Requests of persons"),
            heads,
            rows,
            _("Nobody asks anything. A request is taken in on the page of the person."),
        )
    ]


def _erasures(actor: Any, on: Any) -> list[Table]:
    return [_past_term(actor, on), _asked(actor, on), _cleanups(on)]


def _past_term(actor: Any, on: Any) -> Table:
    due = [
        [
            person_cell(one.person),
            Cell(one.person.last_visit_on),
            Cell(one.ended_on),
            Cell(one.months),
            Cell("、".join(str(privacy.HOLDS[code]) for code in one.holds) or "—", is_bad=bool(one.holds)),
            Cell(_("assumed") if one.is_assumed else ""),
        ]
        for one in privacy.candidates(actor, on=on)[:MOST]
    ]
    return Table(
        _("Term of keeping over"),
        (_("Person no."), _("Last visit"), _("Kept until"), _("Months kept"), _("What holds it"), ""),
        due,
        _("Nobody is kept longer than the term."),
    )


def _asked(actor: Any, on: Any) -> Table:
    asked = [
        [
            person_cell(one.person),
            Cell(CAUSES[one.cause]),
            Cell(one.asked_on),
            Cell(one.asked_by),
            Cell(ERASURES[one.state], tone=TONES[one.state]),
            Cell("、".join(str(privacy.HOLDS[code]) for code in one.holds) or "—"),
            Cell(one.decided_by or "—"),
            Cell(one.certificate, reverse("privacy_certificate", args=[one.pk]))
            if one.certificate
            else Cell("—"),
        ]
        for one in privacy.erasures(actor, on=on)[:MOST]
    ]
    return Table(
        _("Erasures"),
        (
            _("Person no."),
            _("Cause"),
            _("Asked on"),
            _("Asked by"),
            _("State"),
            _("What holds it"),
            _("Decided by"),
            _("Certificate"),
        ),
        asked,
        _("No erasure yet. It is asked for on the page of the person."),
    )


def _cleanups(on: Any) -> Table:
    cleanups = [
        [
            Cell(document.name.words),
            Cell(last or "—"),
            Cell(day, is_bad=day < on),
            Cell(_("assumed") if document.retention.assumed else ""),
        ]
        for document, day, last in privacy.next_cleanups(on)
    ]
    return Table(
        _("Regular clean-up"),
        (_("Privacy document"), _("Last done"), _("Due on"), ""),
        cleanups,
        _("No privacy document is adopted, so no clean-up is due. Adopt one under policies."),
    )


def _worded(kinds: Any, codes: Any) -> str:
    """Codes of a privacy document in its words; one that it no longer has stays as it is."""
    words = {one.code: one.words for one in kinds}
    return "、".join(words.get(code, code) for code in codes)


def _sharing(actor: Any, on: Any) -> list[Table]:
    rules = {one.code: one for one in privacy.schemes(on)}
    partners = [
        [
            Cell(one.name),
            Cell(one.agreement_no),
            Cell(_worded(rules[one.scheme].purposes, one.purposes)),
            Cell(_worded(rules[one.scheme].items, one.items)),
            Cell(one.from_on),
            Cell(one.ended_on or one.until_on, is_bad=bool(one.ended_on) or one.until_on < on),
        ]
        for one in privacy.partners(actor, on=on)[:MOST]
    ]
    log = [
        [
            Cell(one.on),
            person_cell(one.person),
            Cell(one.partner.name),
            Cell(_worded(rules[one.partner.scheme].purposes, [one.purpose])),
            Cell(_worded(rules[one.partner.scheme].items, one.items)),
            Cell(one.by),
        ]
        for one in privacy.sharings(actor, on=on)[:MOST]
    ]
    return [
        Table(
            _("Partners and their agreements"),
            (
                _("Receiving partner"),
                _("Agreement no."),
                _("Purposes"),
                _("Data items"),
                _("First day"),
                _("Last day"),
            ),
            partners,
            _("No agreement is kept. Without one nothing goes to anybody."),
        ),
        Table(
            _("Log of sharing"),
            (_("Day"), _("Person no."), _("Receiving partner"), _("Purpose"), _("Data items"), _("Given by")),
            log,
            _("Nothing was given to anybody."),
        ),
    ]


def _extracts(actor: Any, _on: Any) -> list[Table]:
    rows = [
        [
            Cell(one.asked_on),
            Cell(EXTRACTS[one.kind]),
            Cell(one.recipient),
            Cell(one.rests_on),
            Cell(len(one.people)),
            Cell(f"{one.from_on} – {one.until_on}"),
            Cell(Money(one.fee_minor, "CNY") if one.fee_minor else "—"),
            Cell(EXTRACT_STATES[one.state], tone=TONES[one.state]),
            Cell(_("Make the file"), reverse("privacy_extract", args=[one.pk]), sends=True)
            if one.state in ("granted", "given") and actor.may("privacy.write")
            else Cell(one.given_sha256[:12] or "—"),
        ]
        for one in privacy.extracts(actor)[:MOST]
    ]
    heads = (
        _("Asked on"),
        _("Kind of extract"),
        _("Given to"),
        _("Rests on"),
        _("Persons"),
        _("Range of days"),
        _("Fee (yuan)"),
        _("State"),
        "",
    )
    return [Table(_("Requests from outside"), heads, rows, _("Nobody outside asks for anything."))]


VIEWS = {
    "requests": View(
        _("Requests of persons"),
        _("What persons ask about their own data, and by when it is answered."),
        _requests,
    ),
    "erasures": View(
        _("Clean-up and erasure"),
        _("Asked by one, approved by another. What still needs the data freezes it; amounts stay."),
        _erasures,
    ),
    "sharing": View(
        _("Sharing"),
        _("Data goes to a partner only under an agreement that holds."),
        _sharing,
        by_scheme=True,
    ),
    "extracts": View(
        _("Requests from outside"),
        _("On a letter of introduction, an order or a consent; granted by another person."),
        _extracts,
        by_scheme=True,
    ),
    "safety": View(
        _("Training and checks"),
        _("Who was trained, what was checked, what was read in bulk."),
        safety_tables,
        by_scheme=True,
    ),
    "documents": View(
        _("Privacy documents"),
        _("What may be kept, for what, how long, and who may have it."),
        document_tables,
    ),
}
