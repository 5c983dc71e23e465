"""Bills of exchange and deposits as Excel; the export is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.instruments.values import FORMS, KINDS, STATES
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_instruments(*, actor: Actor, on: date, text: str = "", state: str = "", kind: str = "") -> bytes:
    """The filtered bills of exchange, and all deposits within reach. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "instruments")
    rows = instruments.instruments(actor, on=on, text=text, state=state, kind=kind)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in (("text", text), ("state", state), ("kind", kind)) if value}
    tally = Tally(_lines(rows))
    content = workbook(
        [
            Sheet(_("Bills of exchange"), _columns(), tally),
            Sheet(_("Deposits"), _deposit_columns(), _deposits(actor, on)),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.instruments", subject="instruments", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Paper number"), width=32), Column(_("Kind"), width=20),
        Column(_("Form of the paper"), width=10),
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Drawer"), width=28),
        Column(_("Acceptor"), width=28), Column(_("Currency"), width=8), Column(_("Amount"), "money", 16),
        Column(_("Drawn on"), "date", 12), Column(_("Matures on"), "date", 12),
        Column(_("Received on"), "date", 12), Column(_("State"), width=12),
        Column(_("Counts as exposure"), "money", 16),
    ]  # fmt: skip


def _lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    for one in rows.iterator(chunk_size=2_000):
        yield (
            one.no, str(KINDS[one.kind]), str(FORMS[one.form]), one.customer.no, one.customer.name,
            one.drawer, one.acceptor, one.currency, Money(one.amount_minor, one.currency).decimal,
            one.issued_on, one.matures_on, one.received_on, str(STATES[one.state]),
            Money(one.counted_minor, one.currency).decimal,
        )  # fmt: skip


def _deposit_columns() -> list[Column]:
    return [
        Column(_("Deposit number"), width=20), Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Purpose"), width=32), Column(_("Currency"), width=8), Column(_("Due on"), "date", 12),
        Column(_("Deposit"), "money", 16), Column(_("Received"), "money", 16),
        Column(_("Applied to arrears"), "money", 16), Column(_("Refunded"), "money", 16),
        Column(_("Held by us"), "money", 16), Column(_("Still to come"), "money", 16),
    ]  # fmt: skip


def _deposits(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for one in instruments.deposits(actor, on=on)[:MOST_ROWS].iterator(chunk_size=2_000):
        stands = instruments.standing_of(one)
        yield (
            one.no, one.customer.no, one.customer.name, one.purpose, one.currency, one.due_on,
            *(getattr(stands, name).decimal
              for name in ("due", "received", "applied", "refunded", "held", "missing")),
        )  # fmt: skip
