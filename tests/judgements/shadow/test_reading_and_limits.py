"""What a file tells, what is assumed where it does not, and which limit was known when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from xinheng.judgements.shadow import completing, past_limits, reading
from xinheng.judgements.shadow.errors import LedgerUnreadable, PlanInvalid
from xinheng.judgements.shadow.planning import limits_plan
from xinheng.judgements.shadow.values import Ledger, LimitsPlan, Plan

pytestmark = pytest.mark.any_database
PLAN = Plan(policy="p", text="")


def read(tmp_path: Path, mapping: str = "", **tables: str) -> Ledger:
    paths = []
    for name, text in tables.items():
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_text(text, "utf-8")
    return reading.read(paths, mapping_text=mapping)


def test_one_table_of_all_documents_is_told_apart_by_its_kinds(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        ledger="单据类型,单号,订单号,bill_no,客户编号,日期,到期日,金额\n"
        "订单,O-1,,,C-1,2026/1/5,,100\n发货,,O-1,,C-1,20260106,,100\n账单,B-1,O-1,,C-1,2026-01-07,2026-02-07,100\n"
        "收款,,,B-1,C-1,2026-02-01,,40.5\n付款承诺,X,,,C-1,2026-02-01,,1\n",
    )
    assert told.orders.select("order_no", "on", "minor").rows() == [("O-1", date(2026, 1, 5), 100_00)]
    assert told.deliveries["order_no"].to_list() == ["O-1"]
    assert told.bills.select("bill_no", "order_no", "due_on").rows() == [("B-1", "O-1", date(2026, 2, 7))]
    assert told.receipts.select("bill_no", "minor").rows() == [("B-1", 40_50)]
    assert [(note.what, note.told["count"]) for note in told.notes] == [("unknown_kind", 1)]


def test_a_mapping_takes_rows_by_their_values_and_turns_days_round(tmp_path: Path) -> None:
    mapping = """
currency: USD
tables:
  - kind: order
    where: {Activity: Line Creation}
    without: {Type: [Return]}
    columns: {customer_no: Customer, order_no: Key, on: Date, amount: Net}
    days: swapped
"""
    text = (
        "Key,Date,Activity,Customer,Net,Type\nK-1,2016-05-01 17:10:00,Line Creation,A,9.99,Std\n"
        "K-2,2016-05-13 17:10:00,Line Creation,A,1,Std\nK-3,2016-05-13 00:00:00,Line Creation,A,1,Return\n"
        "K-1,2016-06-01 00:00:00,Delivery,A,9.99,Std\n"
    )
    told = read(tmp_path, mapping, events=text)
    assert told.orders.select("order_no", "on", "minor").rows() == [
        ("K-1", date(2016, 1, 5), 9_99), ("K-2", date(2016, 5, 13), 1_00),
    ]  # fmt: skip
    assert (told.currency, told.deliveries.height) == ("USD", 0)
    left = """
tables:
  - {kind: delivery, columns: {order_no: Key, on: Date, amount: Net}, amounts: of_order}
"""
    parts = read(
        tmp_path, left, events="Key,Date,Net\nK-1,2016-05-01,10\nK-1,2016-05-02,10\nK-1,2016-05-03,10\n"
    )
    assert parts.deliveries["minor"].to_list() == [3_34, 3_33, 3_33]
    with pytest.raises(LedgerUnreadable):
        read(tmp_path, mapping.replace("Customer,", "Kunde,"), events=text)
    with pytest.raises(LedgerUnreadable):
        read(tmp_path, "tables: [{kind: wrong}]", events=text)


def test_bills_alone_stand_for_orders_and_money_pays_the_oldest_first(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        bills="bill_no,customer_no,date,due_date,amount\nB-1,C-1,2026-01-01,2026-01-31,100\n"
        "B-2,C-1,2026-02-01,2026-02-28,50\nB-2,C-1,2026-02-01,2026-02-28,50\nB-3,C-1,2026-02-02,2026-02-28,-20\n",
        receipts="customer_no,date,amount\nC-1,2026-01-10,30\nC-1,2026-02-10,90\n",
    )
    whole = completing.completed(told, PLAN)
    assert whole.orders["order_no"].to_list() == ["B-1", "B-2"]
    assert whole.bills["order_no"].to_list() == ["B-1", "B-2", None]
    assert whole.receipts.sort("on", "bill_no").select("bill_no", "on", "minor").rows() == [
        ("B-1", date(2026, 1, 10), 30_00), ("B-1", date(2026, 2, 10), 70_00), ("B-2", date(2026, 2, 10), 20_00),
    ]  # fmt: skip
    assert [note.what for note in whole.notes] == ["told_twice", "bills_stand_for_orders", "oldest_first"]


def test_a_limit_by_rule_knows_only_the_months_before(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        bills="bill_no,customer_no,date,due_date,amount\nB-1,C-1,2026-01-15,2026-02-15,100\n"
        "B-2,C-1,2026-03-15,2026-04-15,50\n",
        receipts="bill_no,customer_no,date,amount\nB-1,C-1,2026-02-10,100\n",
    )
    span = {"first": date(2026, 1, 15), "last": date(2026, 4, 20)}
    mean = past_limits.steps(LimitsPlan("mean_sales", 300, 2), told, **span)
    assert mean.select("from_on", "state", "minor").rows() == [
        (date(2026, 1, 1), "not_assessed", 0),
        (date(2026, 2, 1), "limited", 300_00),  # one month is known
        (date(2026, 3, 1), "limited", 150_00),  # January and February
        (date(2026, 4, 1), "limited", 75_00),  # February and March
    ]
    highest = past_limits.steps(LimitsPlan("highest_balance", 120), told, **span)
    assert [row[2:] for row in highest.rows()] == [
        ("not_assessed", 0), ("limited", 120_00), ("limited", 120_00), ("limited", 120_00),
    ]  # fmt: skip


def test_a_limit_of_a_table_expires_after_its_last_day(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        limits="customer_no,amount,from_on,until_on,state\nC-1,100,2026-01-01,2026-01-31,\n"
        "C-1,200,2026-03-01,,\nC-2,,,,no_credit\n",
        orders="order_no,customer_no,date,amount\nO-1,C-1,2026-01-01,1\n",
    )
    steps = past_limits.steps(LimitsPlan("table"), told, first=date(2026, 1, 1), last=date(2026, 5, 1))
    assert steps.filter(pl.col("customer_no") == "C-1").select("from_on", "state", "minor").rows() == [
        (date(2026, 1, 1), "limited", 100_00), (date(2026, 2, 1), "expired", 0), (date(2026, 3, 1), "limited", 200_00),
    ]  # fmt: skip
    assert steps.filter(pl.col("customer_no") == "C-2")["state"].to_list() == ["no_credit"]


def test_limits_are_written_as_people_write_them() -> None:
    assert limits_plan("mean-sales:250") == LimitsPlan("mean_sales", 250)
    assert limits_plan("highest-balance") == LimitsPlan("highest_balance", 120)
    assert limits_plan("none").how == "unlimited"
    with pytest.raises(PlanInvalid):
        limits_plan("mean-sales:a lot")
