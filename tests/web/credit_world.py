"""A small trading company for page tests: two salespeople, customers with habits, two rated months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.receivables import services as receivables
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings

PASSWORD = "长江-river-2026"
START = date(2024, 1, 1)
DAYS = (date(2026, 3, 31), date(2026, 6, 30))
BILLS = ["customer_id", "bill_no", "billed_on", "due_on", "amount_minor"]
RECEIPTS = ["customer_id", "receipt_no", "received_on", "amount_minor"]
SETTLEMENTS = ["customer_id", "bill_no", "receipt_no", "settled_on", "amount_minor"]
TRADES = ["贸易", "机电", "建材", "食品"]


def found(*, on: date = DAYS[-1], count: int = 60, policy: str = "adv") -> None:
    """The company with its people, customers, ledger, measurements and ratings."""
    worlds.given(_found, on, count, policy)


def _found(on: date, count: int, policy: str) -> None:
    actor = system_actor()
    access.load_shipped_roles(actor=actor, on=START)
    access.create_unit(actor=actor, on=START, code="HQ", name="信衡贸易公司", kind="company")
    for code, name in (("EAST", "华东部"), ("SOUTH", "华南部")):
        access.create_unit(actor=actor, on=START, code=code, name=name, kind="department", parent="HQ")
    for login, name, role, unit in (
        ("credit", "林晓", "credit_manager", "HQ"),
        ("wang", "王芳", "salesperson", "EAST"),
        ("li", "李强", "salesperson", "SOUTH"),
        ("auditor", "赵敏", "auditor", "HQ"),
        ("archive", "周洁", "archivist", "HQ"),
    ):
        access.create_person(
            actor=actor, on=START, login=login, name=name, password=PASSWORD, role=role, unit=unit
        )
    ratings.adopt_shipped_policies(actor=actor, on=START, effective_from=START)
    with_customers(actor, count)
    with_ledger(actor, count)
    for day in DAYS:
        indicators.measure(actor=actor, on=day, as_of=day)
        ratings.rate(actor=actor, on=on, policy_code=policy, as_of=day)


def with_customers(actor: Actor, count: int) -> None:
    """Every second one is Wang's, the rest Li's; the first is a person, one name looks like a formula."""
    rows = [
        {
            "no": f"C-{n:04}",
            "kind": "company",
            "name": f"{'长江' if n % 2 else '东方'}{'甲乙丙丁'[n % 4]}{n:03}{TRADES[n % 4]}有限公司",
            "industry": ["F", "C", "E", ""][n % 4],
            "region": ["上海", "江苏", "广东"][n % 3],
            "employees": 10 + n * 7,
            "revenue_minor": 90_000_000 * (n + 1),
            "unit_code": "EAST" if n % 2 else "SOUTH",
            "person_login": "wang" if n % 2 else "li",
        }
        for n in range(1, count + 1)
    ]
    rows[0]["former_name"] = "长江旧名有限公司"
    rows[1]["name"] = "=1+1东方有限公司"
    files.post_customers(
        pl.DataFrame(rows, infer_schema_length=None), batch_no=None, told_on=START, actor=actor
    )


def with_ledger(actor: Actor, count: int) -> None:
    """A bill a month; every fifth customer pays late, every seventh stopped paying in spring."""
    ids = dict(customers.ids_by_no().iter_rows())
    bills, receipts, settled = [], [], []
    for n in range(1, count + 1):
        if n % 10 == 0:
            continue  # never dealt with
        pk = ids[f"C-{n:04}"]
        for month in range(28):
            billed = START + timedelta(days=month * 31 + n % 13)
            due, amount = billed + timedelta(days=30), 100_000 + n * 1_000 + month * 500
            no = f"B-{n}-{month}"
            bills.append((pk, no, billed, due, amount))
            paid = due + timedelta(days=40 if n % 5 == 0 else -3)
            if paid > DAYS[-1] or (n % 7 == 0 and paid > date(2026, 3, 31)):
                continue
            receipts.append((pk, f"R-{n}-{month}", paid, amount))
            settled.append((pk, no, f"R-{n}-{month}", paid, amount))
    for day, before in zip(DAYS, (date.min, *DAYS), strict=False):  # told as it came in, month by month
        told = {"batch_no": None, "told_on": day, "actor": actor}
        receivables.post_bills(_between(BILLS, bills, 2, before, day), **told)
        receivables.post_receipts(_between(RECEIPTS, receipts, 2, before, day), **told)
        posted = receivables.post_settlements(_between(SETTLEMENTS, settled, 3, before, day), **told)
        assert posted.rejected.is_empty(), posted.rejected


def _between(columns: list[str], rows: list[Any], place: int, before: date, day: date) -> pl.DataFrame:
    return pl.DataFrame([row for row in rows if before < row[place] <= day], columns, orient="row")


def actor_named(login: str, *, on: date = DAYS[-1]) -> Actor:
    """Someone of the company."""
    return access.actor_of(Person.objects.get(login=login), on=on)
