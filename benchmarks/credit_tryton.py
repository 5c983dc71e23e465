"""Tryton's check of a credit limit on the PostgreSQL that is named; run by a Python that has Tryton.

    PGHOST=… PGUSER=postgres python benchmarks/credit_tryton.py DATABASE SECONDS

Sets a company up through Tryton's own client, gives parties their open items, and prints one JSON document:
for each question the checks that succeeded a second, milliseconds at the median and at 99 %, and how many
failed. The check alone is measured, with the module of accounts only: no sale is written or looked at. The
transaction and its retries are those of Tryton's dispatcher.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ITEMS = (0, 200, 2_000, 20_000)
SPREAD = 16
LIMIT = Decimal(10**12)
USER = 0  # the root user: no rights are looked up, which is quicker for Tryton


def main() -> None:
    name, seconds = sys.argv[1], float(sys.argv[2])
    config = _configured(name)
    numbers = _company(name)
    from trytond.pool import Pool

    Pool.start()
    pool = Pool(name)
    pool.init()
    _open_items(name, numbers)
    told: dict[str, Any] = {"version": _version(), "config": str(config), "items": {}, "clients": {}}
    for items in ITEMS:
        told["items"][items] = _measured(name, [numbers[f"items-{items}"]], 1, seconds)
    spread = [numbers[f"spread-{number}"] for number in range(SPREAD)]
    for clients in (1, 4, 16):
        told["clients"][f"{clients} spread"] = _measured(name, spread, clients, seconds)
        told["clients"][f"{clients} hot"] = _measured(name, spread[:1], clients, seconds)
    print(json.dumps(told))


def _version() -> str:
    import trytond

    return str(trytond.__version__)


def _configured(name: str) -> Path:
    """The configuration of Tryton, its database made and its modules activated."""
    folder = Path(tempfile.mkdtemp(prefix="tryton-"))
    config = folder / "trytond.conf"
    config.write_text(f"[database]\nuri = postgresql:///\nretry = 5\npath = {folder}\n")
    secret = folder / "password"
    secret.write_text("长江-river-2026")
    os.environ["TRYTONPASSFILE"] = str(secret)
    os.environ["TRYTOND_CONFIG"] = str(config)
    admin = [str(Path(sys.executable).with_name("trytond-admin")), "-c", str(config), "-d", name]
    environment = {**os.environ, "TRYTOND_DATABASE__RETRY": "5"}
    quiet: dict[str, Any] = {"env": environment, "stdout": subprocess.DEVNULL, "input": b""}
    modules = ["-u", "account_credit_limit", "--activate-dependencies", "--email", "x@example.com"]
    subprocess.run([*admin, *modules], check=True, **quiet)
    import psycopg
    from trytond import config as settings

    with psycopg.connect(dbname=name) as connection:  # who sets up may do everything
        joined = 'INSERT INTO "res_user-res_group" ("user", "group") SELECT u.id, g.id'
        connection.execute(f"{joined} FROM res_user u, res_group g WHERE u.login = 'admin'")
    settings.update_etc(str(config))
    return config


def _company(name: str) -> dict[str, int]:
    """A company with a chart, and parties with a limit; gives the keys of the parties by name."""
    from proteus import Model
    from proteus import config as proteus
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear
    from trytond.modules.company.tests.tools import create_company, get_company

    proteus.set_trytond(f"postgresql:///{name}", config_file=os.environ["TRYTOND_CONFIG"])
    create_company()
    company = get_company()
    create_fiscalyear(company).click("create_period")
    create_chart(company)
    party_model, limits = Model.get("party.party"), {}
    for title in [*(f"items-{items}" for items in ITEMS), *(f"spread-{number}" for number in range(SPREAD))]:
        party = party_model(name=title)
        party.credit_limit_amount = LIMIT
        party.save()
        limits[title] = party.id
    return limits


def _open_items(name: str, numbers: dict[str, int]) -> None:
    """Posted lines on the receivable account, written straight into the tables."""
    from trytond.pool import Pool
    from trytond.transaction import Transaction

    with Transaction().start(name, USER, context={"company": 1}) as transaction:
        pool = Pool()
        (receivable,) = pool.get("account.account").search([("type.receivable", "=", True)], limit=1)
        (period,) = pool.get("account.period").search([], limit=1)
        (journal,) = pool.get("account.journal").search([], limit=1)
        cursor = transaction.connection.cursor()
        counts = {numbers[f"items-{items}"]: items for items in ITEMS}
        counts |= {numbers[f"spread-{number}"]: 200 for number in range(SPREAD)}
        for party, count in counts.items():
            cursor.execute(
                "WITH moves AS (INSERT INTO account_move (company, period, journal, date, number, state)"
                " SELECT 1, %s, %s, %s, 'M' || %s || '-' || one, 'posted' FROM generate_series(1, %s) one"
                " RETURNING id)"
                " INSERT INTO account_move_line (move, account, party, debit, credit, state, maturity_date)"
                " SELECT id, %s, %s, 1, 0, 'valid', %s FROM moves",
                (
                    period.id,
                    journal.id,
                    period.start_date,
                    party,
                    count,
                    receivable.id,
                    party,
                    period.end_date,
                ),
            )
        transaction.commit()
        cursor.execute("COMMIT")
    _analysed(name)


def _analysed(name: str) -> None:
    subprocess.run(["psql", "-q", "-d", name, "-c", "ANALYZE"], check=False)  # what autovacuum does in time


def _measured(name: str, parties: list[int], clients: int, seconds: float) -> dict[str, float]:
    with multiprocessing.get_context("fork").Pool(clients, _afresh) as workers:
        gate = time.monotonic() + 1.5
        told = [(name, parties[number % len(parties)], gate, seconds) for number in range(clients)]
        done = workers.starmap(_client, told, chunksize=1)
    times = sorted(each for times, _failed, _worked in done for each in times)
    failed, worked = sum(one[1] for one in done), sum(one[2] for one in done)
    if not times:
        return {"per_second": 0, "p50": 0, "p99": 0, "failed": failed, "cpu": 0}
    return {
        "per_second": round(len(times) / seconds, 1),
        "p50": round(statistics.median(times) * 1000, 2),
        "p99": round(times[int(len(times) * 0.99)] * 1000, 2),
        "failed": failed,
        "cpu": round(worked / len(times) * 1000, 2),
    }


def _afresh() -> None:
    """In a client: connections of the parent are not used."""
    from trytond import backend

    backend.Database._databases.clear()


def _client(name: str, party: int, gate: float, seconds: float) -> tuple[list[float], int, float]:
    _checked(name, party)
    time.sleep(max(gate - time.monotonic(), 0))
    times, failed, until = list[float](), 0, time.monotonic() + seconds
    worked = time.process_time()
    while (began := time.monotonic()) < until:
        if _checked(name, party):
            times.append(time.monotonic() - began)
        else:
            failed += 1
    return times, failed, time.process_time() - worked


def _checked(name: str, party: int) -> bool:
    """One check, its transaction begun, locked and begun anew as trytond.protocols.dispatcher does."""
    from trytond import backend, config
    from trytond.pool import Pool
    from trytond.transaction import Transaction, TransactionError

    retry, count, extras = config.getint("database", "retry"), 0, dict[str, Any]()
    while True:
        if count:
            time.sleep(0.02 * count)
        try:
            begun = Transaction().start(name, USER, context={"company": 1}, **extras)
        except backend.DatabaseOperationalError:  # it gave the lock up, after tries of its own
            return False
        with begun as transaction:
            try:
                pool = Pool()
                company = pool.get("company.company")(1)
                pool.get("party.party")(party).check_credit_limit(Decimal(1), company)
            except TransactionError as error:
                transaction.rollback()
                error.fix(extras)
                continue
            except backend.DatabaseOperationalError:
                transaction.rollback()
                if count < retry:
                    count += 1
                    continue
                return False
            transaction.commit()
            return True


if __name__ == "__main__":
    main()
