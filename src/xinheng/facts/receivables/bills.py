"""The bills and receipts of one customer, a page at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.paging import older_than
from xinheng.facts.receivables.models import (
    Bill,
    Instalment,
    InstalmentPlan,
    Receipt,
    ReceiptVoiding,
    ReturnedPayment,
    Settlement,
    Voiding,
)
from xinheng.facts.receivables.standing import FAR
from xinheng.facts.receivables.values import (
    BillPage,
    BillRow,
    ReceiptPage,
    ReceiptRow,
    SettlementPage,
    SettlementRow,
)

PAGE_ROWS = 50


def first_billed_on(customer: Any, *, as_of: date) -> date | None:
    """The day of the customer's first bill up to a day, void ones left out; None: never billed."""
    void = Voiding.objects.filter(bill=OuterRef("pk"), voided_on__lte=as_of)
    bills = Bill.objects.filter(~Exists(void), customer=customer, billed_on__lte=as_of)
    return bills.order_by("billed_on").values_list("billed_on", flat=True).first()


def bills_of(
    customer: Any, *, as_of: date, after: str = "", limit: int = PAGE_ROWS, known_on: date | None = None
) -> BillPage:
    """The customer's bills as of a day, newest first, void ones marked.

    after: what the page before gave, "" for the first. An `after` that no page gave is the first page.
    Costs a handful of statements, whatever the length of the ledger behind the page.
    """
    known = known_on or FAR
    voided = Voiding.objects.filter(bill=OuterRef("pk"), voided_on__lte=as_of, told_on__lte=known)
    bills = Bill.objects.filter(customer=customer, billed_on__lte=as_of, told_on__lte=known)
    bills = (
        older_than(bills, after, "billed_on").annotate(is_void=Exists(voided)).order_by("-billed_on", "-pk")
    )
    page = list(bills.select_related("arises_from")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    made = tuple(_rows(page, as_of=as_of, known=known))
    return BillPage(made, f"{page[-1].billed_on}:{page[-1].pk}" if more else "")


def receipts_of(customer: Any, *, as_of: date, limit: int = PAGE_ROWS) -> list[ReceiptRow]:
    """The customer's last receipts as of a day, newest first, with what no bill has taken."""
    return list(receipt_page(customer, as_of=as_of, limit=limit).rows)


def receipt_page(customer: Any, *, as_of: date, after: str = "", limit: int = PAGE_ROWS) -> ReceiptPage:
    """The customer's receipts as of a day, newest first, with what no bill has taken.

    after: what the page before gave, "" for the first.
    """
    void = ReceiptVoiding.objects.filter(receipt=OuterRef("pk"))
    rows = Receipt.objects.filter(customer=customer, received_on__lte=as_of).annotate(is_void=Exists(void))
    page = list(older_than(rows, after, "received_on").order_by("-received_on", "-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    return ReceiptPage(
        tuple(_receipt_rows(page, as_of=as_of)), f"{page[-1].received_on}:{page[-1].pk}" if more else ""
    )


def settlement_page(customer: Any, *, as_of: date, after: str = "", limit: int = PAGE_ROWS) -> SettlementPage:
    """What was settled of the customer's bills by a day, newest first; what was taken back is marked.

    after: what the page before gave, "" for the first.
    """
    back = Settlement.objects.filter(reverses=OuterRef("pk"))
    rows = Settlement.objects.filter(bill__customer=customer, settled_on__lte=as_of, reverses__isnull=True)
    rows = rows.filter(write_off__isnull=True)
    rows = rows.annotate(is_reversed=Exists(back)).select_related("bill", "receipt", "credit_bill")
    page = list(older_than(rows, after, "settled_on").order_by("-settled_on", "-pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    made = tuple(
        SettlementRow(
            id=row.pk,
            settled_on=row.settled_on,
            bill_no=row.bill.bill_no,
            receipt_no=row.receipt.receipt_no if row.receipt else "",
            credit_bill_no=row.credit_bill.bill_no if row.credit_bill else "",
            amount=Money(row.amount_minor, row.bill.currency),
            told_on=row.told_on,
            is_reversed=row.is_reversed,
        )
        for row in page
    )
    return SettlementPage(made, f"{page[-1].settled_on}:{page[-1].pk}" if more else "")


def _receipt_rows(page: list[Any], *, as_of: date) -> list[ReceiptRow]:
    used = dict(
        Settlement.objects.filter(receipt__in=[row.pk for row in page], settled_on__lte=as_of)
        .values_list("receipt_id")
        .annotate(Sum("amount_minor"))
    )
    returned = dict(
        ReturnedPayment.objects.filter(
            receipt__in=[row.pk for row in page], returned_on__lte=as_of
        ).values_list("receipt", "returned_on")
    )
    return [
        ReceiptRow(
            row.receipt_no,
            row.received_on,
            Money(row.amount_minor, row.currency),
            Money(_free(row, used, returned), row.currency),
            row.method,
            row.is_void,
            row.reference,
            row.payer,
            row.purpose,
            row.order_no,
            returned.get(row.pk),
        )
        for row in page
    ]


def _free(row: Any, used: dict[int, int], returned: dict[int, date]) -> int:
    return 0 if row.is_void or row.pk in returned else row.amount_minor - used.get(row.pk, 0)


def bill_now(customer: Any, bill_no: str) -> BillRow | None:
    """The last version of a bill with all that is known of it, a void one too; None where there is none."""
    bills = Bill.objects.filter(customer=customer, bill_no=bill_no).select_related("arises_from")
    bill = bills.order_by("-version").first()
    if bill is None:
        return None
    bill.is_void = Voiding.objects.filter(bill=bill).exists()  # type: ignore[attr-defined]
    (row,) = _rows([bill], as_of=FAR, known=FAR)
    return replace(row, overdue_days=0)


def bills_by_key(keys: list[int], *, as_of: date) -> dict[int, BillRow]:
    """Bills by their keys as of a day, void ones too; for rooms that keep a key of a bill."""
    voided = Voiding.objects.filter(bill=OuterRef("pk"), voided_on__lte=as_of)
    bills = Bill.objects.filter(pk__in=keys).annotate(is_void=Exists(voided)).order_by("-billed_on", "-pk")
    found = list(bills.select_related("arises_from"))
    rows = _rows(found, as_of=as_of, known=FAR)
    return {bill.pk: row for bill, row in zip(found, rows, strict=True)}


def _rows(bills: list[Any], *, as_of: date, known: date) -> list[BillRow]:
    ids = [bill.pk for bill in bills]
    settled = _settled(ids, as_of=as_of, known=known)
    parts, given_up = _parts(ids, as_of=as_of, known=known), _written_off(ids, as_of=as_of, known=known)
    return [
        _row(bill, settled[bill.pk], parts[bill.pk], given_up.get(bill.pk, 0), as_of=as_of) for bill in bills
    ]


def _parts(bill_ids: list[int], *, as_of: date, known: date) -> dict[int, list[tuple[date, int]]]:
    """By bill, the days its instalments are due and what they and those before them come to."""
    plans = InstalmentPlan.objects.filter(bill__in=bill_ids, agreed_on__lte=as_of, told_on__lte=known)
    last = dict(plans.order_by("version").values_list("bill", "pk"))
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    parts = Instalment.objects.filter(plan__in=last.values()).order_by("plan", "no")
    for bill_id, due_on, before, minor in parts.values_list(
        "plan__bill", "due_on", "before_minor", "amount_minor"
    ):
        found[bill_id].append((due_on, before + minor))
    return found


def _written_off(bill_ids: list[int], *, as_of: date, known: date) -> dict[int, int]:
    rows = Settlement.objects.filter(bill__in=bill_ids, write_off__isnull=False, settled_on__lte=as_of)
    found = rows.filter(told_on__lte=known).order_by().values_list("bill").annotate(Sum("amount_minor"))
    return dict(found)


def _settled(bill_ids: list[int], *, as_of: date, known: date) -> dict[int, list[tuple[date, int]]]:
    """By bill, the days something was settled and how much, what was taken back left out."""
    rows = Settlement.objects.filter(settled_on__lte=as_of, told_on__lte=known)
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for role in ("bill_id", "credit_bill_id"):
        by_day = rows.filter(**{f"{role}__in": bill_ids}).values_list(role, "settled_on")
        sign = 1 if role == "bill_id" else -1
        for bill_id, day, minor in by_day.annotate(Sum("amount_minor")).order_by():
            if minor:
                found[bill_id].append((day, sign * minor))
    return found


def _row(
    bill: Any, settled: list[tuple[date, int]], parts: list[tuple[date, int]], given_up: int, *, as_of: date
) -> BillRow:
    open_minor = 0 if bill.is_void else bill.amount_minor - sum(minor for _, minor in settled)
    cleared = not open_minor and settled and not bill.is_void
    paid = bill.amount_minor - open_minor
    next_due = next((due for due, until in parts if until > paid), bill.due_on) if open_minor else None
    return BillRow(
        bill_no=bill.bill_no,
        billed_on=bill.billed_on,
        due_on=bill.due_on,
        amount=Money(bill.amount_minor, bill.currency),
        open=Money(open_minor, bill.currency),
        overdue_days=max(0, (as_of - next_due).days) if next_due and open_minor > 0 else 0,
        settled_on=max(day for day, _ in settled) if cleared else None,
        is_void=bill.is_void,
        kind=bill.kind,
        arises_from=bill.arises_from.bill_no if bill.arises_from else "",
        instalments=len(parts),
        next_due_on=next_due,
        written_off=Money(given_up, bill.currency) if given_up else None,
    )
