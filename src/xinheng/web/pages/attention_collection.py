"""What collection calls a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection.values import WantedCases
from xinheng.web.pages.attention import SHOWN, Call, Line

SOON = 30  # days before another time of the law from which it is called


def of_collection(actor: Actor, on: date) -> Iterator[Call]:
    """The own next steps, cases without activity, and times of the law that end soon."""
    due = WantedCases(collector=actor.login, due=True, sort="next")
    yield from _of_cases(actor, on, due, "collection_due", "warn", "clock-exclamation")
    if actor.may("collection.assign"):
        idle = WantedCases(idle=True, sort="active")
        yield from _of_cases(actor, on, idle, "collection_idle", "bad", "alert-triangle")
    yield from _of_deadlines(actor, on)


def _of_cases(actor: Actor, on: date, wanted: WantedCases, code: str, tone: str, icon: str) -> Iterator[Call]:
    rows = collection.cases(actor, wanted, on=on)
    number = rows.count()
    sentence = {
        "collection_due": ngettext(
            "case of yours whose next step is due", "cases of yours whose next step is due", number
        ),
        "collection_idle": ngettext(
            "collection case without activity", "collection cases without activity", number
        ),
    }[code]
    query = "?collector=me&which=due" if code == "collection_due" else "?which=idle"
    if number:
        yield Call(
            code=code,
            tone=tone,
            icon=icon,
            number=f"{number:,}",
            sentence=sentence,
            address=reverse("collection") + query,
            act=_("To the work list"),
            lines=tuple(
                Line(
                    one.customer.name,
                    reverse("collection_case", args=[one.pk]),
                    f"{Money(one.overdue_minor, one.currency)} · {one.next_step}",
                    tone,
                )
                for one in rows[:SHOWN]
            ),
        )


def _of_deadlines(actor: Actor, on: date) -> Iterator[Call]:
    rows = [one for one in collection.deadlines(actor, on=on)[:200] if (one.last_day - on).days <= SOON]
    if rows:
        yield Call(
            code="collection_deadlines",
            tone="bad",
            icon="alert-triangle",
            number=f"{len(rows):,}",
            sentence=ngettext("time of the law ends soon", "times of the law end soon", len(rows)),
            address=reverse("collection_limitation"),
            act=_("To the clocks"),
            lines=tuple(
                Line(
                    one.case.customer.name,
                    reverse("collection_case", args=[one.case_id]),
                    f"{one.last_day} {collection.clock_word(one.code, on=on)}",
                    "bad",
                )
                for one in rows[:SHOWN]
            ),
        )
