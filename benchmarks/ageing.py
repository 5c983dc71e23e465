"""Ageing by customer: of files alone at any size, of a filled database, and as a page.

    .venv/bin/python benchmarks/ageing.py files  [--items 10000000] [--rounds 5] [--home FOLDER]
    .venv/bin/python benchmarks/ageing.py ledger [--items 10000000] [--rounds 3] [--home FOLDER]
    .venv/bin/python benchmarks/ageing.py page   [--items 1000000] [--requests 200] [--home FOLDER]

files: columnar files as the night writes them, simulated from a seed and sorted by customer; the program's
way and a plain statement of DuckDB on the same file, each in a process of its own and in turn, with peak
memory. ledger: bills in a scratch database (SQLite, or DATABASE_URL), a fifth of them paid; seconds to write
the files out of it, then the same two ways on them, and the database adding up each customer by itself. What
all of them come to is compared to the cent. page: the same database asked through the page, as a person who
sees every customer; median, p95 and worst. A folder given with --home is kept and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
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
EACH = 20  # items a customer
SEED = 20260630
SLICE = 50_000  # customers filled at a time
VIEWS = (
    "/ageing/", "/ageing/?by=region", "/ageing/?by=salesperson", "/ageing/?buckets=age",
    "/ageing/?as_of=2026-03-31", "/ageing/?by=kind", "/ageing/?sort=-b3&page=3",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=["files", "ledger", "page"])
    parser.add_argument("--items", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--child", choices=sorted(WAYS), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(WAYS[asked.child])
        return
    items = asked.items or (1_000_000 if asked.what == "page" else 10_000_000)
    with tempfile.TemporaryDirectory(prefix="xinheng-ageing-") as scratch:
        home = asked.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["XINHENG_HOME"] = str(home)
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        if asked.what == "files":
            simulate(home, items)
            in_turn(["plain", "program"], asked.rounds)
            return
        fill(items)
        refreshed(always=asked.what == "ledger")
        if asked.what == "ledger":
            in_turn(["plain", "program", "database"], asked.rounds)
        else:
            page(asked.requests)


def simulate(home: Path, items: int) -> None:
    """The files of so many open items, twenty a customer, in the order of the customers."""
    import duckdb

    folder = home / "ageing" / "00000001"
    if (folder / "manifest.json").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    with duckdb.connect(config={"temp_directory": str(folder / "tmp"), "memory_limit": "1500MB"}) as base:
        base.execute(f"""
            COPY (
                SELECT CAST(i // {EACH} AS BIGINT) AS customer_id, CAST(i AS BIGINT) AS bill_id,
                       'CNY' AS currency, '' AS segment, 'goods' AS kind, day AS billed_on,
                       day + 30 AS due_on, day AS from_on, DATE '9999-12-31' AS until_on,
                       CAST(1000 + hash(i * 7 + {SEED}) % 5000000 AS BIGINT) AS open_minor
                FROM (SELECT i, DATE '{DAY}' - CAST(hash(i + {SEED}) % 900 AS INTEGER) AS day
                      FROM range({items}) AS t(i))
            ) TO '{folder}/open.parquet' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880)
        """)
        base.execute(f"""
            COPY (SELECT CAST(0 AS BIGINT) AS customer_id, CAST(0 AS BIGINT) AS receipt_id, 'CNY' AS currency,
                         DATE '{DAY}' AS from_on, DATE '{DAY}' AS until_on, CAST(0 AS BIGINT) AS free_minor)
            TO '{folder}/free.parquet' (FORMAT parquet)
        """)
    names = (
        "bill",
        "voiding",
        "receipt",
        "receiptvoiding",
        "returnedpayment",
        "settlement",
        "instalmentplan",
    )
    told = {"past_until": DAY.isoformat(), "ids": dict.fromkeys(names, 0)}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    size = (folder / "open.parquet").stat().st_size / 1e6
    print(f"{items:,} items simulated in {time.perf_counter() - start:.0f} s, {size:,.0f} MB", flush=True)


def fill(items: int) -> None:
    """Customers with bills, four fifths of them open, where there are none yet."""
    from django.db import transaction

    from xinheng.facts.customers.models import Customer

    if Customer.objects.exists():
        return
    start = time.perf_counter()
    people()
    customers = items * 5 // 4 // EACH
    for first in range(0, customers, SLICE):
        with transaction.atomic():
            fill_slice(first, min(first + SLICE, customers))
    print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)


def people() -> None:
    """Somebody who sees every customer, and twenty salespeople."""
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor

    root, on = system_actor(), date(2024, 1, 1)
    access.load_shipped_roles(actor=root, on=on)
    access.create_unit(actor=root, on=on, code="HQ", name="公司", kind="group")
    for number in range(21):
        role = "salesperson" if number else "credit_manager"
        access.create_person(
            actor=root, on=on, login=f"p{number}", name=f"业务员{number}", password=secrets.token_hex(12),
            role=role, unit="HQ",
        )  # fmt: skip


def fill_slice(first: int, last: int) -> None:
    """Some customers with all they were billed and paid; keys are given here, so that rows can point."""
    import numpy as np
    import polars as pl

    from xinheng.base.access.models import Person, Unit
    from xinheng.base.kernel import bulk
    from xinheng.facts.customers.models import Customer, Responsibility
    from xinheng.facts.receivables.models import Bill, Receipt, Settlement

    dice = np.random.default_rng(SEED + first)
    who = pl.DataFrame({"id": pl.int_range(first, last, eager=True) + 1})
    no = pl.format("C{}", pl.col("id").cast(pl.String).str.zfill(8))
    told = {"kind": pl.lit("company"), "told_on": pl.lit(DAY)}
    region = pl.format("区{}", pl.col("id") % 30)
    bulk.append(Customer, who.select("id", no=no, name=no, name_key=no, region=region, **told))
    sellers = list(Person.objects.exclude(login="p0").order_by("pk").values_list("pk", flat=True))
    unit = Unit.objects.get(code="HQ").pk
    seller = (pl.col("id") % len(sellers)).replace_strict(dict(enumerate(sellers)), return_dtype=pl.Int64)
    answering = who.select(customer_id="id", unit_id=pl.lit(unit), person_id=seller)
    bulk.append(Responsibility, answering.with_columns(from_on=pl.lit(date(2024, 1, 1))))
    count = (last - first) * EACH
    bills = pl.DataFrame({"id": pl.int_range(first * EACH, last * EACH, eager=True) + 1}).with_columns(
        customer_id=(pl.col("id") - 1) // EACH + 1,
        billed_on=pl.lit(DAY) - pl.duration(days=pl.Series(dice.integers(1, 900, count))),
        amount_minor=pl.Series(dice.integers(1_000, 5_000_000, count)),
    )
    common = {"told_on": pl.lit(DAY), "currency": pl.lit("CNY")}
    bulk.append(
        Bill,
        bills.select(
            "id", "customer_id", "billed_on", "amount_minor", bill_no=pl.format("B{}", "id"),
            due_on=pl.col("billed_on") + pl.duration(days=30), **common,
        ),
    )  # fmt: skip
    paid = bills.filter(pl.col("id") % 5 == 0).with_columns(
        settled_on=pl.min_horizontal(pl.col("billed_on") + pl.duration(days=pl.col("id") % 70), pl.lit(DAY))
    )
    bulk.append(
        Receipt,
        paid.select(
            "id", "customer_id", "amount_minor", received_on="settled_on",
            receipt_no=pl.format("R{}", "id"), **common,
        ),
    )  # fmt: skip
    bulk.append(
        Settlement,
        paid.select("settled_on", "amount_minor", bill_id="id", receipt_id="id", told_on=pl.lit(DAY)),
    )


def refreshed(*, always: bool) -> None:
    """Write the files out of the database, once more where asked."""
    from xinheng.facts.receivables import queries as receivables

    if not always and receivables.spans() is not None:
        return
    start = time.perf_counter()
    assert receivables.write_spans(on=DAY) is not None
    print(f"files written in {time.perf_counter() - start:.1f} s", flush=True)


def plain(home: Path) -> tuple[Callable[[], Any], Callable[[Any], list[int]]]:
    """What anybody would write: one statement of DuckDB on the file."""
    import duckdb

    folder = max(one for one in (home / "ageing").iterdir() if one.name.isdigit())
    cuts = ["2026-06-30", "2026-05-31", "2026-05-01", "2026-04-01", "2026-01-01", "2025-07-05"]
    sums, before = [], ""
    for end in cuts:
        sums.append(f"sum(open_minor) FILTER (due_on >= DATE '{end}'{before})")
        before = f" AND due_on < DATE '{end}'"
    sums.append(f"sum(open_minor) FILTER ({before.removeprefix(' AND ')})")
    statement = f"""
        SELECT customer_id, currency, count(*), {", ".join(sums)}, sum(open_minor) AS total
        FROM '{folder}/open.parquet'
        WHERE from_on <= DATE '{DAY}' AND until_on > DATE '{DAY}' GROUP BY ALL
    """
    engine = duckdb.connect(config={"preserve_insertion_order": False, "memory_limit": "900MB"})

    def ask() -> Any:
        return engine.sql(statement).to_arrow_table()

    return ask, lambda table: [table.num_rows, int(sum(table["total"].to_pylist()))]


def program(_home: Path) -> tuple[Callable[[], Any], Callable[[Any], list[int]]]:
    """The program's way: the files, and whoever moved since from the database."""
    from xinheng.operations.confirmations import ageing, buckets

    chosen = buckets.in_force(DAY).first

    def ask() -> Any:
        found = ageing.cells(None, ageing.Look(DAY, chosen))
        assert found.from_file
        return found.open

    return ask, lambda frame: [frame.height, int(frame["total"].sum())]


def database(_home: Path) -> tuple[Callable[[], Any], Callable[[Any], list[int]]]:
    """The database adding up each customer, as the nightly proof does."""
    from xinheng.facts.receivables import queries as receivables

    def ask() -> Any:
        return receivables.standing_by_customer(as_of=DAY)

    return ask, lambda frame: [frame.height, int(frame["open_minor"].sum())]


WAYS: dict[str, Any] = {"plain": plain, "program": program, "database": database}


def child(way: Any) -> None:
    """Ask one way three times and print the best, what it came to and the peak of memory."""
    import django

    django.setup()
    ask, told = way(Path(os.environ["XINHENG_HOME"]))
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        found = ask()
        taken.append(time.perf_counter() - start)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1e6
    print(json.dumps({"first": taken[0], "best": min(taken), "peak_gb": peak, "found": told(found)}))


def in_turn(ways: list[str], rounds: int) -> None:
    """Each way in turn, a few times; medians of the best, the ratio, and whether all came to the same."""
    took: dict[str, list[dict[str, Any]]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, each in took.items():
            command = [sys.executable, __file__, "files", "--child", way]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            each.append(json.loads(done.stdout))
            print(f"{way:9} {each[-1]}  load {os.getloadavg()[0]:.1f}", flush=True)
    assert len({tuple(each[-1]["found"]) for each in took.values()}) == 1, took
    medians = {way: statistics.median(one["best"] for one in each) for way, each in took.items()}
    for way, each in took.items():
        peak = max(one["peak_gb"] for one in each)
        print(f"{way:9} {medians[way]:7.3f} s  peak {peak:.2f} GB")
    print(f"program / plain: {medians['program'] / medians['plain']:.2f}")


def page(requests: int) -> None:
    """The page as a person who sees every customer meets it, one view after the other."""
    from django.conf import settings
    from django.test import Client

    from xinheng.base.access.models import Person

    settings.ALLOWED_HOSTS = ["*"]
    plain_files = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain_files}}
    Person.objects.update(must_change_password=False)
    client = Client()
    backend = "django.contrib.auth.backends.ModelBackend"
    client.force_login(Person.objects.get(login="p0"), backend=backend)
    for view in VIEWS:
        assert client.get(view).status_code == 200, view
    taken = []
    for number in range(requests):
        start = time.perf_counter()
        answer = client.get(VIEWS[number % len(VIEWS)])
        taken.append((time.perf_counter() - start, VIEWS[number % len(VIEWS)]))
        assert answer.status_code == 200
    times = sorted(one for one, _view in taken)
    p95 = times[int(len(times) * 0.95) - 1]
    middle, worst = statistics.median(times), times[-1]
    print(f"median {middle * 1e3:.0f} ms  p95 {p95 * 1e3:.0f} ms  worst {worst * 1e3:.0f} ms")
    for view in VIEWS:
        own = [one for one, which in taken if which == view]
        print(f"  {statistics.median(own) * 1e3:5.0f} ms  {view}")
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
