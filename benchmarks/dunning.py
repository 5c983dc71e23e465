"""How fast a dunning run over many open items is planned and kept, and how fast its letters are queued.

    python benchmarks/dunning.py [--items 1000000] [--letters 2000]

Makes a ledger of its own (SQLite below a temporary folder, or the empty database of DATABASE_URL), plans the
run of a day over every open item, keeps each item's decision, and sends some of its letters as messages.
Prints seconds by stage and what was decided. Companies and amounts are made from a seed, of nobody.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import django
import polars as pl

ON = date(2026, 6, 30)
EACH = 10  # open items of a customer


def main() -> None:
    """Make the ledger, plan, keep, send some, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--letters", type=int, default=2_000, help="as many are sent as messages")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("XINHENG_HOME", home)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        made(asked.items)
        measured(asked.letters)


def made(items: int) -> None:
    """Customers with open bills from 120 days past due to 10 days before, some credit notes among them."""
    from xinheng.base.kernel import bulk
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables.models import Bill

    number = max(1, items // EACH)
    keys = pl.int_range(number, eager=True)
    customers = pl.DataFrame({"no": keys.cast(pl.String).str.zfill(8)}).with_columns(
        name="公司" + pl.col("no"),
        name_key=pl.col("no"),
        kind=pl.lit("company"),
        told_on=pl.lit(date(2024, 1, 1)),
    )
    bulk.append(Customer, customers)
    ids = pl.DataFrame({"customer_id": list(Customer.objects.order_by("pk").values_list("pk", flat=True))})
    bills = pl.DataFrame({"row": pl.int_range(items, eager=True)}).with_columns(
        customer_id=ids["customer_id"].gather(pl.int_range(items, eager=True) % number),
        seed=pl.col("row").hash(20260630),
    )
    due = pl.lit(ON) - pl.duration(days=(pl.col("seed") % 130).cast(pl.Int64) - 10)
    sign = pl.when(pl.col("seed") % 50 == 0).then(-1).otherwise(1)
    bulk.append(
        Bill,
        bills.select(
            "customer_id",
            bill_no="B" + pl.col("row").cast(pl.String),
            billed_on=due - pl.duration(days=30),
            due_on=due,
            amount_minor=((pl.col("seed") // 1000 % 5_000_000).cast(pl.Int64) + 100) * sign,
            told_on=due - pl.duration(days=30),
        ),
    )


def measured(letters: int) -> None:
    """Plan and keep the run of the day, send some letters, print each stage."""
    from xinheng.base.kernel.actors import system_actor
    from xinheng.operations.dunning import gathering, planning, running, sending
    from xinheng.operations.dunning.models import Letter

    with stage("ledger read"):
        ground, hashes = gathering.ground(None, on=ON)
    with stage("decided"):
        plan = planning.plan(ground, on=ON, hashes=hashes)
    print(f"{plan.items.height:,} open items, {plan.letters.height:,} letters; {plan.counts}")
    with stage("whole run: read, decided, kept"):
        run = running.plan_run(actor=system_actor(), on=ON)
    Letter.objects.filter(run=run, place__gt=letters).update(state="undone")
    with stage(f"{min(letters, run.letters):,} letters queued as messages"):
        sending.send_run(actor=system_actor(), on=ON, run_id=run.pk)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Print how long something took."""
    begun = time.perf_counter()
    yield
    print(f"{time.perf_counter() - begun:8.2f} s  {what}", flush=True)


if __name__ == "__main__":
    main()
