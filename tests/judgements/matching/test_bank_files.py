"""Statements of banks, from the file to receipts of the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from tests.judgements.matching.conftest import Desk
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching import queries, services
from xinheng.judgements.matching.errors import (
    BankFileUnreadable,
    BankLineDone,
    BankRowsRefused,
    ReasonMissing,
)
from xinheng.judgements.matching.models import BankLine

CMB = """招商银行交易查询,,,,,,,
账号,币种,交易日,借方金额,贷方金额,摘要,流水号,收/付方名称
755900,人民币,20260518,,"1,250.50",付INV-2026-00101 00102货款,S001,华东机械有限公司
755900,人民币,20260519,300.00,,付货款,S002,供应商甲
755900,人民币,20260520,,300.00,货款,S003,上海某某贸易公司
755900,人民币,20260521,,88.00,XH INV-2026-00201,S004,不知名
"""


@pytest.fixture
def bank(desk: Desk) -> Desk:
    Customer.objects.filter(no="C-7").update(name="华东机械股份有限公司", name_key="华东机械")
    return desk


def take(desk: Desk, text: str = CMB, encoding: str = "gb18030", **more: str) -> tuple[int, int, int, int]:
    taken = services.take_bank_file(
        actor=desk.actor, on=desk.on, file_name="流水.csv", content=text.encode(encoding), **more
    )
    return taken.new, taken.known_before, taken.posted, taken.unknown


def test_a_statement_becomes_receipts_and_whom_nobody_knows_waits(bank: Desk) -> None:
    assert take(bank) == (3, 0, 2, 1)
    assert bank.free("C-7") == {"5900-S001": "1250.50"}  # by its name, legal form apart
    assert bank.free("C-8") == {"5900-S004": "88.00"}  # by the bill it names
    unknown = BankLine.objects.get(state="unknown")
    assert (unknown.serial, unknown.booked_on, unknown.amount_minor) == ("S003", date(2026, 5, 20), 30000)
    assert take(bank, encoding="utf-8") == (0, 3, 0, 0)  # the same lines again

    assert bank.run().ways["named_equal"] == 1


def test_who_was_told_once_is_known_the_next_time(bank: Desk) -> None:
    take(bank)
    line = BankLine.objects.get(state="unknown")

    services.assign(actor=bank.actor, on=bank.on, line_id=line.pk, customer_no="C-8")

    assert bank.free("C-8") == {"5900-S004": "88.00", "5900-S003": "300.00"}
    with pytest.raises(BankLineDone):
        services.assign(actor=bank.actor, on=bank.on, line_id=line.pk, customer_no="C-7")
    assert take(bank, CMB.replace("S003", "S005").replace("上海某某贸易公司", "上海某某贸易（公司）")) == (
        1,
        2,
        1,
        0,
    )
    assert len(bank.free("C-8")) == 3


def test_a_payer_is_suggested_by_a_name_that_is_like_it(bank: Desk) -> None:
    found = queries.suggestions(bank.actor, "华东机械有限责任公司", on=bank.on)
    assert [(one.no, one.by) for one in found] == [("C-7", "name")]
    assert queries.suggestions(bank.actor, "", on=bank.on) == []


def test_what_is_no_payment_of_a_customer_is_set_aside_with_a_reason(bank: Desk) -> None:
    take(bank)
    line = BankLine.objects.get(state="unknown")
    with pytest.raises(ReasonMissing):
        services.set_aside(actor=bank.actor, on=bank.on, line_id=line.pk, reason="")
    services.set_aside(actor=bank.actor, on=bank.on, line_id=line.pk, reason="银行结息")
    assert BankLine.objects.get(pk=line.pk).state == "aside"
    assert receivables.unapplied(None, as_of=bank.on).height == 2


def test_a_wrong_row_is_named_and_nothing_of_the_file_is_taken(bank: Desk) -> None:
    with pytest.raises(BankRowsRefused) as refused:
        take(bank, CMB.replace("20260520", "2026-13-20"))
    assert (refused.value.params["row"], refused.value.params["field"]) == (5, "booked_on")
    with pytest.raises(BankRowsRefused):
        take(bank, CMB.replace("20260520", "20260701"))  # tomorrow
    with pytest.raises(BankFileUnreadable):
        take(bank, "甲,乙\n1,2\n")
    assert not BankLine.objects.exists()


def test_another_dialect_without_serials_is_known_again_by_its_content(bank: Desk) -> None:
    plain = "日期,金额,借/贷,付款人,附言\n2026-05-18,10.00,贷,甲,x\n2026-05-18,10.00,贷,甲,x\n2026-05-18,10.00,借,甲,x\n"
    assert take(bank, plain, account="62220001") == (2, 0, 0, 2)
    assert take(bank, plain, account="62220001") == (0, 2, 0, 0)
    with pytest.raises(BankRowsRefused):
        take(bank, plain)  # of which account?
