"""From posted bills in the database to a dated snapshot and to measured indicators, at 20 million bills.

    .venv/bin/python benchmarks/snapshot.py [--customers 1000000] [--rounds 3] [--home FOLDER]

Fills a scratch database (SQLite, or DATABASE_URL) with customers of twenty bills each, nine tenths of them
settled by receipts of three bills, simulated from a seed. Then, each in a process of its own and in turn:
reading the same rows out of the database and doing nothing with them (what no snapshot can be quicker than),
and writing the snapshot; last, measuring the whole catalogue from the file. Prints seconds, processor
seconds and peak memory, and what the snapshot counted against what was filled in. A folder given with
--home is kept and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")

DAY = date(2026, 6, 30)
EACH = 20  # bills a customer
TOGETHER = 3  # bills one receipt settles
SEED = 20260630
SLICE = 50_000  # customers filled at a time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--child", choices=sorted(WAYS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(WAYS[asked.child])
        return
    with tempfile.TemporaryDirectory(prefix="xinheng-snapshot-") as scratch:
        home = asked.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["XINHENG_HOME"] = str(home)
        import django

        django.setup()
        filled = fill(asked.customers)
        measured(filled, asked.rounds)


def fill(customers: int) -> dict[str, int]:
    """Customers, bills, receipts and settlements, where there are none yet; gives what stands there."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from xinheng.facts.customers.models import Customer

    call_command("migrate", verbosity=0)
    if not Customer.objects.exists():
        start = time.perf_counter()
        for first in range(0, customers, SLICE):
            with transaction.atomic():
                fill_slice(first, min(first + SLICE, customers))
        print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(amount_minor) FROM receivables_bill")
        bills, billed = cursor.fetchone()
        cursor.execute("SELECT count(*), sum(amount_minor) FROM receivables_settlement")
        settlements, settled = cursor.fetchone()
    return {"bills": bills, "settlements": settlements, "open_minor": int(billed) - int(settled)}


def fill_slice(first: int, last: int) -> None:
    """Some customers with all they were billed and paid; keys are given here, so that rows can point."""
    import numpy as np
    import polars as pl

    from xinheng.base.kernel import bulk
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables.models import Bill, Receipt, Settlement

    dice = np.random.default_rng(SEED + first)
    who = pl.DataFrame({"id": pl.int_range(first, last, eager=True) + 1})
    no = pl.format("C{}", pl.col("id").cast(pl.String).str.zfill(8))
    bulk.append(
        Customer,
        who.select("id", no=no, name=no, name_key=no, kind=pl.lit("company"), told_on=pl.lit(DAY)),
    )
    count = (last - first) * EACH
    bills = pl.DataFrame({"id": pl.int_range(first * EACH, last * EACH, eager=True) + 1}).with_columns(
        customer_id=(pl.col("id") - 1) // EACH + 1,
        billed_on=pl.lit(DAY) - pl.duration(days=pl.Series(dice.integers(1, 900, count))),
        amount_minor=pl.Series(dice.integers(1_000, 5_000_000, count)),
        is_paid=pl.Series(dice.random(count) < 0.9),
    )
    told = {"told_on": pl.lit(DAY), "currency": pl.lit("CNY")}
    bulk.append(
        Bill,
        bills.select(
            "id", "customer_id", "billed_on", "amount_minor", bill_no=pl.format("B{}", "id"),
            due_on=pl.col("billed_on") + pl.duration(days=30), **told,
        ),
    )  # fmt: skip
    paid = bills.filter("is_paid").with_columns(
        receipt_id=(pl.col("id") - 1) // TOGETHER + 1,
        settled_on=pl.min_horizontal(pl.col("billed_on") + pl.duration(days=pl.col("id") % 70), pl.lit(DAY)),
    )
    # a receipt belongs to one customer: the number of its first bill's customer is part of its key
    paid = paid.with_columns(receipt_id=pl.col("customer_id") * EACH + pl.col("receipt_id") % EACH)
    receipts = paid.group_by("receipt_id", "customer_id").agg(
        pl.col("settled_on").min().alias("received_on"), pl.col("amount_minor").sum()
    )
    bulk.append(
        Receipt,
        receipts.sort("receipt_id").select(
            "customer_id", "received_on", "amount_minor", id="receipt_id",
            receipt_no=pl.format("R{}", "receipt_id"), **told,
        ),
    )  # fmt: skip
    bulk.append(
        Settlement,
        paid.select("receipt_id", "settled_on", "amount_minor", bill_id="id", told_on=pl.lit(DAY)),
    )


def read_only(_home: Path) -> dict[str, Any]:
    """Every row a snapshot needs, out of the database and away."""
    from xinheng.facts.customers import tables as customers
    from xinheng.facts.receivables import tables as receivables

    rows = 0
    for read in (
        customers.read_customers,
        receivables.read_settlements,
        receivables.read_receipts,
        receivables.read_bills,
    ):
        for batch in read():
            rows += batch.num_rows
    return {"rows": rows}


def snapshot(home: Path) -> dict[str, Any]:
    """The whole snapshot, files, totals and hashes."""
    from xinheng.indicators import snapshots

    made = snapshots.write(as_of=DAY, known_on=DAY)
    (home / "newest").write_text(str(made.folder), encoding="utf-8")
    totals = made.manifest["totals"]["bills"][0]
    return {"bills": totals["rows"], "open_minor": int(totals["open_minor"])}


def measure(home: Path) -> dict[str, Any]:
    """The whole catalogue from the snapshot's files."""
    from xinheng.indicators import engine, snapshots

    folder = Path((home / "newest").read_text(encoding="utf-8"))
    return {"customers": engine.measure(snapshots.Snapshot(folder, DAY, ""), home / "values.parquet")}


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "read only": read_only,
    "snapshot": snapshot,
    "measure": measure,
}


def child(way: Callable[[Path], dict[str, Any]]) -> None:
    """Run one way and print what it took; the process that reads SQLite beside it counts too."""
    import django

    django.setup()
    import xinheng.indicators.engine  # noqa: F401  (what a running server has loaded already)

    before, started = os.times(), time.perf_counter()
    found = way(Path(os.environ["XINHENG_HOME"]))
    taken, after = time.perf_counter() - started, os.times()
    spent = after.user + after.system - before.user - before.system
    helped = after.children_user + after.children_system
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1e6
    print(json.dumps({"seconds": taken, "cpu": spent + helped, "peak_gb": peak, "found": found}))


def measured(filled: dict[str, int], rounds: int) -> None:
    """Each way in turn, a few times; medians, and the snapshot's totals against the database's."""
    import shutil

    took: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        shutil.rmtree(Path(os.environ["XINHENG_HOME"]) / "snapshots", ignore_errors=True)
        for way, each in took.items():
            command = [sys.executable, __file__, "--child", way]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            each.append(json.loads(done.stdout))
            print(f"{way:10} {each[-1]}  load {os.getloadavg()[0]:.1f}", flush=True)
    found = took["snapshot"][-1]["found"]
    assert found == {name: filled[name] for name in found}, (found, filled)
    for way, each in took.items():
        middle = {
            unit: statistics.median(one[unit] for one in each) for unit in ("seconds", "cpu", "peak_gb")
        }
        print(f"{way:10} {middle['seconds']:7.1f} s {middle['cpu']:7.1f} CPU s {middle['peak_gb']:6.2f} GB")
    seconds = {way: statistics.median(one["seconds"] for one in each) for way, each in took.items()}
    print(f"snapshot / read only: {seconds['snapshot'] / seconds['read only']:.2f}")


if __name__ == "__main__":
    main()
