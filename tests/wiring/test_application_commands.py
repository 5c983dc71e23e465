"""Applications for credit on the command line: rules adopted, limits proposed and changed by a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "客户编号,客户名称\nC-1,长江贸易有限公司\nC-2,珠江机电有限公司\n"


def test_rules_are_adopted_limits_proposed_and_changes_seen(founded: Typed, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text(CUSTOMERS, "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    assert [one["code"] for one in founded.json("applications", "rules")["shipped"]] == [
        "fou",
        "general",
        "lim",
    ]
    founded.run("applications", "adopt", "general", "--from", "2020-01-01")
    assert [one["code"] for one in founded.json("applications", "rules")["in_force"]] == ["general"]

    found = founded.json("applications", "propose", "C-1")
    assert found["amount"] is None
    assert {row["code"]: row["missing"] for row in found["proposals"]}["net_worth"] == ["grade"]
    assert "无法" not in founded.run("applications", "propose", "C-1").stdout
    limits = tmp_path / "额度.csv"
    limits.write_text("客户编号,新额度\nC-1,50000\nC-9,1\n", "utf-8")
    told = ("applications", "change-limits", str(limits), "--reason", "年度调整")
    wrong = founded.json(*told, "--ask", code=3)
    assert (wrong["batch"], [(one["row"], one["field"]) for one in wrong["faults"]]) == (
        None, [(3, "customer_no")],
    )  # fmt: skip
    limits.write_text("客户编号,新额度\nC-1,50000\n", "utf-8")
    seen = founded.json(*told)
    assert (seen["batch"], seen["effects"][0]["old"]) == (None, None)
    assert founded.json(*told, "--ask", code=1)["refused"] == "role_unmanned"  # nobody would sign it
    assert founded.json("applications", "watch-papers") == {"held": 0, "given_back": 0}
    assert founded.json("applications", "list", "--state", "all") == []
    assert founded.json("applications", "show", "1", code=1)["refused"] == "application_unknown"
