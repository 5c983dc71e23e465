"""A year of a million documents replayed by a check policy, beside reading and sorting the same file.

    .venv/bin/python benchmarks/shadow.py [documents] [customers]

Generated: a fifth orders, each delivered once or twice, billed, most of it paid, some late, some never;
seeded, in one Parquet file of documents. The replay reads the file, finds limits by rule, replays day by day,
sees how the bills were really paid, sums up and writes the orders. The control reads and sorts the file only.
The machine code is compiled once a machine and kept; the time without it is told, and with it beside.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
HOME = Path(os.environ.setdefault("XINHENG_HOME", tempfile.mkdtemp(prefix="xinheng-benchmark-")))
BEGUN = np.datetime64("2025-01-01")
POLICY = Path(__file__).resolve().parents[1] / "packs" / "general" / "checks.yaml"


def documents(count: int, customers: int) -> pl.DataFrame:
    """Orders, deliveries, bills and receipts of a year."""
    rng = np.random.default_rng(7)
    orders = count * 10 // 42  # an order brings 1.3 deliveries, 1.3 bills and some receipts
    size = np.exp(rng.normal(0, 1.2, customers))
    owner = rng.choice(customers, orders, p=size / size.sum())
    day = rng.integers(0, 365, orders)
    amount = np.round(np.exp(rng.normal(9, 1.1, orders)), 2)
    no = np.arange(orders)
    parts = 1 + (rng.random(orders) < 0.3)
    of = np.repeat(no, parts)
    left = day[of] + rng.integers(0, 30, len(of))
    worth = np.round(amount[of] / parts[of], 2)
    terms = np.array([0, 15, 30, 60])[owner[of] % 4]
    late = np.where(rng.random(len(of)) < 0.15, rng.integers(20, 150, len(of)), rng.integers(-5, 15, len(of)))
    paid = np.maximum(left + 1, left + terms + late)
    is_paid = (rng.random(len(of)) < 0.97) & (paid < 365)
    told = [
        _rows("order", no, None, owner, day, amount, day + rng.integers(0, 45, orders)),
        _rows("delivery", np.arange(len(of)), of, owner[of], left, worth, None),
        _rows("bill", np.arange(len(of)), of, owner[of], left, worth, left + terms),
        _rows(
            "receipt",
            None,
            None,
            owner[of][is_paid],
            paid[is_paid],
            worth[is_paid],
            None,
            np.flatnonzero(is_paid),
        ),
    ]
    whole = pl.concat(told, how="diagonal_relaxed").filter(pl.col("on") < date(2026, 1, 1))
    return whole.sample(fraction=1.0, shuffle=True, seed=3)


def _rows(kind, no, order, owner, day, amount, later, bill=None) -> pl.DataFrame:  # noqa: PLR0913, PLR0917
    frame = pl.DataFrame({"customer_no": owner, "on": BEGUN + day, "amount": amount})
    frame = frame.with_columns(kind=pl.lit(kind))
    for name, values in (("no", no), ("order_no", order), ("bill_no", bill)):
        if values is not None:
            frame = frame.with_columns(pl.Series(name, values).cast(pl.String))
    if later is not None:
        name = "ship_on" if kind == "order" else "due_on"
        frame = frame.with_columns(pl.Series(name, BEGUN + later).cast(pl.Date))
    named = pl.format("C-{}", pl.col("customer_no"))
    return frame.with_columns(customer_no=named, on=pl.col("on").cast(pl.Date))


def main() -> None:
    """Print seconds and memory."""
    count, customers = (
        int(sys.argv[at]) if len(sys.argv) > at else usual for at, usual in ((1, 1_000_000), (2, 20_000))
    )
    path = HOME / "documents.parquet"
    documents(count, customers).write_parquet(path)
    began = time.perf_counter()
    read = pl.read_parquet(path).sort("customer_no", "on", maintain_order=True)
    control = time.perf_counter() - began
    print(f"documents {read.height:,}, customers {customers:,}; control (read and sort): {control:.2f} s")
    del read

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from xinheng.base.kernel.actors import Actor, Scope
    from xinheng.judgements.shadow import services
    from xinheng.judgements.shadow.values import LimitsPlan, Plan

    actor = Actor(login="bench", name="bench", permits=frozenset({"*"}), scope=Scope("everything"))
    plan = Plan(
        policy="checks.yaml", text=POLICY.read_text("utf-8"), limits=LimitsPlan("mean_sales", 400, 12)
    )
    for what in ("with compiling, if it is not kept", "replay"):
        began, used = time.perf_counter(), time.process_time()
        run = services.replay(
            actor=actor, on=date(2026, 6, 30), plan=plan, files={path.name: [path.read_bytes()]}
        )
        seconds, used = time.perf_counter() - began, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        told = run.summary["all"]
        told_of = f"{used:.1f} s of processor, {seconds / control:.0f} x control, peak {peak:.2f} GB"
        print(f"{what}: {seconds:.1f} s, {told_of}")
        print(", ".join(f"{name} {told[name]:,}" for name in ("orders", "held", "let_go", "held_back")))


main()
