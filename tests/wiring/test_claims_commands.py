"""The lists of the ledger on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)


def test_claims_are_listed_and_foreign_items_valued(founded: Typed, tmp_path: Path) -> None:
    files = {
        "customers": "客户编号,客户名称\nC-1,长江贸易有限公司\n",
        "opening_items": "客户编号,账单号,开票日期,到期日,未结金额,币种,客户期初合计\nC-1,A1,2024-05-01,2024-05-31,100.00,USD,100.00\n",
    }
    for kind, text in files.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        founded.json("import", str(path), "--kind", kind)

    (row,) = founded.json("claims", "other")
    assert (row["bill_no"], row["kind"], row["open"], row["currency"]) == ("A1", "opening", "100.00", "USD")
    assert "长江贸易" in founded.run("claims", "other").stdout
    assert founded.json("claims", "written-off") == []
    assert founded.json("revaluation", code=1)["refused"] == "rate_missing"
    assert founded.json("revaluation", "--as-of", "2024-04-30") == []
    held = founded.json("ledger-rules")
    assert held == [
        {"kind": "clearing_order", "version": "clearing@1"},
        {"kind": "write_off", "version": "write_off@1"},
    ]
    own = tmp_path / "own.yaml"
    text = Path("packs/general/write_off.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    adopted = founded.json("ledger-rules", str(own), "--from", "2026-01-01")
    assert adopted[1]["version"] == "write_off@2"
    own.write_text(text.replace("rows:", "lines:"), encoding="utf-8")
    assert founded.json("ledger-rules", str(own), code=1)["refused"] == "ledger_document_invalid"
