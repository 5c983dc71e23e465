"""A snapshot holds what was true and told by its days, whatever is told later and however writing ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from tests.indicators.ledger import bill, customer, day, invoice, pay, statement, void
from xinheng.facts.receivables.models import Bill, ReceiptVoiding, Settlement
from xinheng.indicators import snapshots

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = date(2026, 3, 31)


def rows(snapshot: snapshots.Snapshot, name: str = "bills") -> list[dict[str, Any]]:
    return pl.read_parquet(snapshot.file(name)).to_dicts()


def one(snapshot: snapshots.Snapshot) -> dict[str, Any]:
    (row,) = rows(snapshot)
    return row


def test_later_facts_leave_a_past_day_as_it_was() -> None:
    who = customer("C-1")
    first = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    pay(first, "2026-02-20", 400)
    before = snapshots.write(as_of=MARCH, known_on=MARCH)

    pay(first, "2026-04-01", 600)  # happened later
    pay(first, "2026-03-01", 100, told="2026-04-02")  # happened before, told later
    void(bill(who, "B2", "2026-01-11", "2026-02-10", 5, told="2026-05-01"), "2026-03-01")
    bill(who, "B3", "2026-05-01", "2026-06-01", 70)
    customer("C-0", told_on="2026-04-01")
    invoice(who, "sale", "1", "2026-04-10", 10)
    statement(who, "2025-12-31", {"total_assets": (1, None)}, told_on=day("2026-04-30"))

    again = snapshots.write(as_of=MARCH, known_on=MARCH)
    assert again.manifest == before.manifest
    assert again == before
    late = snapshots.write(as_of=MARCH, known_on=date(2026, 5, 31))
    assert late.sha256 != before.sha256
    assert [row["open_minor"] for row in rows(late)] == [500_00, 0]


def test_the_same_facts_give_the_same_bytes() -> None:
    for number in range(30):
        who = customer(f"C-{number:02}")
        pay(bill(who, "B1", "2026-01-10", "2026-02-10", 1000 + number), "2026-03-01", 100)

    first = snapshots.write(as_of=MARCH, known_on=MARCH)
    hashes = {path.name: snapshots.sha256_of(path) for path in first.folder.glob("*.parquet")}
    again = snapshots.write(as_of=MARCH, known_on=date(2026, 4, 30))

    assert again.sha256 == first.sha256
    assert first.manifest["files"] == hashes
    assert first.manifest["totals"]["bills"][0]["amount_minor"] == str(
        sum(100_000 + 100 * n for n in range(30))
    )
    assert first.manifest["totals"]["settlements"][0]["amount_minor"] == str(30 * 10_000)


def test_a_bill_void_later_stands_on_the_day_before() -> None:
    first = bill(customer("C-1"), "B1", "2026-01-10", "2026-02-10", 1000)
    void(first, "2026-03-31")

    assert one(snapshots.write(as_of=date(2026, 3, 30), known_on=MARCH))["open_minor"] == 100_000
    gone = one(snapshots.write(as_of=MARCH, known_on=MARCH))
    assert (gone["open_minor"], gone["is_void"], gone["valid_on"]) == (0, True, None)


def test_a_corrected_bill_counts_once() -> None:
    who = customer("C-1")
    wrong = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    bill(who, "B1", "2026-01-10", "2026-02-10", 900, told="2026-03-20", replaces=wrong, version=2)
    void(wrong, "2026-01-10", told="2026-03-20")

    assert one(snapshots.write(as_of=MARCH, known_on=MARCH))["amount_minor"] == 90_000
    assert one(snapshots.write(as_of=MARCH, known_on=date(2026, 3, 1)))["amount_minor"] == 100_000


def test_a_reversed_payment_never_was_and_a_credit_clears_without_paying() -> None:
    who = customer("C-1")
    first = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    wrong = pay(first, "2026-02-01", 300)
    Settlement.objects.create(
        bill=first,
        receipt=wrong.receipt,
        reverses=wrong,
        settled_on=wrong.settled_on,
        amount_minor=-30_000,
        told_on=MARCH,
    )
    credit = bill(who, "B2", "2026-02-01", "2026-02-01", -200)
    Settlement.objects.create(
        bill=first, credit_bill=credit, settled_on=MARCH, amount_minor=20_000, told_on=MARCH
    )

    owing, used = rows(snapshots.write(as_of=MARCH, known_on=MARCH))

    assert (owing["open_minor"], owing["paid_minor"], owing["last_paid_on"]) == (80_000, 0, None)
    assert (used["open_minor"], used["overdue_days"]) == (0, 0)


def test_money_not_yet_settled_is_prepaid_unless_the_receipt_is_void() -> None:
    who = customer("C-1")
    first = bill(who, "B1", "2026-01-10", "2026-02-10", 1000)
    paid = pay(first, "2026-02-01", 300)
    assert paid.receipt is not None
    paid.receipt.amount_minor = 500_00
    paid.receipt.save()
    assert rows(snapshots.write(as_of=MARCH, known_on=MARCH), "customers")[0]["prepaid_minor"] == 200_00
    ReceiptVoiding.objects.create(receipt=paid.receipt, told_on=MARCH, reason="退票")
    assert rows(snapshots.write(as_of=MARCH, known_on=MARCH), "customers")[0]["prepaid_minor"] is None


def test_each_customer_is_measured_in_the_currency_of_most_of_its_bills() -> None:
    who = customer("C-1")
    for no, currency in [("B1", "USD"), ("B2", "USD"), ("B3", "CAD")]:
        bill(who, no, "2026-01-10", "2026-02-10", 10, currency=currency)

    written = snapshots.write(as_of=MARCH, known_on=MARCH)

    assert [row["is_main_currency"] for row in rows(written)] == [True, True, False]
    assert rows(written, "customers")[0]["currency"] == "USD"


def test_an_absurd_amount_stops_nothing() -> None:
    huge = bill(customer("C-1"), "B1", "2020-01-10", "2020-02-10", 9 * 10**16)
    pay(huge, "2026-02-01", 10)

    row = one(snapshots.write(as_of=MARCH, known_on=MARCH))

    assert row["late_day_weight"] is None
    assert row["open_minor"] == 9 * 10**18 - 1000


def test_nothing_posted_gives_an_empty_snapshot() -> None:
    Bill.objects.all().delete()

    written = snapshots.write(as_of=MARCH, known_on=MARCH)

    assert rows(written) == rows(written, "customers") == rows(written, "statements") == []


def test_a_killed_writer_leaves_no_snapshot_and_the_next_clears_up(tmp_path: Path) -> None:
    program = (
        "import django, os, time; django.setup()\n"
        "from datetime import date\n"
        "from xinheng.indicators import snapshots\n"
        "snapshots._write_files = lambda folder, *_: (print('writing', flush=True), time.sleep(60))\n"
        "snapshots.write(as_of=date(2026, 3, 31), known_on=date(2026, 3, 31))\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings"}
    writer = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    home = Path(settings.HOME) / "snapshots"
    assert list(home.glob(f".writing-{writer.pid}-*"))

    started = time.monotonic()
    snapshots.write(as_of=MARCH, known_on=MARCH)

    assert not list(home.glob(".writing-*"))
    assert time.monotonic() - started < 60
