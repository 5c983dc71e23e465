"""How long explaining one customer takes in a run of a million customers.

    .venv/bin/python benchmarks/explain.py [--customers 1000000] [--rounds 60]

Writes inputs of so many customers in a scratch folder, rates them by the compiled policy, keeps the run in a
scratch SQLite database with a grade of every customer that is asked about, and prints p50 and p95 of the
service calls: the explanation, the explanation with what would raise the grade, one decision computed again.
The first call of a process, which compiles the policy, is told apart.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

DAY = date(2026, 6, 30)
BUDGET_MS = 100
ASKED = 50  # customers that are in the database and asked about


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=60)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-explain-") as scratch:
        os.environ["XINHENG_HOME"] = scratch
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        for code in ("adv", "general"):
            measure(code, asked.customers, asked.rounds)


def measure(code: str, customers: int, rounds: int) -> None:
    """Rate by one policy and time the questions about single customers."""
    from xinheng.base.kernel.actors import system_actor
    from xinheng.judgements.ratings import queries, services

    actor, run, nos = system_actor(), *prepared(code, customers)
    calls: dict[str, Callable[[str], Any]] = {
        "explain": lambda no: queries.explanation(actor, run, no, on=DAY),
        "explain and what would raise the grade": lambda no: (
            queries.explanation(actor, run, no, on=DAY), queries.outlook(actor, run, no, on=DAY)
        ),
        "replay one decision": lambda no: services.replay_decision(
            actor=actor, run_id=run, customer_no=no, on=DAY
        ),
    }  # fmt: skip
    for name, call in calls.items():
        most = rounds if "replay" not in name else 5
        took = [timed(call, nos[place % len(nos)]) for place in range(most + 1)]
        first, rest = took[0], sorted(took[1:])
        p50, p95 = statistics.median(rest), rest[int(len(rest) * 0.95) - 1 if len(rest) > 1 else 0]
        print(f"{code:8} {name:42} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  first {first:7.0f} ms")
        if name == "explain" and p95 > BUDGET_MS:
            print(f"         above the budget of {BUDGET_MS} ms")


def timed(call: Callable[[str], Any], no: str) -> float:
    start = time.perf_counter()
    call(no)
    return (time.perf_counter() - start) * 1000


def prepared(code: str, customers: int) -> tuple[int, list[str]]:
    """A run over so many made customers; gives its number and the customers that can be asked about."""
    import polars as pl

    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.packs import queries as packs
    from xinheng.base.packs import services as adopting
    from xinheng.facts.customers import queries as known
    from xinheng.facts.customers import services as files
    from xinheng.judgements.policies import services as policies
    from xinheng.judgements.ratings.computing import compute, sha256_of
    from xinheng.judgements.ratings.models import Grade, Run

    actor, rng = system_actor(), random.Random(code)  # noqa: S311 - no secret
    adopting.adopt_shipped(actor=actor, on=DAY, codes=[code], effective_from=DAY)
    nos = [f"C-{rng.randrange(customers):07}" for _ in range(ASKED)]
    nos = sorted(set(nos) - {no for no, _id in known.ids_by_no().iter_rows()})
    rows = [{"no": no, "kind": "company", "name": f"公司{no}"} for no in nos]
    files.post_customers(pl.DataFrame(rows), batch_no=None, told_on=DAY, actor=actor)
    document = packs.in_force("rating", code, on=DAY)
    policy = policies.load(document.text)
    folder = Path(os.environ["XINHENG_HOME"]) / "ratings" / code
    folder.mkdir(parents=True)
    inputs(policies.inputs_of(policy), policy, customers).write_parquet(
        folder / "inputs.parquet", row_group_size=16_384
    )
    start = time.perf_counter()
    compute(policy, folder / "inputs.parquet", folder / "results.parquet")
    print(f"{code:8} {customers:,} customers rated in {time.perf_counter() - start:.2f} s")
    run = Run.objects.create(
        policy_code=code, policy_version=document.version, policy_sha256=document.sha256, as_of=DAY,
        measurement_id=0, inputs_path=f"ratings/{code}/inputs.parquet",
        inputs_sha256=sha256_of(folder / "inputs.parquet"),
        results_path=f"ratings/{code}/results.parquet",
        results_sha256=sha256_of(folder / "results.parquet"), state="done", customers=customers,
        started_at=datetime.now(UTC), run_by="benchmark",
    )  # fmt: skip
    results = pl.scan_parquet(folder / "results.parquet").filter(pl.col("customer_no").is_in(nos)).collect()
    ids = dict(known.ids_by_no().iter_rows())
    for row in results.iter_rows(named=True):
        Grade.objects.create(
            run=run, customer_id=ids[row["customer_no"]], state=row["state"], grade=row["grade"],
            rank=row["rank"], score_milli=row["score_milli"],
        )  # fmt: skip
    return run.pk, nos


def inputs(wanted: dict[str, str], policy: Any, customers: int) -> Any:
    """Figures of made customers: whole numbers, shares, answers; a tenth of each is not known."""
    import numpy as np
    import polars as pl

    from xinheng.judgements.policies import services as policies

    rng = np.random.default_rng(7)
    names, asked = policies.formulas(policy).names, {one.code: one for one in policy.questions}
    columns: dict[str, Any] = {
        "customer_no": [f"C-{n:07}" for n in range(customers)],
        "customer_id": np.arange(customers),
    }
    for code, kind in wanted.items():
        if kind == "boolean":
            values = rng.random(customers) < (1 if code == "is_customer" else 0.05)
        elif kind == "string":
            choices = [one.code for one in asked[code].choices] if code in asked else ["F"]
            values = rng.choice(choices, customers)
        elif kind == "int64":
            values = rng.integers(0, 8_000_000_000, customers)
        else:
            share = names[code].unit in ("share", "ratio")
            values = rng.random(customers) if share else rng.integers(0, 120, customers).astype(float)
        column = pl.Series(code, values)
        hidden = pl.Series(rng.random(customers) < (0 if code == "is_customer" else 0.1))
        columns[code] = pl.select(pl.when(~hidden).then(column)).to_series()
    return pl.DataFrame(columns)


if __name__ == "__main__":
    main()
