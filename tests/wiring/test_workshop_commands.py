"""The workshop of policies on the command line: compare, draft, simulate."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from tests.judgements.ratings.simulated_world import POLICY
from tests.wiring.conftest import Typed
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = "客户编号,客户名称\nC-1,长江贸易有限公司\nC-2,珠江机电有限公司\n"
BILLS = "客户编号,账单号,开票日期,到期日,金额\nC-1,F-1,2024-05-01,2024-05-31,2000.00\n"


@pytest.mark.req("ADV-03")
def test_a_draft_is_compared_kept_and_simulated(founded: Typed, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(POLICY, "utf-8")
    new.write_text(
        POLICY.replace('"1"', '"2"').replace("missing: {rule: incomplete}", "missing: {rule: lowest}"),
        "utf-8",
    )
    for kind, text in (("customers", CUSTOMERS), ("bills", BILLS)):
        (tmp_path / f"{kind}.csv").write_text(text, "utf-8")
        founded.run("import", str(tmp_path / f"{kind}.csv"), "--kind", kind)
    founded.run("policies", "adopt", str(old), "--from", "2020-01-01")
    founded.run("measure", "--as-of", "2024-06-30")

    found = founded.json("policies", "compare", "tiny@1", str(new), code=3)
    assert [(one["part"], one["field"]) for one in found] == [
        ("", "version"),
        ("scoring.items", "missing.rule"),
    ]
    assert (found[1]["before"], found[1]["after_text"]) == ("incomplete", "最低")
    shown = founded.run(
        "policies", "compare", "tiny@1", str(new), "--excel", str(tmp_path / "c.xlsx"), code=3
    )
    assert "missing.rule" not in shown.stdout
    assert openpyxl.load_workbook(tmp_path / "c.xlsx").sheetnames[:2] == ["不同之处", "不同的行"]
    assert founded.json("policies", "compare", "tiny@1", str(old)) == []
    assert '+version: "2"' in founded.run("policies", "compare", str(old), str(new), "--text", code=3).stdout

    kept = founded.json("policies", "draft", str(new), "--purpose", "试验")
    assert founded.json("policies", "drafts")[0]["version"] == "2"
    book = tmp_path / "simulation.xlsx"
    words = ("policies", "simulate", f"draft:{kept['draft']}", "--on", "2024-06-30", "--series", "2")
    done = founded.json(*words)
    shown = founded.run(*words, "--excel", str(book)).stdout

    assert done["old"] == "tiny@1"
    assert done["not_measured"] == ["2024-05-31"]
    assert done["days"][0]["moves"] == [
        {"old": "", "new": "C", "customers": 1}, {"old": "B", "new": "B", "customers": 1},
    ]  # fmt: skip
    assert "最长逾期" in shown
    assert openpyxl.load_workbook(book).sheetnames[:3] == ["各日", "等级变动", "变动原因"]
    assert founded.json("runs") == []
    assert (
        founded.json("policies", "simulate", str(new), "--on", "2024-06-30", "--against", "tiny")["old"]
        == "tiny@1"
    )
    told = founded.run("policies", "simulate", str(new), "--on", "2024-06-30", "--against", "none@1", code=1)
    assert "没有政策 none@1" in told.stderr
    assert "tiny" in told.stderr
    founded.run("policies", "simulate", "tiny", "--on", "2019-06-30", "--against", "tiny@1", code=1)
    assert founded.json("policies", "show", "tiny")["label"] == "tiny@1"

    submitting = ("policies", "submit", str(kept["draft"]), "--from", "2124-07-01")
    assert founded.json(*submitting, code=1)["refused"] == "role_unmanned"
    root, on = system_actor(), date(2024, 1, 1)
    access.create_unit(actor=root, on=on, code="HQ", name="总部", kind="company")
    access.create_person(
        actor=root, on=on, login="chen", name="陈", password="长江-river-2026", role="approver", unit="HQ"
    )
    waits = founded.json(*submitting)
    assert (waits["state"], waits["version"]) == ("submitted", "2")
    third = tmp_path / "third.yaml"
    third.write_text(POLICY.replace('"1"', '"3"'), "utf-8")
    adopting, why = ("policies", "adopt", str(third), "--from", "2024-07-01"), ("--past-chain", "监管要求")
    assert founded.json(*adopting, code=1)["refused"] == "chain_needed"
    own = founded.json("policies", "adopt", str(new), "--from", "2024-07-01", *why, code=1)
    assert own["refused"] == "drafter_may_not_approve"
    assert founded.json(*adopting, *why)["version"] == "3"
    founded.run("policies", "simulate", "shipped:net", "--on", "2024-06-30", code=2)
