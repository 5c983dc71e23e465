"""Amounts in capital figures, by the vectors of the rules on vouchers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from xinheng.base.kernel.capital_figures import capital_figures

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("10001.50", "壹万零壹元伍角整"),
        ("100000000", "壹亿元整"),
        ("20000500", "贰仟万零伍佰元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0", "零元整"),
        ("100000001.00", "壹亿零壹元整"),
        ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
        ("1000000000000", "壹万亿元整"),
        ("-12.30", "负壹拾贰元叁角整"),
    ],
)
def test_an_amount_is_written_as_vouchers_write_it(amount: str, told: str) -> None:
    assert capital_figures(Decimal(amount)) == told
