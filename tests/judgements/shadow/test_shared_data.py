"""Real pasts, where they are there: an order log with real blocks, and a ledger of bills as known on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.judgements.limits.conftest import HEAD
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.shadow import completing, outcomes, past_limits, preparing, reading, replaying
from xinheng.judgements.shadow.values import Ledger, LimitsPlan, Plan

pytestmark = pytest.mark.any_database
POLICY = (
    HEAD.rstrip()
    + """
  - {code: limit, check: limit, horizon_days: 31, stages: [order], zh: 限额, en: limit, mark: given}
  - {code: oldest, check: oldest, at_most: 20, stages: [order], zh: 最早, en: oldest, mark: given}
"""
)
SAP = """
currency: USD
tables:
  - {kind: order, where: {Activity: Line Creation}, columns: {customer_no: Customer, order_no: Key, on: Date, amount: NetValue}, days: swapped}
  - {kind: delivery, where: {Activity: Good Issue}, columns: {order_no: Key, on: Date, amount: NetValue}, days: swapped, amounts: of_order}
  - {kind: end, where: {Activity: Schedule Line Rejected}, columns: {order_no: Key, on: Date}, days: swapped}
  - {kind: block, where: {Activity: Document blocked for credit}, columns: {order_no: Key, on: Date}, days: swapped}
  - {kind: unblock, where: {Activity: Document released for credit}, columns: {order_no: Key, on: Date}, days: swapped}
"""
BILLS = """
currency: USD
tables:
  - {kind: bill, columns: {customer_no: customerID, bill_no: invoiceNumber, on: InvoiceDate, due_on: DueDate, amount: InvoiceAmount}}
  - {kind: receipt, columns: {customer_no: customerID, bill_no: invoiceNumber, on: SettledDate, amount: InvoiceAmount}}
"""


def replayed(ledger: Ledger, how: LimitsPlan, first: date, last: date) -> pl.DataFrame:
    steps = past_limits.steps(how, ledger, first=ledger.orders["on"].min(), last=last)  # type: ignore[arg-type]
    policy = limits.check_policy(POLICY)
    return replaying.replayed(preparing.prepared(ledger, policy, steps, (first, last)))


def test_an_order_log_of_sap_is_held_against_its_real_blocks(shared_data: Path) -> None:
    """Days up to the 12th stand with day and month the wrong way round: turned round, nothing is after July 2017."""
    path = shared_data / "ibm_o2c_sap" / "events.parquet"
    told = reading.read([path], mapping_text=SAP)
    assert (told.orders.height, told.deliveries.height, told.blocks.height) == (21_159, 23_672, 1_572)
    assert told.orders["on"].max() == date(2017, 7, 13)
    plan = Plan(policy="p", text=POLICY, terms_days=45, paid_after_days=50)
    ledger = completing.completed(told, plan)
    assert {note.what for note in ledger.notes} >= {"deliveries_stand_for_bills", "paid_after_assumed"}
    found = replayed(ledger, LimitsPlan("mean_sales", 400), date(2016, 4, 1), date(2017, 7, 14))
    found = outcomes.with_blocks(found.with_columns(checked=pl.col("on") >= date(2016, 4, 1)), ledger)
    found = outcomes.with_outcomes(found, ledger, late_days=30, last=date(2017, 7, 14))
    agreed: Any = outcomes.summed(
        found, limits.check_policy(POLICY).rules, margin=20, last=date(2017, 7, 14)
    )["agreement"]
    share = {name: agreed[name]["orders"] for name in ("both", "only_real", "only_shadow", "neither")}
    held_of_blocked = share["both"] / (share["both"] + share["only_real"])
    held_of_others = share["only_shadow"] / (share["only_shadow"] + share["neither"])
    assert sum(share.values()) == found.filter("checked").height
    assert (
        share["both"] + share["only_real"]
        == found.filter(pl.col("checked") & pl.col("really_blocked")).height
    )
    assert held_of_blocked > held_of_others  # what the company really blocked is held more often


def test_a_ledger_of_bills_is_replayed_without_looking_ahead(shared_data: Path) -> None:
    """Cut off on a day, the ledger gives the same verdicts up to that day: nothing later was looked at."""
    told = reading.read([shared_data / "ibm_ar" / "invoices_asof_2013-07-01.parquet"], mapping_text=BILLS)
    cut = date(2013, 1, 31)
    ledger = completing.completed(told, Plan(policy="p", text=POLICY))
    assert ledger.orders.height == told.bills.height == 1_930
    how = LimitsPlan("highest_balance", 120)
    whole = replayed(ledger, how, date(2012, 4, 1), date(2013, 7, 1))
    known = {name: getattr(told, name).filter(pl.col("on") <= cut) for name in ("bills", "receipts")}
    early = completing.completed(
        reading.ledger_of({"bill": known["bills"], "receipt": known["receipts"]}, "USD", ()),
        Plan(policy="p", text=POLICY),
    )
    then = replayed(early, how, date(2012, 4, 1), cut)
    columns = ["order_no", "verdict", "reasons", "exposure_minor", "limit_minor", "overdue_minor"]
    assert (
        whole.filter(pl.col("on") <= cut)
        .select(columns)
        .sort("order_no")
        .equals(then.select(columns).sort("order_no"))
    )
    assert then["verdict"].value_counts().height > 1
