"""What goes through the door of charges."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from xinheng.base.kernel.money import Money
from xinheng.operations.charges.document import ChargeTerms, Scheme

__all__ = ["Accrued", "Asked", "ChargeTerms", "Corrected", "NewAgreement", "NewRate", "Posted", "Scheme"]
REACHES = ("bill", "customer", "group")
SORTS = ("told", "customer", "bill", "amount", "from")


@dataclass(frozen=True)
class NewRate:
    """A loan prime rate, in percent a year, from its day on."""

    from_on: date
    one_year: Decimal
    five_year: Decimal
    source: str = ""


@dataclass(frozen=True)
class NewAgreement:
    """What is charged: codes of schemes; none: nothing. percent: in place of the schemes' own."""

    reach: str
    schemes: tuple[str, ...]
    from_on: date
    bill_no: str = ""
    percent: Decimal | None = None
    signed_on: date | None = None
    paper: str = ""


@dataclass(frozen=True)
class Asked:
    """Which charges, in which order. state: "", open (not waived), waived, correction."""

    text: str = ""
    scheme: str = ""
    state: str = ""
    sort: str = "-told"


@dataclass(frozen=True)
class Accrued:
    """What came up and is not charged. rows: as `queries.accrued` gives them; steps: how each came about."""

    rows: pl.DataFrame
    steps: pl.DataFrame


@dataclass(frozen=True)
class Posted:
    """What a run posted: how many charges, how much by currency, and what waits for being too little."""

    run: int | None
    charges: int
    totals: dict[str, Money] = field(default_factory=dict)
    waiting: int = 0


@dataclass(frozen=True)
class Corrected:
    """What a correction came to: charges raised and lowered, and by how much in all, by currency."""

    run: int | None
    raised: int
    lowered: int
    totals: dict[str, Money] = field(default_factory=dict)
