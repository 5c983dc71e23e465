"""Two clerks who run cash application at the same moment."""

from __future__ import annotations

import pytest
from django.db import transaction

from tests.facts.receivables.test_concurrency import at_once
from tests.judgements.matching.conftest import TODAY, Desk, founded
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching.models import MatchingRun, Proposal

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_runs_at_once_apply_each_receipt_once(chief: Actor) -> None:
    with transaction.atomic():
        founded()
    desk = Desk(chief)
    desk.pay("C-7", "R1", "1000.00", "INV-2026-00101")
    desk.pay("C-7", "R2", "250.50", "INV-2026-00102")
    desk.pay("C-8", "R3", "300.00")

    came_to = at_once(desk.run, desk.run)

    assert came_to == {"done": 2}
    assert MatchingRun.objects.count() == 2
    assert sorted(run.figures["applied"] for run in MatchingRun.objects.all()) == [0, 2]
    assert Proposal.objects.filter(state="applied").count() == 2
    assert Proposal.objects.filter(state="waiting").count() == 1
    held = Customer.objects.filter(no="C-7")
    assert desk.open("C-7") == {"INV-2026-00103": "600.00", "CN-2026-00007": "-49.37"}
    assert receivables.unapplied(held, as_of=TODAY).is_empty()
