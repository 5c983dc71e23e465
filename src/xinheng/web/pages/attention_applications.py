"""What applications for credit call a person for: late ones they are told of, agreements awaited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.applications import queries as applications
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_late(actor: Actor, on: date) -> Iterator[Call]:
    """Applications whose step is late and of which the actor is to be told (escalation)."""
    late = applications.escalated(actor, on=on)
    if not (number := late.count()):
        return
    yield Call(
        code="late_applications",
        tone="bad",
        icon="clock-exclamation",
        number=f"{number:,}",
        sentence=ngettext(
            "credit application is late in its chain", "credit applications are late in their chain", number
        ),
        address=f"{reverse('applications')}?which=late",
        act=_("To the late applications"),
        lines=tuple(
            Line(
                f"{one.customer.name} {Money(one.amount_minor, one.currency)}",
                reverse("application", args=[one.pk]),
                f"{one.request.due_on:%Y-%m-%d}" if one.request else "",
                "bad",
            )
            for one in late[:SHOWN]
        ),
    )


def of_agreements(actor: Actor, on: date) -> Iterator[Call]:
    """Approved credit that is not active because the signed agreement is awaited."""
    awaited = applications.awaiting_agreement(actor, on=on)
    if not (number := awaited.count()):
        return
    yield Call(
        code="agreements",
        tone="warn",
        icon="file-certificate",
        number=f"{number:,}",
        sentence=ngettext(
            "approved credit waits for its agreement", "approved credits wait for their agreements", number
        ),
        address=f"{reverse('applications')}?state=approved",
        act=_("To the approved applications"),
        lines=tuple(
            Line(one.customer.name, reverse("application", args=[one.pk]), f"{one.ended_on:%Y-%m-%d}")
            for one in awaited[:SHOWN]
        ),
    )


def of_below(actor: Actor, on: date) -> Iterator[Call]:
    """Customers whose approved limit lies below what they owe: to be watched; nothing is taken back."""
    rows = applications.below_exposure(actor, on=on)
    if not rows:
        return
    yield Call(
        code="below_exposure",
        tone="warn",
        icon="alert-triangle",
        number=f"{len(rows):,}",
        sentence=ngettext(
            "customer owes more than its approved limit",
            "customers owe more than their approved limit",
            len(rows),
        ),
        address=f"{reverse('applications')}?state=approved",
        act=_("To the approved applications"),
        lines=tuple(
            Line(one.customer.name, reverse("application", args=[one.pk]), f"{exposure} / {limit}", "bad")
            for one, exposure, limit in rows[:SHOWN]
        ),
    )
