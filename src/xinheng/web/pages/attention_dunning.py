"""What reminders call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.messages import queries as sent
from xinheng.base.messages.values import Wanted as MessagesWanted
from xinheng.facts.customers import queries as customers
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning.values import Wanted
from xinheng.web.pages.attention import SHOWN, Call, Line

RECENT = timedelta(days=7)


def of_dunning(actor: Actor, on: date) -> Iterator[Call]:
    """Letters of the last week that are told to the reader too (LIM-09), runs that wait, tasks of ours."""
    if not actor.may("customers.read"):
        return
    if actor.may("dunning.read"):
        yield from _told_to_me(actor, on)
    if actor.may("dunning.send") and actor.scope.reach == "everything":
        yield from _waiting(actor)
    if actor.may("messages.read"):
        yield from _to_do(actor, on)


def _told_to_me(actor: Actor, on: date) -> Iterator[Call]:
    recent = dunning.letters(actor, Wanted(state="sent", mine=True), on=on).filter(sent_on__gt=on - RECENT)
    number = recent.count()
    if number:
        yield Call(
            code="dunning_told",
            tone="warn",
            icon="mail",
            number=f"{number:,}",
            sentence=ngettext(
                "reminder of the last seven days concerns you",
                "reminders of the last seven days concern you",
                number,
            ),
            address=f"{reverse('dunning_letters')}?mine=1",
            act=_("To the reminders"),
            lines=tuple(
                Line(
                    one.customer.name,
                    reverse("dunning_letter", args=[one.pk]),
                    f"{one.currency} {Money(one.due_minor, one.currency)}",
                )
                for one in recent[:SHOWN]
            ),
        )


def _waiting(actor: Actor) -> Iterator[Call]:
    waiting = dunning.runs(actor).filter(state__in=["planned", "sending"])
    number = waiting.count()
    if number:
        yield Call(
            code="dunning_waiting",
            tone="warn",
            icon="mail",
            number=f"{number:,}",
            sentence=ngettext(
                "run of reminders was not sent to its end",
                "runs of reminders were not sent to their end",
                number,
            ),
            address=reverse("dunning"),
            act=_("To the runs"),
        )


def _to_do(actor: Actor, on: date) -> Iterator[Call]:
    rows = sent.messages(actor, MessagesWanted(state="to_do"), customers.visible(actor, on=on))
    number = rows.count()
    if number:
        yield Call(
            code="messages_to_do",
            tone="warn",
            icon="phone",
            number=f"{number:,}",
            sentence=ngettext("letter to post or call to make", "letters to post and calls to make", number),
            address=f"{reverse('messages')}?state=to_do",
            act=_("To the letters and calls"),
        )
