"""What other systems were told, as a workbook; the export itself is on the trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.webhooks import queries
from xinheng.base.webhooks.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_deliveries(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The deliveries that fit, the newest first. Refuses: AccessDenied, ReachTooSmall, TooManyRows."""
    access.require(actor, "exports.read", "webhooks")
    found = queries.deliveries(actor, wanted)
    told = {name: str(value) for name, value in asdict(wanted).items() if value}
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    words = queries.events()
    tally = Tally(_row(one, words.get(one.event.event, one.event.event)) for one in found.iterator(2_000))
    content = workbook(
        [Sheet(_("Deliveries"), _columns(), tally)],
        notes=notes_of(actor, on, told.items()),
        about=_("About this file"),
    )
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.webhooks", subject="webhooks", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 10),
        Column(_("When"), width=20),
        Column(_("Webhook"), width=20),
        Column(_("Event"), width=24),
        Column(_("Subject"), width=24),
        Column(_("Message"), width=38),
        Column(_("State"), width=14),
        Column(_("Tries"), "count", 8),
        Column(_("Why not"), width=60),
    ]


def _row(one: Any, event: str) -> tuple[Any, ...]:
    return (
        one.pk,
        f"{one.event.at.astimezone(timezone.get_current_timezone()):%Y-%m-%d %H:%M:%S}",
        one.subscription.name,
        event,
        one.subject,
        one.event.message_id,
        str(queries.STATES[one.state]),
        one.tries,
        queries.fault_of(one),
    )
