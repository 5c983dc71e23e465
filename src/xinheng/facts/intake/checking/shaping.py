"""What follows from the fields of a row before it is checked: defaults, sums, document numbers."""

from __future__ import annotations

import polars as pl

from xinheng.facts.intake.catalogue import plain_heading
from xinheng.facts.intake.checking.causes import turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.lines import line_headings
from xinheng.facts.intake.parsing.amounts import parse_money
from xinheng.facts.intake.reading.tables import ROW


def shape(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows of a kind completed."""
    flags = [each.code for each in plan.kind.fields if each.type == "flag" and each.code.startswith("is_")]
    keep_null = {"is_red_letter", "is_customer", "is_supplier"}
    rows = rows.with_columns(pl.col(flag).fill_null(value=False) for flag in flags if flag not in keep_null)
    completed = {
        "customers": _customers, "bills": _bills, "receipts": _receipts, "statements": _statements,
        "opening_items": _openings,
        "trade_invoices": _trade_invoices, "orders": _orders, "limits": _limits,
    }.get(plan.kind.code)  # fmt: skip
    return completed(rows, plan) if completed else rows


def _customers(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:  # noqa: ARG001
    kind = pl.when(pl.col("id_number").is_not_null() & pl.col("uscc").is_null()).then(pl.lit("person"))
    return rows.with_columns(
        pl.coalesce("kind", kind.otherwise(pl.lit("company"))),
        pl.col("is_customer").fill_null(value=True),
        pl.col("is_supplier").fill_null(value=False),
        pl.col("uscc").str.to_uppercase(),
        pl.col("id_number").str.to_uppercase(),
    )


def _bills(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    days = pl.coalesce("terms_days", pl.lit(plan.settings.terms_days, dtype=pl.Int64))
    rows = rows.with_columns(due_on=pl.coalesce("due_on", pl.col("billed_on") + pl.duration(days=days)))
    whole = pl.when(pl.col("settled_on").is_not_null()).then(pl.col("amount_minor"))
    rows = rows.with_columns(settled_minor=pl.coalesce("settled_minor", whole))
    return _told_apart(rows, "bill_no", plan)


def _receipts(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:  # noqa: ARG001
    whole = pl.when(pl.col("bill_no").is_not_null()).then(pl.col("amount_minor"))
    return rows.with_columns(settled_minor=pl.coalesce("settled_minor", whole))


def _openings(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    return _told_apart(rows, "bill_no", plan)


def _statements(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:  # noqa: ARG001
    told = rows.get_column("item")
    codes = {name: line_headings().get(plain_heading(name)[0]) for name in told.unique().drop_nulls()}
    known = told.replace_strict(codes, default=None, return_dtype=pl.String)
    return rows.with_columns(
        pl.col("months").fill_null(12),
        pl.col("opinion").fill_null(""),
        item=known,
        item_told=told,
    )


def _trade_invoices(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    coded = pl.format("{}-{}", "invoice_code", "invoice_no")
    rows = rows.with_columns(
        invoice_no=pl.coalesce(coded, "invoice_no"),
        total_minor=pl.coalesce("total_minor", pl.col("net_minor") + pl.col("tax_minor")),
    )
    return _told_apart(rows, "invoice_no", plan)


def _orders(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    rows = rows.with_columns(
        pl.col("kind").fill_null("standard"),
        pl.col("payment").fill_null("credit"),
        pl.col("segment").fill_null(""),
        ship_on=pl.coalesce("ship_on", "ordered_on"),
    )
    return _told_apart(rows, "order_no", plan)


def _limits(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """An amount is a limit; without one, and without a word, the row does not say what it means."""
    return rows.with_columns(
        pl.col("kind").fill_null("fixed"),
        pl.col("state").fill_null("limited"),
        pl.col("segment").fill_null(""),
        pl.col("from_on").fill_null(plan.told_on),
    )


def _told_apart(rows: pl.DataFrame, number: str, plan: Plan) -> pl.DataFrame:
    """Where a number alone is not unique in the source, what makes it so is written behind it."""
    if not plan.settings.tell_apart:
        return rows
    more = [
        pl.col(code).dt.to_string("%Y%m%d") if rows.schema[code] == pl.Date else pl.col(code)
        for code in plan.settings.tell_apart
    ]
    return rows.with_columns(pl.concat_str([pl.col(number), *more], separator="/").alias(number))


def long_form(read: pl.DataFrame, raw: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """A wide statement, a row a statement and a column a line, as a row a line."""
    causes, amounts = [], {}
    for column, item in plan.items.items():
        told = raw.get_column(column)
        shift = plan.shifts.get(item, plan.settings.shift)
        parsed = parse_money(
            told, shift=shift, lenient=column in plan.loose, comma=plan.settings.decimal_comma
        )
        amounts[item] = parsed.values
        if parsed.causes is not None:
            bad = parsed.causes.is_not_null()
            causes.append(
                turned_down(raw.filter(bad), parsed.causes.filter(bad), field=column, value=told.filter(bad))
            )
    wide = read.drop("item", "amount_minor").with_columns(
        [each.alias(item) for item, each in amounts.items()]
    )
    keep = [name for name in wide.columns if name not in amounts]
    long = wide.unpivot(list(amounts), index=keep, variable_name="item", value_name="amount_minor")
    return long.filter(pl.col("amount_minor").is_not_null()).sort(ROW, maintain_order=True), causes
