"""How fast the list of customers and the customer page are at a million customers.

    .venv/bin/python benchmarks/pages.py [--customers 1000000] [--rounds 15] [--home FOLDER]

Builds the customers in a scratch SQLite database (or in DATABASE_URL), set by set, then asks for pages
through Django's own stack (middleware, session, templates) and prints p50, p95 and the number of
statements of each question. A folder given with --home is kept and used again.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

DAY = date(2026, 6, 30)
BUDGET_MS = 150
REGIONS = ["华东", "华南", "华北", "华中", "西南", "西北", "东北", "海外"]
WORDS = [
    "长江",
    "东方",
    "恒信",
    "鸿运",
    "金石",
    "蓝海",
    "南山",
    "启明",
    "瑞丰",
    "盛世",
    "泰和",
    "天工",
    "万通",
    "新元",
    "远大",
    "中联",
]
TRADES = ["贸易", "机电", "建材", "化工", "食品", "物流", "电子", "纺织", "医药", "能源"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--home", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xinheng-pages-") as scratch:
        home = asked.home or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        os.environ["XINHENG_HOME"] = str(home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "xinheng.wiring.settings"
        import django

        django.setup()
        build(asked.customers)
        measure(asked.customers, asked.rounds)


def build(customers: int) -> None:
    """Tables, people, customers, bills, standings, grades: everything a page reads."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from xinheng.base.access.models import Person
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables.models import Bill
    from xinheng.indicators.models import Standing
    from xinheng.judgements.ratings.models import Grade

    for model, step in (
        (Person, people),
        (Customer, parties),
        (Bill, ledger),
        (Standing, standings),
        (Grade, grades),
    ):
        if model.objects.exists():
            continue
        start = time.perf_counter()
        with transaction.atomic():
            step(customers)
        print(f"built {step.__name__} in {time.perf_counter() - start:.0f} s", flush=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def people(_customers: int) -> None:
    from xinheng.base.access import services as access
    from xinheng.base.kernel.actors import system_actor

    access.load_shipped_roles(actor=system_actor(), on=DAY)
    access.create_unit(actor=system_actor(), on=DAY, code="HQ", name="集团", kind="company")
    for place in range(8):
        access.create_unit(
            actor=system_actor(),
            on=DAY,
            code=f"D{place}",
            name=f"销售{place}部",
            kind="department",
            parent="HQ",
        )
    for place in range(200):
        access.create_person(
            actor=system_actor(),
            on=DAY,
            login=f"seller{place:03}",
            name=f"业务员{place}",
            password=secrets.token_urlsafe(),
            role="salesperson",
            unit=f"D{place % 8}",
        )
    access.create_person(
        actor=system_actor(),
        on=DAY,
        login="chief",
        name="主管",
        password=secrets.token_urlsafe(),
        role="credit_manager",
        unit="HQ",
    )


def parties(customers: int) -> None:
    import polars as pl

    from xinheng.base.kernel.actors import system_actor
    from xinheng.facts.customers import services as files

    for start in range(0, customers, 100_000):
        n = pl.int_range(start, min(start + 100_000, customers), eager=True)
        word = pl.Series(WORDS, dtype=pl.String)
        frame = pl.DataFrame({"n": n}).with_columns(
            no=pl.format("C-{}", pl.col("n").cast(pl.String).str.zfill(7)),
            name=pl.concat_str(
                pl.lit(word).gather(pl.col("n") * 7 % 16),
                pl.lit(word).gather(pl.col("n") // 16 % 16),
                pl.col("n").cast(pl.String),
                pl.lit(pl.Series(TRADES)).gather(pl.col("n") // 256 % 10),
                pl.lit("有限公司"),
            ),
            industry=pl.lit(pl.Series(["C", "F", "F", "C", "E", "G", "I", "L", "K", "H"])).gather(
                pl.col("n") % 10
            ),
            region=pl.when(pl.col("n") % 5_003 == 0)
            .then(pl.lit("港澳"))
            .otherwise(pl.lit(pl.Series(REGIONS)).gather(pl.col("n") // 10 % 8)),
            employees=(pl.col("n") * 31 % 900).cast(pl.Int64),
            revenue_minor=(pl.col("n") * 7_919 % 90_000_000) * 100,
            unit_code=pl.format("D{}", pl.col("n") % 200 % 8),
            person_login=pl.format("seller{}", (pl.col("n") % 200).cast(pl.String).str.zfill(3)),
        )
        files.post_customers(frame.drop("n"), batch_no=None, told_on=DAY, actor=system_actor())
        print(f"  {start + frame.height:,} customers", flush=True)


def ledger(customers: int) -> None:
    """Four bills a customer and a receipt; one in fifty customers has eighty bills."""
    import polars as pl

    from xinheng.base.kernel import bulk
    from xinheng.facts.customers import queries
    from xinheng.facts.receivables.models import Bill, Receipt

    ids = queries.ids_by_no().select("id").with_row_index("n")
    for start in range(0, customers, 100_000):
        some = ids.slice(start, 100_000)
        counted = some.with_columns(times=pl.when(pl.col("n") % 50 == 0).then(80).otherwise(4))
        rows = counted.with_columns(k=pl.int_ranges(0, pl.col("times"))).explode("k")
        billed = pl.lit(DAY) - pl.duration(days=(pl.col("n") + pl.col("k") * 11) % 700)
        bulk.append(
            Bill,
            rows.select(
                customer_id="id",
                bill_no=pl.format("B-{}-{}", "n", "k"),
                billed_on=billed,
                due_on=billed + pl.duration(days=30),
                amount_minor=(pl.col("n") * 97 + pl.col("k") * 131) % 5_000_000 + 100,
                told_on=pl.lit(DAY),
            ),
        )
        bulk.append(
            Receipt,
            some.select(
                customer_id="id",
                receipt_no=pl.format("R-{}", "n"),
                received_on=pl.lit(DAY) - pl.duration(days=pl.col("n") % 600),
                amount_minor=pl.col("n") * 89 % 3_000_000 + 100,
                told_on=pl.lit(DAY),
            ),
        )


def standings(customers: int) -> None:
    import polars as pl

    from xinheng.base.kernel import bulk
    from xinheng.facts.customers import queries
    from xinheng.indicators.models import Measurement, Standing

    kept = Measurement.objects.create(
        as_of=DAY, snapshot_path="-", snapshot_sha256="0" * 64, values_path="-", values_sha256="0" * 64,
        catalogue_sha256="0" * 64, customers=customers, measured_at=datetime.now(UTC), measured_by="bench",
    )  # fmt: skip
    ids = queries.ids_by_no().select("id").with_row_index("n").filter(pl.col("n") % 97 != 0)
    overdue = pl.when(pl.col("n") % 3 == 0).then(pl.col("n") * 53 % 9_000_000).otherwise(0)
    bulk.append(
        Standing,
        ids.select(
            customer_id="id",
            measurement_id=pl.lit(kept.pk),
            balance_minor=pl.col("n") * 61 % 90_000_000,
            overdue_minor=overdue,
            turnover_12m_minor=pl.when(pl.col("n") % 11 != 0).then(pl.col("n") * 67 % 900_000_000),
            longest_overdue_days=pl.when(pl.col("n") % 3 == 0).then(pl.col("n") % 200).otherwise(0),
        ),
    )


def grades(customers: int) -> None:
    import polars as pl

    from xinheng.base.kernel import bulk
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.packs import services as packs
    from xinheng.facts.customers import queries
    from xinheng.judgements.ratings.models import Grade, Run

    codes = ("adv", "general", "lse", "net")
    packs.adopt_shipped(actor=system_actor(), on=DAY, effective_from=DAY - timedelta(days=900), codes=codes)
    document = packs.documents("rating").filter(code="adv").first()
    run = Run.objects.create(
        policy_code=document.code, policy_version=document.version, policy_sha256=document.sha256, as_of=DAY,
        measurement_id=1, inputs_path="-", inputs_sha256="0" * 64, results_path="-", results_sha256="0" * 64,
        state="done", customers=customers, graded=customers, started_at=datetime.now(UTC),
        finished_at=datetime.now(UTC), run_by="bench",
    )  # fmt: skip
    ids = queries.ids_by_no().select("id").with_row_index("n").filter(pl.col("n") % 89 != 0)
    rank = pl.when(pl.col("n") % 400 == 1).then(3).when(pl.col("n") % 4 == 0).then(2).otherwise(1)
    named = ids.with_columns(rank=rank)
    held = dict(named.group_by("rank").len().iter_rows())
    run.counts = {grade: held[place] for place, grade in enumerate("ABC", 1)}
    run.shares = {"previous_grade": {"A": run.counts}}
    run.save()
    bulk.append(
        Grade,
        named.select(
            run_id=pl.lit(run.pk),
            customer_id="id",
            state=pl.lit("graded"),
            grade=pl.when(pl.col("rank") == 1)
            .then(pl.lit("A"))
            .when(pl.col("rank") == 2)
            .then(pl.lit("B"))
            .otherwise(pl.lit("C")),
            rank="rank",
            previous_grade=pl.lit("A"),
            previous_rank=pl.lit(1),
        ),
    )


def questions(customers: int, dice: random.Random) -> Iterator[tuple[str, str, str]]:
    """What people ask: name, login, address."""
    yield "home page", "chief", "/"
    yield "home page, its figures", "chief", "/home/figures/"
    yield "home page of a salesperson", "seller017", "/"
    for key in (
        "no",
        "-no",
        "name",
        "industry",
        "region",
        "salesperson",
        "grade",
        "-grade",
        "-balance",
        "-overdue",
        "turnover",
    ):
        yield f"list by {key}", "chief", f"/customers/?sort={key}"
    some = dice.randrange(customers)
    deep = dice.randrange(1, customers)
    yield "list, deep page by number", "chief", f"/customers/?after={deep}"
    yield "list, deep page by balance", "chief", f"/customers/?sort=-balance&after={deep}"
    yield "list, deep page by grade", "chief", f"/customers/?sort=grade&after={deep}"
    yield "list, page before by overdue", "chief", f"/customers/?sort=-overdue&before={deep}"
    yield "filter region", "chief", "/customers/?region=华东"
    yield "filter rare region by overdue", "chief", "/customers/?region=港澳&sort=-overdue"
    yield "filter grade", "chief", "/customers/?grade=B"
    yield "filter rare grade by name", "chief", "/customers/?grade=C&sort=name"
    yield "filter grade, industry, region", "chief", "/customers/?grade=B&section=G&region=华南&sort=-balance"
    yield "filter overdue by region", "chief", "/customers/?overdue=1&sort=region"
    yield "filter salesperson", "chief", "/customers/?person=seller017&sort=-overdue"
    yield "filter unit by turnover", "chief", "/customers/?unit=D3&sort=-turnover"
    yield "filter size, status by grade", "chief", "/customers/?size=small&status=active&sort=-grade"
    yield "not measured", "chief", "/customers/?lacking=turnover"
    yield "search a number", "chief", f"/customers/?q=C-{some:07}"
    yield "search part of a name", "chief", f"/customers/?q={some}"
    yield "search a common part", "chief", f"/customers/?q={dice.choice(WORDS)}"
    yield "search initials", "chief", "/customers/?q=cjdf"
    yield (
        "search part, by balance",
        "chief",
        f"/customers/?q={dice.choice(WORDS)}{dice.choice(WORDS)}&sort=-balance",
    )
    yield "salesperson's list", "seller017", "/customers/"
    yield "salesperson's list by overdue", "seller042", "/customers/?sort=-overdue"
    yield "customer page", "chief", f"/customers/file/C-{some:07}/"
    yield "customer page with 80 bills", "chief", f"/customers/file/C-{some // 50 * 50:07}/"
    yield "customer page of a salesperson", "seller017", f"/customers/file/C-{some // 200 * 200 + 17:07}/"
    yield "bills of a customer", "chief", f"/customers/file/C-{some // 50 * 50:07}/?tab=payments"


def measure(customers: int, rounds: int) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from xinheng.base.access.models import Person
    from xinheng.wiring import wsgi  # noqa: F401  (what a server has loaded before the first request)

    clients = {}
    for login in ("chief", "seller017", "seller042"):
        clients[login] = Client(HTTP_HOST="localhost")
        clients[login].force_login(
            Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend"
        )
    dice = random.Random(7)  # noqa: S311
    taken: dict[str, list[float]] = {}
    worked: dict[str, list[float]] = {}
    statements: dict[str, int] = {}
    for turn in range(rounds + 1):
        for name, login, address in questions(customers, dice):
            part = {"HTTP_HX_REQUEST": "true"} if "tab=" in address else {}
            start, busy = time.perf_counter(), time.process_time()
            if turn == 0:
                with CaptureQueriesContext(
                    connection,
                ) as seen:
                    answer: Any = clients[login].get(address, **part)
                statements[name] = len(seen)
            else:
                answer = clients[login].get(address, **part)
                taken.setdefault(name, []).append(1000 * (time.perf_counter() - start))
                worked.setdefault(name, []).append(1000 * (time.process_time() - busy))
            assert answer.status_code == 200, (address, answer.status_code)
    report(taken, worked, statements)


def report(taken: dict[str, list[float]], worked: dict[str, list[float]], statements: dict[str, int]) -> None:
    print(f"{'question':36} {'p50 ms':>8} {'p95 ms':>8} {'cpu p95':>8} {'statements':>11}")
    for name, times in taken.items():
        late = "" if p95(times) < BUDGET_MS else "  over the budget"
        figures = f"{statistics.median(times):8.1f} {p95(times):8.1f} {p95(worked[name]):8.1f}"
        print(f"{name:36} {figures} {statements[name]:11}{late}")
    for kind in ("list", "page"):
        some = [
            t
            for name, times in taken.items()
            for t in times
            if ("page" in name and "list" not in name) == (kind == "page")
        ]
        print(
            f"all {kind}s: p50 {statistics.median(some):.1f} ms, p95 {p95(some):.1f} ms, {len(some)} requests"
        )
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, budget p95 < {BUDGET_MS} ms")


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


if __name__ == "__main__":
    main()
