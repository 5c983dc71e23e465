"""Papers are read and searched by command; a reading that was killed goes on behind its last page."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.facts.texts import sheets
from tests.wiring.conftest import Typed
from xinheng.facts.texts import apart
from xinheng.facts.texts import services as texts
from xinheng.facts.texts.models import Page, Reading
from xinheng.runs import services as runs
from xinheng.runs.services import business_day

SLOW = """
import sys, time
from xinheng.facts.texts.taking import office, page

def slowly(content):
    for no in range(1, 41):
        time.sleep(0.05)
        yield page.Taken(no, f"第{no}页违约金")

office.plain = slowly
from xinheng.facts.texts.taking import child
child.main()
"""
READS = """
import sys, datetime, django
django.setup()
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.texts import apart, services
apart.PROGRAM = [sys.executable, "%(slow)s"]
services.read_waiting(actor=system_actor(), on=datetime.date.fromisoformat("%(day)s"))
"""


@pytest.mark.django_db(transaction=True)
def test_papers_are_read_and_found_by_command(founded: Typed, settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    with transaction.atomic():
        sheets.company()
        dossier = sheets.file_of("C-1", business_day())
        paper = sheets.put(dossier, business_day(), "购销合同.txt", "甲方逾期付款，计收违约金。".encode())
        sheets.put(dossier, business_day(), "坏件.pdf", sheets.printed("第一页"))
    Reading.objects.exclude(document_id=paper.document_id).update(state="failed", attempts=3, error="broken")

    told = founded.json("texts", "read", "--limit", "5")
    assert told == {"documents": 1, "pages": 1, "failed": 0, "waiting": 0}
    (hit,) = founded.json("texts", "search", "违约金 甲方", "--customer", "C-1", "--file", "text")["items"]
    assert (hit["label"], hit["page"]) == (paper.label, 1)
    assert "违约金" in founded.run("texts", "search", "违约金").stdout
    assert founded.json("texts", "search", "违约金", "--until", "2020-01-01")["total"] == 0
    assert "至少输入一个" in founded.run("texts", "search", "，", code=1).stderr
    status = founded.json("texts", "status")
    assert (status["read"], status["failed"], status["failures"][0]["cause"]) == (1, 1, "broken")
    assert "识别失败" in founded.run("texts", "status").stdout
    assert founded.json("texts", "again") == {"documents": 1}
    assert runs.read_papers() == 1  # as the worker does it, beside all other work
    assert runs.read_papers() == 0
    assert founded.json("texts", "search", "第一页")["total"] == 1
    assert founded.json("texts", "anew") == {"documents": 0}
    assert founded.json("texts", "index") == {"papers": 2}


@pytest.mark.django_db(transaction=True)
def test_a_reading_that_was_killed_goes_on_behind_its_last_page(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process on the database of this lane, killed with SIGKILL in the middle of a document."""
    settings.HOME, settings.ARCHIVE_FOLDER = tmp_path, tmp_path / "archive"
    with transaction.atomic():
        sheets.company()
        paper = sheets.put(sheets.file_of("C-1", business_day()), business_day(), "长件.txt", b"long")
    slow = tmp_path / "slow.py"
    slow.write_text(SLOW)
    monkeypatch.setattr(apart, "PROGRAM", [sys.executable, str(slow)])
    home = {"XINHENG_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "xinheng.wiring.settings"}
    asked = READS % {"slow": str(slow), "day": business_day().isoformat()}

    process = subprocess.Popen(
        [sys.executable, "-c", asked], env={**os.environ, **home, "DATABASE_URL": address()},
        stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 120
    while Page.objects.count() < 5 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    _, errors = process.communicate()
    kept = list(Page.objects.values_list("no", flat=True))
    assert 5 <= len(kept) < 40, errors
    assert kept == list(range(1, len(kept) + 1))
    outcome = texts.read_waiting(actor=sheets.SYSTEM, on=business_day())

    assert (outcome.documents, outcome.pages) == (1, 40 - len(kept))  # none that was kept is read again
    row = Reading.objects.get(document_id=paper.document_id)
    assert (row.state, row.pages, row.pages_read, row.attempts) == ("read", 40, 40, 0)


def address() -> str:
    """The database of this lane, for another process."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    connection.ensure_connection()
    return f"postgresql://{told['USER']}@/{told['NAME']}?host={connection.connection.info.host}"
