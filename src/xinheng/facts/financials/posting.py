"""Statements and trade invoices: appended set-wise, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import Max

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import errors
from xinheng.facts.financials.lines import OPINIONS, lines
from xinheng.facts.financials.models import Statement, StatementLine, TradeInvoice
from xinheng.facts.financials.rules import KEY, broken, opening_day
from xinheng.facts.financials.values import NewStatement

DEFAULTS = {"months": 12, "currency": "CNY", "is_consolidated": False, "opinion": "", "opening_minor": None}
TOLD = {
    "customer_id": pl.Int64, "period_end": pl.Date, "months": pl.Int64, "currency": pl.String,
    "is_consolidated": pl.Boolean, "opinion": pl.String, "item": pl.String, "amount_minor": pl.Int64,
    "opening_minor": pl.Int64,
}  # fmt: skip
INVOICE = [
    "customer_id", "side", "invoice_no", "counterparty", "issued_on", "net_minor", "tax_minor", "is_void",
]  # fmt: skip
IDS_A_STATEMENT = 900
LONGEST_MONTHS = 24


@transaction.atomic
def post_statements(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post statements told a row a line; gives how many statements. All or none.

    frame: customer_id, period_end, item (a code of lines.yaml), amount_minor and, where they are not to be
    the defaults, months (12), currency (CNY), is_consolidated (false), opinion (""), opening_minor (null).
    One told before becomes its next version. A statement that does not add up is kept and marked
    "unverified" (is_consistent false).
    Refuses: AccessDenied, LineUnknown, OpinionUnknown, ToldTwice.
    """
    require(actor, "financials.write", f"batch:{batch_no}")
    statements = _post(frame, batch_no=batch_no, told_on=told_on)
    after = {"statements": statements.height, "unverified": int((~statements["is_consistent"]).sum())}
    _record(actor, told_on, "financials.post_statements", f"batch:{batch_no}", after)
    return statements.height


@transaction.atomic
def post_statement(*, actor: Actor, on: date, customer_no: str, statement: NewStatement) -> Statement:
    """Post one statement; told before, it becomes the next version. One that does not add up is kept too.

    Refuses: AccessDenied, CustomerUnknown, StatementEmpty, PeriodInvalid, LineUnknown, OpinionUnknown.
    """
    require(actor, "financials.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    if not statement.figures:
        raise errors.StatementEmpty
    if not 1 <= statement.months <= LONGEST_MONTHS or statement.period_end > on:
        raise errors.PeriodInvalid(period_end=statement.period_end, months=statement.months)
    head = {
        name: getattr(statement, name)
        for name in ("period_end", "months", "currency", "is_consolidated", "opinion")
    }
    rows = [
        {"customer_id": customer.pk, **head, "item": item, "amount_minor": amount, "opening_minor": opening}
        for item, (amount, opening) in statement.figures.items()
    ]
    _post(pl.DataFrame(rows, schema=TOLD), batch_no=None, told_on=on)
    which = {
        "period_end": statement.period_end,
        "months": statement.months,
        "is_consolidated": statement.is_consolidated,
    }
    posted = Statement.objects.filter(customer=customer, **which).order_by("-version")[0]
    after = {
        **which,
        "version": posted.version,
        "is_consistent": posted.is_consistent,
        "figures": dict(statement.figures),
    }
    _record(actor, on, "financials.post_statement", f"customer:{customer_no}", after)
    return posted


@transaction.atomic
def post_trade_invoices(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Post the VAT invoices of customers with their own buyers and suppliers. Gives how many. All or none.

    frame: customer_id, side (sale, purchase), invoice_no, counterparty, issued_on, net_minor and tax_minor
    (分, below zero: red-letter), is_void (left out: false). One posted twice is an IntegrityError.
    Refuses: AccessDenied.
    """
    require(actor, "financials.write", f"batch:{batch_no}")
    told = [pl.lit(told_on).alias("told_on"), pl.lit(batch_no, dtype=pl.Int64).alias("batch_no")]
    ready = frame.select(column for column in INVOICE if column in frame.columns).with_columns(*told)
    bulk.append(TradeInvoice, ready.sort("customer_id", "side", "invoice_no"))
    after = {
        "rows": ready.height,
        "net_minor": {
            side: int(net)
            for side, net in ready.group_by("side").agg(pl.col("net_minor").sum()).sort("side").iter_rows()
        },
    }
    _record(actor, told_on, "financials.post_trade_invoices", f"batch:{batch_no}", after)
    return ready.height


def _post(frame: pl.DataFrame, *, batch_no: int | None, told_on: date) -> pl.DataFrame:
    """Gives the statements as posted, a row each, with statement_id and is_consistent."""
    told = _checked(_as_told(frame))
    if told.is_empty():
        return pl.DataFrame(schema={"statement_id": pl.Int64, "is_consistent": pl.Boolean})
    heads = told.group_by(KEY, maintain_order=True).agg(pl.col("currency").first(), pl.col("opinion").first())
    ids = told["customer_id"].unique().sort().to_list()
    wrong = broken(told, _closings(told, ids)).filter("grave").select(KEY).unique()
    heads = heads.join(_versions(ids), on=KEY, how="left").with_columns(
        version=pl.col("version").fill_null(0) + 1,
        told_on=pl.lit(told_on),
        batch_no=pl.lit(batch_no, dtype=pl.Int64),
    )
    heads = heads.join(wrong.with_columns(is_consistent=pl.lit(value=False)), on=KEY, how="left")
    heads = heads.with_columns(pl.col("is_consistent").fill_null(value=True)).sort(
        "customer_id", "period_end"
    )
    before = Statement.objects.aggregate(last=Max("pk"))["last"] or 0
    bulk.append(Statement, heads)
    posted = heads.join(_ids_after(before, batch_no), on=[*KEY, "version"])
    rows = told.join(posted.select(*KEY, "statement_id"), on=KEY)
    bulk.append(
        StatementLine,
        rows.select("statement_id", "item", "amount_minor", "opening_minor").sort("statement_id"),
    )
    return posted


def _as_told(frame: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(value, dtype=TOLD[name]).alias(name) for name, value in DEFAULTS.items()
               if name not in frame.columns]  # fmt: skip
    filled = [pl.col(name).fill_null(value) for name, value in DEFAULTS.items() if value is not None]
    return (
        frame.with_columns(missing)
        .select(pl.col(name).cast(kind) for name, kind in TOLD.items())
        .with_columns(filled)
    )


def _checked(told: pl.DataFrame) -> pl.DataFrame:
    if unknown := sorted(set(told["item"].unique()) - set(lines())):
        raise errors.LineUnknown(lines=", ".join(map(str, unknown[:20])))
    if opinions := sorted(set(told["opinion"].unique()) - {"", *OPINIONS}):
        raise errors.OpinionUnknown(opinions=", ".join(opinions[:20]))
    twice = told.filter(pl.struct(*KEY, "item").is_duplicated())
    if twice.height:
        raise errors.ToldTwice(line=lines()[twice["item"][0]].name)
    return told


def _versions(ids: list[int]) -> pl.DataFrame:
    found = [
        row
        for some in _portions(ids)
        for row in Statement.objects.filter(customer_id__in=some)
        .order_by()
        .values_list(*KEY)
        .annotate(Max("version"))
    ]
    schema = {**{name: TOLD[name] for name in KEY}, "version": pl.Int64}
    return pl.DataFrame(found, schema=schema, orient="row")


def _closings(told: pl.DataFrame, ids: list[int]) -> pl.DataFrame:
    """Earlier balance sheets of the customers, of the file and posted before; the last version of each."""
    days = (
        told.filter(pl.col("opening_minor").is_not_null())
        .select(opening_day())
        .to_series()
        .unique()
        .to_list()
    )
    columns = ["customer_id", "is_consolidated", "period_end", "item", "amount_minor"]
    lookup = [f"statement__{name}" for name in columns[:3]]
    found = [
        row
        for some in _portions(ids if days else [])
        for row in StatementLine.objects.filter(
            statement__customer_id__in=some, statement__period_end__in=days
        )
        .order_by("statement__version", "statement_id")
        .values_list(*lookup, "item", "amount_minor")
    ]
    posted = pl.DataFrame(found, schema={name: TOLD[name] for name in columns}, orient="row")
    return pl.concat([posted, told.select(columns)]).unique(columns[:4], keep="last", maintain_order=True)


def _ids_after(before: int, batch_no: int | None) -> pl.DataFrame:
    rows = Statement.objects.filter(pk__gt=before, batch_no=batch_no).values_list(*KEY, "version", "pk")
    schema = {**{name: TOLD[name] for name in KEY}, "version": pl.Int64, "statement_id": pl.Int64}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _portions(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + IDS_A_STATEMENT] for at in range(0, len(ids), IDS_A_STATEMENT))


def _record(actor: Actor, on: date, act: str, subject: str, after: dict[str, Any]) -> None:
    record(actor=actor, act=act, subject=subject, on=on, after=after)
