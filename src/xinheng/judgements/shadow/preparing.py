"""A ledger and a policy as the arrays that the compiled replay works on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from xinheng.judgements.limits.values import Checks
from xinheng.judgements.shadow import compiling
from xinheng.judgements.shadow import machine as m
from xinheng.judgements.shadow.compiling import Asked
from xinheng.judgements.shadow.errors import LedgerEmpty
from xinheng.judgements.shadow.machine import Machine
from xinheng.judgements.shadow.values import Ledger

FAR = 3650  # days past the ledger that a due or a planned day may lie; further ones are brought there
STATES = {"not_assessed": 0, "no_credit": 1, "unlimited": 2, "limited": 3, "expired": 4}
EVENT = ["account", "day", "rank", "kind", "minor", "order", "bill"]


@dataclass(frozen=True)
class Prepared:
    """machine: ready to run; orders: a row an order, in the order of its rows; begun: day 0."""

    machine: Machine
    orders: pl.DataFrame
    bills: pl.DataFrame
    asked: Asked
    accounts: int
    begun: date
    last: date


def prepared(ledger: Ledger, policy: Checks, limits: pl.DataFrame, span: tuple[date, date]) -> Prepared:
    """Everything as arrays. span: the first day that is checked, and the last day. Refuses: LedgerEmpty."""
    if ledger.orders.is_empty() and ledger.bills.is_empty():
        raise LedgerEmpty
    accounts = _accounts(ledger)
    orders, bills = _orders(ledger, accounts), _bills(ledger, accounts)
    orders, bills, begun, days = _counted(orders, bills, ledger, last=span[1])
    bills = _of_orders(bills, orders)
    asked = compiling.compiled(policy, orders)
    events = _events(ledger, orders, bills, accounts, begun)
    log, starts = _log(events, accounts.height)
    steps, limit_starts = _limits(limits, accounts, begun)
    books = _books(asked, starts, days, [(day - begun).days for day in span])
    whole = Machine(
        log,
        starts,
        _order_rows(orders, asked),
        _bill_rows(bills, log),
        steps,
        limit_starts,
        asked.table,
        *books,
    )
    return Prepared(whole, orders, bills, asked, accounts.height, begun, span[1])


def _order_rows(orders: pl.DataFrame, asked: Asked) -> np.ndarray:
    rows = np.zeros((orders.height, m.O_OLDEST + 1), np.int64)
    rows[:, m.O_SHIP] = orders["ship"].to_numpy()
    rows[:, m.O_ASKED : m.O_GATE_BROKEN + 1] = asked.masks
    rows[:, [m.O_RELEASED, m.O_ENDED, m.O_BACK_ON]] = -1
    return rows


def _bill_rows(bills: pl.DataFrame, log: np.ndarray) -> np.ndarray:
    rows = np.zeros((bills.height, m.B_PAYMENT + 1), np.int64)
    rows[:, m.B_DUE], rows[:, m.B_PAYMENT] = bills["due"].to_numpy(), -1
    paid = np.flatnonzero((log[:, m.E_ORDER] < 0) & (log[:, m.E_BILL] >= 0) & (log[:, m.E_KIND] != m.BILL))[
        ::-1
    ]
    rows[log[paid, m.E_BILL], m.B_PAYMENT] = paid  # the earliest is written last
    return rows


def _books(asked: Asked, starts: np.ndarray, days: int, span: list[int]) -> tuple[np.ndarray, ...]:
    """Windows, state, days, heap and the orders that wait, all empty."""
    windows = np.zeros((max(len(asked.horizons), len(asked.pasts)), 4), np.int64)
    windows[: len(asked.horizons), m.W_HORIZON] = asked.horizons
    windows[: len(asked.pasts), m.W_DAYS] = asked.pasts
    state = np.zeros(m.PASTS + 1, np.int64)
    state[m.CHECKED_FROM :] = (*span, len(asked.horizons), len(asked.pasts))
    room = days + max(*asked.pasts, *asked.horizons, 0) + 2
    most = int(np.diff(starts).max(initial=0)) + 8
    return (
        windows, state, np.zeros((room, 3), np.int64), np.zeros(2 * most, np.int64),
        np.zeros((most, 2), np.int64),
    )  # fmt: skip


def _accounts(ledger: Ledger) -> pl.DataFrame:
    named = [frame.select("customer_no") for frame in (ledger.orders, ledger.bills, ledger.receipts)]
    known = pl.concat(named).drop_nulls().unique().sort("customer_no").with_row_index("account")
    return known.join(ledger.accounts, on="customer_no", how="left").with_columns(
        pl.col("account").cast(pl.Int32)
    )


def _orders(ledger: Ledger, accounts: pl.DataFrame) -> pl.DataFrame:
    orders = ledger.orders.join(accounts, on="customer_no").with_row_index("at")
    orders = orders.sort("account", "on", "at").drop("at").with_row_index("order")
    return orders.with_columns(
        pl.col("order").cast(pl.Int32),
        ship_on=pl.max_horizontal("on", pl.col("ship_on").fill_null(pl.col("on"))),
        is_first=pl.int_range(pl.len()).over("account") == 0,
        payment=pl.col("payment").fill_null("credit"),
        kind=pl.col("kind").fill_null("standard"),
        segment=pl.col("segment").fill_null(""),
    )


def _bills(ledger: Ledger, accounts: pl.DataFrame) -> pl.DataFrame:
    bills = ledger.bills.join(accounts.select("customer_no", "account"), on="customer_no")
    return bills.with_columns(due_on=pl.col("due_on").fill_null(pl.col("on"))).with_row_index("bill")


def _of_orders(bills: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Bills with the place of their order, -1 where they have none; none comes before its order."""
    owners = orders.select("order_no", "order", ordered="day")
    found = bills.join(owners, on="order_no", how="left").sort("bill")
    return found.with_columns(order=pl.col("order").fill_null(-1), day=pl.max_horizontal("day", "ordered"))


def _counted(
    orders: pl.DataFrame, bills: pl.DataFrame, ledger: Ledger, *, last: date
) -> tuple[pl.DataFrame, pl.DataFrame, date, int]:
    """Days as numbers from the first one; how many numbers the books need."""
    told = [frame["on"].min() for frame in (orders, bills, ledger.receipts)]
    first: Any = min(day for day in told if day is not None)
    low, high = first - timedelta(FAR), last + timedelta(FAR)
    bills = bills.with_columns(pl.col("due_on").clip(low, high))
    orders = orders.with_columns(pl.col("ship_on").clip(low, high))
    begun: Any = min(day for day in (first, bills["due_on"].min()) if day is not None)
    orders = orders.with_columns(day=_day("on", begun), ship=_day("ship_on", begun))
    bills = bills.with_columns(day=_day("on", begun), due=_day("due_on", begun))
    furthest = max(int(orders["ship"].max() or 0), int(bills["due"].max() or 0), (last - begun).days)  # type: ignore[arg-type]
    return orders, bills, begun, furthest + (last - first).days + 1


def _day(column: str, begun: date) -> pl.Expr:
    return (pl.col(column) - pl.lit(begun)).dt.total_days().cast(pl.Int32)


def _events(
    ledger: Ledger, orders: pl.DataFrame, bills: pl.DataFrame, accounts: pl.DataFrame, begun: date
) -> pl.DataFrame:
    """Every document as an event, in the order of account, day and rank."""
    owners = orders.select("order_no", "order", "account", ordered="day")
    none = pl.lit(-1, dtype=pl.Int32)
    told = [
        orders.select("account", "day", "minor", "order", rank=pl.lit(1), kind=pl.lit(m.ORDER), bill=none),
        _deliveries(ledger, owners, begun, none),
        bills.select("account", "day", "minor", "order", "bill", rank=pl.lit(3), kind=pl.lit(m.BILL)),
        _ends(ledger, owners, begun, none),
        *_paid(ledger, bills, accounts, begun),
    ]
    schema = {"account": pl.Int32, "day": pl.Int32, "rank": pl.Int8, "kind": pl.Int8, "minor": pl.Int64,
              "order": pl.Int32, "bill": pl.Int32}  # fmt: skip
    events = pl.concat([frame.select(pl.col(name).cast(schema[name]) for name in EVENT) for frame in told])
    return events.sort("account", "day", "rank", maintain_order=True)


def _deliveries(ledger: Ledger, owners: pl.DataFrame, begun: date, none: pl.Expr) -> pl.DataFrame:
    """A delivery before its order stands on the day of the order."""
    rows = ledger.deliveries.with_columns(day=_day("on", begun)).join(owners, on="order_no")
    return rows.select(
        "account", "minor", "order", day=pl.max_horizontal("day", "ordered"), rank=pl.lit(2),
        kind=pl.lit(m.DELIVERY), bill=none,
    )  # fmt: skip


def _ends(ledger: Ledger, owners: pl.DataFrame, begun: date, none: pl.Expr) -> pl.DataFrame:
    """An order that ends before anything left was given up by the customer; another one's rest falls away."""
    left = ledger.deliveries.group_by("order_no").agg(first=pl.col("on").min())
    rows = ledger.ends.unique("order_no", keep="first").join(left, on="order_no", how="left")
    rows = rows.with_columns(day=_day("on", begun)).join(owners, on="order_no")
    is_given_up = pl.col("first").is_null() | (pl.col("first") > pl.col("on"))
    return rows.select(
        "account", "order", day=pl.max_horizontal("day", "ordered"), rank=pl.lit(5), minor=pl.lit(0),
        bill=none,
        kind=pl.when(is_given_up).then(m.CANCEL).otherwise(m.CLOSE),
    )  # fmt: skip


def _paid(ledger: Ledger, bills: pl.DataFrame, accounts: pl.DataFrame, begun: date) -> list[pl.DataFrame]:
    """Payments of bills, and money that names none; what comes before its bill is a prepayment until then."""
    written = bills.select("bill_no", "bill", "account", billed="day")
    rows = ledger.receipts.with_columns(day=_day("on", begun))
    of_bill = rows.join(written, on="bill_no")
    early = of_bill.filter(pl.col("day") < pl.col("billed"))
    owners = accounts.select("customer_no", "account")
    free = rows.join(written, on="bill_no", how="anti").join(owners, on="customer_no")
    plain = {"rank": pl.lit(0), "kind": pl.lit(m.RECEIPT), "order": pl.lit(-1), "bill": pl.lit(-1)}
    turned = {"day": pl.col("billed"), "rank": pl.lit(4), "kind": pl.lit(m.RECEIPT), "order": pl.lit(-1)}
    on_its_day = pl.when(pl.col("day") > pl.col("billed")).then(0).otherwise(4)
    return [
        of_bill.select("account", "minor", "bill", order=pl.lit(-1), kind=pl.lit(m.PAYMENT), rank=on_its_day,
                       day=pl.max_horizontal("day", "billed")),
        early.select("account", "day", "minor", **plain),
        early.select("account", "bill", minor=-pl.col("minor"), **turned),
        free.select("account", "day", "minor", **plain),
    ]  # fmt: skip


def _log(events: pl.DataFrame, accounts: int) -> tuple[np.ndarray, np.ndarray]:
    """The events as rows of numbers, each with the next one of its order, or of the bill it pays; where each
    account begins.
    """
    log = np.zeros((events.height, m.E_DONE + 1), np.int64)
    places = {"kind": m.E_KIND, "day": m.E_DAY, "rank": m.E_RANK, "minor": m.E_MINOR, "order": m.E_ORDER,
              "bill": m.E_BILL}  # fmt: skip
    for name, place in places.items():
        log[:, place] = events[name].to_numpy()
    log[:, m.E_AFTER] = -1
    is_paying = (log[:, m.E_ORDER] < 0) & (log[:, m.E_BILL] >= 0) & (log[:, m.E_KIND] != m.BILL)
    for chosen, by in ((log[:, m.E_ORDER] >= 0, m.E_ORDER), (is_paying, m.E_BILL)):
        own = np.flatnonzero(chosen)
        own = own[np.argsort(log[own, by], kind="stable")]
        same = log[own[:-1], by] == log[own[1:], by]
        log[own[:-1][same], m.E_AFTER] = own[1:][same]
    return log, _starts(events["account"], accounts)


def _limits(limits: pl.DataFrame, accounts: pl.DataFrame, begun: date) -> tuple[np.ndarray, np.ndarray]:
    known = limits.join(accounts.select("customer_no", "account"), on="customer_no")
    known = known.sort("account", "from_on", maintain_order=True)
    rows = np.zeros((known.height, 3), np.int64)
    rows[:, m.L_DAY] = known.select(_day("from_on", begun)).to_series().to_numpy()
    rows[:, m.L_STATE] = known["state"].replace_strict(STATES, return_dtype=pl.Int8).to_numpy()
    rows[:, m.L_MINOR] = known["minor"].to_numpy()
    return rows, _starts(known["account"], accounts.height)


def _starts(sorted_accounts: pl.Series, accounts: int) -> np.ndarray:
    return np.searchsorted(sorted_accounts.to_numpy(), np.arange(accounts + 1)).astype(np.int64)
