"""What rooms below know: whose papers are held by money, disputes and contracts; when contracts ended."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from xinheng.base.kernel.actors import system_actor
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes.values import Wanted
from xinheng.facts.receivables import queries as receivables

CONTRACT = re.compile(r"contract:\d{1,18}")


def open_money(customer_ids: Collection[int], on: date) -> set[int]:
    """Those of some customers that owe something, or to whom money is owed, on a day."""
    found = customers.visible(system_actor(), on=on).filter(pk__in=customer_ids)
    return set(receivables.open_lines(found, as_of=on)["customer_id"].unique().to_list())


def open_disputes(customer_ids: Collection[int], on: date) -> set[int]:
    """Those of some customers with a dispute that is not closed."""
    rows = disputes.disputes(system_actor(), Wanted(state="open"), on=on).filter(customer__in=customer_ids)
    return set(rows.order_by().values_list("customer_id", flat=True))


def living_contracts(customer_ids: Collection[int], on: date) -> set[int]:
    """Those of some customers with a contract that is alive."""
    rows = contracts.alive(on).filter(customer__in=customer_ids)
    return set(rows.order_by().values_list("customer_id", flat=True))


def contract_ends(subjects: Collection[str], on: date) -> dict[str, date]:
    """The days on which those of some contracts ended, by their names on the trail ("contract:7")."""
    numbers = [int(subject.partition(":")[2]) for subject in subjects if CONTRACT.fullmatch(subject)]
    rows = contracts.visible(system_actor(), on=on).filter(pk__in=numbers, ended_on__lte=on)
    ended = rows.order_by().values_list("pk", "ended_on")
    return {f"contract:{pk}": day for pk, day in ended if day is not None}
