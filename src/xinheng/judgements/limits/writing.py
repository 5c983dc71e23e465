"""Spending headroom and keeping what was decided: one statement where the database can, else one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from xinheng.base.kernel import inserting
from xinheng.judgements.limits.models import Account, Decision, OrderCredit

SPEND = """UPDATE limits_account SET ordered_minor = ordered_minor + %s, held_minor = held_minor + %s,
                  version = version + %s
           WHERE id = %s AND version = %s AND (%s IS NULL OR receivable_minor - prepaid_minor + delivered_minor
                 + ordered_minor - held_minor + foreign_minor + %s <= %s) RETURNING id"""


@dataclass(frozen=True)
class Spend:
    """What a decision moves of an account, and what must still be so.

    Nothing is written unless the account stands at the version that was seen and, for an order that passed,
    the order still fits below `room` (None: it is not limited).
    """

    account: Account
    ordered: int
    held: int
    room: int | None = None

    def params(self) -> list[Any]:
        """In the order of SPEND. A passed order leaves the version, so that others at the same moment pass too."""
        room = None if self.held else self.room
        is_new = 1 if self.held else 0
        account = self.account
        return [self.ordered, self.held, is_new, account.pk, account.version, room, self.ordered, room]


def write(spend: Spend, rows: list[models.Model], decision: Decision, credit: OrderCredit) -> int | None:
    """Keep rows, a decision and where the order stands with it; None, and nothing kept, where it was too late.

    Gives the key of the decision. An order that is there already is an IntegrityError.
    """
    if connection.vendor == "postgresql":
        return _at_once(spend, rows, decision, credit)
    with connection.cursor() as cursor:
        cursor.execute(SPEND, spend.params())
        if cursor.fetchone() is None:
            return None
        for row in rows:
            table, columns = inserting.columns(type(row))
            told = inserting.values(row)
            cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({_marks(told)})", told)
        table, columns = inserting.columns(Decision)
        told = inserting.values(decision)
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({_marks(told)}) RETURNING id", told)
        credit.decision_id = cursor.fetchone()[0]
        table, columns = inserting.columns(OrderCredit)
        told = inserting.values(credit)
        cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({_marks(told)})", told)
    return credit.decision_id


def _at_once(spend: Spend, rows: list[models.Model], decision: Decision, credit: OrderCredit) -> int | None:
    parts, params = (
        [f"spent AS ({SPEND.replace('%s IS NULL', 'CAST(%s AS bigint) IS NULL')})"],
        spend.params(),
    )
    for place, row in enumerate(rows):
        table, columns = inserting.columns(type(row))
        told = inserting.values(row)
        parts.append(f"w{place} AS (INSERT INTO {table} ({columns}) SELECT {_marks(told)} FROM spent)")
        params += told
    table, columns = inserting.columns(Decision)
    told = inserting.values(decision)
    parts.append(f"d AS (INSERT INTO {table} ({columns}) SELECT {_marks(told)} FROM spent RETURNING id)")
    params += told
    table, columns = inserting.columns(OrderCredit)
    credit.decision_id = DECIDED
    told = inserting.values(credit)
    marks = ", ".join("d.id" if value == DECIDED else "%s" for value in told)
    params += [value for value in told if value != DECIDED]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH {', '.join(parts)} INSERT INTO {table} ({columns}) SELECT {marks} FROM d RETURNING decision_id",
            params,
        )
        found = cursor.fetchone()
    return found[0] if found else None


DECIDED = -1  # stands for the key of the decision written in the same statement


def _marks(told: list[Any]) -> str:
    return ", ".join(["%s"] * len(told))
