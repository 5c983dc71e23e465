"""The audit trail as a file; the export itself is on the trail."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import queries
from xinheng.base.audit import services as audit
from xinheng.base.audit.values import Search
from xinheng.base.kernel.actors import Actor
from xinheng.reports import plain
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.values import Form


def export_trail(*, actor: Actor, on: date, wanted: Search, form: Form = "xlsx") -> bytes:
    """The entries that fit as a file, the newest first.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "audit.read", "trail")
    access.require(actor, "exports.read", "trail")
    found = queries.search(**wanted)
    told = {name: str(value) for name, value in wanted.items() if value}
    entries = found.iterator(chunk_size=2_000)
    if form != "xlsx":
        tally = Tally(_plain_row(entry) for entry in entries)
        content = plain.plain_file(plain.ENTRIES, tally, form)
    else:
        rows = found.count()
        if rows > MOST_ROWS:
            raise TooManyRows(rows=rows, most=MOST_ROWS)
        tally = Tally(_row(entry) for entry in entries)
        content = workbook(
            [Sheet(_("Audit trail"), _columns(), tally)],
            notes=notes_of(actor, on, told.items()),
            about=_("About this file"),
        )
    audit.record(actor=actor, act="exports.trail", subject="trail", on=on, after={**told, "rows": tally.rows})
    return content


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 10),
        Column(_("When"), width=20),
        Column(_("Business day"), "date", 12),
        Column(_("Login"), width=16),
        Column(_("Name"), width=16),
        Column(_("Way in"), width=10),
        Column(_("Act"), width=28),
        Column(_("Subject"), width=24),
        Column(_("Outcome"), width=10),
        Column(_("Reason"), width=40),
        Column(_("Before"), width=40),
        Column(_("After"), width=40),
    ]


def _row(entry: Any) -> tuple[Any, ...]:
    return (
        entry.pk,
        f"{entry.at.astimezone(timezone.get_current_timezone()):%Y-%m-%d %H:%M:%S}",
        entry.business_day,
        entry.actor_login,
        entry.actor_name,
        entry.via,
        entry.act,
        entry.subject,
        _("done") if entry.outcome == "done" else _("refused"),
        entry.reason,
        _text(entry.before),
        _text(entry.after),
    )


def _plain_row(entry: Any) -> tuple[Any, ...]:
    names = [name for name in plain.ENTRIES.names if name not in {"before", "after"}]
    return (*(getattr(entry, name) for name in names), _text(entry.before), _text(entry.after))


def _text(told: Any) -> str:
    return "" if told is None else json.dumps(told, ensure_ascii=False)
