"""What is late of tasks and reports, and which fines wait for a decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties.values import FinesWanted
from xinheng.web.pages.attention import SHOWN, Call, Line

BACK = timedelta(days=92)


def of_duties(actor: Actor, on: date) -> Iterator[Call]:
    """Late tasks and reports within reach, fines to be decided."""
    if not actor.may("duties.read"):
        return
    late = [
        one
        for one in duties.dues(actor, since=on - BACK, until=on)
        if one.done_on is None and one.is_late(on)
    ]
    if late:
        yield Call(
            code="duties",
            tone="bad",
            icon="calendar-due",
            number=f"{len(late):,}",
            sentence=ngettext("task or report is late", "tasks or reports are late", len(late)),
            address=f"{reverse('duties')}?state=late&kind=duties",
            act=_("To what is due"),
            lines=tuple(
                Line(one.words, reverse("duties"), one.due_on.isoformat(), "bad") for one in late[:SHOWN]
            ),
        )
    if not actor.may("duties.decide"):
        return
    waiting = duties.fines(actor, FinesWanted(state="proposed")).exclude(person=actor.login)
    number = waiting.count()
    if number:
        yield Call(
            code="fines",
            tone="warn",
            icon="scale",
            number=f"{number:,}",
            sentence=ngettext("fine waits for a decision", "fines wait for a decision", number),
            address=f"{reverse('fines')}?state=proposed",
            act=_("To the fines"),
            lines=tuple(
                Line(row.what, reverse("fine", args=[row.pk]), row.person) for row in waiting[:SHOWN]
            ),
        )
