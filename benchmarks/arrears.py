"""How good forecasts of late payment are on public ledgers, on later bills, beside the naive rules.

    .venv/bin/python -m benchmarks.arrears ibm_ar|udyam_ap [--json]

XINHENG_DATA names the folder that holds the sets as <set>/invoices_asof_<day>.parquet. Each later bill is
foretold by what was known on the day it came; nothing of the named day or later is looked at. The figures
stand in docs/algorithms/arrears.md.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import django

from xinheng.judgements.arrears import learning, reading
from xinheng.judgements.arrears.fitting import quiet
from xinheng.judgements.arrears.values import Columns

SETS = {
    "ibm_ar": (
        date(2013, 7, 1),
        Columns(
            "customerID", "InvoiceDate", "InvoiceAmount", bill="invoiceNumber", due="DueDate",
            paid="SettledDate", group="PaperlessBill", marks=("PaperlessBill", "countryCode"),
        ),
    ),
    "udyam_ap": (
        date(2016, 7, 1),
        Columns(
            "Vendor_Name", "Invoice_Date", "Amount", due="Due_Date", took="Number_of_Days_until_Payment",
            known="Created",
        ),
    ),
}  # fmt: skip


def main() -> None:
    """Back-test one set and say how good the forecasts were."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinheng.wiring.settings")
    django.setup()  # for the words of refusals
    asked = [one for one in sys.argv[1:] if not one.startswith("--")]
    name = asked[0] if asked else "ibm_ar"
    as_of, columns = SETS[name]
    folder = Path(os.environ.get("XINHENG_DATA", "../shared/data"))
    ledger = reading.ledger(folder / name / f"invoices_asof_{as_of.isoformat()}.parquet", columns)
    begun = time.perf_counter()
    told = learning.backtest(ledger, as_of, reading.marks_of(columns), tolerance=0, least=60, tell=quiet)
    took = time.perf_counter() - begun
    told.pop("table")
    if "--json" in sys.argv:
        sys.stdout.write(json.dumps(told, default=str, indent=1) + "\n")
        return
    past = told["naive"]["past_rate"]
    lines = [
        f"{name}: {told['bills']} later bills, {told['late']} late, from {told['first']}",
        f"  AUC   {told['auc']:.4f}   past rate {past['auc']:.4f}",
        f"  Brier {told['brier']:.4f}   past rate {past['brier']:.4f}",
        f"  MAE   {told['mae']:.2f}     past median {past['mae']:.2f}",
        f"  precision {told['precision']:.3f}, recall {told['recall']:.3f}",
        *_recalls(told, past),
        *(
            f"  from {one['start']}: {one['bills']} bills, AUC {one['auc']:.4f} / {one['naive_auc']:.4f}, "
            f"MAE {one['mae']:.2f} / {one['naive_mae']:.2f}"
            for one in told["starts"]
        ),
        f"  {took:.0f} s",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _recalls(told: dict[str, Any], past: dict[str, Any]) -> list[str]:
    largest = told["naive"]["largest"]["money_recall"]
    return [
        f"  late money in the first {share}: {mine:.1%}, past rate {past['money_recall'][share]:.1%}, "
        f"largest first {largest[share]:.1%}"
        for share, mine in told["money_recall"].items()
    ]


if __name__ == "__main__":
    main()
