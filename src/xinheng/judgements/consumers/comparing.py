"""What runs came to: late payers by class from the ledger or as told, beside what was foretold."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.engine import engine
from xinheng.base.kernel.periods import add_months, month_end
from xinheng.judgements.arrears import queries as arrears
from xinheng.judgements.consumers import gathering, policy, selecting
from xinheng.judgements.consumers.document import VOLTAGES
from xinheng.judgements.consumers.errors import FigureNegative, RiskMonthOpen
from xinheng.judgements.consumers.models import Outcome, RiskRun
from xinheng.judgements.consumers.values import Accuracy

CENT = Decimal("0.01")


@transaction.atomic
def record_outcome(*, actor: Actor, on: date, run_id: int) -> list[Outcome]:
    """Look at the ledger and keep what came of a run, class by class; a month must be over.

    Late is who had not paid a bill of the month by its day, with what was due. Refuses: AccessDenied,
    RiskRunUnknown, RiskRunAltered, RiskMonthOpen.
    """
    access.require(actor, "consumers.write", f"risk_run:{run_id}")
    row = selecting.run_of(run_id)
    tolerance = arrears.rules_on(row.as_of).tolerance_days
    ripe = month_end(row.month) + timedelta(days=tolerance + 1)
    if on < ripe:
        raise RiskMonthOpen(month=f"{row.month:%Y-%m}", day=ripe)
    rows = selecting.rows_of(row)
    late = _late(row, on=on, tolerance=tolerance)
    both = rows.select("consumer", "voltage", "level").join(late, on="consumer")
    made = [_kept(row, voltage, _counted(both, voltage), "ledger", actor, on) for voltage in VOLTAGES]
    _record(actor, on, row, made)
    return made


@transaction.atomic
def tell_outcome(*, actor: Actor, on: date, run_id: int, voltage: str, late: int, late_minor: int) -> Outcome:
    """Keep what came of a run in one class as people counted it. Refuses: AccessDenied, RiskRunUnknown,
    FigureNegative.
    """
    access.require(actor, "consumers.write", f"risk_run:{run_id}")
    row = selecting.run_of(run_id)
    for item, value in ((_("Late consumers"), late), (_("Late amount"), late_minor)):
        if value < 0:
            raise FigureNegative(item=item, value=value)
    told = {"late": late, "late_minor": late_minor, "found": None, "found_high": None, "found_minor": None}
    made = _kept(row, "high" if voltage == "high" else "low", told, "told", actor, on)
    _record(actor, on, row, [made])
    return made


def accuracy_of(row: RiskRun) -> list[Accuracy]:
    """A run beside what came of it, a row a class that something was told of; the last told counts."""
    foretold = {one["voltage"]: one for one in row.totals}
    found = []
    for voltage in ("high", "low"):
        came = Outcome.objects.filter(run=row, voltage=voltage).first()
        if came is None:
            continue
        empty = {"at_risk": 0, "high": 0, "foretold_minor": 0, "foretold_high_minor": 0}
        found.append(compared(row, voltage, foretold.get(voltage, empty), came))
    return found


def compared(row: RiskRun, voltage: str, told: dict[str, Any], came: Outcome) -> Accuracy:
    """One class of a run as an accuracy."""
    amounts = [
        _yuan(minor) for minor in (told["foretold_minor"], told["foretold_high_minor"], came.late_minor)
    ]
    foretold, foretold_high, late = amounts
    numbers = [Decimal(number) for number in (told["at_risk"], told["high"], came.late)]
    return Accuracy(
        run_id=row.pk, month=row.month, voltage=voltage, at_risk=told["at_risk"], high_risk=told["high"],
        foretold=foretold, foretold_high=foretold_high, late=came.late, late_amount=late, found=came.found,
        found_high=came.found_high,
        found_amount=None if came.found_minor is None else _yuan(came.found_minor),
        by_amount=arrears.accuracy(foretold, late), by_amount_high=arrears.accuracy(foretold_high, late),
        by_number=arrears.accuracy(numbers[0], numbers[2]),
        by_number_high=arrears.accuracy(numbers[1], numbers[2]),
    )  # fmt: skip


def _late(row: RiskRun, *, on: date, tolerance: int) -> pl.DataFrame:
    """consumer and late_minor: bills due in the month, open on the run's day and not paid in time."""
    since = add_months(row.month, -policy.in_force(row.as_of).past.months)
    with TemporaryDirectory(dir=settings.HOME) as folder, engine(Path(folder)) as backend:
        bills = gathering.bills(backend, on=on, since=since, told_until=on)
    due = pl.col("due").is_between(row.month, month_end(row.month))
    was_open = pl.col("paid").is_null() | (pl.col("paid") >= row.as_of)
    late = pl.col("paid").is_null() | (pl.col("paid") > pl.col("due").dt.offset_by(f"{tolerance}d"))
    minor = pl.when(pl.col("paid").is_null()).then("open_minor").otherwise((pl.col("amount") * 100).round())
    return bills.filter(due & was_open & late).group_by("consumer").agg(late_minor=minor.cast(pl.Int64).sum())


def _counted(late: pl.DataFrame, voltage: str) -> dict[str, int]:
    here = late.filter(pl.col("voltage") == voltage)
    found = here.filter(pl.col("level").is_in(["risk", "high"]))
    return {
        "late": here.height, "late_minor": int(here["late_minor"].sum()), "found": found.height,
        "found_high": found.filter(pl.col("level") == "high").height,
        "found_minor": int(found["late_minor"].sum()),
    }  # fmt: skip


def _kept(row: RiskRun, voltage: str, told: dict[str, Any], source: str, actor: Actor, on: date) -> Outcome:
    return Outcome.objects.create(
        run=row, voltage=voltage, **told, source=source, told_by=actor.login, told_on=on
    )


def _record(actor: Actor, on: date, row: RiskRun, made: list[Outcome]) -> None:
    after = {one.voltage: {"late": one.late, "late_minor": one.late_minor} for one in made}
    audit.record(actor=actor, act="consumers.outcome", subject=f"risk_run:{row.pk}", on=on, after=after)


def _yuan(minor: int) -> Decimal:
    return (Decimal(minor) / 100).quantize(CENT)
