"""What reviews and approvals call a person for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.base.approvals import queries as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.reviews import queries as reviews
from xinheng.web.pages.attention import Call, Line
from xinheng.web.pages.review_sheets import address_of

SHOWN = 5


def of_approvals(actor: Actor, on: date) -> Iterator[Call]:
    """What waits for the actor's signature."""
    waiting = list(approvals.inbox(actor, on=on))
    if not waiting:
        return
    chinese = reads_chinese()
    late = sum(bool(one.due_on and one.due_on < on) for one in waiting)
    yield Call(
        code="approvals",
        tone="bad" if late else "warn",
        icon="inbox",
        number=str(len(waiting)),
        sentence=ngettext("matter waits for your signature", "matters wait for your signature", len(waiting)),
        address=reverse("inbox"),
        act=_("To the approvals"),
        lines=tuple(
            Line(
                one.title if chinese else one.title_en,
                address_of(one),
                f"{one.due_on:%Y-%m-%d}" if one.due_on else "",
                "bad" if one.due_on and one.due_on < on else "",
            )
            for one in waiting[:SHOWN]
        ),
    )


def of_reviews(actor: Actor, on: date) -> Iterator[Call]:
    """The reviews that should have been done before the day."""
    overdue = reviews.overdue(actor, on=on)
    number = overdue.count()
    if not number:
        return
    here = reverse("review_calendar") + "?due=overdue"
    yield Call(
        code="reviews",
        tone="bad",
        icon="calendar",
        number=f"{number:,}",
        sentence=ngettext("review is overdue", "reviews are overdue", number),
        address=here,
        act=_("To the review calendar"),
        lines=tuple(
            Line(row.customer.name, reverse("customer", args=[row.customer.no]), f"{row.next_due:%Y-%m-%d}")
            for row in overdue[:SHOWN]
        ),
    )
