"""Everything the rules look at of one account, by one statement; and the lock before it is spent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import count
from typing import Any

import polars as pl
from django.db import connection

from xinheng.base.kernel import prepared
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import keeping, policy, refreshing
from xinheng.judgements.limits.models import Account, OverdueSum
from xinheng.judgements.limits.values import Checks, LimitWord

FIRST = date(1950, 1, 1)
FIELDS = tuple(Account._meta.concrete_fields)
ASIDE = """NOT EXISTS (SELECT 1 FROM limits_ordercredit c
                       WHERE c.order_no = o.order_no AND c.state IN ('held', 'rejected'))"""
WORDS = """SELECT l.reach, l.kind, l.component, l.state, l.amount_minor, l.from_on, l.until_on
           FROM limits_limit l WHERE l.account_id = a.id AND l.told_on <= %s ORDER BY l.id DESC"""
SUMS = "SELECT s.days, s.cutoff_on, s.minor FROM limits_overduesum s WHERE s.account_id = a.id"
LISTED = {  # the rows of a statement as one value
    "postgresql": "(SELECT json_agg(json_build_array({columns})) FROM ({rows}) r)",
    "sqlite": "(SELECT json_group_array(json_array({columns})) FROM ({rows}) r)",
}
ONE, MANY = "one", "many"
WHICH = {
    ONE: {
        "postgresql": "a.customer_id = %s AND a.segment = %s",
        "sqlite": "a.customer_id = %s AND a.segment = %s",
    },
    MANY: {
        "postgresql": "a.customer_id = ANY(%s) AND a.segment = ''",
        "sqlite": "a.customer_id IN (SELECT value FROM json_each(%s)) AND a.segment = ''",
    },
}
CUSTOMERS_A_STATEMENT = 1000
PAPERS_GATE = "order.check"
WORD = "r.reach, r.kind, r.component, r.state, r.amount_minor, r.from_on, r.until_on"


@dataclass(frozen=True)
class Seen:
    """An account as it was seen. words: newest first. beyond, overdue: by days. sha256: of the policy.
    papers: what of its dossiers is missing or run out, where the policy asks for papers.

    is_ready: it is brought to the day, so that what is overdue and what is oldest are known.
    """

    account: Account
    words: tuple[LimitWord, ...]
    beyond: dict[int, int]
    overdue: dict[int, int]
    is_first: bool
    checks: Checks | None
    sha256: str
    is_ready: bool
    papers: tuple[tuple[str, str], ...] = ()

    @property
    def is_alone(self) -> bool:
        """Whether no other limit binds than those of the account itself."""
        return not any(word.reach == "group" for word in self.words)

    def decides_alone(self, customer: Any) -> bool:
        """Whether no other account binds this one. customer: of the account, or its key."""
        return self.is_alone and customer.parent_id is None and not self.account.segment


def look(customer_id: int, segment: str, *, on: date, but: str = "") -> Seen | None:
    """An account by one statement; None where the customer has none. but: an order not counted as earlier."""
    found = _look(ONE, [customer_id, segment], on=on, but=but)
    return found[0] if found else None


def look_many(customer_ids: list[int], *, on: date) -> dict[int, Seen]:
    """The accounts of customers over all segments, by customer; those that have none are left out."""
    found: dict[int, Seen] = {}
    for at in range(0, len(customer_ids), CUSTOMERS_A_STATEMENT):
        some = customer_ids[at : at + CUSTOMERS_A_STATEMENT]
        told = some if connection.vendor == "postgresql" else json.dumps(some)
        found |= {seen.account.customer_id: seen for seen in _look(MANY, [told], on=on, but="")}
    return found


def look_ready(customer_ids: list[int], *, on: date) -> dict[int, Seen]:
    """The same of accounts that are locked, each brought to the day where it was not."""
    found = look_many(customer_ids, on=on)
    late = [key for key, seen in found.items() if not seen.is_ready]
    for key in late:
        _roll(found[key], on=on)
    return found | look_many(late, on=on) if late else found


def locked(customer: Any, segment: str, *, on: date, but: str = "") -> Seen:
    """An account brought to a day, made where there is none, and locked with those that bind it.

    customer: a customer, or its key.

    Those are the accounts of the customer and of the customers above it, in the order of their keys: so
    nobody else spends what they have left, and no two ever wait for each other.
    """
    chain = [customer.pk, *(member.pk for member in customers.above(customer))]
    keeping.locked(
        pl.DataFrame(
            [(member, each) for member in chain for each in sorted({segment, ""})],
            schema={"customer_id": pl.Int64, "segment": pl.String},
            orient="row",
        )
    )
    seen = look(customer.pk, segment, on=on, but=but)
    assert seen is not None
    if not seen.is_ready:
        _roll(seen, on=on)
        seen = look(customer.pk, segment, on=on, but=but)
        assert seen is not None
    return seen


def _look(which: str, chosen: list[Any], *, on: date, but: str) -> list[Seen]:
    """It is asked by the policy seen last; where another is in force by now, it is asked once more."""
    checks, sha256 = policy.seen_last()
    while True:
        horizons, past = asked_days(checks)
        rows = _rows(which, chosen, horizons, on=on, but=but)
        in_force = (rows[0][-1] or "") if rows else sha256
        if in_force == sha256:
            seen = [_seen(row, horizons, past, (checks, sha256), on=on) for row in rows]
            return _with_papers(seen, checks, on=on)
        checks, sha256 = policy.now_seen(in_force), in_force


def _with_papers(seen: list[Seen], checks: Checks | None, *, on: date) -> list[Seen]:
    """What the dossiers of the customers lack; not asked where no rule asks for papers."""
    if checks is None or not any(rule.check == "papers" for rule in checks.rules):
        return seen
    lacking = dossiers.missing_of_customers([each.account.customer_id for each in seen], PAPERS_GATE, on)
    return [replace(each, papers=lacking.get(each.account.customer_id, ())) for each in seen]


def _seen(
    row: Any, horizons: tuple[int, ...], past: tuple[int, ...], held: tuple[Checks | None, str], *, on: date
) -> Seen:
    account = Account.from_db("default", [field.attname for field in FIELDS], row[: len(FIELDS)])
    words, sums, *rest = row[len(FIELDS) :]
    known = {days: (date.fromisoformat(str(cutoff)), minor) for days, cutoff, minor in _listed(sums)}
    overdue = {0: account.overdue_minor, **{days: known[days][1] for days in past if days in known}}
    is_ready = account.rolled_on == on and account.is_rolled
    return Seen(
        account,
        tuple(_word(each) for each in _listed(words)),
        dict(zip(horizons, rest, strict=False)),
        overdue,
        not rest[-2],
        *held,
        is_ready and all(days in known and known[days][0] == on - timedelta(days) for days in past),
    )


def asked_days(checks: Checks | None) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The horizons a policy asks for, and the distances past due other than zero."""
    if checks is None:
        return (), ()
    horizons = {rule.horizon_days for rule in checks.rules if rule.horizon_days is not None}
    past = {
        rule.days for rule in checks.rules if rule.check in ("overdue_share", "overdue_amount") and rule.days
    }
    return tuple(sorted(horizons)), tuple(sorted(past))


@lru_cache(maxsize=32)
def _statement(vendor: str, which: str, horizons: int) -> str:
    columns = ", ".join(f"a.{field.column}" for field in FIELDS)
    beyond = "".join(
        f", {orders.planned_after('a.customer_id', 'a.segment', 'a.currency', but=ASIDE)}"
        for _ in range(horizons)
    )
    words = LISTED[vendor].format(columns=WORD, rows=WORDS)
    sums = LISTED[vendor].format(columns="r.days, r.cutoff_on, r.minor", rows=SUMS)
    earlier = orders.ordered_before("a.customer_id")
    sql = f"""SELECT {columns}, {words}, {sums}{beyond}, {earlier}, {packs.SHA256_IN_FORCE}
              FROM limits_account a WHERE {WHICH[which][vendor]}"""
    places = count(1)
    return re.sub("%s", lambda _mark: prepared.mark(next(places)), sql)


def _rows(which: str, chosen: list[Any], horizons: tuple[int, ...], *, on: date, but: str) -> list[Any]:
    day = connection.ops.adapt_datefield_value
    today = day(on)
    ahead = [day(on + timedelta(days)) for days in horizons]
    params = [today, *ahead, but, policy.KIND, policy.CODE, today, today, *chosen]
    found = prepared.fetch(_statement(connection.vendor, which, len(horizons)), params)
    if connection.vendor == "postgresql":
        return found
    return [(*_read(row), *row[len(FIELDS) :]) for row in found]


def _read(row: tuple[Any, ...]) -> list[Any]:
    """SQLite keeps days and truth as text and numbers."""
    told = zip(FIELDS, row, strict=False)
    return [None if value is None else field.to_python(value) for field, value in told]


def _listed(told: Any) -> list[Any]:
    found: list[Any] = json.loads(told) if isinstance(told, str) else told or []
    return found


def _word(told: list[Any]) -> LimitWord:
    reach, kind, component, state, minor, from_on, until_on = told
    until = None if until_on is None else date.fromisoformat(until_on)
    return LimitWord(kind, state, minor, date.fromisoformat(from_on), until, reach, component)


def _roll(seen: Seen, *, on: date) -> None:
    """Bring what is overdue to a day. Costs the bills due since the last time, whatever else stands open.

    Where a bill was contested or paused the ledger alone does not say what is overdue: all is counted anew.
    """
    account = seen.account
    of = (account.customer_id, account.currency, account.segment)
    if disputes.is_contested(account.customer_id):
        refreshing.roll_contested(account, on=on)
    else:
        _roll_on(account, of, on=on)
    kept = {each.days: each for each in OverdueSum.objects.filter(account=account)}
    for days in asked_days(seen.checks)[1]:
        cutoff = on - timedelta(days)
        each = kept.get(days) or OverdueSum(account=account, days=days, cutoff_on=FIRST)
        if cutoff < each.cutoff_on:
            each.cutoff_on, each.minor = FIRST, 0
        each.minor += receivables.due_between(*of, from_on=each.cutoff_on, before_on=cutoff)
        each.cutoff_on = cutoff
        each.save()


def _roll_on(account: Account, of: tuple[int, str, str], *, on: date) -> None:
    since = account.rolled_on
    if since is None or on < since:  # the first time, or a day gone by
        account.overdue_minor = receivables.due_between(*of, from_on=FIRST, before_on=on)
    elif since < on:
        account.overdue_minor += receivables.due_between(*of, from_on=since, before_on=on)
    if account.oldest_due_on or since is None:
        account.oldest_due_on = receivables.first_due(*of, from_on=account.oldest_due_on or FIRST)
    account.rolled_on, account.is_rolled = on, True
    account.save(update_fields=["overdue_minor", "oldest_due_on", "is_rolled", "rolled_on"])
    keeping.revalue([account.pk], on=on)
