"""Orders, limits and held orders on the command line: one case lived through."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.wiring.conftest import Typed
from xinheng.judgements.limits.models import Account
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)
CHECKS = Path(__file__).resolve().parents[2] / "packs" / "general" / "checks.yaml"


@pytest.mark.req("LIM-10", "SAP-06", "SAP-12", "SAP-18", "SAP-19")
def test_orders_limits_and_holds_are_worked_on_from_the_shell(founded: Typed, tmp_path: Path) -> None:
    today = business_day()
    (tmp_path / "customers.csv").write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n", "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    founded.run("limits", "adopt", str(CHECKS), "--from", "2020-01-01")
    founded.run("limits", "set", "C-1", "--amount", "1000", "--reason", "年度授信")
    assert (
        founded.json("limits", "set", "C-1", "--amount", "5", "--reason", " ", code=1)["refused"]
        == "limit_invalid"
    )
    founded.run("limits", "set-rate", "USD", "7.15", "--from", "2020-01-01")
    founded.run("limits", "profile", "C-1", "--risk-class", "X1", "--reason", "年审")
    assert Account.objects.get(segment="").risk_class == "X1"

    assert founded.json("orders", "take", "C-1", "O-1", "1000")["verdict"] == "passed"  # equal passes
    held = founded.json("orders", "take", "C-1", "O-2", "0.01", code=3)
    assert held["verdict"] == "held"
    assert (
        held["reasons"] == ["信用敞口将达 1,000.01，额度为 1,000.00，超出 0.01"] or len(held["reasons"]) == 1
    )
    assert founded.json("limits", "headroom", "C-1") == {"left": "0.00", "currency": "CNY"}
    assert "O-2" in founded.run("holds", "list").stdout
    (listed,) = founded.json("holds", "list")
    assert (listed["order_no"], listed["amount"], listed["days"]) == ("O-2", "0.01", 0)
    assert founded.json("orders", "deliver", "O-2", "D-2", "0.01", code=1)["refused"] == "order_not_passed"
    founded.run("holds", "recheck", "O-2", code=3)
    assert founded.json("orders", "deliver", "O-1", "D-1", "600")["undelivered"] == "400.00"
    due = str(today + timedelta(days=30))
    assert founded.json("orders", "bill", "O-1", "B-1", "500", "--due-on", due)["billed"] == "500.00"
    shown = founded.json("limits", "show", "C-1")
    assert (shown["receivable"], shown["delivered"], shown["ordered"], shown["held"], shown["exposure"]) == (
        "500.00", "100.00", "400.01", "0.01", "1,000.00",
    )  # fmt: skip

    past = founded.json("limits", "exposure", "C-1")
    assert past["exposure"] == "1,000.00"
    assert [(one["component"], one["no"]) for one in past["documents"]] == [
        ("delivered", "O-1"), ("held", "O-2"), ("ordered", "O-1"), ("ordered", "O-2"), ("receivable", "B-1"),
    ]  # fmt: skip
    before = str(today - timedelta(days=1))
    assert founded.json("limits", "exposure", "C-1", "--as-of", before)["exposure"] == "0.00"
    founded.run("limits", "exposure", "--to", str(tmp_path / "all.csv"))
    assert '"C-1"' in (tmp_path / "all.csv").read_text("utf-8")
    founded.run("limits", "exposure", code=2)

    assert founded.json("limits", "reconcile") == {"differing": 0, "repaired": 0, "differences": []}
    Account.objects.update(receivable_minor=7)
    assert founded.json("limits", "reconcile", code=3)["differing"] == 1
    assert founded.json("limits", "reconcile", "--repair", "--reason", "核对", code=3)["repaired"] == 1
    assert founded.json("limits", "reconcile")["differing"] == 0

    founded.run("limits", "set", "C-1", "--amount", "2000", "--reason", "提额")
    assert founded.json("limits", "end-day")["rechecked"] == {"passed": 1}
    assert founded.json("limits", "recheck-all") == {}
    assert founded.json("orders", "end", "O-2", "--reason", "客户取消")["ended"] == "cancelled"
    assert [one["amount"] for one in founded.json("limits", "history", "C-1")] == ["2,000.00", "1,000.00"]
    assert founded.json("orders", "show", "O-1")["credit"] == "passed"
    assert {one["order_no"] for one in founded.json("orders", "list", "C-1")} == {"O-1", "O-2"}
    founded.run("orders", "take", "C-1", "O-3", "9000", code=3)
    released = founded.json("holds", "release", "O-3", "--reason", "已付款", code=1)
    assert released["refused"] == "own_order"
    _table_and_master(founded, tmp_path)


def _table_and_master(founded: Typed, tmp_path: Path) -> None:
    """The table of checks and the credit master go out, and come back."""
    table, policy = tmp_path / "checks.csv", tmp_path / "checks.yaml"
    founded.run("limits", "table", str(table))
    assert table.read_text("utf-8").startswith("信用控制区域,风险类别,文档信贷组,项目检查,动态")
    table.write_text("信用控制区域,风险类别,文档信贷组,动态,信用期间天数\n1000,X1,01,X,31\n", "gb18030")
    founded.run("limits", "table", str(policy), "--from", str(table), "--version", "9")
    assert "row1_dynamic" in policy.read_text("utf-8")
    table.write_text("信用控制区域,风险类别,文档信贷组,动态,信用期间天数\n100,X1,01,X,31\n", "utf-8")
    refused = founded.json("limits", "table", str(policy), "--from", str(table), code=1)
    assert (refused["refused"], refused["params"]["row"]) == ("sap_table_invalid", 2)

    master = tmp_path / "master.xlsx"
    founded.run("limits", "master", str(master))  # and what a calculation outside did with it comes back
    sheet = openpyxl.load_workbook(master)
    first = {cell.value: cell.column for cell in sheet.worksheets[0][1]}
    assert sheet.worksheets[0].cell(2, first["信用额度"]).value == 2000
    assert sheet.worksheets[0].cell(2, first["近一年开票额"]).value == 500
    sheet.worksheets[0].cell(2, first["信用额度"]).value = 3000
    sheet.save(master)
    founded.run("import", str(master), "--kind", "limits")
    assert founded.json("limits", "show", "C-1")["limit"] == "3,000.00"
