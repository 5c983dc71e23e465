"""The demonstration utility is judged: late payers, risk of two months and what came, points, case figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months, month_end, month_start
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as measured
from xinheng.facts.metering.values import NewConsumer, Terms
from xinheng.judgements.consumers import queries as asked
from xinheng.judgements.consumers import services as consumers
from xinheng.judgements.consumers.values import NewDemerit

LATE = ("DY0007", "DY0019", "DY0031", "DY0047", "DY0056", "DY0060")  # pay late, always
MONTHS_BACK = 14
OWN = 2  # customers of the company that are supplied too


def judge_consumers(*, actor: Actor, on: date) -> None:
    """Make some consumers pay late, judge two months, keep what came, take points. Done once."""
    if asked.runs(actor).exists():
        return
    told: dict[str, Any] = {"actor": actor, "on": on}
    _pay_late(**told)
    _supply_customers(**told)
    before = month_start(add_months(on, -1))
    run = consumers.run_risk(**told, as_of=before)
    if month_end(before) + timedelta(days=1) <= on:
        consumers.record_outcome(**told, run_id=run.pk)
    consumers.run_risk(**told)
    _take_points(**told)
    prepaid = metering.accounts(on=on).filter("is_prepaid").sort("consumer")
    amounts = pl.Series("amount", [7.0 + 23 * (place % 9) for place in range(prepaid.height)])
    consumers.keep_balances(
        **told, frame=prepaid.select("consumer", amounts, day=pl.lit(on - timedelta(days=4)))
    )
    title, figures = consumers.read_case(asked.shipped_case())
    consumers.load_case(**told, title=title, figures=figures)


def _pay_late(*, actor: Actor, on: date) -> None:
    """Tell the bills of some consumers again, paid late."""
    since, rows = add_months(month_start(on), -2 * MONTHS_BACK), []
    for place, no in enumerate(LATE):
        for bill in metering.bills_of(actor, no, since=since):
            paid = bill["due_on"] + timedelta(days=8 + 5 * place)
            known = paid <= on
            rows.append({**bill, "consumer": no, "paid_on": paid if known else None,
                         "paid_late": True if known else None})  # fmt: skip
    if rows:
        measured.keep_bills(actor=actor, on=on, frame=pl.DataFrame(rows), source="模拟")


def _supply_customers(*, actor: Actor, on: date) -> None:
    """Open an account for two customers of the company, with bills of a year, one of them late of late."""
    first, rows = add_months(month_start(on), -MONTHS_BACK), []
    for place, customer in enumerate(customers.visible(actor, on=on).order_by("no")[:OWN]):
        no = f"GK{place + 1:04d}"
        terms = Terms(voltage="high", tariff="大工业")
        new = NewConsumer(no, f"{customer.name}（演示）", first, terms, customer_no=customer.no)
        measured.open_consumer(actor=actor, on=on, new=new)
        for back in range(MONTHS_BACK, 0, -1):
            month = add_months(month_start(on), -back)
            due = add_months(month, 1).replace(day=20)
            paid = due + timedelta(days=12 if place and back < 9 else -4)
            known = paid <= on
            rows.append({
                "consumer": no, "month": month, "kwh": 42_000.0, "amount": 28_560.0, "due_on": due,
                "paid_on": paid if known else None, "paid_late": paid > due if known else None, "bill_no": "",
            })  # fmt: skip
    if rows:
        measured.keep_bills(actor=actor, on=on, frame=pl.DataFrame(rows), source="模拟")


def _take_points(*, actor: Actor, on: date) -> None:
    """Reminders, returned payments and a disconnection that take points."""
    news = [
        NewDemerit(no, "reminder_2", on - timedelta(days=70), subject=f"demonstration:{no}") for no in LATE
    ]
    news += [
        NewDemerit(
            LATE[1], "returned_payment", on - timedelta(days=40 + turn), subject=f"demonstration:{turn}"
        )
        for turn in range(2)
    ]
    news.append(NewDemerit(LATE[2], "severance", on - timedelta(days=20), subject="demonstration:trip"))
    consumers.raise_demerits(actor=actor, on=on, news=news)
    reason = "私自启封计量箱（模拟）"
    consumers.add_demerit(actor=actor, on=on, new=NewDemerit(LATE[0], "manual", on, reason))
