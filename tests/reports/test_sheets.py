"""Excel sheets hold typed cells and never a formula."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from xinheng.base.kernel.money import Money
from xinheng.reports.sheets import Column, Sheet, safe_text, workbook

pytestmark = pytest.mark.any_database


def read(content: bytes, sheet: int = 0) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[sheet]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86 10", "-2", "@SUM(A1)", "\t=1+1", "  =cmd|' /C calc'!A0", "＝1+1", "\r\n=2", "＠x"]
)
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    page = read(workbook([Sheet("s", [Column("a")], [(text,)])]))

    assert page["A2"].data_type == "s"
    assert page["A2"].value.startswith("'")


def test_a_heading_cannot_be_a_formula_either() -> None:
    assert read(workbook([Sheet("s", [Column("=x")], [])]))["A1"].value == "'=x"


def test_plain_text_is_left_alone() -> None:
    assert safe_text("鸿运 (集团) 3-2=1") == "鸿运 (集团) 3-2=1"


def test_money_days_and_shares_are_numbers_a_person_can_add_up() -> None:
    columns = [Column("m", "money"), Column("d", "date"), Column("s", "share"), Column("n", "count")]
    row = (Money.of("-1234.56"), date(2026, 6, 30), Decimal("0.125"), 7)

    page = read(workbook([Sheet("s", columns, [row])]))

    assert (page["A2"].value, page["A2"].number_format) == (-1234.56, "#,##0.00;[Red]-#,##0.00")
    assert page["B2"].value.date() == date(2026, 6, 30)
    assert (page["C2"].value, page["C2"].number_format) == (0.125, "0.0%")
    assert page["D2"].value == 7


def test_what_is_not_measured_is_an_empty_cell_and_not_a_zero() -> None:
    assert read(workbook([Sheet("s", [Column("m", "money"), Column("t")], [(None, "")])]))["A2"].value is None


def test_the_header_stays_in_sight_and_can_be_filtered() -> None:
    page = read(workbook([Sheet("s", [Column("a"), Column("b")], [("x", "y")])]))

    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B2"


def test_a_cell_longer_than_excel_holds_is_cut_rather_than_lost() -> None:
    page = read(workbook([Sheet("s", [Column("a")], [("字" * 40_000,)])]))

    assert len(page["A2"].value) == 32_766


def test_signs_a_sheet_name_may_not_hold_are_replaced() -> None:
    assert read(workbook([Sheet("a/b:[c]*?" + "x" * 40, [Column("a")], [])])).title.startswith("a b  c")


def test_the_notes_say_where_the_sheet_came_from() -> None:
    page = read(workbook([Sheet("s", [Column("a")], [])], notes=[("by", "=wang")]), sheet=1)

    assert [cell.value for cell in page[1]] == ["by", "'=wang"]
