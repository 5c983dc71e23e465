"""Measured values are kept as they were told; what is told later of the same day counts."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import lineage, marking, store
from xinheng.facts.metering.layout import DATASETS
from xinheng.facts.metering.models import Batch


def keep_readings(
    *, actor: Actor, on: date, frame: pl.DataFrame, source: str = "", marked: bool = True
) -> int:
    """Keep daily use: columns consumer, day, kwh (null: not read) and perhaps mark. Gives the rows.

    marked: the marks of the months are found at once; False where many frames follow each other, and
    `mark_readings` comes after them. Consumers are not asked for here: files are checked by `batches`.
    Refuses: AccessDenied.
    """
    rows = _keep("readings", frame, actor=actor, on=on, source=source)
    if marked and rows:
        days = frame.get_column("day")
        marking.refresh(days.min(), days.max(), on=on)  # type: ignore[arg-type]
    return rows


def keep_quarters(*, actor: Actor, on: date, frame: pl.DataFrame, source: str = "") -> int:
    """Keep days of 96 points: consumer, day, kwh (a list). Refuses: AccessDenied."""
    return _keep("quarters", frame, actor=actor, on=on, source=source)


def keep_events(*, actor: Actor, on: date, frame: pl.DataFrame, source: str = "") -> int:
    """Keep what meters reported: consumer, at (time of the site), code, note. Refuses: AccessDenied."""
    return _keep("events", frame, actor=actor, on=on, source=source)


def keep_areas(*, actor: Actor, on: date, frame: pl.DataFrame, source: str = "") -> int:
    """Keep what was supplied into areas: area, day, kwh. Refuses: AccessDenied."""
    return _keep("areas", frame, actor=actor, on=on, source=source)


def keep_bills(*, actor: Actor, on: date, frame: pl.DataFrame, source: str = "") -> int:
    """Keep billed use: consumer, month, kwh, amount and what is known of payment. Refuses: AccessDenied."""
    return _keep("bills", frame, actor=actor, on=on, source=source)


@transaction.atomic
def mark_readings(*, actor: Actor, on: date, since: date | None = None, until: date | None = None) -> int:
    """Find the marks of the readings of some months anew, by the rules of the day; gives the months.

    The readings stay as they were told. Refuses: AccessDenied.
    """
    require(actor, "metering.write", "readings")
    months = marking.refresh(since, until, on=on)
    after = {"since": since, "until": until, "months": months}
    record(actor=actor, act="metering.mark", subject="readings", on=on, after=after)
    return months


@transaction.atomic
def compact(*, actor: Actor, on: date) -> dict[str, int]:
    """Merge the files of every month into one, and remove what nobody reads; gives what was done.

    What was told otherwise since is kept apart, so that a past day can still be asked for.
    Refuses: AccessDenied.
    """
    require(actor, "metering.write", "files")
    done = {"months": sum(marking.compact(dataset, on=on) for dataset in DATASETS), "removed": store.sweep()}
    record(actor=actor, act="metering.compact", subject="files", on=on, after=done)
    return done


@transaction.atomic
def _keep(dataset: str, frame: pl.DataFrame, *, actor: Actor, on: date, source: str) -> int:
    require(actor, "metering.write", dataset)
    if frame.is_empty():
        return 0
    batch = Batch.objects.create(
        kind=dataset, file_name=source[:255], sha256="", size_bytes=0, state="posted", told_on=on,
        told_by=actor.login, posted_on=on, rows_total=frame.height, rows_new=frame.height,
    )  # fmt: skip
    rows = store.keep(dataset, frame, batch_no=batch.pk, told_on=on)
    lineage.raw(batch, actor=actor, on=on)
    after = {"rows": rows, "source": source}
    record(actor=actor, act="metering.keep", subject=f"{dataset}:{batch.pk}", on=on, after=after)
    return rows
