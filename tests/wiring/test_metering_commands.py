"""Metering on the command line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.wiring.conftest import Typed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_a_utility_is_told_by_files_and_shown(founded: Typed, tmp_path: Path) -> None:
    def told(kind: str, text: str, *more: str, code: int = 0) -> dict[str, object]:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        answer: dict[str, object] = founded.json(
            "metering", "import", str(path), "--kind", kind, *more, code=code
        )
        return answer

    told("network", "编码,名称,类型,上级\nT-1,一号台区,台区,\n")
    told("consumers", "户号,户名,台区,合同容量,立户日期\nE-1,王某,T-1,8,2024-01-01\n")
    refused = told("readings", "户号,日期,电量\nE-1,2026-05-01,5\nE-9,2026-05-01,5\n", code=3)
    assert (refused["state"], refused["causes"]) == ("refused", {"unknown_consumer": 1})
    taken = told("readings", "户号,日期,电量\nE-1,2026-05-01,5\nE-1,2026-05-02,-1\n")
    assert (taken["state"], taken["new"]) == ("posted", 2)

    found = founded.json("metering", "readings", "E-1")
    assert [(one["day"], one["kwh"], one["marks"]) for one in found] == [
        ("2026-05-01", 5.0, []), ("2026-05-02", -1.0, ["negative"]),
    ]  # fmt: skip
    assert founded.json("metering", "consumers", "--area", "T-1")[0]["area_name"] == "一号台区"
    (area,) = founded.json("metering", "areas", "--since", "2026-05-01")
    assert (area["due"], area["read"], area["good"]) == (2, 2, 1)
    assert founded.json("metering", "marks")["months"] == 1
    assert founded.json("metering", "compact")["months"] == 0
    target = tmp_path / "rejected.xlsx"
    founded.run("metering", "rejected", str(refused["batch_no"]), "--out", str(target))
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == [3, "E-9", "2026-05-01", "5"]
    assert "E-1" in founded.run("metering", "consumers", "王某").stdout
    assert "posted" not in founded.run("metering", "batches").stdout
