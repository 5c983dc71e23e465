"""Collection on the command line: the list, a contact, a promise, the clocks, what was recovered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from tests.operations.collection.conftest import PDF
from tests.operations.collection.conftest import founded as company
from tests.wiring.conftest import Typed
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("ADV-28", "PWR-18")
def test_the_list_is_worked_by_command_and_only_a_file_interrupts_a_clock(
    founded: Typed, tmp_path: Path
) -> None:
    with transaction.atomic():
        company()
    paper = tmp_path / "签收.pdf"
    paper.write_bytes(PDF)
    due = (business_day() + timedelta(days=5)).isoformat()

    assert founded.json("collection", "refresh")["cases"]["running"] == 4
    first = founded.json("collection", "list")[0]
    assert (first["customer_no"], first["overdue"]) == ("C-1", "100000.00")
    founded.run("collection", "promise", str(first["id"]), "40000", "--due", due, "--by", "王经理")
    told = ("collection", "interrupt", "C-1", "--on", "2024-07-01", "--evidence", str(paper))
    assert "证明力不足" in founded.run(*told, "--code", "phone_only", code=1).stderr
    founded.run(*told, "--code", "demand_delivered")
    rows = founded.json("collection", "limitation", "--which", "all", "--as-of", "2025-01-01")
    assert {one["bill_no"]: one["last_day"] for one in rows}["B-1"] == "2027-07-01"
    assert founded.json("collection", "recovered", str(business_day().year))[0]["recovered"] == "0.00"
