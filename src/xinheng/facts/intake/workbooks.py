"""Workbooks that go out: templates to fill in, and rejected rows ready to be corrected."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter

from xinheng.facts.intake import catalogue
from xinheng.facts.intake.batches import open_batch
from xinheng.facts.intake.catalogue import Field, Kind
from xinheng.facts.intake.models import RejectedRow
from xinheng.facts.intake.reading.tables import EXTRA, ROW, SHEET
from xinheng.facts.intake.shown import as_rejected
from xinheng.facts.intake.staging import Staging

CAUSE, PLACE = (
    "错误原因",
    "原行号",
)  # headings no kind knows, so they are passed over when the file comes back
VALIDATED_ROWS = 10_000
MOST_ROWS = 1_000_000
TYPES = {
    "text": "文本", "code": "文本(号码)", "date": "日期,如 2024-01-05", "money": "金额(元)", "count": "整数",
    "flag": "是 / 否", "choice": "选项",
}  # fmt: skip


def template(kind: str) -> bytes:
    """An empty workbook to fill in: headings, checks on the cells, and a sheet that explains each field.

    Refuses: KindUnknown.
    """
    card = catalogue.kind(kind)
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats = {
            "needed": book.add_format({"bold": True, "bg_color": "#FDE9D9", "bottom": 1}),
            "heading": book.add_format({"bold": True, "bg_color": "#E9EFF8", "bottom": 1}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        _fill_in(book.add_worksheet(card.zh), card, formats)
        _explain(book.add_worksheet("说明"), card, formats)
    return target.getvalue()


def _fill_in(page: Any, card: Kind, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    for place, field in enumerate(card.fields):
        look = formats.get({"code": "text"}.get(field.type, field.type))
        page.set_column(place, place, max(12, len(field.zh) * 2 + 4), look)
        page.write_string(0, place, field.zh, formats["needed" if field.required else "heading"])
        if rule := _validation(field):
            page.data_validation(1, place, VALIDATED_ROWS, place, rule)


def _validation(field: Field) -> dict[str, Any] | None:
    words = {"error_title": field.zh, "ignore_blank": True}
    if field.type == "date":
        limits = {"minimum": "=DATE(1900,1,1)", "maximum": "=DATE(2099,12,31)"}
        return {
            "validate": "date",
            "criteria": "between",
            **limits,
            "error_message": "请填写日期,如 2024-01-05。",
            **words,
        }
    if field.type == "flag":
        return {"validate": "list", "source": ["是", "否"], "error_message": "请选择“是”或“否”。", **words}
    if field.type == "choice":
        said = [each[0] for each in field.words.values() if each]
        return {"validate": "list", "source": said, "error_message": "请从列表中选择。", **words}
    if field.type == "money":
        bounds = {"minimum": -9e13, "maximum": 9e13}
        return {
            "validate": "decimal",
            "criteria": "between",
            **bounds,
            "error_message": "请填写数字。",
            **words,
        }
    if field.type == "count":
        return {
            "validate": "integer",
            "criteria": "between",
            "minimum": 0,
            "maximum": 999_999_999,
            "error_message": "请填写整数。",
            **words,
        }
    return None


def _explain(page: Any, card: Kind, formats: dict[str, Any]) -> None:
    page.set_column(0, 4, 24)
    headings = ["列", "是否必填", "填写方式", "选项", "也可使用的列名"]
    for place, heading in enumerate(headings):
        page.write_string(0, place, heading, formats["heading"])
    groups: dict[str, list[str]] = {}
    for field in card.fields:
        if isinstance(field.required, str) and field.required:
            groups.setdefault(field.required, []).append(field.zh)
    for line, field in enumerate(card.fields, start=1):
        needed = "必填" if field.required is True else ""
        if isinstance(field.required, str) and field.required:
            needed = "必填" if field.required == "long" else f"填写其一:{'、'.join(groups[field.required])}"
        choices = "、".join(each[0] for each in field.words.values() if each)
        for place, text in enumerate(
            [field.zh, needed, TYPES[field.type], choices, "、".join(field.aliases)]
        ):
            page.write_string(line, place, text)


def rejects_workbook(batch_no: int) -> bytes:
    """The rejected rows as they came, with the causes behind them: correct the cells, and import the file.

    Every cell is text; text that a spreadsheet might take for a formula carries an apostrophe, which is
    taken off again when the file comes back. Refuses: BatchUnknown.
    """
    batch = open_batch(batch_no)
    staging = Staging(batch_no)
    causes = _worded_causes(batch_no, batch.kind)
    columns = list(staging.kept("found").get("columns", []))
    raw = pl.read_parquet(staging.rejected) if staging.rejected.exists() else pl.DataFrame()
    target = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet("待更正")
        text = book.add_format({"num_format": "@"})
        heading = book.add_format({"bold": True, "bg_color": "#E9EFF8", "bottom": 1})
        page.freeze_panes(1, 0)
        page.set_column(0, len(columns) - 1, 16, text)
        page.set_column(len(columns), len(columns), 60)
        for place, name in enumerate([*columns, CAUSE, PLACE]):
            page.write_string(0, place, name, heading)
        if raw.height:
            told = _rows(raw, causes, columns)
            for line, cells in enumerate(told.iter_rows(), start=1):
                for place, cell in enumerate(cells):
                    if cell:
                        page.write_string(line, place, cell)
    return target.getvalue()


def _rows(raw: pl.DataFrame, causes: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    extra = [pl.col(EXTRA)] if EXTRA in raw.columns else []
    joined = raw.head(MOST_ROWS).join(causes, on=[SHEET, ROW], how="left", maintain_order="left")
    place = pl.concat_str(
        [pl.when(pl.col(SHEET) != "").then(pl.col(SHEET) + "!").otherwise(pl.lit("")), pl.col(ROW)]
    )
    shown = [
        _safe(pl.col(name)) if name in raw.columns else pl.lit(None, pl.String).alias(name)
        for name in columns
    ]
    return joined.select(*shown, pl.col("words").alias(CAUSE), place.alias(PLACE), *extra)


def _safe(text: pl.Expr) -> pl.Expr:
    """An apostrophe before what looks like a formula; a plain number below zero is none."""
    looks = text.str.contains(r"^\s*[=+\-@\t\r＝＋－＠]") & ~text.str.contains(r"^[+-]?[\d,.]+%?$")
    return pl.when(looks).then("'" + text).otherwise(text).name.keep()


def _worded_causes(batch_no: int, kind_code: str) -> pl.DataFrame:
    rows = RejectedRow.objects.filter(batch_id=batch_no).order_by("sheet", "row_no", "id")
    told = [
        (row.row_no, row.sheet, as_rejected(row, kind_code).words)
        for row in rows.defer("row").iterator(chunk_size=10_000)
    ]
    schema = {ROW: pl.Int64, SHEET: pl.String, "words": pl.String}
    frame = pl.DataFrame(told, schema=schema, orient="row")
    return frame.group_by(ROW, SHEET).agg(pl.col("words").str.join(" "))
