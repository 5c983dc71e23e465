"""How long a run of cash application takes on a ledger in a database, posting and trail included.

    python benchmarks/cash_ledger.py [--receipts 100000]

Makes a database below a temporary XINHENG_HOME (or in the empty one that DATABASE_URL names), posts the
ledger of cash_world.py, adopts the shipped rules, runs once and takes the run back.
"""

from __future__ import annotations

import argparse
import os
import time
from datetime import date
from tempfile import mkdtemp

import django
import polars as pl
from cash_world import START, made

TODAY = date(2026, 12, 31)


def main() -> None:
    """Post, run, take back, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--receipts", type=int, default=100_000)
    asked = parser.parse_args()
    os.environ.setdefault("XINHENG_HOME", mkdtemp())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()
    from django.core.management import call_command

    from xinheng.base.kernel import bulk
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.packs import services as packs
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables import services as ledger
    from xinheng.judgements.matching import services as matching

    call_command("migrate", verbosity=0)
    money, lines, _truth = made(asked.receipts).frames()
    who = {"actor": system_actor(), "told_on": TODAY, "batch_no": None}
    ids = money["customer_id"].unique().sort()
    no = pl.format("C-{}", pl.col("customer_id"))
    named = pl.DataFrame({"customer_id": ids}).select(no=no, name=no, name_key=no)
    bulk.append(Customer, named.with_columns(kind=pl.lit("company"), told_on=pl.lit(START)))
    known = dict(Customer.objects.values_list("no", "pk"))
    key = pl.format("C-{}", pl.col("customer_id")).replace_strict(known, default=None)
    bills = lines.filter(pl.col("customer_id").is_in(ids.implode()))
    owed = bills.select(
        "bill_no", "billed_on", "due_on", "currency", customer_id=key, amount_minor="open_minor"
    )
    ledger.post_bills(owed, **who)
    came = money.select(
        "received_on", "currency", "reference", customer_id=key, amount_minor="free_minor",
        receipt_no=pl.format("R{}", "receipt_id"),
    )  # fmt: skip
    ledger.post_receipts(came, **who)
    told = {"actor": system_actor(), "on": TODAY}
    packs.adopt_shipped(**told, effective_from=START, codes=("matching",), kind="matching_rules")
    begun = time.perf_counter()
    outcome = matching.run(**told)
    ran = time.perf_counter()
    back = matching.undo_run(**told, run_id=outcome.run, reason="benchmark")
    done = time.perf_counter()
    print(f"{outcome.receipts:,} receipts: {outcome.applied:,} applied, {outcome.waiting:,} to review")
    print(f"run {ran - begun:.1f} s; {back:,} settlements taken back in {done - ran:.1f} s")


if __name__ == "__main__":
    main()
