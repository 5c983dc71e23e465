"""The act of measuring."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel import bulk
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.clock import timestamp
from xinheng.indicators import engine, queries, snapshots
from xinheng.indicators.errors import DayAhead
from xinheng.indicators.models import Measurement, Standing

STANDING = {  # column of the standing -> indicator
    "balance_minor": "balance",
    "overdue_minor": "overdue_amount",
    "turnover_12m_minor": "turnover_12m",
    "sales_12m_minor": "sales_12m",
    "longest_overdue_days": "longest_overdue",
    "dbt": "days_beyond_terms",
}


def measure(*, actor: Actor, on: date, as_of: date, known_on: date | None = None) -> Measurement:
    """Measure every indicator of every customer as of a day, from a snapshot of that day's facts.

    Facts count that were true on or before `as_of` and told on or before `known_on`: today (`on`)
    unless said otherwise, so what was told late is in; `known_on=as_of` gives what was known then.
    The same facts and formulas give the measurement already made, and nothing is written.
    Refuses: AccessDenied, DayAhead.
    """
    access.require(actor, "indicators.measure")
    if as_of > on:
        raise DayAhead(as_of=as_of, on=on)
    snapshot = snapshots.write(as_of=as_of, known_on=known_on or on)
    catalogue = engine.fingerprint()
    path = Path("measurements") / f"{as_of.isoformat()}-{snapshot.sha256[:12]}-{catalogue[:12]}.parquet"
    made = _made(snapshot, catalogue)
    if made is not None and (Path(settings.HOME) / made.values_path).exists():
        return made
    count = engine.measure(snapshot, Path(settings.HOME) / path)
    values_sha256 = snapshots.sha256_of(Path(settings.HOME) / path)
    if made is not None and made.values_sha256 == values_sha256:
        return made  # its file was lost and is now back, byte for byte
    measurement = Measurement(
        as_of=as_of,
        snapshot_path=str(snapshot.folder.relative_to(settings.HOME)),
        snapshot_sha256=snapshot.sha256,
        values_path=str(path),
        values_sha256=values_sha256,
        catalogue_sha256=catalogue,
        customers=count,
        measured_at=timestamp(),
        measured_by=actor.login,
    )
    _keep(measurement, actor=actor, on=on)
    return measurement


def _made(snapshot: snapshots.Snapshot, catalogue: str) -> Measurement | None:
    same = Measurement.objects.filter(
        as_of=snapshot.as_of, snapshot_sha256=snapshot.sha256, catalogue_sha256=catalogue
    )
    return same.order_by("-id").first()


@transaction.atomic
def _keep(measurement: Measurement, *, actor: Actor, on: date) -> None:
    measurement.save()
    if queries.latest_measurement() == measurement:
        _replace_standing(measurement)
    audit.record(
        actor=actor,
        act="indicators.measure",
        subject=f"measurement:{measurement.pk}",
        on=on,
        after={
            "as_of": measurement.as_of,
            "customers": measurement.customers,
            "snapshot_sha256": measurement.snapshot_sha256,
            "values_sha256": measurement.values_sha256,
        },
    )


def _replace_standing(measurement: Measurement) -> None:
    """The standing of every customer becomes that of the measurement; no other is kept."""
    home = Path(settings.HOME)
    columns = ["customer_no", "currency", *STANDING.values()]
    measured = pl.read_parquet(home / measurement.values_path, columns=columns)
    told = pl.read_parquet(
        home / measurement.snapshot_path / "customers.parquet", columns=["customer_id", "customer_no"]
    )
    rows = measured.join(told, on="customer_no").select(
        "customer_id",
        pl.lit(measurement.pk).alias("measurement_id"),
        "currency",
        *(pl.col(code).alias(column) for column, code in STANDING.items()),
    )
    rows = rows.with_columns(pl.col("longest_overdue_days").cast(pl.Int64))
    Standing.objects.all()._raw_delete(Standing.objects.db)
    bulk.append(Standing, rows)
