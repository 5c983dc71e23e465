"""What a letter and a statement say, in Chinese and in English, and what they never say."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from tests.facts.receivables.conftest import Ledger
from tests.operations.confirmations.conftest import CHIEF, DAY
from tests.operations.confirmations.test_confirming import drawn
from xinheng.operations.confirmations import queries
from xinheng.reports import confirmation_papers, services

pytestmark = pytest.mark.any_database


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What was handed to the press."""
    kept: dict[str, Any] = {}

    def press(sheet: str, given: dict[str, Any]) -> bytes:
        kept.update(given, sheet=sheet)
        return b"%PDF-1.7"

    monkeypatch.setattr(confirmation_papers, "pdf", press)
    return kept


@pytest.mark.req("MED-02")
def test_a_letter_asks_for_an_answer_and_for_no_payment(accounts: Ledger, told: dict[str, Any]) -> None:
    services.confirmation_pdf(queries.told(drawn()))

    (account,) = told["accounts"]
    assert [row[1:3] + row[4:] for row in account["rows"]] == [
        ["B1", "2026-04-01", "1,000.00", "750.00"],
        ["R1", "2026-05-10", "-300.00", "-50.00"],
        ["B2", "2026-05-28", "200.00", "200.00"],
    ]
    assert account["sums"] == ["贵公司欠：900.00 CNY", "大写：人民币玖佰元整"]
    assert told["closing"] == ["本函仅为核对账目之用，并非催款结算。"]
    assert [one["title"] for one in told["slip"]["choices"]] == ["1. 信息证明无误。", "2. 信息不符："]
    assert "单位（盖章）：" in told["slip"]["choices"][0]["lines"]
    assert told["addressee"] == "致：客户C-7"

    services.confirmation_pdf(queries.told(drawn("C-8", language="en")))
    assert told["accounts"][0]["sums"] == ["We owe you: 40.00 CNY", "In words: 人民币肆拾元整"]
    assert told["closing"] == ["This is to reconcile accounts only; it is not a reminder of payment."]


def test_a_statement_begins_with_the_balance_before_and_has_no_slip(
    accounts: Ledger, told: dict[str, Any]
) -> None:
    found = drawn(form="statement", from_on=date(2026, 5, 1), as_of=DAY)
    services.confirmation_pdf(queries.told(found))

    rows = told["accounts"][0]["rows"]
    assert rows[0] == ["上期余额", "", "2026-05-01", "", "", "1,000.00"]
    assert [row[-1] for row in rows[1:]] == ["700.00", "900.00", "750.00"]
    assert told["slip"] is None
    assert told["subject"] == "对账单"

    book = services.export_account(actor=CHIEF, on=DAY, confirmation_id=found.pk)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    assert [row[5].value for row in sheet.iter_rows(min_row=2)] == [1000, 700, 900, 750, 750]
