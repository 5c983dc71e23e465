"""Papers of privacy: notice and form of consent, answer, access log, certificate of an erasure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy.values import CAUSES, REQUEST_STATES, REQUESTS
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column


def privacy_notice(*, actor: Actor, on: date, scheme: str, notice: str) -> bytes:
    """A notice with a form of consent to be signed: each purpose and each sensitive item by itself.

    Refuses: AccessDenied, SchemeUnknown, EntryUnknown, PrintFontMissing.
    """
    access.require(actor, "privacy.read", f"scheme:{scheme}")
    rules = privacy.in_force(scheme, on)
    text = privacy.notice_of(rules, notice)
    alone = [one for one in rules.purposes if one.separate]
    together = [one.words for one in rules.purposes if not one.separate]
    box = "□ " + _("I agree")
    rows: list[tuple[str, str]] = [
        (_("What you are told"), text.words),
        (_("Purposes"), "、".join(together)),
        (_("Consent of the person"), box),
        *((f"{_('By itself')}: {one.words}", box) for one in alone),
        *((f"{_('By itself')}: {one.words}", box) for one in rules.items if one.sensitive),
        (_("Name and signature"), ""),
        (_("Guardian (below %(age)s years)") % {"age": rules.adult_from}, ""),
        (_("Day of signing"), ""),
    ]
    return _paper(_("Notice and consent"), rules.name.words, text.name, rows, actor, on)


def privacy_answer(*, actor: Actor, on: date, request_id: int) -> bytes:
    """The answer to a request of a person as a letter.

    Refuses: AccessDenied, EntryUnknown, PrintFontMissing.
    """
    access.require(actor, "privacy.read", f"request:{request_id}")
    request = privacy.one_of(privacy.requests(actor, on=on), request_id)
    person = request.person
    rows = [
        (_("To the person"), person.name or person.no),
        (_("You asked for"), str(REQUESTS[request.kind])),
        (_("Asked on"), request.asked_on.isoformat()),
        (_("Identity checked by"), request.proof or "—"),
        (_("Our answer"), request.answer or str(REQUEST_STATES[request.state])),
        (_("Reply given on"), request.answered_on.isoformat() if request.answered_on else "—"),
        (_("Term of the answer"), request.due_on.isoformat()),
    ]
    return _paper(_("Answer to your request"), person.no, f"{request.pk}", rows, actor, on)


def privacy_access_log(*, actor: Actor, on: date, person_no: str) -> bytes:
    """Who of our people looked at a person's data and when, to be handed to the person.

    Refuses: AccessDenied, PersonUnknown, PrintFontMissing.
    """
    access.require(actor, "privacy.read", f"individual:{person_no}")
    person = privacy.get_person(actor, person_no, on=on)
    words = access_words()
    rows = [
        (
            line.at.astimezone(timezone.get_current_timezone()).strftime("%Y-%m-%d %H:%M:%S"),
            line.name,
            words.get(line.act, line.act),
            line.via,
        )
        for line in privacy.access_log(actor, person_no, on=on)
    ]
    columns = [
        Column(_("Time"), width=22), Column(_("Who"), width=18), Column(_("What happened"), width=40),
        Column(_("Reached by"), width=10),
    ]  # fmt: skip
    title = _("Who looked at your data")
    table = Table(name=title, title=title, left=person.no, right=on.isoformat(), columns=columns, rows=rows)
    return _printed(table, person.no, actor, on)


def privacy_certificate(*, actor: Actor, on: date, erasure_id: int) -> bytes:
    """The certificate of an erasure: which fields went, who asked, approved and did it; no value of any.

    Refuses: AccessDenied, EntryUnknown, PrintFontMissing.
    """
    access.require(actor, "privacy.read", f"erasure:{erasure_id}")
    one = privacy.one_of(privacy.erasures(actor, on=on, state="erased"), erasure_id)
    rows = [
        (_("Person"), one.person.no),
        (_("Cause"), f"{CAUSES[one.cause]}: {one.why}"),
        (_("Asked by"), f"{one.asked_by} {one.asked_on}"),
        (_("Approved by"), f"{one.decided_by} {one.decided_on or ''}"),
        (_("Erased by"), f"{one.erased_by} {one.erased_on}"),
        (_("What was erased"), "、".join(one.what)),
        (_("What stays"), _("Amounts, with nobody beside them; this number; the trail without values.")),
    ]
    return _paper(_("Certificate of erasure"), one.certificate, one.erased_on.isoformat(), rows, actor, on)


def access_words() -> dict[str, str]:
    """What was done to a person's data, in words a person outside understands."""
    return {
        "privacy.read_person": _("your data was looked at"),
        "sensitive.read": _("sensitive data in your file was looked at"),
        "privacy.copy": _("a copy was made for you"),
        "privacy.share": _("data was given to a partner"),
        "privacy.give_extract": _("data was given out by request"),
        "privacy.change_person": _("your data was corrected"),
        "customers.conceal_person": _("your data was taken out of a file"),
    }


def _paper(
    title: str, left: str, right: str, rows: Sequence[tuple[str, Any]], actor: Actor, on: date
) -> bytes:
    columns = [Column(_("Field"), width=22), Column(_("Kept value"), width=60)]
    table = Table(name=title, title=title, left=left, right=right, columns=columns, rows=rows)
    return _printed(table, left, actor, on)


def _printed(table: Table, subject: str, actor: Actor, on: date) -> bytes:
    """The paper; the trail notes who printed which."""
    content = print_pdf([table], title=table.title, footer=_footer(actor, on), across=False)
    told = {"paper": table.title, "of": subject}
    audit.record(actor=actor, act="exports.privacy_paper", subject="privacy", on=on, after=told)
    return content


def _footer(actor: Actor, on: date) -> str:
    return f"{on.isoformat()} {actor.name}"
