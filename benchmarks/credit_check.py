"""How fast the check of an order is: by open items, by clients, on both databases, beside two peers.

    .venv/bin/python -m benchmarks.credit_check [--seconds 5] [--database both|sqlite|postgresql]
        [--tryton FOLDER | --no-tryton] [--only items,clients,bulk]

Everything is measured in one run, each question beside its peers in the same minutes: an fsync of 4 kB; the
bare statement that spends headroom and keeps one row; the bare statement that keeps the four rows that a
check keeps; and, on PostgreSQL, Tryton's check of a credit limit. What is measured of Xinheng is the whole
service call: rights, the policy as shipped with all its rules, the order, the decision with its figures,
the trail. Each client is a process. Tryton (GPL) is installed from PyPI into FOLDER, outside the project,
by this command only.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.credit_world import FIRST_DAY, Database, found

ITEMS = (0, 200, 2_000, 20_000)
SPREAD = 16
BULK = 10_000
TRYTON = [
    "trytond>=8.2,<8.3",
    "trytond_account_credit_limit>=8.2,<8.3",
    "trytond_sale_credit_limit>=8.2,<8.3",
]
ROOT = Path(__file__).resolve().parent.parent
Figures = dict[str, float]
Asked = tuple[list[float], int, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--database", choices=["both", "sqlite", "postgresql"], default="both")
    parser.add_argument("--tryton", type=Path, default=Path(tempfile.gettempdir(), "xinheng-tryton"))
    parser.add_argument("--no-tryton", action="store_true")
    parser.add_argument("--only", default="items,clients,bulk")
    parser.add_argument("--like", default="", help="a database of this version whose tables are taken")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(Measured(asked).all()))
        return
    kinds = ["sqlite", "postgresql"] if asked.database == "both" else [asked.database]
    for kind in kinds:
        told = [*sys.argv[1:], "--one", kind]
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.credit_check", *told],
            stdout=subprocess.PIPE,
            check=True,
            cwd=ROOT,
        )
        show(kind, json.loads(answer.stdout.splitlines()[-1]))


def show(kind: str, told: dict[str, Any]) -> None:
    """The figures as tables."""
    print(f"\n{kind}: an fsync of 4 kB takes {told['fsync_ms']:.2f} ms at the median")
    for title in ("items", "clients"):
        for question, sides in told.get(title, {}).items():
            cells = [
                f"{side} {one['per_second']:.0f}/s (p50 {one['p50']:.2f}, p99 {one['p99']:.2f} ms,"
                f" processor {one['cpu']:.2f} ms, failed {one['failed']:.0f})"
                for side, one in sides.items()
            ]
            print(f"  {title} {question}: " + " · ".join(cells))
    for what, figure in told.get("bulk", {}).items():
        print(f"  {what}: {figure}")


class Measured:
    """One database and all that is asked of it."""

    def __init__(self, asked: Any) -> None:
        self.asked, self.kind, self.seconds = asked, asked.one, asked.seconds
        self.only = asked.only.split(",")

    def all(self) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="xinheng-check-", ignore_cleanup_errors=True) as scratch:
            database = Database(self.kind, Path(scratch))
            database.set_up(self.asked.like)
            company()
            told: dict[str, Any] = {"fsync_ms": fsync_ms(Path(scratch))}
            peers = {"bare, one row": bare_one, "bare, four rows": bare_four}
            clients = multiprocessing.get_context("forkserver")  # a process that used Polars is not forked
            clients.set_forkserver_preload(["benchmarks.credit_ready"])
            with clients.Pool(SPREAD) as workers:
                if "items" in self.only:
                    told["items"] = {
                        str(items): self._sides(workers, peers, [f"I-{items}"], 1) for items in ITEMS
                    }
                if "clients" in self.only:
                    spread = [f"K-{number:04}" for number in range(SPREAD)]
                    told["clients"] = {
                        f"{clients} {how}": self._sides(workers, peers, whom, clients)
                        for clients in (1, 4, 16)
                        for how, whom in (("spread", spread), ("hot", spread[:1]))
                    }
            if (
                self.kind == "postgresql"
                and not self.asked.no_tryton
                and {"items", "clients"} & set(self.only)
            ):
                beside(told, tryton(self.asked.tryton, self.seconds))
            if "bulk" in self.only:
                told["bulk"] = bulk()
            told["fsync_ms"] = (told["fsync_ms"] + fsync_ms(Path(scratch))) / 2
            return told

    def _sides(
        self, workers: Any, peers: dict[str, Callable[..., Any]], whom: list[str], clients: int
    ) -> dict[str, Figures]:
        """The service and its peers, in turn."""
        sides = {"Xinheng": "check", **{name: one.__name__ for name, one in peers.items()}}
        return {
            name: figures(
                workers.starmap(_client, self._told(what, whom, clients), chunksize=1), self.seconds
            )
            for name, what in sides.items()
        }

    def _told(self, what: str, whom: list[str], clients: int) -> list[Any]:
        gate = time.monotonic() + 0.5
        return [(what, whom[number % len(whom)], number, gate, self.seconds) for number in range(clients)]


def company() -> None:
    """Customers with a limit that is never reached, and their open bills."""
    import polars as pl
    from django.db import connection

    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.packs import services as packs
    from xinheng.facts.customers import services as files
    from xinheng.facts.customers.models import Customer
    from xinheng.facts.receivables import services as receivables
    from xinheng.judgements.limits import services as limits
    from xinheng.judgements.limits.values import NewLimit
    from xinheng.runs.services import business_day

    chief, on = system_actor(), business_day()
    found(customers=SPREAD, limit="")
    packs.adopt_shipped(actor=chief, on=on, effective_from=FIRST_DAY, codes=["checks"], kind="checks")
    extra = [f"I-{items}" for items in ITEMS] + ["H-0"]
    rows = [{"no": no, "kind": "company", "name": f"客户{no}有限公司", "unit_code": "HQ"} for no in extra]
    files.post_customers(pl.DataFrame(rows), batch_no=None, told_on=FIRST_DAY, actor=chief)
    for customer in Customer.objects.exclude(no__in=["K-M", "H-0"]).order_by("no"):
        limits.set_limit(
            actor=chief, on=on, customer_no=customer.no, limit=NewLimit("性能测试", _yuan(10**11))
        )
        count = int(customer.no[2:]) if customer.no.startswith("I-") else 200
        bills = pl.DataFrame({"n": range(count)}).select(
            customer_id=pl.lit(customer.pk),
            bill_no=pl.format("{}-{}", pl.lit(customer.no), "n"),
            billed_on=pl.lit(on - timedelta(10)),
            due_on=pl.lit(on) + pl.duration(days=1 + pl.col("n") % 90),
            amount_minor=pl.lit(100_00),
        )
        if count:
            receivables.post_bills(bills, batch_no=None, told_on=on, actor=chief)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_account (no varchar(40) PRIMARY KEY, used bigint, most bigint)")
        for no in [*(f"K-{number:04}" for number in range(SPREAD)), *(f"I-{items}" for items in ITEMS)]:
            cursor.execute("INSERT INTO bare_account VALUES (%s, 0, %s)", [no, 10**15])
        key = "bigserial" if connection.vendor == "postgresql" else "integer"
        for table in ("bare_order", "bare_decision", "bare_trail", "bare_credit"):
            cursor.execute(
                f"CREATE TABLE {table} (id {key} PRIMARY KEY, no varchar(40), amount bigint, told text)"
            )
        cursor.execute("CREATE UNIQUE INDEX bare_order_once ON bare_order (no)")
        cursor.execute("CREATE UNIQUE INDEX bare_credit_once ON bare_credit (no)")
        cursor.execute("CREATE INDEX bare_decision_by ON bare_decision (no)")
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    connection.close()


def _yuan(amount: int) -> Any:
    from xinheng.base.kernel.money import Money

    return Money(amount * 100, "CNY")


def _client(what: str, no: str, number: int, gate: float, seconds: float) -> Asked:
    """Ask as often as there is time; gives the seconds of each success, failures, processor seconds."""
    ask = {"check": _check, "bare_one": bare_one, "bare_four": bare_four}[what](no)
    run = f"{what}-{number}-{time.time_ns() // 1000 % 10**10}"
    for warm in range(20):
        ask(f"{run}-w{warm}")
    time.sleep(max(gate - time.monotonic(), 0))
    times, failed, asked, until = list[float](), 0, 0, time.monotonic() + seconds
    worked = time.process_time()
    while (began := time.monotonic()) < until:
        asked += 1
        if ask(f"{run}-{asked}"):
            times.append(time.monotonic() - began)
        else:
            failed += 1
    return times, failed, time.process_time() - worked


def _check(no: str) -> Callable[[str], bool]:
    """The whole service call."""
    from xinheng.base.kernel.actors import system_actor
    from xinheng.base.kernel.money import Money
    from xinheng.facts.orders.values import NewOrder
    from xinheng.judgements.limits import services as limits
    from xinheng.runs.services import business_day

    actor, on, amount = system_actor(), business_day(), Money(100_00, "CNY")

    def ask(order_no: str) -> bool:
        order = NewOrder(order_no, on, on, amount)
        return limits.check_order(actor=actor, on=on, customer_no=no, order=order).verdict == "passed"

    return ask


def bare_one(no: str) -> Callable[[str], bool]:
    """Spend headroom and keep one row, and nothing else: the least that any check must do."""
    return _bare(no, ("bare_order",), "")


def bare_four(no: str) -> Callable[[str], bool]:
    """The same with the four rows a check keeps, the text of a decision among them."""
    return _bare(no, ("bare_order", "bare_trail", "bare_decision", "bare_credit"), "x" * 400)


def _bare(no: str, tables: tuple[str, ...], told: str) -> Callable[[str], bool]:
    spend = "UPDATE bare_account SET used = used + %s WHERE no = %s AND used + %s <= most RETURNING no"
    if os.environ.get("DATABASE_URL"):
        import psycopg

        connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        parts = [
            f"w{place} AS (INSERT INTO {table} (no, amount, told) SELECT %s, %s, %s FROM spent RETURNING id)"
            for place, table in enumerate(tables)
        ]
        statement = f"WITH spent AS ({spend}), {', '.join(parts)} SELECT id FROM w0"

        def ask(order_no: str) -> bool:
            told_all = [100_00, no, 100_00, *([order_no, 100_00, told] * len(tables))]
            return connection.execute(statement, told_all).fetchone() is not None

        return ask
    import sqlite3

    file = sqlite3.connect(
        Path(os.environ["XINHENG_HOME"], "xinheng.sqlite3"), timeout=60, isolation_level=None
    )
    file.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;")

    def ask_file(order_no: str) -> bool:
        file.execute("BEGIN IMMEDIATE")
        spent = file.execute(spend.replace("%s", "?"), [100_00, no, 100_00]).fetchone()
        for table in tables if spent else ():
            file.execute(f"INSERT INTO {table} (no, amount, told) VALUES (?, ?, ?)", [order_no, 100_00, told])
        file.execute("COMMIT")
        return spent is not None

    return ask_file


def figures(done: list[Asked], seconds: float) -> Figures:
    """Successes a second, milliseconds at the median and at 99 %, failures, processor time of the client."""
    times = sorted(each for times, _failed, _worked in done for each in times)
    failed, worked = sum(one[1] for one in done), sum(one[2] for one in done)
    if not times:
        return {"per_second": 0, "p50": 0, "p99": 0, "failed": failed, "cpu": 0}
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    told = {"per_second": len(times) / seconds, "p50": p50 * 1000, "p99": p99 * 1000, "failed": failed}
    return {**told, "cpu": worked / len(times) * 1000}


def fsync_ms(folder: Path) -> float:
    """The median of 200 writes of 4 kB that reach the disk."""
    times = []
    with (folder / "probe").open("wb", buffering=0) as file:
        for _time in range(200):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            os.fsync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def tryton(folder: Path, seconds: float) -> dict[str, Any]:
    """Tryton on the same server, in a database of its own."""
    if not (folder / "bin" / "trytond-admin").exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run([uv, "venv", "-q", "--allow-existing", str(folder)], check=True, stdout=sys.stderr)
        install = [uv, "pip", "install", "-q", "--python", str(folder / "bin" / "python"), *TRYTON]
        subprocess.run([*install, "proteus", "psycopg[binary,pool]"], check=True, stdout=sys.stderr)
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS tryton WITH (FORCE)")
        connection.execute("CREATE DATABASE tryton")
    told = conninfo_to_dict(address)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "PYTHON"))},
        "PGHOST": str(told["host"]), "PGUSER": str(told["user"]),
    }  # fmt: skip
    answer = subprocess.run(
        [folder / "bin" / "python", ROOT / "benchmarks" / "credit_tryton.py", "tryton", str(seconds)],
        env=environment, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    measured: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return measured


def beside(told: dict[str, Any], peer: dict[str, Any]) -> None:
    """Put Tryton's figures beside ours."""
    for title in ("items", "clients"):
        for question, sides in told.get(title, {}).items():
            sides["Tryton"] = peer[title][question]


def bulk() -> dict[str, str]:
    """Ten thousand orders at once, and ten thousand held ones asked about again."""
    import polars as pl

    from xinheng.base.kernel.actors import system_actor
    from xinheng.judgements.limits import services as limits
    from xinheng.judgements.limits.models import OrderCredit
    from xinheng.runs.services import business_day

    chief, on = system_actor(), business_day()

    def orders(prefix: str, nos: list[str]) -> pl.DataFrame:
        return pl.DataFrame({"n": range(BULK)}).select(
            customer_no=pl.Series([nos[n % len(nos)] for n in range(BULK)]),
            order_no=pl.format(prefix + "-{}", "n"), segment=pl.lit(""), ordered_on=pl.lit(on),
            ship_on=pl.lit(on), amount_minor=pl.lit(100_00), currency=pl.lit("CNY"),
            kind=pl.lit("standard"), payment=pl.lit("credit"), terms_days=pl.lit(None, dtype=pl.Int64),
        )  # fmt: skip

    told = {}
    began = time.perf_counter()
    checked = limits.check_orders(actor=chief, on=on, frame=orders("P", [f"K-{n:04}" for n in range(SPREAD)]))
    took = time.perf_counter() - began
    assert checked["verdict"].to_list() == ["passed"] * BULK
    told[f"check of {BULK:,} orders at once"] = f"{took:.2f} s, {BULK / took:,.0f}/s, all passed"
    checked = limits.check_orders(actor=chief, on=on, frame=orders("H", ["H-0"]))
    assert checked["verdict"].to_list() == ["held"] * BULK
    for title, limit in (("still held", 0), ("released by the rules", 10**9)):
        if limit:
            from xinheng.judgements.limits.values import NewLimit

            limits.set_limit(actor=chief, on=on, customer_no="H-0", limit=NewLimit("提高", _yuan(limit)))
        began = time.perf_counter()
        limits.recheck_all(actor=chief, on=on)
        took = time.perf_counter() - began
        left = OrderCredit.objects.filter(state="held").count()
        told[f"{BULK:,} held orders asked about again, {title}"] = f"{took:.2f} s, {left:,} held after"
    return told


if __name__ == "__main__":
    main()
