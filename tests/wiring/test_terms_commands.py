"""Terms by grade on the command line: checked, adopted, shown, granted, brought to the day."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judgements.terms.shipped import PACKS
from tests.wiring.conftest import Typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("LSE-23", "TPA-04")
def test_terms_are_adopted_and_a_customer_without_a_grade_gets_nothing_on_account(
    founded: Typed, tmp_path: Path
) -> None:
    (tmp_path / "customers.csv").write_text("客户编号,客户名称\nC-1,长江贸易有限公司\n", "utf-8")
    founded.run("import", str(tmp_path / "customers.csv"), "--kind", "customers")
    shipped = PACKS / "pts" / "terms.yaml"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(shipped.read_text("utf-8").replace("grade: B\n", "grade: A\n"), "utf-8")
    assert any("重复" in line for line in founded.json("terms", "check", str(wrong), code=3)["problems"])
    assert founded.json("terms", "check", str(shipped))["grades"] == 4
    before = founded.json("terms", "list")
    assert before["in_force"] == []
    assert "pts" in [one["code"] for one in before["shipped"]]
    assert founded.json("terms", "show", "C-1")["policy"] is None

    founded.run("terms", "adopt", str(shipped), "--from", "2020-01-01")

    assert [one["code"] for one in founded.json("terms", "list")["in_force"]] == ["pts"]
    shown = founded.json("terms", "show", "C-1")
    assert (shown["grade"], shown["entitled_payment"], shown["cap"]) == (None, "prepaid", "0.00")
    granted = founded.json("terms", "grant", "C-1", "--reason", "未评级")
    assert granted == {"payment": "prepaid", "days": None, "grade": ""}
    assert founded.json("terms", "show", "C-1")["source"] == "grade:pts"
    assert founded.json("terms", "watch") == {"lowered": 0, "restored": 0, "lapsed": 0, "measures": 0}
    assert founded.json("terms", "sequence") == []
    assert "款到发货" in founded.run("terms", "show", "C-1").stdout
