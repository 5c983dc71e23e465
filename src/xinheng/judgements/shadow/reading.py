"""Reading a past from files: what each table tells, in one currency; what cannot be read is counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from xinheng.base.kernel.money import places
from xinheng.judgements.shadow import files, mapping, values
from xinheng.judgements.shadow.errors import LedgerUnreadable
from xinheng.judgements.shadow.mapping import Table
from xinheng.judgements.shadow.values import Ledger, Note

DAYS = ("on", "due_on", "ship_on", "until_on", "from_on")
WRITTEN = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日")
NEEDED: Mapping[str, tuple[str, ...]] = {
    "order": ("customer_no", "order_no", "on", "amount"),
    "delivery": ("on", "amount"),
    "bill": ("customer_no", "bill_no", "on", "amount"),
    "receipt": ("on", "amount"),
    "end": ("order_no", "on"),
    "block": ("order_no", "on"),
    "unblock": ("order_no", "on"),
    "limit": ("customer_no",),
}
TEXTS = (
    "customer_no", "order_no", "bill_no", "no", "kind", "payment", "order_kind", "segment", "state", "status",
    "risk_class", "name", "currency",
)  # fmt: skip
SINGULAR = {"order": "order_no", "bill": "bill_no"}
STATES = ("not_assessed", "no_credit", "unlimited", "limited", "expired")


def read(
    paths: Sequence[Path], *, mapping_text: str = "", currency: str = "", limits_file: str = ""
) -> Ledger:
    """A past from files; limits_file: which of them tells limits. Refuses: LedgerUnreadable."""
    told = mapping.read_mapping(mapping_text)
    found: dict[str, list[pl.DataFrame]] = {}
    notes: list[Note] = []
    used = 0
    for path in paths:
        for name, table in files.tables(path):
            is_limits = path.name == limits_file
            for meant in _meant(None if is_limits else told, path, "limits" if is_limits else name, table):
                used += 1
                for kind, rows in _rows(meant, name, table, notes):
                    found.setdefault(kind, []).append(_told(kind, rows, name, notes))
    if not used:
        raise LedgerUnreadable(file=", ".join(path.name for path in paths)[:120] or "—", cause="mapping")
    tables = {kind: pl.concat(frames, how="diagonal_relaxed") for kind, frames in found.items()}
    home = currency or (told.currency if told else "") or _commonest(tables)
    return ledger_of({kind: _at_home(kind, rows, home, notes) for kind, rows in tables.items()}, home, notes)


def ledger_of(tables: Mapping[str, pl.DataFrame], currency: str, notes: Iterable[Note]) -> Ledger:
    """A ledger of the tables that were told; the others are empty."""

    def of(kind: str, schema: dict[str, Any]) -> pl.DataFrame:
        return _shaped(tables[kind], schema) if kind in tables else values.frame(schema)

    limits = tables.get("limit", pl.DataFrame())
    names = [tables[kind] for kind in ("order", "bill", "limit") if kind in tables]
    return Ledger(
        currency=currency,
        orders=of("order", values.ORDERS),
        deliveries=of("delivery", values.DELIVERIES),
        bills=of("bill", values.BILLS),
        receipts=of("receipt", values.RECEIPTS),
        ends=of("end", values.ENDS),
        blocks=_blocks(tables),
        limits=_limits(limits) if limits.width else values.frame(values.LIMITS),
        accounts=_accounts(names),
        notes=tuple(notes),
        has_blocks="block" in tables or "unblock" in tables,
    )


def _meant(told: Any, path: Path, name: str, table: pl.DataFrame) -> list[Table]:
    if told is None:
        return [mapping.by_names(name, table.columns)]
    return [one for one in told.tables if not one.file or one.file in path.name or one.file == name]


def _rows(meant: Table, name: str, table: pl.DataFrame, notes: list[Note]) -> list[tuple[str, pl.DataFrame]]:
    """The rows that a mapping means, its fields by our names; of a table of all documents, a kind each."""
    for column in (*meant.where, *meant.without, *meant.columns.values()):
        if column not in table.columns:
            raise LedgerUnreadable(file=name, cause=f"{column}?")
    for column, chosen in meant.where.items():
        table = table.filter(_is_one_of(column, chosen))
    for column, chosen in meant.without.items():
        table = table.filter(~_is_one_of(column, chosen))
    by_name = {field: head for head in table.columns if (field := mapping.field_of(head))}
    fields = {**by_name, **meant.columns} if meant.kind == "documents" else meant.columns
    rows = table.select(pl.col(head).alias(field) for field, head in fields.items() if field in _known())
    rows = rows.with_columns(_typed(rows, swapped=meant.days == "swapped"))
    if meant.amounts == "of_order":
        rows = _divided(rows)
    if meant.kind != "documents":
        return [(meant.kind, _numbered(meant.kind, rows))]
    return _by_kind(rows, name, notes)


def _divided(rows: pl.DataFrame) -> pl.DataFrame:
    """The amount of an order among its rows, alike to the cent, the odd cents on the first."""
    cents = (pl.col("amount") * 100).round(0).cast(pl.Int64)
    each, first = cents // pl.len().over("order_no"), pl.int_range(pl.len()).over("order_no") == 0
    rest = cents - each * (pl.len().over("order_no") - 1)
    return rows.with_columns(amount=pl.when(first).then(rest).otherwise(each) / 100)


def _by_kind(rows: pl.DataFrame, name: str, notes: list[Note]) -> list[tuple[str, pl.DataFrame]]:
    """The rows of a table of all documents, a table each kind."""
    if "kind" not in rows.columns:
        raise LedgerUnreadable(file=name, cause="kind?")
    meanings = {word: mapping.kind_of(word or "") for word in rows["kind"].unique().to_list()}
    found = []
    for kind in sorted({kind for kind in meanings.values() if kind and kind != "documents"}):
        words = [word for word, meant in meanings.items() if meant == kind]
        found.append((kind, _numbered(kind, rows.filter(pl.col("kind").is_in(words)))))
    if left := rows.height - sum(some.height for _kind, some in found):
        notes.append(Note("unknown_kind", {"count": left, "table": name}))
    return found


def _numbered(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    """A document's own number stands for the number of its kind."""
    own = SINGULAR.get(kind)
    if own is None or "no" not in rows.columns:
        return rows
    named = pl.coalesce([own, "no"]) if own in rows.columns else pl.col("no")
    return rows.with_columns(named.alias(own))


def _known() -> set[str]:
    return {*TEXTS, *DAYS, "amount"}


def _is_one_of(column: str, chosen: Any) -> pl.Expr:
    each = chosen if isinstance(chosen, tuple | list) else [chosen]
    words = [str(one).strip() for one in each]
    return pl.col(column).cast(pl.String).str.strip_chars().is_in(words).fill_null(value=False)


def _typed(rows: pl.DataFrame, *, swapped: bool) -> list[pl.Expr]:
    typed = []
    for name, dtype in rows.schema.items():
        if name in DAYS:
            day = _day(name, dtype)
            typed.append((_swapped(day) if swapped else day).alias(name))
        elif name == "amount":
            typed.append(_amount(dtype))
        else:
            typed.append(_text(name, dtype))
    return typed


def _day(name: str, dtype: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Date:
        return column
    if isinstance(dtype, pl.Datetime):
        return column.dt.date()
    text = column.cast(pl.String).str.strip_chars().str.replace("T", " ", literal=True)
    return pl.coalesce([text.str.to_date(form, strict=False) for form in WRITTEN])


def _swapped(day: pl.Expr) -> pl.Expr:
    is_open = day.dt.day() <= 12
    return pl.when(is_open).then(pl.date(day.dt.year(), day.dt.day(), day.dt.month())).otherwise(day)


def _amount(dtype: Any) -> pl.Expr:
    column = pl.col("amount")
    if not dtype.is_numeric():
        column = column.cast(pl.String).str.replace_all(r"[,\s¥￥$€]", "").cast(pl.Float64, strict=False)
    return column.cast(pl.Float64)


def _text(name: str, dtype: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_float():  # a number that a spreadsheet keeps with a point
        column = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String).str.strip_chars().replace("", None)


def _told(kind: str, rows: pl.DataFrame, name: str, notes: list[Note]) -> pl.DataFrame:
    """The rows that say what they must; how many do not is noted."""
    needed = NEEDED[kind]
    for column in needed:
        if column not in rows.columns:
            raise LedgerUnreadable(file=name, cause=f"{column}?")
    whole = rows.filter(pl.all_horizontal(pl.col(column).is_not_null() for column in needed))
    if whole.height < rows.height:
        lacking = [column for column in needed if rows[column].null_count()]
        told = {"count": rows.height - whole.height, "table": name, "fields": ", ".join(lacking)}
        notes.append(Note("lacking", told))
    return whole


def _commonest(tables: Mapping[str, pl.DataFrame]) -> str:
    told = [rows["currency"].drop_nulls() for rows in tables.values() if "currency" in rows.columns]
    if not told or not (all_of := pl.concat(told)).len():
        return "CNY"
    return str(all_of.value_counts(sort=True, name="rows")["currency"][0])


def _at_home(kind: str, rows: pl.DataFrame, currency: str, notes: list[Note]) -> pl.DataFrame:
    """The rows in the currency of the replay, amounts in minor units."""
    if "currency" in rows.columns:
        home = rows.filter(pl.col("currency").fill_null(currency) == currency)
        if home.height < rows.height:
            told = {"count": rows.height - home.height, "kind": kind, "currency": currency}
            notes.append(Note("abroad", told))
        rows = home
    if "amount" in rows.columns:
        scaled = (pl.col("amount") * 10 ** places(currency)).round(0).cast(pl.Int64)
        rows = rows.with_columns(minor=scaled)
    return rows


def _shaped(rows: pl.DataFrame, schema: dict[str, Any]) -> pl.DataFrame:
    if "order_kind" in rows.columns and "kind" in schema:
        rows = rows.drop("kind", strict=False).rename({"order_kind": "kind"})
    elif "kind" in schema:
        rows = rows.with_columns(kind=pl.lit(None, dtype=pl.String))
    lacking = [name for name in schema if name not in rows.columns]
    whole = rows.with_columns(pl.lit(None, dtype=schema[name]).alias(name) for name in lacking)
    return whole.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _blocks(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """An order a row that was really blocked for credit: the first day, and the last release."""
    blocked = [tables[kind].select("order_no", "on", is_end=pl.lit(kind == "unblock"))
               for kind in ("block", "unblock") if kind in tables]  # fmt: skip
    if not blocked:
        return values.frame(values.BLOCKS)
    until = [tables["block"].select("order_no", on="until_on", is_end=pl.lit(value=True)).drop_nulls()
             if "block" in tables and "until_on" in tables["block"].columns else None]  # fmt: skip
    told = pl.concat([*blocked, *(one for one in until if one is not None)])
    return told.group_by("order_no").agg(
        on=pl.col("on").filter(~pl.col("is_end")).min(), until_on=pl.col("on").filter("is_end").max()
    )


def _limits(rows: pl.DataFrame) -> pl.DataFrame:
    known = rows if "state" in rows.columns else rows.with_columns(state=pl.lit(None, dtype=pl.String))
    amount = pl.col("minor") if "minor" in rows.columns else pl.lit(None, dtype=pl.Int64)
    state = pl.when(pl.col("state").is_in(STATES)).then("state").otherwise(
        pl.when(amount.is_null()).then(pl.lit("not_assessed")).otherwise(pl.lit("limited"))
    )  # fmt: skip
    return _shaped(known.with_columns(state=state, minor=amount.fill_null(0)), values.LIMITS)


def _accounts(tables: list[pl.DataFrame]) -> pl.DataFrame:
    """What is told of customers beside their documents; a column that nobody told is empty."""
    told = [
        _shaped(rows, values.ACCOUNTS)
        for rows in tables
        if {"status", "risk_class", "name"} & set(rows.columns)
    ]
    if not told:
        return values.frame(values.ACCOUNTS)
    fields = [pl.col(name).drop_nulls().first() for name in ("status", "risk_class", "name")]
    return pl.concat(told).group_by("customer_no").agg(fields)
