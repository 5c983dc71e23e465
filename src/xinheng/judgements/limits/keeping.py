"""Keeping count: what a fact moves is added to the running sums in the transaction of the fact.

Accounts are locked in the order of their keys, after the rows of the fact: see the decision record on locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import F

from xinheng.base.kernel.money import places
from xinheng.judgements.limits.models import Account, ForeignSum, OverdueSum, Rate

COMPONENTS = ("receivable", "prepaid", "delivered", "ordered", "held")
ROWS = 90  # accounts a statement: ten values each stay within what any SQLite takes


def keep(*, moves: pl.DataFrame, **_: Any) -> None:
    """Add moves to the accounts they belong to: that of their segment, and that of the customer over all.

    moves: customer_id, segment, currency, component, minor and, where bills move, due_on.
    """
    told = moves if "due_on" in moves.columns else moves.with_columns(due_on=pl.lit(None, dtype=pl.Date))
    in_segment = told.filter(pl.col("segment") != "")
    whole = pl.concat([told.with_columns(segment=pl.lit("")), in_segment])
    accounts = locked(whole.select("customer_id", "segment").unique())
    joined = whole.join(accounts, on=["customer_id", "segment"], how="inner")
    home = pl.col("currency") == pl.col("account_currency")
    if (abroad := joined.filter(~home)).height:
        _keep_foreign(abroad)
    if (at_home := joined.filter(home)).height:
        _add(at_home)


def locked(keys: pl.DataFrame) -> pl.DataFrame:
    """The accounts of customers and segments, made where there are none, and locked by their keys.

    Gives account_id, customer_id, segment, account_currency, rolled_on.
    """
    wanted = [Account(customer_id=customer, segment=segment) for customer, segment in keys.iter_rows()]
    found: list[tuple[Any, ...]] = []
    for some in _portions(sorted({account.customer_id for account in wanted}), 500):
        have = set(Account.objects.filter(customer__in=some).values_list("customer_id", "segment"))
        lacking = [
            account for account in wanted
            if account.customer_id in some and (account.customer_id, account.segment) not in have
        ]  # fmt: skip
        Account.objects.bulk_create(lacking, ignore_conflicts=True)
    for some in _portions(sorted({account.customer_id for account in wanted}), 500):
        rows = Account.objects.select_for_update().filter(customer__in=some).order_by("pk")
        found += rows.values_list("pk", "customer_id", "segment", "currency", "rolled_on")
    schema = {"account_id": pl.Int64, "customer_id": pl.Int64, "segment": pl.String,
              "account_currency": pl.String, "rolled_on": pl.Date}  # fmt: skip
    return pl.DataFrame(found, schema=schema, orient="row")


def changed(account_id: int) -> None:
    """What an account may owe is another than before: who has seen it looks again."""
    Account.objects.filter(pk=account_id).update(version=F("version") + 1)


def convert(minor: int, currency: str, into: str, *, on: date) -> int | None:
    """An amount in another currency at the rate of a day, half-up; None where no rate is told.

    Without a rate one way the other way is used.
    """
    if currency == into or not minor:
        return minor
    there = Rate.objects.filter(currency=currency, into=into, from_on__lte=on).order_by("-from_on").first()
    back = Rate.objects.filter(currency=into, into=currency, from_on__lte=on).order_by("-from_on").first()
    if there is None and back is None:
        return None
    rate = there.rate if there else 1 / back.rate  # type: ignore[union-attr]
    scaled = Decimal(minor).scaleb(places(into) - places(currency)) * rate
    return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def revalue(account_ids: Iterable[int], *, on: date) -> None:
    """What stands in other currencies anew at the rates of a day, for accounts that are locked."""
    totals: dict[int, int | None] = {}
    rows = ForeignSum.objects.filter(account__in=list(account_ids)).select_related("account")
    for row in rows.order_by("account_id", "currency"):
        counted = row.receivable_minor - row.prepaid_minor + row.delivered_minor
        counted += row.ordered_minor - row.held_minor
        worth = convert(counted, row.currency, row.account.currency, on=on)
        before = totals.get(row.account_id, 0)
        totals[row.account_id] = None if worth is None or before is None else before + worth
    for account_id, total in totals.items():
        Account.objects.filter(pk=account_id).update(
            foreign_minor=total or 0, is_convertible=total is not None, version=F("version") + 1
        )


def _add(moves: pl.DataFrame) -> None:
    """Add up what moves by account and write it, some accounts a statement."""
    minor, receivable = pl.col("minor"), pl.col("component") == "receivable"
    overdue = receivable & (pl.col("due_on") < pl.col("rolled_on"))
    sums = [minor.filter(pl.col("component") == name).sum().alias(name) for name in COMPONENTS]
    deltas = moves.group_by("account_id").agg(
        *sums,
        overdue=minor.filter(overdue).sum(),
        unsure=(receivable & (minor < 0)).any().cast(pl.Int64),  # the oldest may be paid now
        due_on=pl.col("due_on").filter(receivable & (minor > 0)).min(),
    )
    for chunk in deltas.sort("account_id").iter_slices(ROWS):
        _write(list(chunk.iter_rows()))
    due = moves.filter(receivable & pl.col("due_on").is_not_null())
    if due.height:
        _add_overdue(due.group_by("account_id", "due_on").agg(minor.sum()))


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    values = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s, CAST(%s AS date))"] * len(rows))
    if connection.vendor != "postgresql":  # keeps days as text, which a cast would turn into a number
        values = values.replace("CAST(%s AS date)", "%s")
    adapt = connection.ops.adapt_datefield_value
    params = [each for row in rows for each in (*row[:-1], adapt(row[-1]))]
    sums = ", ".join(
        f"{name}_minor = {name}_minor + moved.column{place}"
        for place, name in enumerate((*COMPONENTS, "overdue"), start=2)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE limits_account SET {sums}, version = version + 1,
                   is_rolled = CASE WHEN moved.column8 = 1 THEN %s ELSE is_rolled END,
                   oldest_due_on = CASE WHEN oldest_due_on IS NULL OR moved.column9 < oldest_due_on
                                   THEN COALESCE(moved.column9, oldest_due_on) ELSE oldest_due_on END
            FROM (VALUES {values}) AS moved
            WHERE limits_account.id = moved.column1
            """,
            [False, *params],
        )


def _add_overdue(due: pl.DataFrame) -> None:
    """What was due before the days that rules have asked about is counted there too."""
    accounts = due["account_id"].unique().to_list()
    found: list[tuple[Any, ...]] = []
    for some in _portions(sorted(accounts), 500):
        found += OverdueSum.objects.filter(account__in=some).values_list("pk", "account_id", "cutoff_on")
    if not found:
        return
    schema = {"id": pl.Int64, "account_id": pl.Int64, "cutoff_on": pl.Date}
    counted = pl.DataFrame(found, schema=schema, orient="row").join(due, on="account_id")
    moved = counted.filter(pl.col("due_on") < pl.col("cutoff_on")).group_by("id").agg(pl.col("minor").sum())
    with connection.cursor() as cursor:
        for chunk in moved.sort("id").iter_slices(ROWS):
            values = ", ".join(["(%s, %s)"] * chunk.height)
            cursor.execute(
                f"UPDATE limits_overduesum SET minor = minor + moved.column2 FROM (VALUES {values}) AS moved"
                " WHERE limits_overduesum.id = moved.column1",
                [each for row in chunk.iter_rows() for each in row],
            )


def _keep_foreign(moves: pl.DataFrame) -> None:
    keys = ["account_id", "currency", "component"]
    for (account_id, currency, component), minor in (
        (row[:3], row[3]) for row in moves.group_by(keys).agg(pl.col("minor").sum()).sort(keys).iter_rows()
    ):
        row, _made = ForeignSum.objects.get_or_create(account_id=account_id, currency=currency)
        setattr(row, f"{component}_minor", getattr(row, f"{component}_minor") + minor)
        row.save(update_fields=[f"{component}_minor"])
    accounts = Account.objects.filter(pk__in=moves["account_id"].unique().to_list())
    for account_id, rolled_on in accounts.values_list("pk", "rolled_on"):
        revalue([account_id], on=rolled_on or date.max)


def _portions(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (items[at : at + size] for at in range(0, len(items), size))
