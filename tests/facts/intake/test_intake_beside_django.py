"""Reading in columns while Django has the same SQLite file open must not pull its log away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database
CODE = """
import django
django.setup()
from django.db import connection, transaction
from xinheng.base.kernel import columns
with connection.cursor() as cursor:
    cursor.execute("CREATE TABLE wide (id integer, text varchar(900))")
    def write(count):
        with transaction.atomic():
            cursor.executemany("INSERT INTO wide VALUES (%s, %s)", [(1, "x" * 900)] * count)

    write(20_000)
    cursor.execute("PRAGMA wal_checkpoint(RESTART)")
    write(1)
    for _ in range(2):
        assert columns.frame("SELECT id, text FROM wide").height == 20_001
    write(50_000)
print("alive")
"""


def test_a_process_that_reads_columns_beside_its_own_connection_stays_alive(tmp_path: Path) -> None:
    settings = {"XINHENG_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings"}
    environment = {**os.environ, **settings}
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "alive"), done.stderr[-2000:]
