"""An empty database laid at once is the one that the migrations lead to, step by step."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

STEPWISE = """
import django
django.setup()
from django.core.management import call_command
from xinheng.base.kernel import laying
laying.is_empty = lambda connection: False
call_command("migrate", verbosity=0)
"""
AT_ONCE = STEPWISE.replace("laying.is_empty = lambda connection: False\n", "")


def made(home: Path, program: str) -> sqlite3.Connection:
    home.mkdir()
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    told = {"XINHENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings"}
    subprocess.run([sys.executable, "-c", program], env=environment | told, check=True, timeout=1_500)
    return sqlite3.connect(home / "xinheng.sqlite3")


def columns(database: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    """Name, type, whether it may be empty, default and place in the key, whatever their order."""
    return sorted(row[1:] for row in database.execute(f'PRAGMA table_info("{table}")'))


def rules(sql: str) -> list[str]:
    """The constraints that a table's text names, whatever their order."""
    return sorted(part.split('"')[0] for part in sql.split('CONSTRAINT "')[1:])


@pytest.mark.any_database
def test_laid_at_once_it_is_what_the_migrations_lead_to(tmp_path: Path) -> None:
    laid, stepped = made(tmp_path / "laid", AT_ONCE), made(tmp_path / "stepped", STEPWISE)
    try:
        ask = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name"
        here, there = laid.execute(ask).fetchall(), stepped.execute(ask).fetchall()
        assert [row[:2] for row in here] == [row[:2] for row in there]
        for (kind, name, one), (_kind, _name, other) in zip(here, there, strict=True):
            if kind == "table" and "VIRTUAL" not in one:
                assert columns(laid, name) == columns(stepped, name), name
                assert rules(one) == rules(other), name
                keys = f'PRAGMA foreign_key_list("{name}")'
                found = [sorted(row[2:] for row in base.execute(keys)) for base in (laid, stepped)]
                assert found[0] == found[1], name
            else:
                assert one == other, name
        for table in ("django_migrations", "django_content_type"):
            rows = f"SELECT count(*) FROM {table}"
            assert laid.execute(rows).fetchone() == stepped.execute(rows).fetchone()
    finally:
        laid.close()
        stepped.close()
