"""Customers by their terms, and orders in the sequence of handling, as Excel files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.judgements.terms import queries as terms
from xinheng.judgements.terms.values import Waiting, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_terms(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered customers with how they pay, in days, since when and what it rests on.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "terms")
    rows = terms.holders(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    columns = [
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Credit segment"), width=14),
        Column(_("Payment"), width=20),
        Column(_("Days of credit"), "count", 12),
        Column(_("Grade"), width=10),
        Column(_("Steps lowered"), "count", 10),
        Column(_("Holds from"), "date", 12),
        Column(_("Last day"), "date", 12),
        Column(_("Rests on"), width=24),
        Column(_("Reason"), width=40),
        Column(_("By"), width=14),
    ]
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_lines(rows))
    content = workbook(
        [Sheet(_("Customers by terms"), columns, tally)],
        notes=notes_of(actor, on, asked.items()), about=_("About this file"),
    )  # fmt: skip
    audit.record(
        actor=actor, act="exports.terms", subject="terms", on=on, after={**asked, "rows": tally.rows}
    )
    return content


def export_sequence(*, actor: Actor, on: date, policy_code: str = "") -> bytes:
    """Undelivered orders in the sequence of handling. Refuses: AccessDenied, TermsNotInForce, TooManyRows."""
    access.require(actor, "exports.read", "terms")
    rows = terms.sequence(actor, on=on, policy_code=policy_code)
    if len(rows) > MOST_ROWS:
        raise TooManyRows(rows=len(rows), most=MOST_ROWS)
    columns = [
        Column(_("No."), "count", 8),
        Column(_("Order"), width=18),
        Column(_("Customer no."), width=16),
        Column(_("Name"), width=32),
        Column(_("Grade"), width=10),
        Column(_("Score"), width=10),
        Column(_("Handled first"), width=12),
        Column(_("Ordered on"), "date", 12),
        Column(_("Promised by"), "date", 12),
        Column(_("Days left"), "count", 10),
        Column(_("Planned delivery"), "date", 12),
        Column(_("Undelivered"), "money", 16),
        Column(_("Currency"), width=10),
    ]
    tally = Tally(_in_order(rows))
    content = workbook(
        [Sheet(_("Orders in sequence"), columns, tally)],
        notes=notes_of(actor, on, []), about=_("About this file"),
    )  # fmt: skip
    audit.record(actor=actor, act="exports.sequence", subject="terms", on=on, after={"rows": tally.rows})
    return content


def _lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    for one in rows.order_by("customer__no", "segment").iterator(chunk_size=2_000):
        yield (
            one.customer.no, one.customer.name, one.segment, str(terms.PAYMENTS[one.payment]), one.days,
            one.grade, one.lowered, one.from_on, one.until_on, terms.source_word(one.source), one.reason,
            one.told_by,
        )  # fmt: skip


def _in_order(rows: list[Waiting]) -> Iterator[tuple[Any, ...]]:
    for number, one in enumerate(rows, 1):
        yield (
            number, one.order_no, one.customer_no, one.customer_name, one.grade,
            "" if one.score is None else f"{one.score.normalize():f}", _("yes") if one.is_first else "",
            one.ordered_on, one.latest_on, one.slack_days, one.ship_on, one.undelivered,
            one.undelivered.currency,
        )  # fmt: skip
