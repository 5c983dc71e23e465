"""Workbooks that go out: templates to fill in, and rejected rows ready to be corrected."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import polars as pl
import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xinheng.facts.intake import catalogue
from xinheng.facts.intake.batches import open_batch
from xinheng.facts.intake.catalogue import Field, Kind
from xinheng.facts.intake.checking.plan import ITEM
from xinheng.facts.intake.models import Batch, RejectedRow
from xinheng.facts.intake.reading.tables import EXTRA, ROW, SHEET
from xinheng.facts.intake.shown import as_rejected
from xinheng.facts.intake.staging import Staging

VALIDATED_ROWS = 10_000
MOST_ROWS = 1_000_000
MANY_DECIMALS = r"^-?\d{1,14}\.\d{3,}$"
TYPES: dict[str, Promise] = {
    "text": gettext_lazy("text"),
    "code": gettext_lazy("text (a number that is not counted)"),
    "date": gettext_lazy("a day, as 2024-01-05"),
    "money": gettext_lazy("an amount in yuan"),
    "count": gettext_lazy("a whole number"),
    "flag": gettext_lazy("yes / no"),
    "choice": gettext_lazy("a choice from the list"),
}


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
        _fill_in(book.add_worksheet(card.label), card, formats)
        _explain(book.add_worksheet(_("Explanation")), card, formats)
    return target.getvalue()


def _fill_in(page: Any, card: Kind, formats: dict[str, Any]) -> None:
    page.freeze_panes(1, 0)
    for place, field in enumerate(card.fields):
        look = formats.get({"code": "text"}.get(field.type, field.type))
        page.set_column(place, place, max(12, len(field.label) * 2 + 4), look)
        page.write_string(0, place, field.label, formats["needed" if field.required else "heading"])
        if rule := _validation(field):
            page.data_validation(1, place, VALIDATED_ROWS, place, rule)


def _validation(field: Field) -> dict[str, Any] | None:
    """What a spreadsheet lets a person enter in a field's cells."""
    rules: dict[str, dict[str, Any]] = {
        "date": {
            "validate": "date", "criteria": "between", "minimum": "=DATE(1900,1,1)",
            "maximum": "=DATE(2099,12,31)", "error_message": _("Enter a day, as 2024-01-05."),
        },
        "flag": {"validate": "list", "source": _yes_no(), "error_message": _("Choose yes or no.")},
        "choice": {
            "validate": "list", "source": choices_of(field), "error_message": _("Choose from the list."),
        },
        "money": {
            "validate": "decimal", "criteria": "between", "minimum": -9e13, "maximum": 9e13,
            "error_message": _("Enter a number."),
        },
        "count": {
            "validate": "integer", "criteria": "between", "minimum": 0, "maximum": 999_999_999,
            "error_message": _("Enter a whole number."),
        },
    }  # fmt: skip
    rule = rules.get(field.type)
    return {**rule, "error_title": field.label, "ignore_blank": True} if rule else None


def _yes_no() -> list[str]:
    return [_("yes"), _("no")]


def choices_of(field: Field) -> list[str]:
    """What a cell of a choice may say: its first word, which is Chinese, or its code for English readers."""
    if (get_language() or "").startswith("en"):
        return list(field.words)
    return [each[0] for each in field.words.values() if each]


def _explain(page: Any, card: Kind, formats: dict[str, Any]) -> None:
    page.set_column(0, 4, 24)
    headings = [_("Column"), _("Required"), _("How to fill in"), _("Choices"), _("Headings also known")]
    for place, heading in enumerate(headings):
        page.write_string(0, place, heading, formats["heading"])
    for line, field in enumerate(card.fields, start=1):
        told = [
            field.label, _needed(field, card), str(TYPES[field.type]), "、".join(choices_of(field)),
            "、".join(field.aliases),
        ]  # fmt: skip
        for place, text in enumerate(told):
            page.write_string(line, place, text)


def _needed(field: Field, card: Kind) -> str:
    if field.required in {True, "long"}:
        return _("must be filled in")
    if not field.required:
        return ""
    group = [each.label for each in card.fields if each.required == field.required]
    return _("one of these: %(fields)s") % {"fields": "、".join(group)}


def rejects_workbook(batch_no: int) -> bytes:
    """The rejected rows as they came, with the causes behind them: correct the cells, and import the file.

    Every cell is text but amounts that the file kept as numbers of many decimals; text that a spreadsheet
    might take for a formula carries an apostrophe, which is taken off again when the file comes back. The
    unit of amounts and the year from which days are counted go along. Refuses: BatchUnknown.
    """
    batch = open_batch(batch_no)
    staging = Staging(batch_no)
    causes = _worded_causes(batch_no, batch.kind)
    found = staging.kept("found")
    columns = list(found.get("columns", []))
    raw = pl.read_parquet(staging.rejected) if staging.rejected.exists() else pl.DataFrame()
    target = BytesIO()
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "date_1904": found.get("from_1904", False),
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet(_("To correct"))
        text = book.add_format({"num_format": "@"})
        heading = book.add_format({"bold": True, "bg_color": "#E9EFF8", "bottom": 1})
        page.set_column(0, max(0, len(columns) - 1), 16, text)
        page.set_column(len(columns), len(columns), 60)
        top = 0
        if unit := _unit(staging):
            page.write_string(0, 0, f"单位:{unit}")
            top = 1
        page.freeze_panes(top + 1, 0)
        for place, name in enumerate([*columns, _("Why it was rejected"), _("Row before")]):
            page.write_string(top, place, name, heading)
        if raw.height:
            _write_rows(page, _rows(raw, causes, columns), top + 1, _counted(batch, found))
    return target.getvalue()


def _unit(staging: Staging) -> str:
    """The unit of amounts whose heading names none."""
    settings = staging.kept("request").get("settings", {})
    return str(settings.get("unit") or staging.kept("found").get("notes", {}).get("unit", ""))


def _counted(batch: Batch, found: dict[str, Any]) -> set[int]:
    """The places of the columns that hold amounts which the file kept as floats."""
    card = catalogue.kind(batch.kind)
    money = {each.code for each in card.fields if each.type == "money"}
    loose = set(found.get("loose", []))
    return {
        place
        for place, name in enumerate(found.get("columns", []))
        if name in loose and ((code := batch.mapping.get(name, "")) in money or code.startswith(ITEM))
    }


def _write_rows(page: Any, told: pl.DataFrame, top: int, counted: set[int]) -> None:
    for line, cells in enumerate(told.iter_rows(), start=top):
        for place, cell in enumerate(cells):
            if cell and place in counted and re.match(MANY_DECIMALS, cell):
                page.write_number(line, place, float(cell))
            elif cell:
                page.write_string(line, place, cell)


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
    return joined.select(*shown, pl.col("words"), place.alias("place"), *extra)


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
