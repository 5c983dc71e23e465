"""The demonstration company's customers contest bills, bear interest, and give reason for warnings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_start
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.disputes import queries as disputes
from xinheng.facts.disputes import services as acts
from xinheng.facts.disputes.values import Closing, NewDispute, Wanted
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.warnings import services as warnings
from xinheng.operations.charges import services as charges

OPENED, CLOSED = timedelta(days=21), timedelta(days=6)
REASONS = (
    ("quality", "到货检验发现部分产品渗漏。"), ("price", "单价与合同附件不符。"), ("missing_paper", "未收到签收单。"),
)  # fmt: skip
CHARGED = 5  # bills whose lateness is charged


def contest_and_charge(*, actor: Actor, on: date) -> None:
    """Contest three overdue bills, close one of them, charge some others, and look at the signals.

    Done once.
    """
    if disputes.disputes(actor, Wanted(), on=on).exists():
        return
    lines = _overdue(on)
    named = customers.numbers_and_names(lines["customer_id"].to_list())
    told: dict[str, Any] = {"actor": actor, "on": on}
    for row, (reason, what) in zip(lines.head(len(REASONS)).iter_rows(named=True), REASONS, strict=False):
        _contest(row, named[row["customer_id"]][0], reason, what, actor=actor, on=on)
    late = lines["bill_id"][len(REASONS) : len(REASONS) + CHARGED].to_list()
    if late:
        charges.post_charges(**told, until_on=month_start(on), bill_ids=late)
    warnings.watch(**told)


def _overdue(on: date) -> pl.DataFrame:
    """The largest overdue bill of each customer, billed before any of it is contested; the largest first."""
    lines = receivables.open_lines(None, as_of=on).filter(
        pl.col("open_minor") > 0, pl.col("instalment") == 0, pl.col("currency") == "CNY",
        pl.col("due_on") < on - OPENED,
    )  # fmt: skip
    largest = lines.sort("open_minor", "bill_id", descending=[True, False])
    return largest.unique("customer_id", keep="first", maintain_order=True)


def _contest(row: dict[str, Any], no: str, reason: str, what: str, *, actor: Actor, on: date) -> None:
    opened, whole = on - OPENED, Money(row["open_minor"], row["currency"])
    part = Money(whole.minor // 4, whole.currency) if reason == "price" else whole
    who: dict[str, Any] = {"actor": actor, "on": opened}
    new = NewDispute(
        reason, what, opened, part, next_step="核对单据并回复客户", case_no=f"TS-{row['bill_no']}"[:60]
    )
    kept = acts.open_dispute(**who, customer_no=no, bill_no=row["bill_no"], new=new)
    paper = Upload("客户来函.txt", f"{row['bill_no']}：{what}".encode())
    acts.keep_evidence(**who, dispute_id=kept.pk, upload=paper)
    if reason == "missing_paper":
        closing = Closing("we_right", "签收单已补送，客户确认。", on - CLOSED)
        acts.close_dispute(actor=actor, on=on - CLOSED, dispute_id=kept.pk, closing=closing)
