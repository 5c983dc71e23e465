"""Amounts in Chinese capital figures (大写), as vouchers and demands write them."""

from __future__ import annotations

from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")


def capital_figures(amount: Decimal) -> str:
    """An amount of yuan in words, without 人民币: 1409.50 gives 壹仟肆佰零玖元伍角整.

    amount: with at most two decimals, below 10^16. 整 stands after 元 or 角 and never after 分; a run of
    zeros is one 零; a 零 stands between 元 and 角 where the digit of 元 is 0. Below zero begins with 负.
    Source: rules on filling in vouchers of payment and settlement (支付结算办法, annex).
    """
    minor = amount.scaleb(2)
    assert minor == minor.to_integral_value(), "an amount has at most two decimals"
    whole, cents = divmod(abs(int(minor)), 100)
    assert whole < 10**16, "an amount below ten quadrillion"
    sign = "负" if minor < 0 else ""
    if not whole and not cents:
        return "零元整"
    return sign + _whole(whole) + _cents(whole, cents)


def _whole(whole: int) -> str:
    """Yuan in words; a group that begins with zeros is told by one 零 before it."""
    if not whole:
        return ""
    hundred_millions, rest = divmod(whole, 10**8)
    told = _below_hundred_million(hundred_millions) + "亿" if hundred_millions else ""
    gap = "零" if told and 0 < rest < 10**7 else ""
    return told + gap + _below_hundred_million(rest) + "元"


def _below_hundred_million(number: int) -> str:
    ten_thousands, rest = divmod(number, 10_000)
    told = _group(ten_thousands) + "万" if ten_thousands else ""
    return told + ("零" if told and 0 < rest < 1000 else "") + _group(rest)


def _group(group: int) -> str:
    told, zero = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if not digit:
            zero = zero or bool(told)
            continue
        told += ("零" if zero else "") + DIGITS[digit] + PLACES[place]
        zero = False
    return told


def _cents(whole: int, cents: int) -> str:
    jiao, fen = divmod(cents, 10)
    if not cents:
        return "整"
    told = "零" if whole and jiao and not whole % 10 else ""
    if jiao:
        told += DIGITS[jiao] + "角"
    elif whole:
        told += "零"
    return told + (DIGITS[fen] + "分" if fen else "整")
