"""Losses, targets and figures on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from tests.judgements.losses.conftest import founded as company
from tests.wiring.conftest import Typed
from xinheng.base.packs.models import PolicyDocument

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]
DAY = ("--as-of", "2024-06-30")


def test_losses_and_figures_are_asked_for_by_command(founded: Typed, tmp_path: Path) -> None:
    with transaction.atomic():
        company()
    found = founded.json("losses", "expected", *DAY)
    assert (found["method"], found["required"]) == ("given", {"CNY": "270.00"})
    assert found["rows"][0]["balance"] == "4200.00"
    assert [one["rate"] for one in founded.json("losses", "rates", *DAY)][:2] == [0.05, 0.1]
    assert [one["bill_no"] for one in founded.json("losses", "tax", *DAY)] == ["B-old"]
    assert "270.00" in founded.run("losses", "expected", *DAY).stdout
    kept = founded.json("losses", "assess", "C-2", "80", "停业")
    founded.run("losses", "end-assessment", str(kept["id"]), "复工")
    made = founded.json("losses", "propose", *DAY, "--opening", "300.00")
    assert (made["required"], made["change"], made["state"]) == ("270.00", "-30.00", "submitted")
    assert founded.json("losses", "propose", *DAY, code=1)["refused"] == "allowance_stands"
    founded.run("losses", "entry", str(made["id"]), str(tmp_path / "entry.csv"))
    assert "debit,坏账准备,30.00" in (tmp_path / "entry.csv").read_text("utf-8-sig")
    assert founded.json("losses", "allowances")[0]["id"] == made["id"]
    assert founded.json("losses", "adopt") == []
    PolicyDocument.objects.filter(kind="loss_matrix").delete()
    assert [one["code"] for one in founded.json("losses", "adopt")] == ["loss_matrix"]

    (whole,) = founded.json("kpis", "show", *DAY)
    assert (whole["closing_minor"], whole["best_dso"]) == ("4400.00", 0.0)
    assert "26.7" in founded.run("kpis", "show", *DAY).stdout  # 4,400 ÷ 15,000 × 91
    founded.run("kpis", "show", "months", *DAY, "--out", str(tmp_path / "months.xlsx"))
    assert (tmp_path / "months.xlsx").stat().st_size > 4000
    states = {one["code"]: one["state"] for one in founded.json("kpis", "targets", *DAY)}
    assert states == {
        "credit_sales": "met",
        "performance": "missed",
        "bad_debts": "missed",
        "overdue": "missed",
    }
    assert founded.json("kpis", "behind", "performance", *DAY)[0]["document_no"] == "O-3"
    assert "too little history" in founded.run("kpis", "goals", *DAY).stdout or founded.json(
        "kpis", "goals", *DAY
    )
    line = founded.json("kpis", "enter", "promise", "safety", "零事故", "--due", "2099-12-31")
    assert (
        founded.json("kpis", "enter", "promise", "safety", "零事故", code=1)["refused"]
        == "promise_without_due_day"
    )
    founded.run("kpis", "close", str(line["id"]), "未发生", "--kept")
    assert founded.json("kpis", "registers", "promise")[0]["is_kept"] is True
    figures = tmp_path / "figures.csv"
    figures.write_text("what,month,value\ninventory_days,2024-06,40\n", encoding="utf-8")
    assert founded.json("kpis", "tell", str(figures)) == {"told": 1}
    figures.write_text("what,month,value\ninventory_days,June,40\n", encoding="utf-8")
    founded.run("kpis", "tell", str(figures), code=2)
