"""Events of every room take points once, from the consumer they concern."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests import worlds
from tests.facts.receivables.conftest import Ledger
from tests.judgements.consumers.conftest import TODAY, at, utility
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import services as metering
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewReturn
from xinheng.judgements.consumers import services as consumers
from xinheng.judgements.consumers.models import Demerit, RiskRun
from xinheng.runs.services import raise_demerits

WHO: dict[str, Any] = {"actor": system_actor(), "on": TODAY}


@pytest.mark.django_db
def test_a_returned_payment_and_a_disconnection_take_points_once() -> None:
    worlds.given(utility)
    for no in ("C-1", "C-2"):  # C-1 has two accounts: nobody told which paid
        Ledger(system_actor(), date(2026, 4, 2), no=no).receipt(f"R-{no}", "2026-04-02", "40.00")
        returned = NewReturn(f"R-{no}", "余额不足", date(2026, 4, 3))
        ledger.return_payment(actor=system_actor(), on=date(2026, 4, 3), customer_no=no, returned=returned)
    trip = {"consumer": "H-1", "at": at(2026, 4, 2), "code": "301F", "note": ""}
    metering.keep_events(actor=system_actor(), on=date(2026, 4, 3), frame=pl.DataFrame([trip]))

    assert raise_demerits(**WHO) == 2
    assert raise_demerits(**WHO) == 0  # the same events

    kept = Demerit.objects.order_by("code").values_list("consumer__consumer_no", "code", "from_on")
    assert list(kept) == [
        ("L-1", "returned_payment", date(2026, 4, 3)), ("H-1", "severance", date(2026, 4, 2)),
    ]  # fmt: skip


@pytest.mark.req("PWR-16")
@pytest.mark.django_db
def test_each_month_is_judged_once_at_night() -> None:
    worlds.given(utility)
    first = consumers.end_day(**WHO)
    assert first is not None
    assert first.month == TODAY.replace(day=1)
    assert consumers.end_day(**WHO) is None
    assert RiskRun.objects.count() == 1
