"""A newcomer finds reports in time and late, tasks, and fines that wait for a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from xinheng.base.kernel.actors import system_actor
from xinheng.operations.duties import queries
from xinheng.operations.duties.models import Incident, Submission, Task
from xinheng.runs.demonstration.organisation import found_company
from xinheng.runs.demonstration.reporting import owe_reports

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = date(2026, 7, 15)


def test_a_newcomer_finds_reports_tasks_and_fines(settings: Any, tmp_path: Any) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    root = system_actor()
    found_company(actor=root, on=date(2024, 1, 1), password="长江-river-2026")

    owe_reports(actor=root, on=DAY)
    owe_reports(actor=root, on=DAY)  # a load that goes on leaves it alone

    assert (Submission.objects.get().is_late, Task.objects.count()) == (False, 4)
    owed = queries.obligations(root, since=date(2026, 7, 1), until=date(2026, 7, 31), on=DAY, pack="grp")
    assert {(one.unit_code, one.report, one.state) for one in owed} == {
        ("EAST", "credit", "handed_in"), ("SOUTH", "credit", "missing"), ("TRADE", "summary", "missing"),
    }  # fmt: skip
    fines = Incident.objects.order_by("happened_on").values_list("person", "state", "fine_minor")
    assert list(fines) == [
        ("lihua", "confirmed", 50_00), ("lihua", "proposed", 100_00), ("wangqiang", "proposed", 20_00),
    ]  # fmt: skip
