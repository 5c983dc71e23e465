"""Spending headroom and keeping what was decided: in one statement where the database can."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

from django.db import connection, models

from xinheng.base.kernel import inserting, prepared
from xinheng.judgements.limits.models import Account, Decision, OrderCredit

SPEND = """UPDATE limits_account SET ordered_minor = ordered_minor + {}, held_minor = held_minor + {},
                  version = version + {}
           WHERE id = {} AND version = {} AND (CAST({} AS bigint) IS NULL OR receivable_minor - prepaid_minor
                 + delivered_minor + ordered_minor - held_minor + foreign_minor + {} <= {}) RETURNING id"""
DECIDED = -1  # stands for the key of the decision that is written in the same statement


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
        """In the order of SPEND. A passed order leaves the version, so that others may pass as well."""
        room = None if self.held else self.room
        account = self.account
        moved = [self.ordered, self.held, 1 if self.held else 0, account.pk, account.version]
        return [_whole(each) for each in (*moved, room, self.ordered, room)]


def write(spend: Spend, rows: list[models.Model], decision: Decision, credit: OrderCredit) -> int | None:
    """Keep rows, a decision and where the order stands; None, and nothing kept, where it was too late.

    Gives the key of the decision. An order that is there already is an IntegrityError.
    """
    kinds = tuple(type(row) for row in rows)
    told = [inserting.values(row) for row in (*rows, decision)]
    credit.decision_id = DECIDED
    last = [value for value in inserting.values(credit) if value != DECIDED]
    if connection.vendor == "postgresql":
        params = [*spend.params(), *(value for each in told for value in each), *last]
        found = prepared.fetch(_at_once(kinds), params)
        return found[0][0] if found else None
    if not prepared.fetch(SPEND.format(*["%s"] * 8), spend.params()):
        return None
    for kind, each in zip((*kinds, Decision), told, strict=True):
        key = prepared.fetch(_insert(kind), each)[0][0]
    prepared.fetch(_insert(OrderCredit), [*last, key])
    return int(key)


def _whole(value: int | None) -> Any:
    """As the database keeps it, so that the statement is planned once however large a number is."""
    return connection.ops.adapt_integerfield_value(value, "BigIntegerField")


@lru_cache(maxsize=8)
def _at_once(kinds: tuple[type[models.Model], ...]) -> str:
    """The statement of PostgreSQL: nothing is inserted unless the account was updated."""
    places = count(1)
    marks = [prepared.mark(next(places)) for _ in range(8)]
    parts = [f"spent AS ({SPEND.format(*marks)})"]
    for number, kind in enumerate((*kinds, Decision)):
        table, columns = inserting.columns(kind)
        values = ", ".join(prepared.mark(next(places)) for _ in columns)
        insert = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM spent RETURNING id"
        parts.append(f"w{number} AS ({insert})")
    table, columns = inserting.columns(OrderCredit)
    plain = [column for column in columns if column != '"decision_id"']
    values = ", ".join(prepared.mark(next(places)) for _ in plain)
    return (
        f"WITH {', '.join(parts)} INSERT INTO {table} ({', '.join(plain)}, decision_id)"
        f" SELECT {values}, d.id FROM w{len(kinds)} d RETURNING decision_id"
    )


@lru_cache(maxsize=8)
def _insert(kind: type[models.Model]) -> str:
    table, columns = inserting.columns(kind)
    if kind is OrderCredit:
        columns = (*(column for column in columns if column != '"decision_id"'), '"decision_id"')
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id"
    )
