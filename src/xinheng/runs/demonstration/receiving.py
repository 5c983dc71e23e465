"""The demonstration company takes in a bank statement, applies cash, holds paper and a deposit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.instruments import services as paper
from xinheng.facts.instruments.values import NewDeposit, NewInstrument
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.matching import queries as matching
from xinheng.judgements.matching import services as acts

CAME, MATURES = timedelta(days=1), timedelta(days=20)
ACCOUNT = "6222020200112233445"
PAYERS = 6  # customers that pay by the statement


def receive_money(*, actor: Actor, on: date, effective_from: date) -> None:
    """Take in yesterday's bank statement and run cash application; take a bill of exchange and a deposit.

    Done once.
    """
    told: dict[str, Any] = {"actor": actor, "on": on}
    packs.adopt_shipped(**told, effective_from=effective_from, codes=("matching",), kind="matching_rules")
    if matching.runs(actor).exists():
        return
    lines = _open(on)
    named = customers.numbers_and_names(lines["customer_id"].to_list())
    content = _statement(lines, named, on - CAME)
    acts.take_bank_file(**told, file_name="银行流水.csv", content=content.encode(), account=ACCOUNT)
    acts.run(**told)
    if lines.height > PAYERS:
        no, name = named[lines["customer_id"][PAYERS]]
        new = NewInstrument(
            "1-3085-84-2026-0001", "commercial_acceptance", Money.of("50000"), name, name,
            on - timedelta(days=60), on + MATURES, on - CAME,
        )  # fmt: skip
        paper.receive(**told, customer_no=no, new=new)
        deposit = NewDeposit("YJ-0001", "履约保证金", Money.of("20000"), on - timedelta(days=10))
        kept = paper.ask_deposit(**told, customer_no=no, new=deposit)
        paper.receive_deposit(**told, deposit_id=kept.pk, amount=Money.of("15000"), received_on=on - CAME)


def _open(on: date) -> pl.DataFrame:
    """The newest open bill of each customer that was billed before the money came."""
    found = receivables.open_lines(None, as_of=on).filter(
        pl.col("open_minor") > 0, pl.col("instalment") == 0, pl.col("currency") == "CNY",
        pl.col("kind") == "goods", pl.col("billed_on") < on - CAME,
    )  # fmt: skip
    newest = found.sort("billed_on", "bill_id", descending=[True, False])
    return newest.unique("customer_id", keep="first", maintain_order=True).head(PAYERS + 1)


def _statement(lines: pl.DataFrame, named: dict[int, tuple[str, str]], day: date) -> str:
    """Payments in full that name their bill, less a fee, in part, without a text, and of somebody unknown."""
    rows = ["到账日期,收入,付款人,付款账号,附言,流水号"]
    for at, row in enumerate(lines.head(PAYERS).iter_rows(named=True)):
        whole = Money(row["open_minor"]).decimal
        amount, text = [
            (whole, f"货款 {row['bill_no']}"), (whole, f"付{row['bill_no'].lower()}"),
            (Money(row["open_minor"] // 2).decimal, f"{row['bill_no']} 部分货款"), (whole, "货款"),
            (Money(max(row["open_minor"] // 3, 1)).decimal, "往来款"), (whole, "货款"),
        ][at % PAYERS]  # fmt: skip
        payer = named[row["customer_id"]][1] if at < PAYERS - 1 else "某财务结算中心"
        rows.append(f"{day},{amount},{payer},62{at:08d},{text},DEMO{at:04d}")
    return "\n".join(rows) + "\n"
