"""Servers and the database are killed while sixteen clients order, deliver, bill and pay: credit holds.

The long runs are made by the same harness: `python -m benchmarks.credit_kill --minutes 3`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]


def test_what_was_acknowledged_stands_once_and_no_limit_is_exceeded_after_kills(tmp_path: Path) -> None:
    """One kill of each kind, on the database of this lane: a worker, the server, and PostgreSQL both ways."""
    settings = connection.settings_dict
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        like = f"host={connection.connection.info.host} user={settings['USER']} dbname={settings['NAME']}"
    else:
        connection.close()
        like = str(settings["NAME"])
    harness = [
        sys.executable,
        "-m",
        "benchmarks.credit_kill",
        "--database",
        connection.vendor,
        "--like",
        like,
    ]
    done = subprocess.run(
        [*harness, "--minutes", "0.1", "--every", "2", "--home", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    assert "breaches 0" in done.stdout
    killed = {"sqlite": ("worker", "server"), "postgresql": ("worker", "server", "postmaster", "database")}
    assert all(f"'{what}': 1" in done.stdout for what in killed[connection.vendor]), done.stdout
    assert "'passed':" in done.stdout
