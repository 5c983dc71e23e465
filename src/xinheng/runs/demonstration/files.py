"""The files of the demonstration company, as its people would send them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from xinheng.runs.demonstration.assessments import make_assessments
from xinheng.runs.demonstration.dealings import make_dealings
from xinheng.runs.demonstration.evidence import make_statements, make_trade_invoices
from xinheng.runs.demonstration.parties import make_parties
from xinheng.runs.demonstration.selling import make_selling

SEED = 20_161_023


def write_files(folder: Path, *, end: date, through: date, seed: int) -> dict[str, Path]:
    """The files of the simulated company by kind: Excel, CSV in GB18030 and Parquet, with Chinese headings.

    end: the month end up to which it has a history; through: the day of the month after, up to which it dealt.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    parties = make_parties(dice, end=end)
    dealings = make_dealings(dice, parties, end=end, through=through)
    files = {
        "customers": folder / "客户.xlsx",
        "bills": folder / "应收账单.csv",
        "receipts": folder / "收款.parquet",
        "statements": folder / "财务报表.xlsx",
        "trade_invoices": folder / "进销项发票.parquet",
        "assessments": folder / "人工评价.xlsx",
        "limits": folder / "信用额度.xlsx",
        "orders": folder / "销售订单.csv",
    }
    _write_excel(parties.customers, files["customers"])
    files["bills"].write_bytes(dealings.bills.write_csv().encode("gb18030"))
    dealings.receipts.write_parquet(files["receipts"])
    _write_excel(make_statements(dice, parties, end=end), files["statements"])
    make_trade_invoices(dice, parties, end=end).write_parquet(files["trade_invoices"])
    _write_excel(make_assessments(dice, parties, end=end), files["assessments"])
    selling = make_selling(np.random.default_rng(seed + 1), parties, through=through)
    _write_excel(selling.limits, files["limits"])
    files["orders"].write_bytes(selling.orders.write_csv().encode("gb18030"))
    return files


def _write_excel(frame: pl.DataFrame, path: Path) -> None:
    frame.write_excel(path, autofit=True, dtype_formats={pl.Date: "yyyy-mm-dd"})
