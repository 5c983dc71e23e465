"""Figures that come with a report, counted from the ledger it is about."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries as contracts

SUMS = ("contracts", "amount_minor", "due", "performed", "ended", "breached")


def counted(ledger: str, unit_code: str, period: Period, *, on: date) -> list[tuple[str, str]]:
    """What the ledger shows of a unit and a period, in words and figures; nothing where no ledger is named.

    ledger: "" or "contracts", whose figures stand by currency.
    """
    if not ledger:
        return []
    rows = contracts.statistics(system_actor(), on=on, period=period, unit=unit_code)
    found = []
    for row in rows.group_by("currency").agg(pl.col(SUMS).sum()).sort("currency").iter_rows(named=True):
        amount = Money(row["amount_minor"], row["currency"])
        found += [
            (_("Contracts signed (%(currency)s)") % row, str(row["contracts"])),
            (_("Amount of them (%(currency)s)") % row, f"{amount.decimal:,}"),
            (_("Due in the period, of these performed in time"), f"{row['due']} / {row['performed']}"),
            (_("Ended, with a breach"), f"{row['ended']} / {row['breached']}"),
        ]
    return found
