"""A process that is killed in the middle leaves the last committed state, and its batch can be resumed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests import worlds

pytestmark = pytest.mark.any_database
ROWS = 20_000
PRELUDE = """
import django, json, sys
django.setup()
from datetime import date
from pathlib import Path
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.intake import queries, services
from xinheng.facts.intake.reading import tables, parquet_files
from xinheng.facts.intake import posting
from xinheng.facts.receivables.models import Bill
parquet_files.CHUNK_ROWS = posting.CHUNK_ROWS = 2_000
chief = Actor("chief", "chief", None, frozenset({"*"}), Scope("everything"))
day = date(2026, 6, 30)
"""
BEGIN = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
services.import_file(actor=chief, on=day, path="customers.parquet", kind="customers")
batch = services.receive(actor=chief, on=day, path="bills.parquet", kind="bills")
print(batch.pk)
"""
STOP_AT = """
from xinheng.facts.intake.staging import Staging
import time
tell = Staging.tell
def slow(self, note, done, total):
    tell(self, note, done, total)
    if note == sys.argv[2] and done >= total // 2:
        print("half", flush=True)
        time.sleep(600)
Staging.tell = slow
batch_no = int(sys.argv[1])
services.read_and_check(batch_no)
services.post(actor=chief, on=day, batch_no=batch_no)
"""
LOOK = """
found = queries.unfinished()
print(json.dumps([[each.state, each.running] for each in found] + [Bill.objects.count()]))
"""
RESUME = """
batch = services.resume(actor=chief, on=day, batch_no=int(sys.argv[1]))
if batch.state == "previewed":
    batch = services.post(actor=chief, on=day, batch_no=batch.pk)
print(json.dumps([batch.state, batch.rows_accepted, Bill.objects.count(), len(queries.unfinished())]))
"""


def start(folder: Path, code: str, *arguments: str) -> subprocess.Popen[str]:
    settings = {"XINHENG_HOME": str(folder / "home"), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings"}
    environment = {**os.environ, **settings}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-c", PRELUDE + code, *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)


def answer(process: subprocess.Popen[str]) -> str:
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return output.strip().splitlines()[-1]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> tuple[Path, str]:
    """A house with a customer and a file of bills received, and the number of the batch."""
    folder = tmp_path_factory.mktemp("house")
    worlds.migrated(folder / "home")
    pl.DataFrame({"客户编号": ["C1"], "客户名称": ["甲"]}).write_parquet(folder / "customers.parquet")
    told = {"客户编号": "C1", "开票日期": "2024-01-05", "到期日": "2024-02-05", "金额": "1.00"}
    numbers = pl.DataFrame({"发票号码": pl.int_range(ROWS, eager=True).cast(pl.String)})
    bills = numbers.with_columns(pl.lit(text).alias(name) for name, text in told.items())
    bills.write_parquet(folder / "bills.parquet")
    return folder, answer(start(folder, BEGIN))


@pytest.mark.parametrize(("note", "state"), [("reading", "reading"), ("posting", "posting")])
def test_a_killed_import_posts_nothing_says_so_and_goes_on(
    prepared: tuple[Path, str], tmp_path: Path, note: str, state: str
) -> None:
    house, batch_no = prepared
    folder = tmp_path / "house"
    shutil.copytree(house, folder)

    victim = start(folder, STOP_AT, batch_no, note)
    assert victim.stdout
    assert victim.stdout.readline().strip() == "half"
    victim.send_signal(signal.SIGKILL)
    victim.wait(timeout=60)
    victim.stdout.close()

    assert json.loads(answer(start(folder, LOOK))) == [[state, False], 0]
    assert json.loads(answer(start(folder, RESUME, batch_no))) == ["posted", ROWS, ROWS, 0]
