"""Held orders, orders and severe problems as Excel: what the lists show, all of it; each is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders.queries import OrderWanted
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits.queries import DeskWanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

A_BATCH = 1_000


def export_holds(*, actor: Actor, on: date, wanted: DeskWanted) -> bytes:
    """The held orders that pass the filters, ranked as on the desk. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "holds")
    rows = _few(credit.held_orders(actor, wanted, on=on))
    columns = [
        Column(_("Order no."), width=18), Column(_("Customer no."), width=14), Column(_("Name"), width=30),
        Column(_("Grade"), width=8), Column(_("Amount"), "money", 16), Column(_("Currency"), width=8),
        Column(_("Held since"), "date", 12), Column(_("Days held"), "count", 10),
        Column(_("Over the limit"), "money", 16), Column(_("Why"), width=60),
        Column(_("What would clear it"), width=60), Column(_("Unit"), width=16),
        Column(_("Salesperson"), width=12), Column(_("Asked for by"), width=14),
    ]  # fmt: skip
    asked = {name: value for name, value in asdict(wanted).items() if value}
    return _written(actor, on, ("holds", _("Held orders"), columns), _held(actor, rows, on), asked)


def export_orders(*, actor: Actor, on: date, wanted: OrderWanted, state: str = "") -> bytes:
    """The orders that pass the filters, the last told first. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "orders")
    rows = orders.orders_seen(actor, wanted, on=on)
    rows = _few(rows.filter(order_no__in=credit.in_state(state)) if state else rows)
    columns = [
        Column(_("Order no."), width=18), Column(_("Customer no."), width=14), Column(_("Name"), width=30),
        Column(_("Version"), "count", 8), Column(_("Ordered on"), "date", 12),
        Column(_("Planned"), "date", 12), Column(_("Amount"), "money", 16), Column(_("Currency"), width=8),
        Column(_("Delivered"), "money", 16), Column(_("Billed"), "money", 16),
        Column(_("Undelivered"), "money", 16), Column(_("Credit"), width=18),
    ]  # fmt: skip
    asked = {name: value for name, value in {**asdict(wanted), "state": state}.items() if value}
    return _written(actor, on, ("orders", _("Orders"), columns), _ordered(rows), asked)


def export_severe(*, actor: Actor, on: date) -> bytes:
    """The severe problems of a day, ranked; a quiet day is a sheet without rows. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "holds")
    columns = [
        Column(_("Customer no."), width=14), Column(_("Name"), width=30), Column(_("Currency"), width=8),
        Column(_("Exposure"), "money", 16), Column(_("Over the limit"), "money", 16),
        Column(_("Overdue"), "money", 16), Column(_("Oldest, days past due"), "count", 12),
        Column(_("Held orders"), "count", 10), Column(_("Status of the account"), width=16),
        Column(_("Stop proposed"), width=12),
    ]  # fmt: skip
    rows = (
        (
            line.customer.no, line.customer.name, line.exposure.currency, line.exposure, line.over,
            line.overdue, line.oldest_days, line.held, str(credit.STATUSES[line.status]),
            _("yes") if line.stop_proposed else "",
        )
        for line in credit.severe_problems(actor, on=on).lines
    )  # fmt: skip
    return _written(actor, on, ("severe_problems", _("Severe problems"), columns), rows, {})


def _few(rows: Any) -> Any:
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    return rows


def _batches(rows: Any) -> Iterator[list[Any]]:
    coming = rows.iterator(chunk_size=A_BATCH)
    while some := list(islice(coming, A_BATCH)):
        yield some


def _held(actor: Actor, rows: Any, on: date) -> Iterator[tuple[Any, ...]]:
    for some in _batches(rows):
        for line in credit.lines(actor, some, on=on):
            held = line.credit
            currency = held.account.currency
            yield (
                held.order_no, held.customer.no, held.customer.name, line.grade, line.amount,
                line.amount.currency, held.since, line.days, Money(held.over_minor, currency),
                "; ".join(credit.told(reason, currency) for reason in line.reasons),
                "; ".join(credit.way_told(way, currency) for way in line.ways),
                line.unit, line.person, held.asked_by,
            )  # fmt: skip


def _ordered(rows: Any) -> Iterator[tuple[Any, ...]]:
    for some in _batches(rows.order_by("-pk")):
        states = credit.states_of([row.order_no for row in some])
        for row, order in zip(some, orders.stands_of(some), strict=True):
            yield (
                order.order_no, row.customer.no, row.customer.name, order.version, order.ordered_on,
                order.ship_on, order.amount, order.amount.currency, order.delivered, order.billed,
                order.undelivered, str(credit.STATES[states.get(order.order_no, "unchecked")]),
            )  # fmt: skip


def _written(
    actor: Actor, on: date, sheet: tuple[str, str, list[Column]], rows: Any, asked: dict[str, Any]
) -> bytes:
    code, title, columns = sheet
    tally = Tally(rows)
    content = workbook(
        [Sheet(title, columns, tally)], notes=notes_of(actor, on, asked.items()), about=_("About this file")
    )
    audit.record(actor=actor, act=f"exports.{code}", subject=code, on=on, after={**asked, "rows": tally.rows})
    return content
