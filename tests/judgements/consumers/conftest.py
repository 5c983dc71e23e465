"""A small utility in April: four accounts with a year of bills, those of March open and due on the 20th."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest

from tests import worlds
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.periods import add_months, month_end
from xinheng.facts.customers.models import Customer
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewConsumer, Terms

TODAY = date(2026, 4, 5)
APRIL = date(2026, 4, 1)
MONTHS = [add_months(date(2025, 4, 1), after) for after in range(12)]  # the last is March 2026
AMOUNTS = {"H-1": 20_000.0, "L-1": 100.0, "L-2": 200.0, "L-3": 300.0, "L-4": 400.0}


def bill(consumer: str, month: date, *, late: bool, paid: bool = True) -> dict[str, Any]:
    due = add_months(month, 1).replace(day=20)
    on = due + timedelta(days=5 if late else -5)
    return {
        "consumer": consumer, "month": month, "kwh": AMOUNTS[consumer] * 2, "amount": AMOUNTS[consumer],
        "due_on": due, "paid_on": on if paid else None, "paid_late": late if paid else None, "bill_no": "",
    }  # fmt: skip


def bills() -> pl.DataFrame:
    """H-1 and L-2 pay late more often than not, L-1 and L-4 in time; L-3 came in February."""
    rows = []
    for place, month in enumerate(MONTHS):
        is_open = month == MONTHS[-1]
        rows.append(bill("H-1", month, late=place >= 3, paid=not is_open))
        rows.append(bill("L-1", month, late=False, paid=not is_open))
        rows.append(bill("L-2", month, late=place >= 2, paid=not is_open))
        rows.append(bill("L-4", month, late=False, paid=not is_open))
        if place >= 10:
            rows.append(bill("L-3", month, late=False, paid=not is_open))
    return pl.DataFrame(rows)


def at(*day: int) -> datetime:
    """Nine in the morning of a day, as the site has it."""
    return datetime.combine(date(*day), time(9))


def readings(consumer: str, daily: float, since: date, until: date) -> pl.DataFrame:
    days = pl.date_range(since, until, eager=True)
    return pl.DataFrame({"consumer": consumer, "day": days, "kwh": daily})


def opened(no: str, voltage: Any, customer_no: str, **told: Any) -> None:
    new = NewConsumer(no, f"用户{no}", date(2024, 1, 1), Terms(voltage=voltage, tariff="居民" if voltage == "low" else ""),
                      customer_no=customer_no, **told)  # fmt: skip
    metering.open_consumer(actor=system_actor(), on=TODAY, new=new)


def utility() -> None:
    """Customer C-1 has a high and a low voltage account; C-2 and C-3 have one; L-3 has no file."""
    for no in ("C-1", "C-2", "C-3"):
        told: dict[str, Any] = {
            "kind": "company",
            "name": no,
            "name_key": no.lower(),
            "told_on": date(2024, 1, 1),
        }
        Customer.objects.create(no=no, **told)
    opened("H-1", "high", "C-1", industry="C31")
    opened("L-4", "low", "C-1")
    opened("L-1", "low", "C-2", is_prepaid=True)
    opened("L-2", "low", "C-3", is_prepaid=True, is_important=True)
    opened("L-3", "low", "")
    who: dict[str, Any] = {"actor": system_actor(), "on": date(2026, 4, 1)}
    metering.keep_bills(**who, frame=bills())
    ends = month_end(date(2026, 3, 1))
    used = [
        readings("H-1", 100.0, date(2025, 2, 1), date(2026, 2, 28)),
        readings("H-1", 0.0, date(2026, 3, 16), date(2026, 4, 3)),
        readings("L-1", 10.0, date(2025, 2, 1), date(2026, 4, 3)),
        readings("L-2", 10.0, date(2025, 2, 1), ends),
    ]
    metering.keep_readings(**{**who, "on": date(2026, 4, 4)}, frame=pl.concat(used))
    asked = {"consumer": "L-4", "at": at(2026, 3, 20), "code": "close_request", "note": "销户"}
    metering.keep_events(**who, frame=pl.DataFrame([asked]))


@pytest.fixture
def company(db: None) -> Actor:
    worlds.given(utility)
    return system_actor()
