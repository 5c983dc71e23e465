"""What personal data calls a person for: requests that run out, erasures to decide, reading in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.privacy import queries as privacy
from xinheng.facts.privacy.values import REQUESTS
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_privacy(actor: Actor, on: date) -> Iterator[Call]:
    """Requests of persons for who answers them; alerts and erasures for who decides."""
    if actor.may("privacy.write"):
        yield from _requests(actor, on)
    if actor.may("privacy.erase"):
        yield from _decisions(actor, on)


def _requests(actor: Actor, on: date) -> Iterator[Call]:
    rows = list(privacy.requests(actor, on=on, state="open")[: SHOWN + 1])
    if not rows:
        return
    number = privacy.requests(actor, on=on, state="open").count() if len(rows) > SHOWN else len(rows)
    yield Call(
        code="person_requests",
        tone="bad" if rows[0].due_on < on else "warn",
        icon="user-shield",
        number=f"{number:,}",
        sentence=ngettext("request of a person to answer", "requests of persons to answer", number),
        address=reverse("privacy_ledger", args=["requests"]),
        act=_("To the requests of persons"),
        lines=tuple(
            Line(
                row.person.no,
                reverse("private_person", args=[row.person.no]),
                f"{REQUESTS[row.kind]} {row.due_on}",
                "bad" if row.due_on < on else "",
            )
            for row in rows[:SHOWN]
        ),
    )


def _decisions(actor: Actor, on: date) -> Iterator[Call]:
    waiting = privacy.erasures(actor, on=on, state="asked").exclude(asked_by=actor.login).count()
    alerts = privacy.alerts(actor, is_open=True).exclude(login=actor.login).count()
    for code, number, sentence, view in (
        ("erasures", waiting, ngettext("erasure to decide on", "erasures to decide on", waiting), "erasures"),
        (
            "reading_alerts",
            alerts,
            ngettext("alert of reading in bulk", "alerts of reading in bulk", alerts),
            "safety",
        ),
    ):
        if number:
            yield Call(
                code=code,
                tone="warn",
                icon="user-shield",
                number=f"{number:,}",
                sentence=sentence,
                address=reverse("privacy_ledger", args=[view]),
                act=_("To personal information"),
                lines=(),
            )
