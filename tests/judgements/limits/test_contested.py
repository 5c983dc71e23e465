"""What is contested is not overdue for the order check; what was our own fault is no habit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.judgements.limits.conftest import JUNE, Desk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.disputes import services as disputes
from xinheng.facts.disputes.values import Closing, NewDispute
from xinheng.judgements.limits import looking, services
from xinheng.judgements.limits.models import Account

pytestmark = pytest.mark.django_db


def account() -> Account:
    return Account.objects.get(customer__no="C-7", segment="")


def contest(actor: Actor, bill_no: str, opened: date, closed: date | None = None, outcome: str = "") -> None:
    told: dict[str, Any] = {"actor": actor, "on": opened}
    new = NewDispute("quality", "渗漏", opened, case_no="T-1")
    kept = disputes.open_dispute(**told, customer_no="C-7", bill_no=bill_no, new=new)
    if closed:
        closing = Closing(outcome, "已核实", closed)
        disputes.close_dispute(actor=actor, on=closed, dispute_id=kept.pk, closing=closing)


@pytest.mark.req("LIM-06")
def test_contested_bills_leave_what_is_overdue_and_our_fault_the_habit(desk: Desk, chief: Actor) -> None:
    desk.limit("9000")
    desk.ledger.bill("B-1", "2026-04-01", "2026-05-01", "300")
    desk.ledger.bill("B-2", "2026-04-01", "2026-05-21", "100")
    desk.ledger.bill("B-3", "2026-03-01", "2026-04-01", "200")  # paid 40 days late, our own fault
    desk.ledger.bill("B-4", "2026-03-01", "2026-04-01", "100")  # paid 10 days late
    desk.ledger.receipt("R-1", "2026-04-11", "300", on="2026-05-11")
    contest(chief, "B-3", date(2026, 4, 2), date(2026, 4, 20), "customer_right")
    desk.ledger.settle("B-3", "2026-05-11", "200", by="R-1")
    desk.ledger.settle("B-4", "2026-04-11", "100", by="R-1")
    services.refresh(actor=chief, on=JUNE)
    now = account()
    assert (now.overdue_minor, now.oldest_due_on, now.late_days) == (400_00, date(2026, 5, 1), 10)

    contest(chief, "B-1", date(2026, 5, 11))
    services.refresh(actor=chief, on=JUNE)
    assert (account().overdue_minor, account().oldest_due_on) == (100_00, date(2026, 5, 21))
    desk.ledger.receipt("R-2", "2026-06-01", "50", on=JUNE)
    desk.ledger.settle("B-2", "2026-06-01", "50", by="R-2", on=JUNE)  # what is oldest is not sure now

    seen = looking.locked(account().customer, "", on=JUNE)

    assert (seen.account.overdue_minor, seen.account.oldest_due_on) == (50_00, date(2026, 5, 21))
