"""Personal data as files: the lists of the keeper, the person's own copy, an extract for somebody outside."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy import services as acts
from xinheng.facts.privacy.values import DEALINGS, EXTRACTS, REQUEST_STATES, REQUESTS, ROLES, STATES, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_privacy(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The persons that pass the filters, without what names them but the number, and the requests.

    The list names nobody: who needs a name opens the person, and that is noted. Refuses: AccessDenied,
    TooManyRows.
    """
    access.require(actor, "exports.read", "privacy")
    found = privacy.persons(actor, wanted, on=on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    people = [
        (
            one.no,
            str(ROLES[one.role]),
            one.scheme,
            one.customer.no if one.customer else "",
            str(STATES[one.state]),
            one.last_visit_on,
            one.told_on,
        )
        for one in found.iterator(2_000)
    ]
    asked = [
        (
            one.pk,
            one.person.no,
            str(REQUESTS[one.kind]),
            one.asked_on,
            one.due_on,
            str(REQUEST_STATES[one.state]),
            one.answered_on,
        )
        for one in privacy.requests(actor, on=on)[:MOST_ROWS]
    ]
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    sheets = [
        Sheet(_("Persons"), _person_columns(), people),
        Sheet(_("Requests of persons"), _request_columns(), asked),
    ]
    content = workbook(sheets, notes=notes_of(actor, on, told.items()), about=_("About this file"))
    audit.record(
        actor=actor, act="exports.privacy", subject="privacy", on=on, after={**told, "rows": len(people)}
    )
    return content


@transaction.atomic
def privacy_copy(*, actor: Actor, on: date, request_id: int) -> bytes:
    """A ZIP with a person's own data as workbook and JSON, and nobody else's, for the person who asked.

    Refuses: AccessDenied, EntryUnknown, IdentityUnchecked, PersonNotKept, PrivacyInvalid.
    """
    access.require(actor, "privacy.write", f"request:{request_id}")
    request = acts.note_copy(actor=actor, on=on, request_id=request_id)
    file = privacy.own_file(request.person, on=on)
    person = file.person
    told = {
        "no": person.no,
        "name": person.name,
        "scheme": file.rules.name.zh,
        "items": dict(file.items),
        "consents": [
            {
                "purpose": one.purpose,
                "items": one.items,
                "notice": one.notice,
                "way": one.way,
                "given_on": one.given_on.isoformat(),
                "withdrawn_on": one.withdrawn_on.isoformat() if one.withdrawn_on else None,
            }
            for one in file.agreements
        ],
        "dealings": [
            {
                "kind": one.kind,
                "on": one.on.isoformat(),
                "amount": str(Money(one.amount_minor, "CNY")),
                "text": one.text,
            }
            for one in file.dealings
        ],
        "given_to": [
            {
                "partner": one.partner.name,
                "purpose": one.purpose,
                "items": one.items,
                "on": one.on.isoformat(),
            }
            for one in file.sharings
        ],
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(f"{person.no}.json", json.dumps(told, ensure_ascii=False, indent=1))
        folder.writestr(f"{person.no}.xlsx", _own_workbook(told, actor, on))
    return target.getvalue()


@transaction.atomic
def export_extract(*, actor: Actor, on: date, extract_id: int) -> bytes:
    """The file of a granted extract: its persons, its items, and dealings of its days only (INS-07).

    The hash of what went out stands with the extract. Refuses: AccessDenied, EntryUnknown, ExtractStands.
    """
    access.require(actor, "privacy.write", f"extract:{extract_id}")
    found = privacy.one_of(privacy.extracts(actor), extract_id)
    rules = privacy.in_force(found.scheme, on)
    items = [(code, item.words if (item := rules.item(code)) else code) for code in found.items]
    people = [
        (one.no, one.name, *(str(one.items.get(code, "")) for code, _words in items))
        for one in privacy.persons_of(found)
    ]
    dealt = [
        (
            one.person.no if one.person else "",
            str(DEALINGS[one.kind]),
            one.on,
            Money(one.amount_minor, "CNY"),
            one.ended_on,
        )
        for one in privacy.dealings_of(found)
    ]
    columns = [Column(_("Person no."), width=14), Column(_("Full name of the person"), width=14)]
    columns += [Column(words, width=22) for _code, words in items]
    sheets = [Sheet(_("Persons"), columns, people), Sheet(_("Dealings"), _dealing_columns(), dealt)]
    told = [
        (_("Kind of extract"), str(EXTRACTS[found.kind])),
        (_("Given to"), found.recipient),
        (_("Rests on"), found.rests_on),
        (_("Range of days"), f"{found.from_on} – {found.until_on}"),
    ]
    content = workbook(sheets, notes=[*notes_of(actor, on, ()), *told], about=_("About this file"))
    acts.give_extract(
        actor=actor, on=on, extract_id=extract_id, content=content, rows=len(people) + len(dealt)
    )
    return content


def _own_workbook(told: dict[str, Any], actor: Actor, on: date) -> bytes:
    pairs = [
        (_("Person no."), told["no"]),
        (_("Full name of the person"), told["name"]),
        *told["items"].items(),
    ]
    named = [Column(_("Field"), width=24), Column(_("Kept value"), width=50)]
    agreed = [
        (one["purpose"], "、".join(one["items"]), one["notice"], one["given_on"], one["withdrawn_on"] or "")
        for one in told["consents"]
    ]
    heads = [
        Column(_("Purpose"), width=20),
        Column(_("Data items"), width=30),
        Column(_("Notice shown"), width=14),
        Column(_("Day of consent"), width=14),
        Column(_("Withdrawn on"), width=14),
    ]
    dealt = [(DEALINGS[one["kind"]], one["on"], one["amount"], one["text"]) for one in told["dealings"]]
    what = [
        Column(_("Kind of dealing"), width=20),
        Column(_("Day"), width=14),
        Column(_("Amount"), width=16),
        Column(_("In words"), width=40),
    ]
    sheets = [
        Sheet(_("Your data"), named, pairs),
        Sheet(_("Consents of the person"), heads, agreed),
        Sheet(_("Dealings"), what, dealt),
    ]
    return workbook(sheets, notes=notes_of(actor, on, ()), about=_("About this file"))


def _person_columns() -> list[Column]:
    return [
        Column(_("Person no."), width=14),
        Column(_("Role of the person"), width=16),
        Column(_("Privacy document"), width=12),
        Column(_("Customer no."), width=14),
        Column(_("State"), width=16),
        Column(_("Last visit"), "date", 12),
        Column(_("Kept since"), "date", 12),
    ]


def _request_columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8),
        Column(_("Person no."), width=14),
        Column(_("Request of the person"), width=24),
        Column(_("Asked on"), "date", 12),
        Column(_("Due on"), "date", 12),
        Column(_("State"), width=14),
        Column(_("Reply given on"), "date", 12),
    ]


def _dealing_columns() -> list[Column]:
    return [
        Column(_("Person no."), width=14),
        Column(_("Kind of dealing"), width=20),
        Column(_("Day"), "date", 12),
        Column(_("Amount"), "money", 16),
        Column(_("Ended on"), "date", 12),
    ]
