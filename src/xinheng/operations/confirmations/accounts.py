"""Accounts to be confirmed, of many customers at once, each proven against the ledger before it is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.facts.receivables import queries as receivables
from xinheng.operations.confirmations.values import Account, StatementLine

BOTH = ["customer_id", "currency"]
DAY = timedelta(days=1)


def letters(ids: Collection[int], *, as_of: date) -> tuple[dict[int, list[Account]], pl.DataFrame]:
    """What each customer has open on a day, document by document, and which accounts do not agree.

    Gives the accounts by customer, a currency each, and the frame `_told` makes. An account that is even with
    nothing open is told with no line.
    """
    lines = receivables.claims(ids, as_of=as_of).with_columns(left="open_minor")
    return _accounts(lines, None, _facts(ids, as_of))


def statements(
    ids: Collection[int], *, from_on: date, as_of: date
) -> tuple[dict[int, list[Account]], pl.DataFrame]:
    """What moved on each customer's account from a day to another, with the running balance; as `letters`.

    The lines are proven twice: they lead from the balance before to the balance after, and that is what
    is open document by document.
    """
    lines = receivables.moves(ids, from_on=from_on, as_of=as_of)
    before = _facts(ids, from_on - DAY).rename({"facts_minor": "opening_minor"})
    opened = (
        lines.select(*BOTH)
        .unique()
        .join(before, on=BOTH, how="full", coalesce=True)
        .with_columns(pl.col("opening_minor").fill_null(0))
    )
    running = pl.col("amount_minor").cum_sum().over(BOTH) + pl.col("opening_minor")
    told = lines.join(opened, on=BOTH, how="left").with_columns(left=running)
    claimed = receivables.claims(ids, as_of=as_of).group_by(BOTH).agg(facts_minor=pl.col("open_minor").sum())
    return _accounts(told, opened, claimed, from_on=from_on)


def _facts(ids: Collection[int], as_of: date) -> pl.DataFrame:
    """Bills less receipts of each customer and currency: customer_id, currency, facts_minor."""
    return receivables.control_by_customer(list(ids), as_of=as_of).select(*BOTH, "facts_minor")


def _accounts(
    lines: pl.DataFrame,
    opened: pl.DataFrame | None,
    facts: pl.DataFrame,
    *,
    from_on: date | None = None,
) -> tuple[dict[int, list[Account]], pl.DataFrame]:
    """Accounts by customer, and those that differ: customer_id, currency, shown_minor, facts_minor.

    lines: with `left`, what is told beside each amount. opened: opening_minor of each, of statements.
    """
    amount = "open_minor" if opened is None else "amount_minor"
    shown = lines.group_by(BOTH).agg(shown_minor=pl.col(amount).sum())
    if opened is not None:
        shown = opened.join(shown, on=BOTH, how="left").select(
            *BOTH, "opening_minor", shown_minor=pl.col("shown_minor").fill_null(0) + pl.col("opening_minor")
        )
    else:
        shown = shown.with_columns(opening_minor=pl.lit(0, dtype=pl.Int64))
    told = shown.join(facts, on=BOTH, how="full", coalesce=True).with_columns(
        pl.col("shown_minor", "facts_minor", "opening_minor").fill_null(0)
    )
    grouped: dict[tuple[Any, ...], list[StatementLine]] = {}
    for row in lines.iter_rows(named=True):
        grouped.setdefault((row["customer_id"], row["currency"]), []).append(_line(row))
    found: dict[int, list[Account]] = {}
    for customer_id, currency, opening, balance in (
        told.sort(BOTH).select(*BOTH, "opening_minor", "shown_minor").iter_rows()
    ):
        account = Account(
            currency,
            from_on,
            Money(opening, currency),
            tuple(grouped.get((customer_id, currency), ())),
            Money(balance, currency),
        )
        found.setdefault(customer_id, []).append(account)
    differing = told.filter(pl.col("shown_minor") != pl.col("facts_minor"))
    return found, differing.select(*BOTH, "shown_minor", "facts_minor")


def _line(row: dict[str, Any]) -> StatementLine:
    currency = row["currency"]
    return StatementLine(
        what=row["what"],
        no=row["no"],
        on=row["on"],
        due_on=row["due_on"],
        amount=Money(row["amount_minor"], currency),
        open=Money(row["left"], currency),
    )


def kept(account: Account) -> list[dict[str, Any]]:
    """The lines of an account as they are kept: days as text, money in minor units."""
    return [
        {
            "what": line.what, "no": line.no, "on": line.on.isoformat(),
            "due_on": line.due_on.isoformat() if line.due_on else "",
            "amount": line.amount.minor, "open": line.open.minor,
        }
        for line in account.lines
    ]  # fmt: skip


def as_told(lines: list[dict[str, Any]], currency: str) -> Iterator[StatementLine]:
    """Kept lines as they were told."""
    for line in lines:
        due = line["due_on"]
        yield StatementLine(
            what=line["what"],
            no=line["no"],
            on=date.fromisoformat(line["on"]),
            due_on=date.fromisoformat(due) if due else None,
            amount=Money(line["amount"], currency),
            open=Money(line["open"], currency),
        )
