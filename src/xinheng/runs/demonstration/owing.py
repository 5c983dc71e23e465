"""The demonstration company agrees on instalments, gets a payment back, and writes an old odd sum off."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.facts.receivables import services as ledger
from xinheng.facts.receivables.values import NewBill, NewInstalment, NewPlan, NewReceipt, NewReturn

MONTH = timedelta(days=30)
ODD = Money.of("86.40")


def owe_by_instalments(*, actor: Actor, on: date) -> None:
    """One large old bill by instalments, one payment returned with a fee, one odd sum written off. Done once."""
    if receivables.plans(None, as_of=on).height:
        return
    lines = receivables.open_lines(None, as_of=on).filter(
        pl.col("kind") == "goods", pl.col("currency") == "CNY", pl.col("open_minor") == pl.col("amount_minor"),
        pl.col("due_on") < on - MONTH,
    )  # fmt: skip
    largest = lines.sort("open_minor", "bill_id", descending=[True, False])
    chosen = largest.unique("customer_id", keep="first", maintain_order=True).head(2).to_dicts()
    if len(chosen) < 2:
        return
    named = customers.numbers_and_names([one["customer_id"] for one in chosen])
    first, second = (named[one["customer_id"]][0] for one in chosen)
    told: dict[str, Any] = {"actor": actor, "on": on}
    _agree(told, first, chosen[0])
    _bounce(told, second, chosen[1]["bill_no"])
    _give_up(told, second)


def _agree(told: dict[str, Any], customer_no: str, line: dict[str, Any]) -> None:
    """Three instalments, the last of them taking what does not divide."""
    part, on = line["amount_minor"] // 3, told["on"]
    amounts = (part, part, line["amount_minor"] - 2 * part)
    parts = tuple(
        NewInstalment(on + (place - 1) * MONTH, Money(minor)) for place, minor in enumerate(amounts)
    )
    ledger.agree_plan(
        **told, customer_no=customer_no, plan=NewPlan(line["bill_no"], parts, "客户申请分期，已签还款协议")
    )


def _bounce(told: dict[str, Any], customer_no: str, bill_no: str) -> None:
    on = told["on"]
    receipt = NewReceipt("TP-0001", on - timedelta(days=6), Money.of("30000"), "cheque", f"货款 {bill_no}")
    ledger.post_receipt(**told, customer_no=customer_no, receipt=receipt)
    day = on - timedelta(days=2)
    fee = NewBill("TP-0001-F", day, day, Money.of("50"), kind="fee", arises_from=bill_no)
    returned = NewReturn("TP-0001", "账户余额不足退票", day, fee)
    ledger.return_payment(**told, customer_no=customer_no, returned=returned)


def _give_up(told: dict[str, Any], customer_no: str) -> None:
    old = told["on"] - 24 * MONTH
    ledger.post_bill(**told, customer_no=customer_no, bill=NewBill("WC-0001", old, old + MONTH, ODD))
    ledger.write_off(
        **told, customer_no=customer_no, bill_no="WC-0001", reason="两年以上尾差，对方已注销账户"
    )
