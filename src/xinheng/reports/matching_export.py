"""Proposals of cash application, money not matched and lines of the bank, as Excel; it is on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching.values import Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook

AT_ONCE = 500


def export_matching(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The filtered proposals, a row a bill they pay; all money not matched and all lines of the bank.

    Refuses: AccessDenied, TooManyRows.
    """
    access.require(actor, "exports.read", "matching")
    rows = matching.proposals(actor, wanted, on=on)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    asked = {name: value for name, value in asdict(wanted).items() if value}
    tally = Tally(_lines(rows))
    content = workbook(
        [
            Sheet(_("Proposals of application"), _columns(), tally),
            Sheet(_("Money not matched"), _free_columns(), _free(actor, on)),
            Sheet(_("Bank statements"), _bank_columns(), _bank(actor, on)),
        ],
        notes=notes_of(actor, on, asked.items()),
        about=_("About this file"),
    )
    after = {**asked, "rows": tally.rows}
    audit.record(actor=actor, act="exports.matching", subject="matching", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8), Column(_("Customer no."), width=16), Column(_("Name"), width=32),
        Column(_("Receipt"), width=24), Column(_("Received"), "date", 12), Column(_("Payer"), width=28),
        Column(_("Text"), width=32), Column(_("Currency"), width=8), Column(_("Free"), "money", 16),
        Column(_("Bill"), width=24), Column(_("Paid by"), width=16), Column(_("Amount"), "money", 16),
        Column(_("How it was found"), width=16), Column(_("How sure"), "share", 10),
        Column(_("Sets that fit"), "count", 10), Column(_("State"), width=14),
        Column(_("Decided by"), width=14), Column(_("Decided on"), "date", 12), Column(_("Reason"), width=30),
    ]  # fmt: skip


def _lines(rows: Any) -> Iterator[tuple[Any, ...]]:
    found = rows.iterator(chunk_size=AT_ONCE)
    while some := [one for _at, one in zip(range(AT_ONCE), found, strict=False)]:
        by_proposal = matching.lines_of(some)
        for one in some:
            for line in by_proposal[one.pk]:
                yield (
                    one.pk, one.customer.no, one.customer.name, one.receipt.receipt_no,
                    one.receipt.received_on, one.receipt.payer, one.receipt.reference, one.currency,
                    Money(one.free_minor, one.currency).decimal, line.bill.bill_no,
                    line.credit_bill.bill_no if line.credit_bill else "",
                    Money(line.amount_minor, one.currency).decimal, one.way, one.confidence,
                    one.alternatives, str(matching.STATE_WORDS[one.state]), one.decided_by, one.decided_on,
                    one.reason,
                )  # fmt: skip


def _free_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=16), Column(_("Name"), width=32), Column(_("Receipt"), width=24),
        Column(_("Received"), "date", 12), Column(_("Payer"), width=28), Column(_("Text"), width=32),
        Column(_("Currency"), width=8), Column(_("Left"), "money", 16),
    ]  # fmt: skip


def _free(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for row in matching.unmatched(actor, on=on).head(MOST_ROWS).iter_rows(named=True):
        yield (
            row["no"], row["name"], row["receipt_no"], row["received_on"], row["payer"], row["reference"],
            row["currency"], Money(row["free_minor"], row["currency"]).decimal,
        )  # fmt: skip


def _bank_columns() -> list[Column]:
    return [
        Column(_("Our account"), width=24), Column(_("Serial"), width=24), Column(_("Day"), "date", 12),
        Column(_("Payer"), width=28), Column(_("Payer's account"), width=24), Column(_("Text"), width=32),
        Column(_("Currency"), width=8), Column(_("Amount"), "money", 16), Column(_("State"), width=16),
        Column(_("Customer no."), width=16), Column(_("Receipt"), width=24), Column(_("Reason"), width=30),
    ]  # fmt: skip


def _bank(actor: Actor, on: date) -> Iterator[tuple[Any, ...]]:
    for row in matching.bank_lines(actor, on=on)[:MOST_ROWS].iterator(chunk_size=2_000):
        yield (
            row.account, row.serial, row.booked_on, row.payer, row.payer_account, row.reference,
            row.currency, Money(row.amount_minor, row.currency).decimal,
            str(matching.BANK_STATES[row.state]), row.customer.no if row.customer else "", row.receipt_no,
            row.reason,
        )  # fmt: skip
