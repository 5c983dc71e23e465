"""Letters, matters and files on the command line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.wiring.conftest import Typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_matters_and_letters_by_command(founded: Typed, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("客户编号,客户名称\nC-2,长江贸易有限公司\n", encoding="utf-8")
    founded.json("import", str(path), "--kind", "customers")
    no = founded.json("care", "open", "C-2", "水管漏水", "--by", "业主")["no"]
    assert founded.json("care", "close", no, " ", code=1)["refused"] == "care_invalid"
    founded.run("care", "close", no, "已修好")
    assert founded.json("care", "list", "matters", "--state", "open")["rows"] == []
    entry = founded.json("care", "register", "来函", "--from", "甲", "--to", "乙", "--customer", "C-2")["no"]
    assert entry in founded.run("care", "list").stdout
    founded.run("care", "evaluate", "C-2", "齐全")
    assert founded.json("care", "satisfaction")["mean"] is None
    target = tmp_path / "matters.xlsx"
    founded.run("care", "list", "matters", "--out", str(target))
    assert [cell.value for cell in openpyxl.load_workbook(target).worksheets[0]["A"]] == ["编号", no]
