"""The ledger in columns: what each bill had open, and each receipt free, from which day until which.

A folder below HOME/ageing holds Parquet files sorted by customer. A row says that so much stood open from a
day on and before another, so what any day looked like is a filter and no reckoning. What still stands and
what is past are files of their own: today needs only the one. The files hold what was posted when they were
written; customers of whom anything was posted since, or who pay a bill by
instalments, are read from the database. Without files, or after very much was posted, the database is asked.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from django.conf import settings
from django.db import OperationalError, connection, transaction

from xinheng.base.kernel import columns
from xinheng.base.kernel.engine import quoted
from xinheng.facts.receivables import span_sql as sql
from xinheng.facts.receivables.lines import FREE, FREE_ROWS, LINES, OPEN, framed
from xinheng.facts.receivables.standing import Standing, Whose, rows

MANIFEST = "manifest.json"
MOST_TOUCHED = 5_000  # customers read from the database beside the files; beyond it the files are too old
KEPT = 2  # folders: somebody may still read the one before
WORTH_FILES = 50_000  # bills
PATIENCE = "5s"  # how long writing waits for those who post


@dataclass(frozen=True)
class Spans:
    """The columnar files, and the customers whose rows in them no longer hold."""

    folder: Path
    past_until: date  # from this day on nothing of the past counts
    touched: tuple[int, ...]

    def open(self, as_of: date) -> list[Path]:
        """customer_id, bill_id, currency, segment, kind, billed_on, due_on, from_on, until_on, open_minor."""
        return self._files("open", as_of)

    def free(self, as_of: date) -> list[Path]:
        """customer_id, receipt_id, currency, from_on, until_on, free_minor."""
        return self._files("free", as_of)

    def _files(self, name: str, as_of: date) -> list[Path]:
        """What still stands, and for an earlier day also what is past."""
        now = [self.folder / f"{name}.parquet"]
        return now if as_of >= self.past_until else [*now, self.folder / f"{name}_past.parquet"]


def write_spans(*, on: date) -> Path | None:
    """Write the files anew; None where somebody posted so long that it could not begin.

    Reads what is committed. A killed process leaves no half files.
    """
    home = _home()
    for left in home.glob(".writing-*"):
        if not Path(f"/proc/{left.name.split('-')[1]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)
    ids = _last_ids()
    if ids is None:
        return None
    writing = home / f".writing-{os.getpid()}-{os.urandom(4).hex()}"
    writing.mkdir()
    try:
        past_until = _write_files(writing, ids)
        manifest = {"written_on": on.isoformat(), "past_until": past_until.isoformat(), "ids": ids}
        (writing / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
        number = max((int(one.name) for one in _folders(home)), default=0) + 1
        final = home / f"{number:08}"
        with suppress(OSError):  # another process was quicker: its files hold the same
            writing.rename(final)
    finally:
        shutil.rmtree(writing, ignore_errors=True)
    for old in _folders(home)[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    return final


def spans() -> Spans | None:
    """The newest files with what was posted since; None: none, or too much was posted, so ask the ledger."""
    folders = _folders(_home())
    if not folders:
        return None
    try:
        told = json.loads((folders[-1] / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    touched = _touched(told["ids"]) if _is_of_now(told["ids"]) else None
    if touched is None:
        return None
    return Spans(folders[-1], date.fromisoformat(told["past_until"]), touched)


def lines_of_touched(found: Spans, *, as_of: date) -> pl.DataFrame:
    """The open lines of the customers whose rows in the files no longer hold, as `open_lines` gives them."""
    return _of_touched(OPEN, LINES, found, as_of)


def free_of_touched(found: Spans, *, as_of: date) -> pl.DataFrame:
    """The free money of the customers whose rows in the files no longer hold, as `unapplied` gives it."""
    return _of_touched(FREE, FREE_ROWS, found, as_of)


def control_by_customer(whose_ids: list[int] | None, *, as_of: date) -> pl.DataFrame:
    """What each customer owes by the facts alone, without looking at what settled what.

    Gives customer_id, currency, facts_minor (bills less receipts) and written_off_minor. What is open less
    what is free plus what is written off must come to the facts, to the cent. whose_ids: None is everybody.
    """
    whose = Whose.everyone() if whose_ids is None else _listed(whose_ids)
    return framed(rows(sql.CONTROL, Standing(as_of), whose), sql.CONTROLS)


def standing_by_customer(*, as_of: date) -> pl.DataFrame:
    """What each customer has open and free on a day, added up by the database.

    Gives customer_id, currency, open_minor (credit bills taken off) and free_minor.
    """
    return framed(rows(sql.STANDING, Standing(as_of), Whose.everyone()), sql.STANDINGS)


def _of_touched(statement: str, schema: dict[str, Any], found: Spans, as_of: date) -> pl.DataFrame:
    if not found.touched:
        return pl.DataFrame(schema=schema)
    return framed(rows(statement, Standing(as_of), _listed(list(found.touched))), schema)


def _listed(ids: list[int]) -> Whose:
    return Whose(f"customer_id IN ({', '.join(map(str, ids)) or 'NULL'})")


def _is_of_now(ids: dict[str, int]) -> bool:
    """Whether the ledger still holds what the files do: one put back from a backup may hold less."""
    if set(ids) != set(sql.TABLES):
        return False
    last = ", ".join(f"(SELECT COALESCE(MAX(id), 0) FROM receivables_{name})" for name in sql.TABLES)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {last}")
        return all(found >= ids[name] for name, found in zip(sql.TABLES, cursor.fetchone(), strict=True))


def _touched(ids: dict[str, int]) -> tuple[int, ...] | None:
    """Of whom something was posted since, and who pays by instalments; None: of too many."""
    statement = f"SELECT DISTINCT customer_id FROM ({sql.SINCE}) AS since LIMIT {MOST_TOUCHED + 1}"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**ids))
        found = tuple(sorted(row[0] for row in cursor.fetchall()))
    return None if len(found) > MOST_TOUCHED else found


def _last_ids() -> dict[str, int] | None:
    """The last key of each table, such that nothing below it is yet to be committed."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # whoever posts is waited for; whoever comes waits a moment
                tables = ", ".join(f"receivables_{name}" for name in sql.TABLES)
                cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
            found = {}
            for name in sql.TABLES:
                cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM receivables_{name}")
                found[name] = cursor.fetchone()[0]
            return found
    except OperationalError:
        return None


def _write_files(folder: Path, ids: dict[str, int]) -> date:
    """Write the files; gives the first day on which nothing of the past counts."""
    work = folder / "work.duckdb"
    limits = {
        "memory_limit": getattr(settings, "MEASURING_MEMORY", "1500MB"),
        "temp_directory": str(folder / "work.tmp"),
    }
    past_until = date.min
    with duckdb.connect(str(work), config=limits) as base:
        for name, (statement, schema) in sql.READ.items():
            base.register("incoming", columns.read(statement.format(**ids), pa.schema(schema)))
            base.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
            base.unregister("incoming")
        for name, query in (("open", sql.OPEN_SPANS), ("free", sql.FREE_SPANS)):
            base.execute(f"CREATE TABLE {name}_spans AS {query}")
            for part, which in (("", "="), ("_past", "<>")):
                path = quoted(folder / f"{name}{part}.parquet")
                rows = f"SELECT * FROM {name}_spans WHERE until_on {which} {sql.FAR}"
                base.execute(f"COPY ({rows}) TO {path} ({sql.PARQUET})")
            last = f"SELECT max(until_on) FROM {name}_spans WHERE until_on <> {sql.FAR}"
            (found,) = base.execute(last).fetchone() or (None,)
            past_until = max(past_until, found or date.min)
    work.unlink()
    shutil.rmtree(folder / "work.tmp", ignore_errors=True)
    return past_until


def _home() -> Path:
    home = Path(settings.HOME) / "ageing"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _folders(home: Path) -> list[Path]:
    return sorted(one for one in home.iterdir() if one.name.isdigit())


def is_large() -> bool:
    """Whether the ledger has so many bills that columnar files are worth writing each night."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(MAX(id), 0) - COALESCE(MIN(id), 0) FROM receivables_bill")
        return bool(cursor.fetchone()[0] >= getattr(settings, "AGEING_WORTH_FILES", WORTH_FILES))
