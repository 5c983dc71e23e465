"""Dated snapshots: the facts true on or before a day, as Parquet sorted by customer.

A snapshot is a folder below HOME/snapshots named by its day and content. It is written beside and renamed
when it is whole, so a killed process leaves no half snapshot. A fact counts if it was true on or before
`as_of` and told on or before `known_on`; whatever came later changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from xinheng.base.kernel.engine import limits, quoted
from xinheng.facts.customers import tables as customers
from xinheng.facts.disputes import tables as disputes
from xinheng.facts.financials import tables as financials
from xinheng.facts.receivables import tables as receivables
from xinheng.indicators import snapshot_sql as sql

FILES = {
    "customers": sql.CUSTOMERS,
    "bills": sql.BILLS,
    "invoices": sql.INVOICES,
    "statements": sql.STATEMENTS,
}
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Snapshot:
    """One snapshot on disk."""

    folder: Path
    as_of: date
    sha256: str  # of its manifest, which holds the hash of every file

    def file(self, name: str) -> Path:
        """The Parquet file of one kind of fact: customers, bills, invoices or statements."""
        return self.folder / f"{name}.parquet"

    @property
    def manifest(self) -> dict[str, Any]:
        """Counts, control totals and hashes, as written."""
        held: dict[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        return held


def write(*, as_of: date, known_on: date) -> Snapshot:
    """Write what was true by `as_of` and told by `known_on`; the same facts give the same folder."""
    home = _home()
    _clear_unfinished(home)
    writing = home / f".writing-{os.getpid()}-{os.urandom(4).hex()}"
    writing.mkdir()
    try:
        manifest = {"as_of": as_of.isoformat(), **_write_files(writing, as_of, known_on)}
        content = json.dumps({**manifest, "files": {}}, sort_keys=True)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
        (writing / MANIFEST).write_text(text, encoding="utf-8")
        final = home / f"{as_of.isoformat()}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        with suppress(OSError):  # the same rows in other bytes: the folder that stands is kept
            writing.rename(final)
    finally:
        shutil.rmtree(writing, ignore_errors=True)
    return Snapshot(final, as_of, sha256_of(final / MANIFEST))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _home() -> Path:
    home = Path(settings.HOME) / "snapshots"
    home.mkdir(parents=True, exist_ok=True)
    return home


def _clear_unfinished(home: Path) -> None:
    """Remove what killed processes left."""
    for left in home.glob(".writing-*"):
        if not Path(f"/proc/{left.name.split('-')[1]}").exists() and Path("/proc/self").exists():
            shutil.rmtree(left, ignore_errors=True)


def _write_files(folder: Path, as_of: date, known_on: date) -> dict[str, Any]:
    """Read the facts into a database of the snapshot's own, write the files out of it, and drop it."""
    work = folder / "work.duckdb"
    with duckdb.connect(str(work), config=limits(folder)) as base:
        base.execute("SET VARIABLE as_of = $1::DATE", [as_of.isoformat()])
        base.execute("SET VARIABLE known_on = $1::DATE", [known_on.isoformat()])
        _take_in(base)
        for statement in sql.STEPS:
            base.execute(statement)
        for name, query in FILES.items():
            path = folder / f"{name}.parquet"
            base.execute(f"COPY ({query}) TO {quoted(path)} ({sql.PARQUET})")
        totals = {name: _totals(base, query) for name, query in sql.TOTALS.items()}
        written = {name: quoted(folder / f"{name}.parquet") for name in FILES}
        rows = {name: _totals(base, sql.ROWS_DIGEST.format(path)) for name, path in written.items()}
    for left in folder.glob("work.duckdb*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    files = {f"{name}.parquet": sha256_of(folder / f"{name}.parquet") for name in FILES}
    return {"files": files, "rows": rows, "totals": totals}


def _take_in(base: duckdb.DuckDBPyConnection) -> None:
    """Load the known facts. Settlements go before bills: whatever a settlement clears is then read too."""
    sources = {
        "customers": customers.read_customers,
        "guarantees": customers.read_guarantees,
        "settlements": receivables.read_settlements,
        "voidings": receivables.read_voidings,
        "receipts": receivables.read_receipts,
        "bills": receivables.read_bills,
        "pauses": disputes.read_pauses,
        "disputes": disputes.read_disputes,
        "invoices": financials.read_trade_invoices,
        "lines": financials.read_statements,
    }
    for name, read in sources.items():
        base.register("incoming", read())
        base.execute(f"CREATE TABLE {name} AS {sql.KNOWN[name]}")
        base.unregister("incoming")


def _totals(base: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = base.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
