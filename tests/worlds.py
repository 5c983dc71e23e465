"""Worlds: what many tests begin with, made once and put back for each of them.

A world is made by a function that is handed the empty system. The first test that asks for it makes it; for
each later one its rows, its files and the head of its trail are put back as they were, in milliseconds. So a
test that changes its world changes it for nobody else, and a test alone sees what it sees among others.

Between tests that commit, the tables are emptied to what stands in them after the migrations.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache as kept_by_pages
from django.db import connection, transaction
from django.test import override_settings
from django.utils.translation import get_language

MIGRATED = "migrated.sqlite3"  # below HOME
Rows = Any  # what a table holds: rows of SQLite, or bytes of PostgreSQL
_bare: dict[str, Rows] = {}  # after the migrations
_worlds: dict[tuple[Any, ...], World] = {}


@dataclass(frozen=True)
class World:
    """What a function made of the empty system."""

    rows: dict[str, Rows]
    files: dict[str, bytes]  # below HOME
    archived: dict[str, bytes]  # below ARCHIVE_FOLDER
    head: bytes | None
    told: Any


def given(make: Callable[..., Any], *asked: Any) -> Any:
    """The world that `make` makes, in the database of the test; gives what `make` gives.

    make: acts on an empty system and gives nothing, or keys of what it made; where something was written
    before, it is called and nothing is kept. Call it in a test that commits if the world needs commits; a
    fixture of a whole module calls it outside any test, and `empty` at its end.
    """
    if not _bare or _filled() != set(_bare):
        return make(*asked)
    key = (make.__module__, make.__qualname__, *asked, *settings.PASSWORD_HASHERS, get_language())
    if key in _worlds:
        _put_back(_worlds[key])
    else:
        _worlds[key] = _made(make, *asked)
    return _worlds[key].told


def notice_bare() -> None:
    """Remember what stands in the tables after the migrations; keep a database file as it is then."""
    _bare.update(held())
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(Path(settings.HOME, MIGRATED))])


def migrated(home: Path) -> None:
    """Put the database that the migrations leave below the home of a program, which then need not migrate.

    Nothing is put where no SQLite was asked for before: there the program migrates for itself.
    """
    kept = Path(settings.HOME, MIGRATED)
    if kept.exists():
        home.mkdir(exist_ok=True)
        shutil.copy(kept, home / "xinheng.sqlite3")


def empty(*_: Any) -> None:
    """Bring every table back to what stood in it after the migrations."""
    ContentType.objects.clear_cache()
    with _unchecked():
        for table in _filled() - set(_bare):
            _clear(table)
        for table, rows in _bare.items():
            if _copied(table) != rows:
                _clear(table)
                _fill(table, rows)


def _made(make: Callable[..., Any], *asked: Any) -> World:
    """Make a world with files of its own, and put those where the test looks for them."""
    with TemporaryDirectory(dir=settings.HOME) as folder:
        home, archive, head = (Path(folder, name) for name in ("home", "archive", "head"))
        home.mkdir()
        archive.mkdir()
        with override_settings(HOME=home, ARCHIVE_FOLDER=archive, AUDIT_HEAD=head):
            told = make(*asked)
        kept_by_pages.clear()
        rows = {table: rows for table, rows in held().items() if rows != _bare.get(table)}
        world = World(rows, _read(home), _read(archive), head.read_bytes() if head.exists() else None, told)
    _write(world)
    return world


def _put_back(world: World) -> None:
    with _unchecked():
        for table, rows in world.rows.items():
            if table in _bare:
                _clear(table)
            _fill(table, rows)
    _write(world)


def _read(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _write(world: World) -> None:
    for folder, files in ((settings.HOME, world.files), (settings.ARCHIVE_FOLDER, world.archived)):
        for name, content in files.items():
            path = Path(folder, name)
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.unlink(missing_ok=True)
                path.write_bytes(content)
    if world.head is not None:
        Path(settings.AUDIT_HEAD).write_bytes(world.head)


@cache
def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True, include_views=False)


def _filled() -> set[str]:
    """The tables that hold anything."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in _tables()
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # planning it takes longer than asking it
            cursor.execute("SELECT 1 FROM pg_prepared_statements WHERE name = 'filled_tables'")
            if cursor.fetchone() is None:  # a rollback may take away what was prepared before
                cursor.execute(f"PREPARE filled_tables AS {asked}")
            asked = "EXECUTE filled_tables"
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()}


def held(*passed_over: str) -> dict[str, Rows]:
    """What stands in the tables, but for those whose names begin so; an empty table is left out."""
    return {table: _copied(table) for table in sorted(_filled()) if not table.startswith(passed_over)}


def _copied(table: str) -> Rows:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT BINARY)') as copied:
                return b"".join(copied)
        columns = ", ".join(
            f'+"{name}"' for name in _columns(table)
        )  # + keeps Python from reading a type into it
        return connection.connection.execute(f'SELECT {columns} FROM "{table}" ORDER BY rowid').fetchall()


def _fill(table: str, rows: Rows) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT BINARY)') as copying:
                copying.write(rows)
            return
        columns = _columns(table)
        names, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        connection.connection.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)


def _clear(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{table}"')


@cache
def _columns(table: str) -> list[str]:
    found = connection.connection.execute("SELECT name FROM pragma_table_info(?)", [table])
    return [name for (name,) in found.fetchall()]


@contextmanager
def _unchecked() -> Iterator[None]:
    """One transaction in which rows may come and go in any order."""
    outside = not connection.in_atomic_block
    if outside:
        connection.disable_constraint_checking()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = origin")
    finally:
        if outside:
            connection.enable_constraint_checking()
