"""Processes on the command line: checked, adopted, started, looked at, cancelled."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judgements.processes.conftest import PACKS, SMALL
from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "客户编号,客户名称\nC-1,长江贸易有限公司\nC-2,珠江机电有限公司\n"


@pytest.mark.req("FLW-01", "FLW-04", "TPA-08")
def test_a_process_is_adopted_and_its_cases_are_begun_and_seen(founded: Typed, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(SMALL.replace("    lane: manager\n", ""), "utf-8")
    told = founded.json("processes", "check", str(wrong), code=3)
    assert any("没有责任方" in problem for problem in told["problems"])
    assert founded.json("processes", "adopt", str(wrong), "--from", "2020-01-01", code=1)["refused"] == (
        "policy_invalid"
    )

    small = tmp_path / "small.yaml"
    small.write_text(SMALL, "utf-8")
    assert founded.json("processes", "check", str(PACKS / "flw" / "process.yaml"))["steps"] == 11
    founded.run("processes", "adopt", str(small), "--from", "2020-01-01")
    listed = founded.json("processes", "list")
    assert [one["code"] for one in listed["in_force"]] == ["small"]
    assert [one["code"] for one in listed["shipped"]] == ["flw", "tpa", "tpb"]

    assert founded.json("processes", "start", "small", "C-1", "C-2") == {
        "begun": 2,
        "running": 0,
        "closed": 0,
    }
    assert founded.json("processes", "start", "small", "C-1", code=1)["refused"] == "nobody_to_start"
    assert founded.json("processes", "board", "small")[0] == {
        "step": 1, "lane": "staff", "cases": 2, "overdue": 0,
    }  # fmt: skip
    first, second = founded.json("processes", "cases")
    assert (first["customer_no"], first["step"], first["target"]) == ("C-1", 1, 3)
    shown = founded.json("processes", "show", str(first["id"]))
    assert shown["forms"] == [{"form": "登记表", "needed": "mandatory", "missing": True, "evidence": None}]
    founded.run("processes", "cancel", str(second["id"]), "--reason", "误启动")
    assert [one["id"] for one in founded.json("processes", "cases")] == [first["id"]]
    assert "小流程" in founded.run("processes", "board", "small").stdout
    assert founded.json("processes", "cases", "--state", "cancelled")[0]["id"] == second["id"]
