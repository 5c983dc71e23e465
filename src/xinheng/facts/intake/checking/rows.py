"""One piece of a file, row by row: required fields, the checks of checks.yaml, the customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from xinheng.facts.intake import catalogue
from xinheng.facts.intake.checking import shaping
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.customers import CustomerIndex
from xinheng.facts.intake.checking.fields import MONEY, column_of, raw_of, read_fields
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.reading.tables import EXTRA, ROW

TOTAL_WORDS = (
    r"^(合\s*计|总\s*计|共\s*计|小\s*计|本页合计|本月合计|累计|grand\s+total|sub\s*total|total)\s*[:：]?$"
)


@dataclass(frozen=True)
class CheckedPiece:
    """rows: every row of the piece, typed, with _bad. causes: why the bad ones are. totals: total rows."""

    rows: pl.DataFrame
    causes: pl.DataFrame
    totals: pl.DataFrame  # _row, _sheet, label, total_minor


def check_piece(raw: pl.DataFrame, plan: Plan, customers: CustomerIndex) -> CheckedPiece:
    """Read, shape and check one piece. raw: _row, _sheet, the columns of the file."""
    raw, totals = without_totals(raw, plan)
    read, causes = read_fields(raw, plan)
    if plan.items:
        read, wide_causes = shaping.long_form(read, raw, plan)
        causes += wide_causes
    shaped = shaping.shape(read, plan)
    unread = pl.concat([none(), *causes]).select(ROW, "field")
    look: Callable[[str], pl.Series | None] = lambda code: raw_of(raw, code, plan)  # noqa: E731
    causes.append(_too_long_rows(raw))
    causes += _missing(shaped, unread, plan)
    shaped, unknown = customers.resolve(shaped, plan)
    causes += unknown
    causes += _failing(shaped, plan, None if plan.items else look)
    all_causes = pl.concat([none(), *causes]).sort(ROW, maintain_order=True)
    bad = shaped.get_column(ROW).is_in(all_causes.get_column(ROW).unique().to_list())
    return CheckedPiece(shaped.with_columns(_bad=bad), all_causes, totals)


def without_totals(raw: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that are data, and the total rows, which only say what the others add up to."""
    mapped = [column for column in (*plan.columns.values(), *plan.items) if column in raw.columns]
    raw = raw.filter(~pl.all_horizontal(pl.col(mapped).is_null()))
    none_found = pl.DataFrame(
        schema={ROW: pl.Int64, "_sheet": pl.String, "label": pl.String, "total_minor": pl.Int64}
    )
    if plan.typed or raw.is_empty():
        return raw, none_found
    texts = [name for name, kind in raw.schema.items() if kind == pl.String and not name.startswith("_")]
    days = [
        plan.columns[each.code]
        for each in plan.kind.fields
        if each.type == "date" and each.code in plan.columns
    ]
    said = pl.coalesce(pl.col(texts)).str.strip_chars().str.to_lowercase().str.contains(TOTAL_WORDS)
    is_total = said & pl.all_horizontal(pl.col([day for day in days if day in raw.columns]).is_null())
    marked = raw.with_columns(_total=is_total.fill_null(value=False))
    found = marked.filter("_total").drop("_total")
    if found.is_empty():
        return raw, none_found
    amounts, _ = read_fields(found, plan)
    field = plan.kind.field(plan.kind.total) if plan.kind.total else None
    column = column_of(field) if field else ""
    minor = amounts.get_column(column) if column else pl.Series([None] * found.height, dtype=pl.Int64)
    label = found.select(pl.coalesce(pl.col(texts)).str.strip_chars()).to_series()
    totals = found.select(ROW, "_sheet").with_columns(label.alias("label"), minor.alias("total_minor"))
    return marked.filter(~pl.col("_total")).drop("_total"), totals


def _too_long_rows(raw: pl.DataFrame) -> pl.DataFrame:
    """Rows with more fields than the header: something stands in the wrong place."""
    if EXTRA not in raw.columns:
        return none()
    bad = raw.get_column(EXTRA).is_not_null()
    if not bad.any():
        return none()
    return turned_down(raw.filter(bad), "too_many_columns", field="", value=raw.get_column(EXTRA).filter(bad))


def _missing(shaped: pl.DataFrame, unread: pl.DataFrame, plan: Plan) -> list[pl.DataFrame]:
    """Required fields that are empty, not counting those that could not be read."""
    found = []
    groups: dict[str, list[catalogue.Field]] = {}
    for field in plan.kind.fields:
        if field.required is True or field.required == "long":
            groups[field.code] = [field]
        elif field.required:
            groups.setdefault(field.required, []).append(field)
    for members in groups.values():
        empty = shaped.select(
            pl.all_horizontal(pl.col([column_of(each) for each in members]).is_null())
        ).to_series()
        if not empty.any():
            continue
        codes = [each.code for each in members]
        told = unread.filter(pl.col("field").is_in(codes)).get_column(ROW).to_list()
        rows = shaped.filter(empty & ~shaped.get_column(ROW).is_in(told))
        if codes == ["item"]:  # told, and unknown: a check says so
            rows = rows.filter(pl.col("item_told").is_null())
        field = next((each for each in members if each.code in plan.columns), members[0])
        found.append(turned_down(rows, "required", field=field.code, value=pl.Series([""] * rows.height)))
    return found


def _failing(
    shaped: pl.DataFrame, plan: Plan, look: Callable[[str], pl.Series | None] | None
) -> list[pl.DataFrame]:
    """The rows that a check of checks.yaml refuses."""
    checks = catalogue.checks(plan.kind.code)
    if not checks:
        return []
    is_red = pl.col("is_red_letter") if "is_red_letter" in shaped.columns else pl.lit(None, dtype=pl.Boolean)
    judged = shaped.with_columns(
        told_on=pl.lit(plan.told_on), red_letter_allowed=is_red.fill_null(plan.settings.red_letter)
    )
    verdicts = judged.select(
        pl.sql_expr(check.refuse_when).fill_null(value=False).alias(str(at))
        for at, check in enumerate(checks)
    )
    failed = verdicts.select(pl.all().any()).row(0)
    return [
        _failed(judged, verdicts.get_column(str(at)), check, look)
        for at, check in enumerate(checks)
        if failed[at]
    ]


def _failed(
    judged: pl.DataFrame,
    bad: pl.Series,
    check: catalogue.Check,
    look: Callable[[str], pl.Series | None] | None,
) -> pl.DataFrame:
    rows = judged.filter(bad)
    told = look(check.field) if look else None
    value = told.filter(bad) if told is not None else _shown(rows, check.field)
    params = [_shown(rows, code).alias(code) for code in check.shows]
    return turned_down(rows, check.code, field=check.field, value=value, params=params)


def _shown(rows: pl.DataFrame, code: str) -> pl.Series:
    """Values of a field as a person reads them."""
    if code + MONEY in rows.columns:
        amount = pl.col(code + MONEY).cast(pl.Decimal(38, 2)) / 100
        return rows.select(amount.cast(pl.Decimal(38, 2)).cast(pl.String)).to_series()
    return rows.get_column(code).cast(pl.String)
