"""Cash application, bills of exchange and deposits on the command line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.indicators.ledger import bill, customer
from tests.wiring.conftest import Typed
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db(transaction=True)


def test_cash_is_applied_by_command(founded: Typed, tmp_path: Path) -> None:
    today: Any = business_day()
    with transaction.atomic():
        who = customer("C-1")
        day = (today - timedelta(days=40)).isoformat()
        bill(who, "INV-00001", day, day, 1000)
        bill(who, "INV-00002", day, day, 300)
        bill(who, "INV-00003", day, day, 300)
    rows = (
        f"日期,收入,付款人,附言,流水号\n{today},1000.00,公司C-1,INV-00001,S1\n{today},300.00,某中心,货款,S2\n"
    )
    statement = tmp_path / "bank.csv"
    statement.write_text(rows, encoding="gb18030")
    assert founded.json("matching", "adopt")[0]["code"] == "matching"
    taken = founded.json("matching", "bank", str(statement), "--account", "6222")
    assert taken == {"new": 2, "known_before": 0, "posted": 1, "unknown": 1}
    (line,) = founded.json("matching", "bank-lines")
    founded.json("matching", "assign", str(line["id"]), "C-1")
    assert founded.json("matching", "preview")["applied"] == 1

    run = founded.json("matching", "run")

    assert (run["applied"], run["waiting"]) == (1, 1)
    (waits,) = founded.json("matching", "list")
    assert waits["bills"] == {"INV-00002": "300.00"}
    assert founded.json("matching", "accept", str(waits["id"])) == {"applied": 1}
    assert founded.json("matching", "undo", str(waits["id"]), "--why", "x") == {"settlements": 1}
    assert founded.json("matching", "undo", str(run["run"]), "--run", "--why", "x") == {"settlements": 1}
    assert [one["state"] for one in founded.json("matching", "runs")] == ["undone"]
    founded.run("matching", "undo", str(run["run"]), "--run", "--why", "x", code=1)

    paper = founded.json(
        "instruments", "receive", "C-1", "P-1", "500.00", str(today + timedelta(days=90)), "--acceptor", "银行",
        "--issued-on", str(today), "--kind", "commercial_acceptance",
    )  # fmt: skip
    assert (paper["state"], paper["counted"]) == ("held", "500.00")
    assert founded.json("instruments", "discount", str(paper["id"]), "银行", "3.6")["state"] == "discounted"
    assert [one["no"] for one in founded.json("instruments", "list")] == ["P-1"]
    deposit = founded.json("deposits", "ask", "C-1", "Y-1", "100.00", "--purpose", "押金")
    founded.json("deposits", "receive", str(deposit["id"]), "120.00")
    assert founded.json("deposits", "list")[0]["held"] == "100.00"
    founded.run("deposits", "refund", str(deposit["id"]), "100.01", code=1)
    (account,) = founded.json("deposits", "account", "C-1")
    assert (account["deposits_held"], account["charged"]) == ("100.00", "1600.00")
