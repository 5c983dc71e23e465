"""What processes call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.judgements.processes import queries as processes
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_steps(actor: Actor, on: date) -> Iterator[Call]:
    """The steps of one's lanes that are older than their target."""
    late = processes.overdue_own(actor, on=on)
    number = late.count()
    if not number:
        return
    yield Call(
        code="steps",
        tone="bad",
        icon="clock-exclamation",
        number=f"{number:,}",
        sentence=ngettext(
            "step of your lane is older than its target",
            "steps of your lane are older than their target",
            number,
        ),
        address=f"{reverse('process_cases')}?which=mine-overdue",
        act=_("To these cases"),
        lines=tuple(
            Line(
                case.customer.name, reverse("process_case", args=[case.pk]), f"{case.due_on:%Y-%m-%d}", "bad"
            )
            for case in late[:SHOWN]
        ),
    )
