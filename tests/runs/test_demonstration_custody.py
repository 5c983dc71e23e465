"""The demonstration company's archive room has something on every page, and is set up once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.facts.receivables.conftest import customer
from xinheng.base.access.models import Unit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.custody.models import Handover, Incident, Loan, Place, Signature, Slip, StockTake
from xinheng.facts.customers.models import Responsibility
from xinheng.runs.demonstration.filing_papers import keep_dossiers
from xinheng.runs.demonstration.lending_papers import keep_archive_room
from xinheng.runs.demonstration.organisation import found_company

pytestmark = pytest.mark.django_db


@pytest.mark.any_database
def test_hand_overs_loans_and_a_count_are_there_and_only_once(chief: Actor, day: date) -> None:
    found_company(actor=chief, on=date(2023, 1, 1), password="长江-river-2026")
    for no in ("C-1", "C-2", "C-3"):
        Responsibility.objects.create(
            customer=customer(no), unit=Unit.objects.get(code="EAST"), from_on=date(2024, 1, 1)
        )
    keep_dossiers(actor=chief, on=day)
    for _time in range(2):
        keep_archive_room(actor=chief, on=day)

    assert Place.objects.count() == 4
    assert sorted(Handover.objects.values_list("state", flat=True)) == ["open", "received", "received"]
    assert Signature.objects.filter(way="hand").count() == 4
    assert sorted(Slip.objects.values_list("state", flat=True)) == ["asked", "used", "used"]
    assert Loan.objects.filter(returned_at__isnull=True).exists()
    assert [one.responsible for one in Incident.objects.all()] == ["general"]
    assert StockTake.objects.get().counts["unknown"] == 1
