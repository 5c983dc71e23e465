"""Ageing and confirmations on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.operations.confirmations.conftest import MAY_END
from tests.operations.confirmations.conftest import told as accounts
from tests.wiring.conftest import Typed
from xinheng.facts.receivables.models import Receipt, Settlement

pytestmark = pytest.mark.django_db(transaction=True)


def test_balances_are_confirmed_and_ageing_is_proven_by_command(
    founded: Typed, settings: Any, tmp_path: Path
) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    with transaction.atomic():
        accounts()
    day = ("--as-of", str(MAY_END))

    (line,) = founded.json("ageing", "--by", "region", *day)
    assert (line["key"], line["not_due"], line["1-30"], line["prepaid"]) == (
        "华东",
        "200.00",
        "750.00",
        "90.00",
    )
    assert "华东" in founded.run("ageing", "--by", "region", *day).stdout
    assert founded.json("confirmations", "prove", *day)["is_sound"] is True
    kept = founded.json("confirmations", "draw", "C-7", "--company", "信衡公司", *day)
    assert len(kept["sha256"]) == 64
    begun = founded.json("confirmations", "open", "二季度", "--company", "信衡公司", "--least", "40.00", *day)
    assert begun["passed_over"] == 0
    number = str(begun["id"])
    assert founded.json("confirmations", "print", number, str(tmp_path / "letters")) == {"written": 2}
    assert len(list((tmp_path / "letters").glob("*.pdf"))) == 2
    assert founded.json("confirmations", "send", number) == {"sent": 1, "without_address": 1}
    (coverage,) = founded.json("confirmations", "rounds")
    assert (coverage["letters"], coverage["sent"], coverage["silent"]) == (2, 1, 1)
    assert [one["state"] for one in founded.json("confirmations", "list", "C-7")] == ["sent", "drawn"]
    founded.run("confirmations", "open", "x", "--company", "y", "--least", "abc", code=1)

    Settlement.objects.update(receipt=Receipt.objects.get(customer__no="C-8"))
    wrong = founded.json("confirmations", "prove", *day, code=3)
    assert [one["customer_no"] for one in wrong["named"]] == ["C-7", "C-8"]
    refused = founded.json("confirmations", "draw", "C-7", "--company", "信衡公司", *day, code=1)
    assert refused["refused"] == "total_differs_from_ledger"
    settings.HOME = tmp_path
    assert founded.json("confirmations", "refresh") == {"written": True}
    assert (tmp_path / "ageing" / "00000001" / "open.parquet").exists()
