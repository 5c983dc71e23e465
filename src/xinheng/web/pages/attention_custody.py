"""What the archive room calls a person for: papers to bring back, slips to serve, late hand-overs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody.values import WantedHandovers, WantedLoans
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_custody(actor: Actor, on: date) -> Iterator[Call]:
    """One's own overdue loans, or all for who keeps the archive; slips to serve; late hand-overs."""
    if not actor.may("custody.borrow") or not actor.may("dossiers.read"):
        return
    yield from _overdue(actor, on)
    if actor.may("custody.write"):
        yield from _to_hand_out(actor, on)
        yield from _late(actor, on)


def _overdue(actor: Actor, on: date) -> Iterator[Call]:
    holder = "" if actor.may("custody.write") else actor.login
    now = timestamp()
    found = custody.loans(actor, WantedLoans(overdue=True, holder=holder), on=on, at=now)
    if number := found.count():
        yield Call(
            code="loans", tone="bad", icon="archive", number=f"{number:,}",
            sentence=ngettext("paper is overdue", "papers are overdue", number),
            address=f"{reverse('custody_loans')}?overdue=1", act=_("To the loans"),
            lines=tuple(
                Line(one.paper.title, reverse("custody_loan", args=[one.pk]),
                     f"{one.holder} {at_site(one.due_at):%Y-%m-%d %H:%M}", "bad")
                for one in found[:SHOWN]
            ),
        )  # fmt: skip


def _to_hand_out(actor: Actor, on: date) -> Iterator[Call]:
    found = custody.slips(actor, on=on, state="approved")
    if number := found.count():
        yield Call(
            code="slips", tone="note", icon="inbox", number=f"{number:,}",
            sentence=ngettext("slip to serve", "slips to serve", number),
            address=f"{reverse('custody_slips')}?state=approved", act=_("To the slips"),
            lines=tuple(
                Line(one.dossier.title, reverse("custody_slip", args=[one.pk]), one.reader)
                for one in found[:SHOWN]
            ),
        )  # fmt: skip


def _late(actor: Actor, on: date) -> Iterator[Call]:
    if number := custody.late_count(actor, on=on):
        names = {code: one.words for code, one in custody.schemes(on).items()}
        yield Call(
            code="handovers", tone="warn", icon="signature", number=f"{number:,}",
            sentence=ngettext("hand-over is late", "hand-overs are late", number),
            address=f"{reverse('custody')}?late=1", act=_("To the register"),
            lines=tuple(
                Line(names.get(one.scheme, one.scheme), reverse("custody_handover", args=[one.pk]),
                     f"{one.due_on}", "bad")
                for one in custody.handovers(actor, on, WantedHandovers(late=True))[:SHOWN]
            ),
        )  # fmt: skip
