"""Bills and receipts by the file: appended in one go, inside the caller's transaction."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Sum

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import telling
from xinheng.facts.receivables.documents import BILLS_A_STATEMENT, bills_named
from xinheng.facts.receivables.errors import BillUnknown, CreditTooLarge
from xinheng.facts.receivables.models import Bill, Receipt, Voiding

BILL_COLUMNS = [
    "customer_id", "bill_no", "billed_on", "due_on", "amount_minor", "currency", "segment", "kind",
]  # fmt: skip
RECEIPT_COLUMNS = [
    "customer_id", "receipt_no", "received_on", "amount_minor", "currency", "method", "reference", "payer",
    "purpose", "order_no",
]  # fmt: skip
FILLED = {
    "currency": "CNY", "method": "", "segment": "", "kind": "goods", "reference": "", "payer": "",
    "purpose": "", "order_no": "",
}  # fmt: skip


@transaction.atomic
def post_bills(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post every bill of the frame; all or none. Gives how many.

    frame: customer_id, bill_no, billed_on, due_on, amount_minor (分, below zero: a credit bill),
    currency (CNY where left out), segment (left out: ""), kind (left out: goods), arises_from (number of the
    bill it arose of, posted or in the frame; left out or null: none), is_void (left out: false), voided_on
    (null: the day it was billed).
    The rows are checked before: a bill posted twice or an impossible row is an IntegrityError.
    Refuses: AccessDenied, BillUnknown (one that another arises from), CreditTooLarge.
    """
    require(actor, "receivables.write", f"batch:{batch_no}")
    ready = _told(frame, BILL_COLUMNS, batch_no=batch_no, told_on=told_on)
    void = frame.get_column("is_void", default=None)
    if void is None or not void.fill_null(value=False).any():
        standing = ready
    else:
        is_void = void.fill_null(value=False)
        _post_void(ready.filter(is_void), frame.filter(is_void))
        standing = ready.filter(~is_void)
    _append_bills(standing, frame)
    telling.tell_all(standing.with_columns(component=pl.lit("receivable"), minor="amount_minor"))
    _record("receivables.post_bills", ready, actor=actor, batch_no=batch_no, told_on=told_on)
    return ready.height


@transaction.atomic
def post_receipts(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post every receipt of the frame; all or none. Gives how many.

    frame: customer_id, receipt_no, received_on, amount_minor (分, above zero), currency (CNY where left
    out), and what may be left out: method, reference, payer, purpose, order_no. A receipt posted twice is an
    IntegrityError.
    Refuses: AccessDenied.
    """
    require(actor, "receivables.write", f"batch:{batch_no}")
    ready = _told(frame, RECEIPT_COLUMNS, batch_no=batch_no, told_on=told_on)
    bulk.append(Receipt, _by_customer(ready))
    telling.tell_all(ready.with_columns(component=pl.lit("prepaid"), minor="amount_minor"))
    _record("receivables.post_receipts", ready, actor=actor, batch_no=batch_no, told_on=told_on)
    return ready.height


def _told(frame: pl.DataFrame, wanted: list[str], *, batch_no: int | None, told_on: date) -> pl.DataFrame:
    columns = [column for column in wanted if column in frame.columns]
    filled = [pl.col(name).fill_null(value) for name, value in FILLED.items() if name in columns]
    told = [pl.lit(told_on).alias("told_on"), pl.lit(batch_no, dtype=pl.Int64).alias("batch_no")]
    return frame.select(columns).with_columns(*filled, *told)


def _append_bills(standing: pl.DataFrame, told: pl.DataFrame) -> None:
    """Bills, and after them those that arise of others, which may stand in the same frame."""
    if "arises_from" not in told.columns or told["arises_from"].null_count() == told.height:
        bulk.append(Bill, _by_customer(standing))
        return
    named = told.filter(pl.col("arises_from").is_not_null() & (pl.col("arises_from") != ""))
    keys = ["customer_id", "bill_no"]
    arising = standing.join(named.select(*keys, "arises_from"), on=keys)
    bulk.append(Bill, _by_customer(standing.join(named, on=keys, how="anti")))
    of = bills_named(arising.select("customer_id", bill_no="arises_from")).select(
        "customer_id", arises_from="bill_no", arises_from_id="bill_id"
    )
    found = arising.join(of, on=["customer_id", "arises_from"], how="left")
    if (unknown := found.filter(pl.col("arises_from_id").is_null())).height:
        raise BillUnknown(bill_no=unknown["arises_from"][0])
    bulk.append(Bill, _by_customer(found.drop("arises_from")))
    _check_credits(found.filter(pl.col("amount_minor") < 0)["arises_from"].unique().to_list())


def _check_credits(bill_nos: list[str]) -> None:
    """No bill is credited with more than it came to, earlier credit notes taken in. Source: ARM-01."""
    void = Voiding.objects.filter(bill=OuterRef("pk"))
    for at in range(0, len(bill_nos), BILLS_A_STATEMENT):
        notes = Bill.objects.filter(~Exists(void), amount_minor__lt=0)
        notes = notes.filter(arises_from__bill_no__in=bill_nos[at : at + BILLS_A_STATEMENT]).order_by()
        of = ("arises_from__customer", "arises_from__bill_no", "arises_from__amount_minor", "currency")
        for *_, bill_no, minor, currency, noted in notes.values_list(*of).annotate(Sum("amount_minor")):
            if minor + noted < 0:
                left, amount = Money(minor, currency), Money(noted, currency)
                raise CreditTooLarge(bill_no=bill_no, left=left, amount=amount)


def _by_customer(frame: pl.DataFrame) -> pl.DataFrame:
    """In the order of the table's index: three times as fast, and a customer's rows stand together."""
    return frame.sort(frame.columns[:2])


def _post_void(ready: pl.DataFrame, told: pl.DataFrame) -> None:
    before = Bill.objects.aggregate(last=Max("pk"))["last"] or 0
    bulk.append(Bill, ready)
    batch_no = ready["batch_no"][0]
    posted = Bill.objects.filter(pk__gt=before, batch_no=batch_no).values_list("pk", "customer_id", "bill_no")
    keys = pl.DataFrame(list(posted), schema=["bill_id", "customer_id", "bill_no"], orient="row")
    day = pl.col("voided_on") if "voided_on" in told.columns else pl.lit(None, dtype=pl.Date)
    voided = told.select("customer_id", "bill_no", voided_on=pl.max_horizontal(day, pl.col("billed_on")))
    rows = ready.join(voided, on=["customer_id", "bill_no"]).join(keys, on=["customer_id", "bill_no"])
    bulk.append(Voiding, rows.select("bill_id", "voided_on", "told_on", "batch_no", reason=pl.lit("")))


def _record(act: str, ready: pl.DataFrame, *, actor: Actor, batch_no: int | None, told_on: date) -> None:
    after: dict[str, Any] = {"rows": ready.height}
    if "currency" in ready.columns:
        sums = ready.group_by("currency").agg(pl.col("amount_minor").sum()).sort("currency")
        after["amount_minor"] = dict(sums.iter_rows())
    record(actor=actor, act=act, subject=f"batch:{batch_no}", on=told_on, after=after)
