"""The first load of the demonstration: killed wherever it is, it goes on and doubles nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs.machine import Machine

pytestmark = pytest.mark.any_database
SHORT = """
from xinheng.base.kernel.actors import system_actor
from xinheng.runs.demonstration import services as demonstration
demonstration.HISTORY_MONTHS = 0  # one month end and the day are enough to be killed in
demonstration.KINDS = ("customers", "bills", "receipts")

def load(day=DAY):
    demonstration.load_demonstration(actor=system_actor(), today=day, tell=lambda *_step: None)
"""
COUNT = """
from xinheng.facts.customers.models import Customer
from xinheng.facts.intake.models import Batch
from xinheng.facts.receivables.models import Bill, Settlement
from xinheng.judgements.ratings.models import Run
of_files = {"batch_no__isnull": False}  # at the end the people of the company post more
named, bills, settled = (kind.objects.filter(**of_files).count() for kind in (Customer, Bill, Settlement))
print(named, bills, settled, Batch.objects.count())
print(Run.objects.filter(state="done").count(), Run.objects.exclude(state="done").count())
"""
ALL = """
from xinheng.facts.receivables.models import Receipt
print(Bill.objects.count(), Settlement.objects.count(), Receipt.objects.count())
"""


def test_a_load_that_is_killed_again_and_again_ends_with_everything_once(
    tmp_path: Path, django_db_setup: None
) -> None:
    machine = Machine(tmp_path)
    machine.run('call_command("migrate", verbosity=0)')

    machine.kill_where_it_stands_still(
        SHORT
        + """
from xinheng.facts.intake import working
post = working.post_rows
working.post_rows = lambda kind, *told: (post(kind, *told), kind == "bills" and stand_still())[0]
load()
"""
    )
    first = machine.run(SHORT + "print(demonstration.is_wanted(), demonstration.cut_off_at())" + COUNT)
    assert first.splitlines() == ["True 正在导入 应收账单.csv", "400 0 0 2", "0 0"]

    machine.kill_where_it_stands_still(
        SHORT
        + """
from xinheng.judgements.ratings import rating
rating._flush = stand_still
load(date(2026, 7, 15))  # a month later; the load keeps the day it began with
"""
    )
    second = machine.run(SHORT + "print(len(runs.unfinished_work()), demonstration.cut_off_at())" + COUNT)
    told, rows, judged = second.splitlines()
    assert told == "1 正在测算并评级，截至 2026-05-31"
    assert rows.startswith("400 ")
    assert rows.endswith(" 3")
    assert judged == "0 1"

    ended = machine.run(
        SHORT + "load(date(2026, 7, 15))\nprint(demonstration.is_wanted(), runs.is_simulated())" + COUNT + ALL
    )
    everything, *counted = ended.splitlines()[::-1]
    assert counted[::-1] == ["False True", rows, "10 1"]
    once = machine.run(SHORT + "load(date(2026, 7, 15))" + COUNT + ALL)
    assert once.splitlines() == [rows, "10 1", everything]
