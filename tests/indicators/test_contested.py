"""What was contested is measured without the days the clock stood still, and without what was our fault."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from tests.indicators.ledger import bill, customer, day, pay
from xinheng.facts.disputes.models import Dispute, Pause
from xinheng.facts.receivables.models import Bill
from xinheng.indicators import snapshots

pytestmark = pytest.mark.django_db(transaction=True)
APRIL = date(2026, 4, 30)


def pause(of: Bill, from_on: str, until_on: str, kind: str = "plan") -> None:
    told = {"told_by": "x", "told_on": day(from_on), "ended_told_on": day(until_on)}
    Pause.objects.create(bill=of, kind=kind, from_on=day(from_on), until_on=day(until_on), **told)


def contest(of: Bill, opened: str, closed: str = "", **told: Any) -> None:
    if closed:
        told |= {"state": "closed", "closed_on": day(closed), "closed_told_on": day(closed)}
    Dispute.objects.create(
        bill=of, customer=of.customer, reason="quality", what="阀门渗漏", opened_on=day(opened),
        owner="x", told_by="x", told_on=day(opened), **{"amount_minor": of.amount_minor, **told},
    )  # fmt: skip


@pytest.mark.req("LIM-06")
def test_lateness_of_contested_bills() -> None:
    who = customer("C-1")
    plain = bill(who, "B1", "2026-02-01", "2026-03-01", 100)
    pay(plain, "2026-03-31", 100)
    paused = bill(who, "B2", "2026-02-01", "2026-03-01", 100)
    pay(paused, "2026-03-16", 40)
    pay(paused, "2026-03-31", 60)
    pause(paused, "2026-03-06", "2026-03-12")
    pause(paused, "2026-03-10", "2026-03-21")  # overlaps: 15 days in all, 10 of them before the first payment
    ours = bill(who, "B3", "2026-02-01", "2026-03-01", 100)
    pay(ours, "2026-04-20", 100)
    contest(ours, "2026-03-02", "2026-04-10", our_fault=True, case_no="T-1", outcome="customer_right")
    part = bill(who, "B4", "2026-02-01", "2026-03-31", 100)
    contest(part, "2026-04-25", amount_minor=3000)
    whole = bill(who, "B5", "2026-02-01", "2026-03-31", 100)
    contest(whole, "2026-04-25")

    rows = pl.read_parquet(snapshots.write(as_of=APRIL, known_on=APRIL).file("bills"))

    wanted = ("bill_no", "overdue_days", "days_late", "late_weight_minor", "late_day_weight")
    assert rows.select(wanted).rows() == [
        ("B1", 0, 30, 10000, 30 * 10000),
        ("B2", 0, 15, 10000, 4000 * 5 + 6000 * 15),
        ("B3", 0, None, None, None),
        ("B4", 30, 30, 7000, 30 * 7000),
        ("B5", 0, None, None, None),
    ]
    assert rows["open_minor"].to_list() == [0, 0, 0, 10000, 10000]
    assert rows["paid_minor"].to_list() == [10000, 10000, 10000, 0, 0]
