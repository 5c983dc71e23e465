"""What one customer has open: which bills, and what could settle them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.receivables.models import Receipt, ReceiptVoiding, ReturnedPayment
from xinheng.facts.receivables.standing import FREE_RECEIPTS, OPEN_BILLS, Standing, Whose, rows
from xinheng.facts.receivables.values import OpenItem, OpenItems

MOST_OFFERED = 200


def open_items(customer: Any, *, as_of: date, most: int = MOST_OFFERED) -> OpenItems:
    """The customer's open bills, receipts and credit bills with something left; up to `most` each."""
    whose, standing = Whose.one(customer.pk), Standing(as_of)
    bills = f"""
        WITH {OPEN_BILLS}
        SELECT b.bill_no, b.billed_on, b.currency, o.open_minor
        FROM open_bill o JOIN receivables_bill b ON b.id = o.id
        WHERE <sign> ORDER BY b.due_on, b.id LIMIT {most}
    """
    receipts = f"""
        WITH {FREE_RECEIPTS}
        SELECT r.receipt_no, r.received_on, r.currency, f.free_minor
        FROM free_receipt f JOIN receivables_receipt r ON r.id = f.id
        WHERE f.free_minor > 0 ORDER BY r.received_on, r.id LIMIT {most}
    """
    return OpenItems(
        _items(rows(bills.replace("<sign>", "o.open_minor > 0"), standing, whose)),
        _items(rows(receipts, standing, whose)),
        _items(rows(bills.replace("<sign>", "o.open_minor < 0"), standing, whose)),
    )


def file_figures(customer: Any, *, as_of: date) -> dict[str, str]:
    """What the ledger says of items of the credit file, as text: receipts of the twelve months to the day.

    Only of money in yuan, as the file's amounts are; a customer that never paid in yuan has no figure.
    """
    void = ReceiptVoiding.objects.filter(receipt=OuterRef("pk"))
    returned = ReturnedPayment.objects.filter(receipt=OuterRef("pk"), returned_on__lte=as_of)
    paid = Receipt.objects.filter(~Exists(void), ~Exists(returned), customer=customer, currency="CNY")
    paid = paid.filter(received_on__lte=as_of)
    if not paid.exists():
        return {}
    year = paid.filter(received_on__gt=add_months(as_of, -12)).aggregate(total=Sum("amount_minor"))
    return {"receipts_year": str(Money(year["total"] or 0).decimal)}


def _items(found: list[tuple[Any, ...]]) -> tuple[OpenItem, ...]:
    return tuple(
        OpenItem(no, _day(day), Money(abs(int(minor)), currency)) for no, day, currency, minor in found
    )


def _day(kept: Any) -> date:
    return kept if isinstance(kept, date) else date.fromisoformat(kept)
