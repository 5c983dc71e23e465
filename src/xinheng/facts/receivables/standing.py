"""How the ledger stood on a day: the one place that says which facts count.

As of a day, with what was known on another: bills billed by then and not void by then, money received by
then, settlements of then or before; of all of them only what was told by the day of knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

FAR = date(9999, 12, 31)
PLACE = re.compile(r"(<as_of>|<known_on>|<whose:\w+>|%s)")


@dataclass(frozen=True)
class Standing:
    """A day looked at, and the day of the knowledge it is looked at with (None: all that is known)."""

    as_of: date
    known_on: date | None = None

    @property
    def params(self) -> dict[str, Any]:
        """The two days as the database compares them."""
        adapt = connection.ops.adapt_datefield_value
        return {"as_of": adapt(self.as_of), "known_on": adapt(self.known_on or FAR)}


@dataclass(frozen=True)
class Whose:
    """A condition on the column customer_id, with its parameters."""

    condition: str
    params: tuple[Any, ...] = ()

    @classmethod
    def everyone(cls) -> Whose:
        return cls("1 = 1")

    @classmethod
    def of(cls, customers: QuerySet[Any] | None) -> Whose | None:
        """The customers of a query (as customers.queries.visible gives it); None: nobody at all."""
        if customers is None:
            return cls.everyone()
        try:
            sql, params = customers.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return None
        return cls(f"customer_id IN ({sql})", tuple(params))

    @classmethod
    def one(cls, customer_id: int) -> Whose:
        return cls("customer_id = %s", (customer_id,))


OPEN_BILLS = """
    open_bill AS MATERIALIZED (
        SELECT b.id, b.currency, b.due_on, b.amount_minor,
               b.amount_minor
               - COALESCE((SELECT SUM(s.amount_minor) FROM receivables_settlement s
                           WHERE s.bill_id = b.id AND s.settled_on <= <as_of> AND s.told_on <= <known_on>), 0)
               + CASE WHEN b.amount_minor > 0 THEN 0 ELSE
                 COALESCE((SELECT SUM(s.amount_minor) FROM receivables_settlement s
                           WHERE s.credit_bill_id = b.id AND s.settled_on <= <as_of>
                           AND s.told_on <= <known_on>), 0) END AS open_minor
        FROM receivables_bill b
        WHERE <whose:b> AND b.billed_on <= <as_of> AND b.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_voiding v WHERE v.bill_id = b.id
                              AND v.voided_on <= <as_of> AND v.told_on <= <known_on>))
"""
# what is open by the day it is due: a bill with a plan by its instalments, the earliest of them paid first
PLAN_PARTS = """
    plan_part AS (
        SELECT p.bill_id, p.agreed_on, i.no, i.due_on, i.amount_minor, i.before_minor
        FROM receivables_instalmentplan p JOIN receivables_instalment i ON i.plan_id = p.id
        WHERE p.agreed_on <= <as_of> AND p.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_instalmentplan q
                              WHERE q.bill_id = p.bill_id AND q.version > p.version
                              AND q.agreed_on <= <as_of> AND q.told_on <= <known_on>))
"""
OPEN_LINES = f"""
    {OPEN_BILLS}, {PLAN_PARTS},
    open_line AS (
        SELECT o.id, o.currency, COALESCE(p.no, 0) AS instalment, COALESCE(p.due_on, o.due_on) AS due_on,
               COALESCE(p.amount_minor, o.amount_minor) AS amount_minor,
               CASE WHEN p.no IS NULL THEN o.open_minor
                    WHEN p.before_minor + p.amount_minor <= o.amount_minor - o.open_minor THEN 0
                    WHEN p.before_minor >= o.amount_minor - o.open_minor THEN p.amount_minor
                    ELSE p.before_minor + p.amount_minor - o.amount_minor + o.open_minor END AS open_minor
        FROM open_bill o LEFT JOIN plan_part p ON p.bill_id = o.id)
"""
FREE_RECEIPTS = """
    free_receipt AS MATERIALIZED (
        SELECT r.id, r.currency,
               r.amount_minor
               - COALESCE((SELECT SUM(s.amount_minor) FROM receivables_settlement s
                           WHERE s.receipt_id = r.id AND s.settled_on <= <as_of>
                           AND s.told_on <= <known_on>), 0) AS free_minor
        FROM receivables_receipt r
        WHERE <whose:r> AND r.received_on <= <as_of> AND r.told_on <= <known_on>
              AND NOT EXISTS (SELECT 1 FROM receivables_receiptvoiding v WHERE v.receipt_id = r.id
                              AND v.told_on <= <known_on>)
              AND NOT EXISTS (SELECT 1 FROM receivables_returnedpayment p WHERE p.receipt_id = r.id
                              AND p.returned_on <= <as_of> AND p.told_on <= <known_on>))
"""


def rows(sql: str, standing: Standing, whose: Whose, more: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a statement in which <as_of>, <known_on> and <whose:alias> stand for values and %s for `more`."""
    days, others = standing.params, iter(more)
    made: list[str] = []
    params: list[Any] = []
    for part in PLACE.split(sql):
        if part.startswith("<whose:"):
            alias = part.removeprefix("<whose:").removesuffix(">")
            made.append(whose.condition.replace("customer_id", f"{alias}.customer_id", 1))
            params.extend(whose.params)
        elif PLACE.fullmatch(part):
            made.append("%s")
            params.append(next(others) if part == "%s" else days[part[1:-1]])
        else:
            made.append(part)
    with connection.cursor() as cursor:
        cursor.execute("".join(made), params)
        return list(cursor.fetchall())
