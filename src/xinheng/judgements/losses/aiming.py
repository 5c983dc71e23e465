"""The targets of the credit policy: what each is measured as on a day, and what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from django.db import connection

from xinheng.facts.contracts import queries as contracts
from xinheng.judgements.losses import ledger
from xinheng.judgements.losses.kpis import Sight, told
from xinheng.judgements.losses.targets_document import CreditTargets, Performance
from xinheng.judgements.losses.targets_document import Target as Wanted
from xinheng.judgements.losses.values import Target

YEAR = 12
CODES = ("credit_sales", "performance", "bad_debts", "overdue")
ORDERS = {
    "order_no": pl.String, "ship_on": pl.Date, "amount_minor": pl.Int64, "delivered_minor": pl.Int64,
    "customer_id": pl.Int64,
}  # fmt: skip
# orders due in the time, but cancelled ones, with what was delivered of them within the days of grace
READ_ORDERS = """
    SELECT o.order_no, o.ship_on, o.amount_minor, CAST(COALESCE((
               SELECT SUM(d.amount_minor) FROM orders_delivery d
               WHERE d.order_no = o.order_no AND d.delivered_on <= {last}), 0) AS bigint), o.customer_id
    FROM orders_salesorder o
    WHERE o.ship_on > %s AND o.ship_on <= %s AND o.currency = 'CNY'
          AND NOT EXISTS (SELECT 1 FROM orders_salesorder n WHERE n.replaces_id = o.id)
          AND NOT EXISTS (SELECT 1 FROM orders_orderend e WHERE e.order_no = o.order_no
                          AND e.how = 'cancelled'){whose}
"""


@dataclass(frozen=True)
class Measured:
    """What a share is made of; bottom not above zero: not measured."""

    top: Decimal
    bottom: Decimal
    is_money: bool = True


def targets(sight: Sight, *, past: ledger.Past | None = None) -> list[Target]:
    """The four targets as of the day, of money in yuan, each over the twelve months before it."""
    document = sight.document
    past = past or sight.past()
    days = ledger.days_back(sight.as_of, YEAR)
    ends = [days[0], days[-1]]
    flows = ledger.flows(past, ends, sales_kinds=document.sales_kinds)
    sums = flows.filter(pl.col("currency") == "CNY").select("sales_minor", "cash_sales_minor").sum().row(0)
    sales, credit = _yuan(sums[0]), _yuan(sums[0] - sums[1])
    lines = ledger.balances(past, [sight.as_of]).filter(pl.col("currency") == "CNY")
    measured = {
        "credit_sales": Measured(credit, _total_sales(sight, sales)),
        "performance": performance(sight),
        "bad_debts": _of_open(
            bad_debts(lines, document, sight.as_of), lines, document.bad_debts.denominator, credit
        ),
        "overdue": _of_open(overdue(lines, sight.as_of), lines, document.overdue.denominator, credit),
    }
    return [_target(code, getattr(document, code), measured[code]) for code in CODES]


def trend(sight: Sight, *, past: ledger.Past | None = None) -> list[tuple[date, list[Target]]]:
    """The targets as of the day and the days months before it, the oldest first."""
    past = past or sight.past()
    months = sight.document.trend_months
    days = ledger.days_back(sight.as_of, months + YEAR)
    document = sight.document
    flows = (
        ledger.flows(past, days, sales_kinds=document.sales_kinds)
        .filter(pl.col("currency") == "CNY")
        .group_by("step").agg(pl.col("sales_minor", "cash_sales_minor").sum())
    )  # fmt: skip
    by_step = {step: (sales, cash) for step, sales, cash in flows.rows()}
    lines = ledger.balances(past, days).filter(pl.col("currency") == "CNY")
    late = lines.with_columns(
        overdue=pl.when(pl.col("due_on") < pl.col("day")).then("open_minor").otherwise(0),
        bad=pl.when(_is_bad(document, pl.col("day"))).then("open_minor").otherwise(0),
    ).group_by("step").agg(pl.col("open_minor", "overdue", "bad").sum())  # fmt: skip
    standing = {step: sums for step, *sums in late.rows()}
    contracts = _by_step(sight, days)
    found = []
    for step in range(YEAR, len(days)):
        sums = [by_step.get(one, (0, 0)) for one in range(step - YEAR + 1, step + 1)]
        sales = _yuan(sum(one[0] for one in sums))
        credit = sales - _yuan(sum(one[1] for one in sums))
        total, overdue_sum, bad = (_yuan(int(minor)) for minor in standing.get(step, (0, 0, 0)))
        bottoms = {"receivables": total, "credit_sales": credit}
        measured = {
            "credit_sales": Measured(credit, _total_sales(sight, sales, until=days[step])),
            "performance": contracts[step],
            "bad_debts": Measured(bad, bottoms[document.bad_debts.denominator]),
            "overdue": Measured(overdue_sum, bottoms[document.overdue.denominator]),
        }
        found.append((days[step], [_target(code, getattr(document, code), measured[code]) for code in CODES]))
    return found


def bad_debts(lines: pl.DataFrame, document: CreditTargets, as_of: date) -> pl.DataFrame:
    """The open lines that are unpaid more than the months of the policy beyond their due day (TGT-05).

    Due on 2022-04-30, more than 24 months: from 2024-05-01 on.
    """
    return lines.filter((pl.col("open_minor") > 0) & _is_bad(document, pl.lit(as_of)))


def overdue(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The open lines that were due before the day."""
    return lines.filter(pl.col("due_on") < as_of)


def orders_due(sight: Sight, first: date, last: date) -> pl.DataFrame:
    """Orders due after a day and up to another, and whether they were performed by then.

    Gives order_no, customer_id, ship_on, amount_minor, delivered_minor (in time) and is_performed.
    """
    grace = sight.document.performance.grace_days
    params: list[object] = []
    if connection.vendor == "postgresql":
        until = "o.ship_on + CAST(%s AS integer)"
        params.append(grace)
    else:
        until = "date(o.ship_on, %s)"
        params.append(f"+{grace} days")
    adapt = connection.ops.adapt_datefield_value
    params += [adapt(first), adapt(last)]
    whose, more = ledger.whose(sight.customers, "o")
    rows = ledger.rows(READ_ORDERS.format(last=until, whose=whose), [*params, *more])
    found = ledger.frame(rows, ORDERS)
    return found.with_columns(is_performed=pl.col("delivered_minor") >= pl.col("amount_minor"))


def performance(sight: Sight) -> Measured:
    """Contracts performed of those due in the twelve months to the day (TGT-04)."""
    days = ledger.days_back(sight.as_of, YEAR)
    return _by_step(sight, days)[YEAR]


def _by_step(sight: Sight, days: list[date]) -> dict[int, Measured]:
    """The contracts of the year before each day that has one behind it."""
    wanted = sight.document.performance
    if wanted.source == "told":
        return {step: _told_contracts(wanted, days[step]) for step in range(YEAR, len(days))}
    steps = _due(sight, days)
    done = pl.col("is_performed")
    if wanted.counted == "count":
        sums = steps.group_by("step").agg(top=done.sum(), bottom=pl.len())
    else:
        amount = pl.col("amount_minor")
        sums = steps.group_by("step").agg(top=amount.filter(done).sum(), bottom=amount.sum())
    found = {step: (int(top), int(bottom)) for step, top, bottom in sums.rows()}
    made = {}
    for step in range(YEAR, len(days)):
        year = [found.get(one, (0, 0)) for one in range(step - YEAR + 1, step + 1)]
        top, bottom = sum(one[0] for one in year), sum(one[1] for one in year)
        is_money = wanted.counted == "amount"
        kept = (_yuan(top), _yuan(bottom)) if is_money else (Decimal(top), Decimal(bottom))
        made[step] = Measured(*kept, is_money=is_money)
    return made


def _due(sight: Sight, days: list[date]) -> pl.DataFrame:
    """What was due after the first of the days up to the last: contracts, and orders where no contract was.

    Gives amount_minor, is_performed, and step, the place among the days.
    """
    since = days[0] + timedelta(days=1)
    told = contracts.due_contracts(since, days[-1], customers=sight.customers)
    yuan = told.filter(pl.col("currency") == "CNY")
    if yuan.height:
        return yuan.with_columns(step=ledger.step_of(days, "due_on"))
    return orders_due(sight, days[0], days[-1]).with_columns(step=ledger.step_of(days, "ship_on"))


def _told_contracts(wanted: Performance, until: date) -> Measured:
    count = wanted.counted == "count"
    names = (
        ("contracts_performed", "contracts_due")
        if count
        else ("contracts_done_amount", "contracts_due_amount")
    )
    top, bottom = (
        sum((value for _, value in told(name, until=until, months=YEAR)), Decimal(0)) for name in names
    )
    return Measured(top, bottom, is_money=not count)


def _total_sales(sight: Sight, ledger_sales: Decimal, *, until: date | None = None) -> Decimal:
    """All sales of the year, cash sales with them; as told, where the policy says so and all months were."""
    if sight.document.credit_sales.total == "ledger":
        return ledger_sales
    months = told("total_sales", until=until or sight.as_of, months=YEAR)
    return sum((value for _, value in months), Decimal(0)) if len(months) == YEAR else Decimal(0)


def _of_open(lines: pl.DataFrame, every: pl.DataFrame, denominator: str, credit: Decimal) -> Measured:
    total = _yuan(int(every["open_minor"].sum()))
    return Measured(_yuan(int(lines["open_minor"].sum())), total if denominator == "receivables" else credit)


def _is_bad(document: CreditTargets, day: pl.Expr) -> pl.Expr:
    return (day > pl.col("due_on").dt.offset_by(f"{document.bad_debts.beyond_months}mo")) & (
        pl.col("open_minor") > 0
    )


def _target(code: str, wanted: Wanted, found: Measured) -> Target:
    share = float(found.top / found.bottom) if found.bottom > 0 else None
    return Target(
        code, wanted.zh, wanted.en, share, found.top, found.bottom, found.is_money, wanted.at_least,
        wanted.at_most, wanted.note,
    )  # fmt: skip


def _yuan(minor: int) -> Decimal:
    return Decimal(minor).scaleb(-2)
