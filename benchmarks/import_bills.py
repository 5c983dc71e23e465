"""How fast bills come in from Parquet, CSV and Excel files, through every check, into the database.

    .venv/bin/python benchmarks/import_bills.py [--rows 1000000] [--customers 50000] [--formats parquet csv]

Writes one simulated file in each format, then imports each in a process and a home of its own, into the
embedded database. Prints rows per second of both phases (reading and checking, which holds no lock; posting,
which is one transaction) and the peak memory of the process. Beside it stand, from the same machine in the
same minutes, an fsync and the bare insert of the same rows into the same table, so that a slow machine is not
taken for a slow program.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

DAY = date(2026, 6, 30)
SEED = 20260630
HEADING = (
    "\nfile            MB   read, check      post    in all      rows/s   peak MB     CPU s   bare insert"
)
BUDGET = {"parquet": 100_000}  # rows a second into the database


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--formats", nargs="+", default=["parquet", "csv", "xlsx"])
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(import_one(asked.one, asked.customers)))
        return
    tell_machine()
    with tempfile.TemporaryDirectory(prefix="xinheng-import-") as scratch:
        folder = Path(scratch)
        bills = simulated_bills(asked.rows, asked.customers)
        print(f"fsync of a commit     {fsync_ms(folder):8.2f} ms")
        print(HEADING)
        for kind in asked.formats:
            path = written(bills, folder / f"bills.{kind}")
            show(kind, path, in_own_process(path, folder / kind, asked.customers), asked.rows)
            path.unlink()


def tell_machine() -> None:
    model = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    load = os.getloadavg()[0]
    print(f"{model}, {os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}")


def simulated_bills(rows: int, customers: int) -> pl.DataFrame:
    """Bills as a company's system writes them out, in the order of their numbers: simulated from a seed."""
    import numpy as np

    drawn = np.random.default_rng(SEED)
    return pl.DataFrame(
        {
            "at": np.arange(rows),
            "who": drawn.integers(0, customers, rows),
            "days": np.sort(drawn.integers(0, 900, rows)),
            "minor": drawn.integers(1_000, 50_000_000, rows) * np.where(drawn.random(rows) < 0.03, -1, 1),
        }
    ).select(
        pl.format("C{}", pl.col("who").cast(pl.String).str.zfill(7)).alias("客户编号"),
        pl.format("B{}", pl.col("at").cast(pl.String).str.zfill(9)).alias("账单号"),
        (pl.lit(date(2024, 1, 1)) + pl.duration(days="days")).alias("开票日期"),
        (pl.lit(date(2024, 3, 1)) + pl.duration(days="days")).alias("到期日"),
        (pl.col("minor").cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias("金额"),
        pl.lit("CNY").alias("币种"),
    )


def written(bills: pl.DataFrame, path: Path) -> Path:
    if path.suffix == ".parquet":
        bills.write_parquet(path)
    elif path.suffix == ".csv":
        bills.write_csv(path, include_bom=True)
    else:
        import xlsxwriter

        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, bills.columns)
            floats = bills.with_columns(pl.col("金额").cast(pl.Float64))
            for at, (who, no, billed, due, amount, currency) in enumerate(floats.iter_rows(), 1):
                sheet.write_string(at, 0, who)
                sheet.write_string(at, 1, no)
                sheet.write_datetime(at, 2, billed, day)
                sheet.write_datetime(at, 3, due, day)
                sheet.write_number(at, 4, amount)
                sheet.write_string(at, 5, currency)
    return path


def fsync_ms(folder: Path) -> float:
    times = []
    with (folder / "probe").open("wb") as probe:
        for _ in range(50):
            start = time.perf_counter()
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def in_own_process(path: Path, home: Path, customers: int) -> dict[str, Any]:
    home.mkdir()
    command = [sys.executable, __file__, "--one", str(path), "--customers", str(customers)]
    done = subprocess.run(
        command, env={**os.environ, "XINHENG_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def import_one(path: Path, customers: int) -> dict[str, Any]:
    """Import the file into an empty database; gives seconds, peak megabytes and what became of the rows."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from xinheng.base.kernel import bulk
    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.intake import services as intake

    call_command("migrate", verbosity=0)
    nos = pl.DataFrame({"no": range(customers)}).select(
        pl.format("C{}", pl.col("no").cast(pl.String).str.zfill(7)).alias("no")
    )
    named = {name: pl.col("no") for name in ("name", "name_key")}
    bulk.append(Customer, nos.with_columns(**named, kind=pl.lit("company"), told_on=pl.lit(DAY)))
    bare = bare_insert(path)
    cpu, start = cpu_seconds(), time.perf_counter()
    batch = intake.receive(actor=system_actor(), on=DAY, path=path, kind="bills")
    batch = intake.read_and_check(batch.pk)
    checked = time.perf_counter()
    batch = intake.post(actor=system_actor(), on=DAY, batch_no=batch.pk)
    posted = time.perf_counter()
    return {
        "check": checked - start, "post": posted - checked, "accepted": batch.rows_accepted,
        "rejected": batch.rows_rejected, "state": batch.state, "peak": peak_mb(), "bare": bare,
        "cpu": cpu_seconds() - cpu,
    }  # fmt: skip


def bare_insert(path: Path) -> float:
    """Rows a second of the same rows into the same table with nothing around it, undone afterwards."""
    if path.suffix != ".parquet":
        return 0.0
    from django.db import transaction

    from xinheng.base.kernel import bulk
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables.models import Bill

    ids = pl.DataFrame(
        list(Customer.objects.values_list("no", "pk")), schema=["客户编号", "customer_id"], orient="row"
    )
    bills = pl.read_parquet(path).join(ids, on="客户编号").sort("customer_id", "账单号")
    rows = bills.select(
        "customer_id", bill_no="账单号", billed_on="开票日期", due_on="到期日", currency="币种",
        told_on=pl.lit(DAY),
        amount_minor=(pl.col("金额") * 100).cast(pl.Int64),
    )  # fmt: skip
    with transaction.atomic():
        start = time.perf_counter()
        bulk.append(Bill, rows)
        took = time.perf_counter() - start
        transaction.set_rollback(True)
    return rows.height / took


def cpu_seconds() -> float:
    """Of the process and what it started: what the work cost, whatever else the machine was doing."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(kind: str, path: Path, done: dict[str, Any], rows: int) -> None:
    assert (done["state"], done["accepted"], done["rejected"]) == ("posted", rows, 0), done
    whole = done["check"] + done["post"]
    bare = f"{done['bare']:,.0f}" if done["bare"] else ""
    budget = f"  budget {BUDGET[kind]:,}" if kind in BUDGET else ""
    print(
        f"{kind:10}{path.stat().st_size / 1e6:8.1f}{done['check']:12.2f} s{done['post']:8.2f} s{whole:8.2f} s"
        f"{rows / whole:12,.0f}{done['peak']:10,.0f}{done['cpu']:10.2f}{bare:>14}{budget}",
        flush=True,
    )


if __name__ == "__main__":
    main()
