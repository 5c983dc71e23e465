"""What warnings and disputes call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes.values import Wanted as Disputed
from xinheng.judgements.warnings import queries as warnings
from xinheng.judgements.warnings.values import Wanted
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_warnings(actor: Actor, on: date) -> Iterator[Call]:
    """The open warnings of the actor, or of nobody where there are none."""
    if not (actor.may("warnings.read") and actor.may("customers.read")):
        return
    counted = warnings.open_of(actor, on=on)
    which = "mine" if counted["mine"] else "unowned"
    if not counted[which]:
        return
    wanted = (
        Wanted(state="open", owner=actor.login) if counted["mine"] else Wanted(state="open", unowned=True)
    )
    rows = list(warnings.warnings(actor, wanted, on=on)[:SHOWN])
    document = warnings.signals(on)
    is_late = any(row.due_on < on for row in rows)
    yield Call(
        code="warnings",
        tone="bad" if is_late or any(row.level == "serious" for row in rows) else "warn",
        icon="bell-exclamation",
        number=f"{counted[which]:,}",
        sentence=ngettext("warning to see to", "warnings to see to", counted[which]),
        address=f"{reverse('warnings')}?which={which}",
        act=_("To the warnings"),
        lines=tuple(
            Line(
                row.customer.name if row.customer else row.cause,
                reverse("warning", args=[row.pk]),
                f"{warnings.signal_word(row.signal, document)} {warnings.measure_word(row, document)}",
                "bad" if row.due_on < on else "",
            )
            for row in rows
        ),
    )


def of_disputes(actor: Actor, on: date) -> Iterator[Call]:
    """Disputes whose next step is late: the actor's own."""
    if not (actor.may("disputes.read") and actor.may("customers.read")):
        return
    found = disputes.disputes(actor, Disputed(owner=actor.login, late=True, sort="next"), on=on)
    number = found.count()
    if not number:
        return
    yield Call(
        code="disputes",
        tone="warn",
        icon="message-exclamation",
        number=f"{number:,}",
        sentence=ngettext("dispute whose next step is late", "disputes whose next step is late", number),
        address=f"{reverse('disputes')}?state=open&late=1&owner={actor.login}",
        act=_("To the disputes"),
        lines=tuple(
            Line(row.customer.name, reverse("dispute", args=[row.pk]), row.next_step, "bad")
            for row in found[:SHOWN]
        ),
    )
