"""What advances call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.advances import queries as advances
from xinheng.web.pages.attention import SHOWN, Call, Line

MAJOR = ("overdue", "above_limit", "plan_behind", "contract_expired", "exception_waiting")
RECENT = timedelta(days=14)


def of_advances(actor: Actor, on: date) -> Iterator[Call]:
    """What is to be done about advances; major risk and refused payouts first, for who is to be alerted."""
    policy = advances.in_force(on)
    if policy is None:
        return
    found = advances.duties_of(actor, on=on)
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    if roles & set(policy.alerted.roles):
        yield from _of_blocked(on)
    major = [one for one in found if one.code in MAJOR]
    usual = [one for one in found if one.code not in MAJOR]
    sentences = (
        ngettext("major risk of advances", "major risks of advances", len(major)),
        ngettext("duty on advances", "duties on advances", len(usual)),
    )
    for code, tone, duties, sentence in (
        ("advances_risk", "bad", major, sentences[0]),
        ("advances_duties", "warn", usual, sentences[1]),
    ):
        if duties:
            yield Call(
                code=code,
                tone=tone,
                icon="clock-exclamation",
                number=f"{len(duties):,}",
                sentence=sentence,
                address=reverse("advance_duties"),
                act=_("To the advances"),
                lines=tuple(
                    Line(
                        one.customer.name,
                        reverse("advances_of", args=[one.customer.no]),
                        str(advances.DUTIES[one.code]),
                        "bad" if one.is_late else "",
                    )
                    for one in duties[:SHOWN]
                ),
            )


def _of_blocked(on: date) -> Iterator[Call]:
    blocked = advances.blocked(on=on, since=on - RECENT)
    if blocked:
        yield Call(
            code="advances_blocked",
            tone="bad",
            icon="alert-triangle",
            number=f"{blocked:,}",
            sentence=ngettext(
                "payout beyond limit or period was stopped in the last 14 days",
                "payouts beyond limit or period were stopped in the last 14 days",
                blocked,
            ),
            address=reverse("advance_duties"),
            act=_("To the advances"),
        )
