"""What held orders call a person for: those to decide on, those whose goods should have left, one's own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.judgements.limits import queries as credit
from xinheng.web.pages import hold_words
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_holds(actor: Actor, on: date) -> Iterator[Call]:
    """Held orders within reach: for who may release them those within authority, else all there are."""
    may_release = actor.may("limits.release")
    rows = credit.held_orders(actor, credit.DeskWanted(mine=may_release), on=on)
    number = rows.count()
    if number:
        yield Call(
            code="holds",
            tone="bad" if may_release else "warn",
            icon="lock-pause",
            number=f"{number:,}",
            sentence=_to_decide(number) if may_release else _of_customers(number),
            address=f"{reverse('holds')}?mine=1" if may_release else reverse("holds"),
            act=_("To the hold desk"),
            lines=tuple(_line(row, actor) for row in rows[:SHOWN]),
        )  # fmt: skip


def _to_decide(number: int) -> str:
    return ngettext("held order is yours to decide", "held orders are yours to decide", number)


def _of_customers(number: int) -> str:
    return ngettext(
        "order of your customers is held for credit",
        "orders of your customers are held for credit",
        number,
    )


def of_late(actor: Actor, on: date) -> Iterator[Call]:
    """A reminder of held orders that nobody decided on within the policy's target; they stay held."""
    rows = credit.held_orders(actor, credit.DeskWanted(late=True, mine=True), on=on)
    number = rows.count()
    if number:
        yield Call(
            code="late-holds",
            tone="bad",
            icon="clock-exclamation",
            number=f"{number:,}",
            sentence=ngettext(
                "held order waits longer for your decision than its target",
                "held orders wait longer for your decision than their target",
                number,
            ),
            address=f"{reverse('holds')}?late=1&mine=1",
            act=_("To the hold desk"),
            lines=tuple(_line(row, actor) for row in rows[:SHOWN]),
        )


def of_own(actor: Actor, on: date) -> Iterator[Call]:
    """The orders one asked for oneself that are held."""
    rows = credit.own_orders(actor, on=on, state="held")
    number = rows.count()
    if number:
        yield Call(
            code="own-holds",
            tone="warn",
            icon="lock-pause",
            number=f"{number:,}",
            sentence=ngettext(
                "order you asked for is held for credit", "orders you asked for are held for credit", number
            ),
            address=f"{reverse('own_orders')}?state=held",
            act=_("To your orders"),
            lines=tuple(_line(row, actor) for row in rows[:SHOWN]),
        )


def _line(row: Any, actor: Actor) -> Line:
    address = reverse("order", args=[row.order_no]) if actor.may("orders.read") else ""
    return Line(
        f"{row.order_no} {row.customer.name}", address, hold_words.amount(row.amount_minor, row.currency)
    )
