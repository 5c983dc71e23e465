"""Interest and fees as a workbook: what was charged, and what came up since; the export is on the trail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.charges import queries
from xinheng.operations.charges.values import Asked, ChargeTerms
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook


def export_charges(*, actor: Actor, on: date, asked: Asked) -> bytes:
    """The charges that pass the filters. Refuses: AccessDenied, TooManyRows."""
    access.require(actor, "exports.read", "charges")
    found = queries.charges(actor, asked, on=on)
    if (rows := found.count()) > MOST_ROWS:
        raise TooManyRows(rows=rows, most=MOST_ROWS)
    told = {name: str(value) for name, value in asdict(asked).items() if value}
    document = queries.document(on)
    tally = Tally(_row(one, document) for one in found.iterator(2_000))
    sheet = Sheet(_("Charges"), _columns(), tally)
    content = workbook([sheet], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.charges", subject="charges", on=on, after=after)
    return content


def export_accrued(*, actor: Actor, on: date, as_of: date) -> bytes:
    """What came up until a day and was not charged. Refuses: AccessDenied, RateUnknown, TooManyRows."""
    access.require(actor, "exports.read", "charges")
    found = queries.accrued_within(actor, as_of=as_of, on=on).rows
    if found.height > MOST_ROWS:
        raise TooManyRows(rows=found.height, most=MOST_ROWS)
    named = customers.numbers_and_names(found["customer_id"].unique().to_list())
    document = queries.document(on)
    tally = Tally(_accrued(row, named, document) for row in found.iter_rows(named=True))
    sheet = Sheet(_("Not charged yet"), _accrued_columns(), tally)
    told = {"as_of": as_of.isoformat()}
    content = workbook([sheet], notes=notes_of(actor, on, told.items()), about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.accrued", subject="charges", on=on, after=after)
    return content


def scheme_word(code: str, document: ChargeTerms) -> str:
    """The name of a scheme in the reader's language; one the document does not know by its code."""
    found = document.scheme(code)
    if found is None:
        return code
    return found.zh if reads_chinese() else found.en


def _columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8), Column(_("Customer no."), width=14), Column(_("Customer"), width=28),
        Column(_("Bill number"), width=18), Column(_("Claim"), width=18), Column(_("Scheme"), width=28),
        Column(_("From"), "date", 12), Column(_("Until"), "date", 12), Column(_("Days"), "count", 8),
        Column(_("Amount"), "money", 16), Column(_("Currency"), width=8), Column(_("Waived"), "money", 16),
        Column(_("Why waived"), width=30), Column(_("Charged on"), "date", 12),
        Column(_("Accrual run"), "count", 8),
    ]  # fmt: skip


def _row(one: Any, document: ChargeTerms) -> tuple[Any, ...]:
    amount, waived = Money(one.amount_minor, one.currency), Money(one.waived_minor, one.currency)
    return (
        one.pk, one.customer.no, one.customer.name, one.bill.bill_no, one.claim_no,
        scheme_word(one.scheme, document), one.from_on, one.until_on, one.days, amount.decimal, one.currency,
        waived.decimal if one.waived_minor else None, one.waived_why, one.told_on, one.run_id,
    )  # fmt: skip


def _accrued_columns() -> list[Column]:
    return [
        Column(_("Customer no."), width=14), Column(_("Customer"), width=28),
        Column(_("Bill number"), width=18), Column(_("Instalment"), "count", 8), Column(_("Due on"), "date",
        12), Column(_("Scheme"), width=28),
        Column(_("From"), "date", 12), Column(_("Until"), "date", 12), Column(_("Days"), "count", 8),
        Column(_("Amount"), "money", 16), Column(_("Currency"), width=8),
    ]  # fmt: skip


def _accrued(
    row: dict[str, Any], named: dict[int, tuple[str, str]], document: ChargeTerms
) -> tuple[Any, ...]:
    no, name = named[row["customer_id"]]
    amount: Decimal = Money(row["minor"], row["currency"]).decimal
    return (
        no, name, row["bill_no"], row["instalment"] or None, row["due_on"],
        scheme_word(row["scheme"], document), row["from_on"], row["until_on"], row["days"], amount,
        row["currency"],
    )  # fmt: skip
