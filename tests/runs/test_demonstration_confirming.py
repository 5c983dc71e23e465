"""The demonstration company has proven its ageing and confirms balances with its largest customers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.operations.confirmations.models import AgeingProof, Campaign, Confirmation
from xinheng.runs.demonstration.confirming import confirm_balances
from xinheng.runs.demonstration.organisation import found_company

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DAY = date(2026, 7, 15)


def test_a_newcomer_finds_a_round_half_answered(settings: Any, tmp_path: Any, chief: Actor) -> None:
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    root = system_actor()
    found_company(actor=root, on=date(2024, 1, 1), password="长江-river-2026")
    ledger = Ledger(chief, DAY)
    for no in range(1, 6):
        ledger.no = customer(f"D000{no}").no
        ledger.bill("B1", "2026-05-01", "2026-05-31", f"{no}000000.00" if no < 5 else "10.00")

    confirm_balances(actor=root, on=DAY)
    confirm_balances(actor=root, on=DAY)  # a load that goes on leaves it alone

    assert AgeingProof.objects.filter(is_sound=True).count() == 2
    assert Campaign.objects.get().as_of == date(2026, 6, 30)
    told = Confirmation.objects.order_by("customer__no").values_list("customer__no", "state")
    assert list(told) == [("D0001", "sent"), ("D0002", "differs"), ("D0003", "agreed"), ("D0004", "agreed")]
