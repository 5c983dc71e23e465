"""Rows for tests of measuring, written straight into the tables of the facts."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.facts.customers.models import Customer
from xinheng.facts.financials.models import Statement, StatementLine, TradeInvoice
from xinheng.facts.receivables.models import Bill, Receipt, Settlement, Voiding


def day(text: str) -> date:
    return date.fromisoformat(text)


def customer(no: str, told_on: str = "2020-01-01", **other: Any) -> Customer:
    return Customer.objects.create(
        no=no, kind="company", name=f"公司{no}", name_key=no, told_on=day(told_on), **other
    )


def bill(who: Customer, no: str, billed: str, due: str, yuan: int, *, told: str = "", **other: Any) -> Bill:
    return Bill.objects.create(
        customer=who,
        bill_no=no,
        billed_on=day(billed),
        due_on=day(due),
        amount_minor=yuan * 100,
        told_on=day(told or billed),
        **other,
    )


def pay(of: Bill, on: str, yuan: int, *, told: str = "", **other: Any) -> Settlement:
    receipt = Receipt.objects.create(
        customer=of.customer,
        receipt_no=f"R{Receipt.objects.count()}",
        received_on=day(on),
        amount_minor=yuan * 100,
        currency=of.currency,
        told_on=day(told or on),
    )
    return Settlement.objects.create(
        bill=of,
        receipt=receipt,
        settled_on=day(on),
        amount_minor=yuan * 100,
        told_on=day(told or on),
        **other,
    )


def void(of: Bill, on: str, *, told: str = "") -> Voiding:
    return Voiding.objects.create(bill=of, voided_on=day(on), told_on=day(told or on), reason="开错")


def invoice(who: Customer, side: str, no: str, on: str, yuan: int, **other: Any) -> TradeInvoice:
    values = {"counterparty": "B1", "tax_minor": yuan * 13, "told_on": day(on), **other}
    return TradeInvoice.objects.create(
        customer=who, side=side, invoice_no=no, issued_on=day(on), net_minor=yuan * 100, **values
    )


def statement(
    who: Customer, end: str, lines: dict[str, tuple[int | None, int | None]], **other: Any
) -> Statement:
    """Lines in 万元: closing and opening."""
    made = Statement.objects.create(
        customer=who, period_end=day(end), **{"is_consistent": True, "told_on": day(end), **other}
    )
    for item, (closing, opening) in lines.items():
        StatementLine.objects.create(
            statement=made,
            item=item,
            amount_minor=(closing or 0) * 1_000_000,
            opening_minor=None if opening is None else opening * 1_000_000,
        )
    return made
