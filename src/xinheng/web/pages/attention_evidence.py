"""What investigations and reports from the field call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.web.pages.attention import SHOWN, Call, Line


def of_urgent_reports(actor: Actor, on: date) -> Iterator[Call]:
    """The urgent reports no manager read yet; bad once one waits longer than a working day (ADV-07)."""
    seen = customers.field_reports_seen(actor, on=on)
    waiting = customers.unread(seen).order_by("told_on", "id")
    number = waiting.count()
    if not number:
        return
    late = customers.escalated(seen, on=on).values_list("pk", flat=True)
    escalated = set(late)
    yield Call(
        code="urgent_reports",
        tone="bad" if escalated else "warn",
        icon="alert-triangle",
        number=f"{number:,}",
        sentence=ngettext(
            "urgent report was read by no manager yet", "urgent reports were read by no manager yet", number
        ),
        address=f"{reverse('field_reports')}?kind=urgent",
        act=_("To the reports from the field"),
        lines=tuple(
            Line(
                f"{one.customer.name}: {one.text[:60]}",
                reverse("customer", args=[one.customer.no]),
                f"{one.told_on:%Y-%m-%d}",
                "bad" if one.pk in escalated else "",
            )
            for one in waiting[:SHOWN]
        ),
    )


def of_investigations(actor: Actor, on: date) -> Iterator[Call]:
    """The investigations that should have ended before the day."""
    late = customers.overdue(customers.investigations_seen(actor, on=on), on=on).order_by("due_on", "id")
    number = late.count()
    if not number:
        return
    yield Call(
        code="investigations",
        tone="bad",
        icon="search",
        number=f"{number:,}",
        sentence=ngettext("investigation is overdue", "investigations are overdue", number),
        address=f"{reverse('investigations')}?state=overdue",
        act=_("To the investigations"),
        lines=tuple(
            Line(
                f"{one.customer.name} · {one.assignee}",
                reverse("investigation", args=[one.pk]),
                f"{one.due_on:%Y-%m-%d}",
                "bad",
            )
            for one in late[:SHOWN]
        ),
    )
