"""Ageing, as of any past day, against facts told by hand and against a naive ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries, services
from xinheng.facts.receivables.values import Bucket

pytestmark = pytest.mark.django_db
START = date(2026, 1, 1)


def shown(rows: list[Any]) -> dict[str, tuple[int, str]]:
    return {f"{row.currency} {row.bucket.code}": (row.bills, str(row.amount)) for row in rows if row.bills}


def test_the_day_a_bucket_ends_belongs_to_it(ledger: Ledger) -> None:
    for overdue in (0, 1, 30, 31, 60, 61, 90, 91):
        due = date(2026, 5, 31) - timedelta(days=overdue)
        ledger.bill(f"B{overdue}", "2026-01-01", due.isoformat(), str(overdue + 1))

    rows = queries.ageing(None, as_of=date(2026, 5, 31))

    assert shown(rows) == {
        "CNY not_due": (1, "1.00"),
        "CNY 1-30": (2, "33.00"),
        "CNY 31-60": (2, "93.00"),
        "CNY 61-90": (2, "153.00"),
        "CNY >90": (1, "92.00"),
    }
    assert [row.bucket.code for row in rows] == ["not_due", "1-30", "31-60", "61-90", ">90"]
    assert queries.ageing_of(Customer.objects.get(), as_of=date(2026, 5, 31)) == rows


def test_credits_show_and_currencies_stay_apart(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    ledger.bill("K1", "2026-01-02", "2026-01-02", "-30.00")
    ledger.bill("U1", "2026-01-02", "2026-03-02", "7.00", currency="USD")
    ledger.bill("J1", "2026-01-02", "2026-03-02", "700", currency="JPY")

    assert shown(queries.ageing(None, as_of=date(2026, 2, 5))) == {
        "CNY 1-30": (1, "100.00"),
        "CNY 31-60": (1, "-30.00"),
        "JPY not_due": (1, "700"),
        "USD not_due": (1, "7.00"),
    }


def test_buckets_of_another_policy(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    ledger.bill("B2", "2026-01-01", "2026-04-30", "1.00")
    buckets = (Bucket("current", None, 60), Bucket("late", 61, None))

    rows = queries.ageing(None, as_of=date(2026, 5, 31), buckets=buckets)

    assert shown(rows) == {"CNY current": (1, "1.00"), "CNY late": (1, "100.00")}


def test_only_the_customers_asked_for(ledger: Ledger) -> None:
    ledger.bill("B1", "2026-01-01", "2026-01-31", "100.00")
    customer("C-8")
    ledger.no = "C-8"
    ledger.bill("B1", "2026-01-01", "2026-01-31", "1.00")
    day = date(2026, 1, 31)

    assert shown(queries.ageing(Customer.objects.filter(no="C-8"), as_of=day)) == {"CNY not_due": (1, "1.00")}
    assert queries.ageing(Customer.objects.none(), as_of=day) == []
    assert queries.totals(Customer.objects.none(), as_of=day) == []
    (total,) = queries.totals(None, as_of=date(2026, 2, 1))
    assert (total.open, total.overdue, total.bills, total.overdue_bills) == (
        Money.of("101.00"),
        Money.of("101.00"),
        2,
        2,
    )


acts = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "bill",
                "bill",
                "credit",
                "receipt",
                "receipt",
                "settle",
                "settle",
                "offset",
                "reverse",
                "void",
                "void_receipt",
                "correct",
            ]
        ),
        st.integers(0, 3),  # days until this act is told
        st.integers(0, 12),  # days back to when it was true
        st.integers(1, 500),  # money
        st.integers(0, 40),  # terms
        st.integers(0, 5),  # which of the things there are
    ),
    max_size=25,
)


class Naive:
    """The same acts on lists: every fact with the day it was true and the day it was told."""

    def __init__(self) -> None:
        self.bills: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self.settled: list[dict[str, Any]] = []

    def standing(self, kind: list[dict[str, Any]], as_of: date, known_on: date) -> list[dict[str, Any]]:
        return [
            one
            for one in kind
            if one["true"] <= as_of
            and one["told"] <= known_on
            and not (one["void"] and one["void"][0] <= as_of and one["void"][1] <= known_on)
        ]

    def drawn(self, role: str, one: dict[str, Any], as_of: date, known_on: date) -> int:
        rows = self.standing(self.settled, as_of, known_on)
        return sum(row["minor"] for row in rows if row[role] is one)

    def ageing(self, as_of: date, known_on: date) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for bill in self.standing(self.bills, as_of, known_on):
            left = bill["minor"] - self.drawn("bill", bill, as_of, known_on)
            left += self.drawn("credit", bill, as_of, known_on)
            if left:
                late = (as_of - bill["due"]).days
                code = (
                    "not_due" if late <= 0 else "1-30" if late <= 30 else "31-60" if late <= 60 else "61-90"
                )
                code = ">90" if late > 90 else code
                bills, minor = found.get(code, (0, 0))
                found[code] = (bills + 1, minor + left)
        return found

    def free(self, as_of: date, known_on: date) -> int:
        receipts = self.standing(self.receipts, as_of, known_on)
        return sum(one["minor"] - self.drawn("receipt", one, as_of, known_on) for one in receipts)


def act(ledger: Ledger, naive: Naive, step: tuple[Any, ...], on: date) -> None:  # noqa: C901, PLR0915
    kind, _, back, money, terms, which = step
    true = max(START, on - timedelta(days=back))
    live = [bill for bill in naive.bills if not bill["void"]]
    debts = [bill for bill in live if bill["minor"] > 0]
    credits_ = [bill for bill in live if bill["minor"] < 0]
    receipts = [one for one in naive.receipts if not one["void"]]
    end = date(9999, 1, 1)
    if kind in ("bill", "credit"):
        no, minor = f"B{len(naive.bills)}", money if kind == "bill" else -money
        due = true + timedelta(days=terms)
        ledger.bill(no, true.isoformat(), due.isoformat(), str(Money(minor)), on=on)
        naive.bills.append({"no": no, "minor": minor, "true": true, "due": due, "told": on, "void": None})
    elif kind == "receipt":
        no = f"R{len(naive.receipts)}"
        ledger.receipt(no, true.isoformat(), str(Money(money)), on=on)
        naive.receipts.append({"no": no, "minor": money, "true": true, "told": on, "void": None})
    elif (kind == "settle" and debts and receipts) or (kind == "offset" and debts and credits_):
        sources = receipts if kind == "settle" else credits_
        bill, source = debts[which % len(debts)], sources[which % len(sources)]
        role, other = ("receipt", "credit") if kind == "settle" else ("credit", "receipt")
        left = abs(source["minor"]) - naive.drawn(role, source, end, end)
        minor = min(money, left, bill["minor"] - naive.drawn("bill", bill, end, end))
        true = max(true, bill["true"], source["true"])
        if minor > 0:
            by = {"by" if kind == "settle" else "credit": source["no"]}
            posted = ledger.settle(bill["no"], true.isoformat(), str(Money(minor)), on=on, **by)
            naive.settled.append({"bill": bill, role: source, other: None, "minor": minor, "true": true,
                                  "told": on, "void": None, "row": posted})  # fmt: skip
    elif kind == "reverse":
        standing = [row for row in naive.settled if not row["void"]]
        if standing:
            row = standing[which % len(standing)]
            ledger.reverse(row["row"], on=on)
            row["void"] = (row["true"], on)
    elif kind == "void" and live:
        bill = live[which % len(live)]
        if not any(not row["void"] and bill in (row["bill"], row["credit"]) for row in naive.settled):
            day = max(true, bill["true"])
            ledger.void(bill["no"], day.isoformat(), on=on)
            bill["void"] = (day, on)
    elif kind == "void_receipt" and receipts:
        one = receipts[which % len(receipts)]
        if not any(not row["void"] and row["receipt"] is one for row in naive.settled):
            ledger.void_receipt(one["no"], on=on)
            one["void"] = (one["true"], on)
    elif kind == "correct" and debts:
        bill = debts[which % len(debts)]
        if any(not row["void"] and row["bill"] is bill for row in naive.settled):
            return  # what moves along is told in test_ledger_acts
        due = true + timedelta(days=terms)
        ledger.correct(bill["no"], true.isoformat(), due.isoformat(), str(Money(money)), on=on)
        bill["void"] = (bill["true"], on)
        naive.bills.append(
            {"no": bill["no"], "minor": money, "true": true, "due": due, "told": on, "void": None}
        )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=acts, look=st.integers(0, 120), knowledge=st.one_of(st.none(), st.integers(0, 120)))
def test_the_ledger_equals_a_naive_one_and_its_control_total_to_the_cent(
    django_db_blocker: Any, chief: Actor, steps: list[Any], look: int, knowledge: int | None
) -> None:
    from django.db import transaction

    with transaction.atomic():
        customer("C-7")
        ledger, naive, on = Ledger(chief, START), Naive(), START
        for step in steps:
            on += timedelta(days=step[1])
            act(ledger, naive, step, on)
        as_of = START + timedelta(days=look)
        known_on = None if knowledge is None else START + timedelta(days=knowledge)

        rows = queries.ageing(None, as_of=as_of, known_on=known_on)
        (total,) = queries.totals(None, as_of=as_of, known_on=known_on) or [None]
        control = queries.control_total(None, as_of=as_of, known_on=known_on)

        found = {row.bucket.code: (row.bills, row.amount.minor) for row in rows if row.bills}
        assert found == naive.ageing(as_of, known_on or date.max)
        free = naive.free(as_of, known_on or date.max)
        assert (total.prepaid.minor if total else 0) == free
        opened = sum(row.amount.minor for row in rows)
        assert opened - free == sum(money.minor for money in control)
        page = queries.bills_of(Customer.objects.get(), as_of=as_of, known_on=known_on)
        assert sum(row.open.minor for row in page.rows) == opened
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("as_of", "bills", "not_due", "first"),
    [
        (date(2013, 6, 30), [72, 12, 0, 0, 0], "4,284.29", "835.56"),
        (date(2013, 3, 31), [85, 9, 0, 0, 0], "5,222.37", "681.37"),
    ],
)
def test_ageing_of_a_real_ledger(
    shared_data: Any, chief: Actor, as_of: date, bills: list[int], not_due: str, first: str
) -> None:
    post_ibm(pl.read_parquet(shared_data / "ibm_ar" / "invoices_asof_2013-07-01.parquet"), chief)

    rows = queries.ageing(None, as_of=as_of)

    assert [row.bills for row in rows] == bills
    assert [str(row.amount) for row in rows[:2]] == [not_due, first]
    opened, free = sum(row.amount.minor for row in rows), queries.totals(None, as_of=as_of)[0].prepaid.minor
    assert [Money(opened - free, "USD")] == queries.control_total(None, as_of=as_of)


def post_ibm(told: pl.DataFrame, actor: Actor) -> None:
    ids = {no: customer(no).pk for no in told["customerID"].unique()}
    frame = told.select(
        customer_id=pl.col("customerID").replace_strict(ids, return_dtype=pl.Int64),
        bill_no="invoiceNumber",
        billed_on=pl.col("InvoiceDate").dt.date(),
        due_on=pl.col("DueDate").dt.date(),
        amount_minor=(pl.col("InvoiceAmount") * 100).round().cast(pl.Int64),
        currency=pl.lit("USD"),
        settled_on=pl.col("SettledDate").dt.date(),
    )
    paid = frame.filter(pl.col("settled_on").is_not_null()).with_columns(
        receipt_no="bill_no", received_on="settled_on"
    )
    told_on = date(2013, 7, 1)
    assert services.post_bills(frame, batch_no=1, told_on=told_on, actor=actor) == told.height
    services.post_receipts(paid, batch_no=2, told_on=told_on, actor=actor)
    posted = services.post_settlements(paid, batch_no=3, told_on=told_on, actor=actor)
    assert (posted.posted, posted.rejected.rows()) == (paid.height, [])


def test_ageing_of_real_open_items_by_currency(shared_data: Any, chief: Actor) -> None:
    told = pl.read_parquet(shared_data / "highradius_open" / "open_items.parquet")
    told = told.filter(pl.col("isOpen") == 1)
    ids = {no: customer(no).pk for no in told["cust_number"].unique()}
    frame = told.select(
        customer_id=pl.col("cust_number").replace_strict(ids, return_dtype=pl.Int64),
        bill_no="doc_id",
        billed_on=pl.col("document_create_date.1").dt.date(),
        due_on=pl.col("due_in_date").dt.date(),
        amount_minor=(pl.col("total_open_amount") * 100).round().cast(pl.Int64),
        currency="invoice_currency",
    ).with_columns(billed_on=pl.min_horizontal("billed_on", "due_on"))
    services.post_bills(frame, batch_no=1, told_on=date(2020, 5, 31), actor=chief)

    rows = queries.ageing(None, as_of=date(2020, 5, 31))

    assert {c: [row.bills for row in rows if row.currency == c] for c in ("USD", "CAD")} == {
        "USD": [130, 2674, 4142, 1999, 8],
        "CAD": [0, 199, 313, 235, 0],
    }
