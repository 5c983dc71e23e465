"""The life of a file of metering: received, read and checked, posted; or refused, or cancelled."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import services as intake
from xinheng.facts.intake.errors import (
    BatchBusy,
    BatchInWrongState,
    BatchUnknown,
    FileRefused,
    ImportCancelled,
    RowsRejected,
)
from xinheng.facts.metering import checking, fields, lineage, marking, policy, posting, recording, store
from xinheng.facts.metering.errors import FileNotMetering, MeteringInvalid
from xinheng.facts.metering.layout import DATASETS, folder
from xinheng.facts.metering.models import Batch
from xinheng.facts.metering.normalising import pieces
from xinheng.facts.metering.shapes import Shape, shape_of
from xinheng.facts.metering.values import KINDS, MODES, NewFile

Tell = Callable[[str, int, int], None]
OPEN = ("waiting", "previewed", "refused")
MEASURED = ("readings", "quarters", "areas")
OPTIONS = {
    "columns", "unit", "first_day", "energy", "points_end", "ratio", "encoding", "delimiter", "sheet",
    "open_unknown",
}  # fmt: skip


def receive(*, actor: Actor, on: date, file: NewFile) -> Batch:
    """Take a file in and find its shape; nothing is read beyond the header.

    Refuses: AccessDenied, MeteringInvalid, FileRefused, FileNotMetering.
    """
    require(actor, "metering.write", f"file:{file.kind}")
    source, told, kind = Path(file.path), dict(file.options), file.kind
    if kind not in KINDS or file.mode not in MODES or set(told) - OPTIONS:
        raise MeteringInvalid(cause=_("The kind, the mode or an option is not known."), field="kind")
    name = (file.file_name or source.name)[:255]
    size = source.stat().st_size
    batch = Batch.objects.create(
        kind=kind, file_name=name, sha256=store.hash_of(source), size_bytes=size, options=told,
        mode=file.mode, told_on=on, told_by=actor.login,
    )  # fmt: skip
    place = folder_of(batch.pk)
    shutil.rmtree(place, ignore_errors=True)  # of a batch that a restored database does not know
    try:
        place.mkdir(parents=True)
        shutil.copyfile(source, place / "original")
        _shape(batch, _table(batch), on=on)
    except (FileRefused, FileNotMetering):
        shutil.rmtree(place, ignore_errors=True)
        batch.delete()
        raise
    after = {"kind": kind, "file_name": name, "sha256": batch.sha256, "bytes": size}
    record(actor=actor, act="metering.receive", subject=f"metering_batch:{batch.pk}", on=on, after=after)
    return batch


def read_and_check(batch_no: int, *, tell: Tell | None = None) -> Batch:
    """Read the file, judge every value, and keep what would be posted and what is rejected.

    tell: is told what is done, the rows done and the rows in all; `progress` says it to other processes.
    Refuses: BatchUnknown, BatchBusy, BatchInWrongState.
    """
    batch = _open(batch_no)
    with _alone(batch_no):
        place = checking.Place(folder_of(batch_no))
        _forget(place)
        try:
            _check(batch, place, _teller(batch_no, tell))
        except (FileRefused, FileNotMetering) as refused:
            _set(batch, "refused", cause=str(refused)[:500])
        except ImportCancelled:
            _forget(place)
            _set(batch, "cancelled")
    return batch


def post(*, actor: Actor, on: date, batch_no: int, tell: Tell | None = None) -> Batch:
    """Put the accepted values in, all of them or none; then the marks of their months are found.

    A file that was posted before is posted once. Refuses: AccessDenied, BatchUnknown, BatchBusy,
    BatchInWrongState, RowsRejected (all or none was asked for).
    """
    require(actor, "metering.write", f"metering_batch:{batch_no}")
    batch = _open(batch_no)
    if batch.state != "previewed":
        raise BatchInWrongState(batch_no=batch_no, state=batch.state)
    if batch.rows_rejected and batch.mode == "all_or_none":
        raise RowsRejected(batch_no=batch_no, rows=batch.rows_rejected)
    with _alone(batch_no):
        place = checking.Place(folder_of(batch_no))
        with transaction.atomic():
            days = _put_in(batch, place, on=on)
            _set(batch, "posted", posted_on=on)
            lineage.raw(batch, actor=actor, on=on)
            counts = {
                "new": batch.rows_new, "changed": batch.rows_changed, "known": batch.rows_known,
                "rejected": batch.rows_rejected, "causes": batch.causes,
            }  # fmt: skip
            record(
                actor=actor, act="metering.post", subject=f"metering_batch:{batch_no}", on=on, after=counts
            )
        if days:
            _teller(batch_no, tell)("marking", batch.rows_total, batch.rows_total)
            marking.refresh(*days, on=on)
        shutil.rmtree(place.staged, ignore_errors=True)
        shutil.rmtree(place.accepted, ignore_errors=True)
    return batch


def import_file(*, actor: Actor, on: date, file: NewFile, tell: Tell | None = None) -> Batch:
    """Receive, check and post a file in one go. Gives the batch: posted; or refused with its cause.

    Refuses: as `receive` and `post` do, but not RowsRejected: then nothing is posted.
    """
    batch = receive(actor=actor, on=on, file=file)
    batch = read_and_check(batch.pk, tell=tell)
    if batch.state != "previewed":
        return batch
    try:
        return post(actor=actor, on=on, batch_no=batch.pk, tell=tell)
    except RowsRejected as refused:
        batch.refresh_from_db()
        _set(batch, "refused", cause=str(refused)[:500])
        return batch


@transaction.atomic
def choose_mode(*, actor: Actor, on: date, batch_no: int, mode: str) -> Batch:
    """Take the good values after all, or all or none.

    Refuses: AccessDenied, MeteringInvalid, BatchUnknown, BatchInWrongState.
    """
    require(actor, "metering.write", f"metering_batch:{batch_no}")
    batch = _open(batch_no)
    if mode not in MODES:
        raise MeteringInvalid(cause=_("The kind, the mode or an option is not known."), field="mode")
    before, batch.mode = batch.mode, mode
    _set(
        batch, "previewed" if (folder_of(batch_no) / "rejected.parquet").exists() else batch.state, mode=mode
    )
    record(
        actor=actor, act="metering.choose_mode", subject=f"metering_batch:{batch_no}", on=on,
        before={"mode": before}, after={"mode": mode},
    )  # fmt: skip
    return batch


@transaction.atomic
def cancel(*, actor: Actor, on: date, batch_no: int) -> Batch:
    """Give a file up that was not posted; work on it stops.

    Refuses: AccessDenied, BatchUnknown, BatchInWrongState.
    """
    require(actor, "metering.write", f"metering_batch:{batch_no}")
    batch = _open(batch_no)
    (folder_of(batch_no) / "cancel").touch()
    _set(batch, "cancelled")
    record(actor=actor, act="metering.cancel", subject=f"metering_batch:{batch_no}", on=on)
    return batch


def folder_of(batch_no: int) -> Path:
    """Where a file stands, with what was read of it."""
    return folder() / "batches" / str(batch_no)


def columns_of(batch: Batch) -> dict[str, str]:
    """What each column of the file is read as, as consumer or 2026-04-01; {} where it is no file."""
    if not (folder_of(batch.pk) / "original").exists():
        return {}
    shape = _shape(batch, _table(batch), on=batch.told_on)
    points = {name: f"p{place}" for place, name in enumerate(shape.points, start=1)}
    return shape.columns | {name: day.isoformat() for name, day in shape.days.items()} | points


def pieces_of(batch: Batch) -> Iterator[pl.DataFrame]:
    """The rows of the file as it came, every cell as text: _row and its columns."""
    table = _table(batch)
    for piece in table.chunks():
        yield piece.select("_row", pl.col(table.columns).cast(pl.String))


def progress(batch_no: int) -> dict[str, Any]:
    """How far the work on a file is: note, done, total; empty before it began."""
    try:
        told: dict[str, Any] = json.loads((folder_of(batch_no) / "progress.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}
    return told


def _check(batch: Batch, place: checking.Place, tell: Tell) -> None:
    table = _table(batch)
    shape = _shape(batch, table, on=batch.told_on)
    place.staged.mkdir()
    done = 0
    for number, frame in enumerate(table.chunks()):
        tell("reading", done, table.rows)
        parts = (
            pieces(frame, shape, on=batch.told_on)
            if batch.kind in MEASURED
            else iter([recording.typed(frame, shape, on=batch.told_on)])
        )
        for part_no, part in enumerate(parts):
            part.write_parquet(place.staged / f"{number:05}-{part_no:05}.parquet", compression="lz4")
        done += frame.height
    tell("checking", done, done)
    rules = policy.in_force(batch.told_on)
    if batch.kind in MEASURED:
        outcome = checking.check(place, batch.kind, rules, _read_as(batch, shape), on=batch.told_on)
    else:
        outcome = recording.check(place, batch, on=batch.told_on)
    batch.rows_total, batch.rows_new, batch.rows_known = outcome.total, outcome.new, outcome.known
    batch.rows_changed, batch.rows_rejected = outcome.changed, outcome.rejected
    batch.causes, batch.marks = outcome.causes, outcome.marks
    _set(batch, "previewed", cause="")


def _read_as(batch: Batch, shape: Shape) -> checking.Read:
    told = batch.options
    return checking.Read(
        registers=shape.column("index") is not None and shape.column("kwh") is None,
        points_end=bool(told.get("points_end")),
        ratio=told.get("ratio", True) is not False,
        open_unknown=bool(told.get("open_unknown")),
    )


def _put_in(batch: Batch, place: checking.Place, *, on: date) -> tuple[date, date] | None:
    """Post what was accepted; gives the first and last day whose marks are to be found."""
    if batch.kind not in DATASETS:
        posting.post(place, batch, on=on)
        return None
    if batch.options.get("open_unknown"):
        posting.open_unknown(place, batch, on=on)
    days: list[date] = []
    for path in sorted(place.accepted.glob("*.parquet")):
        rows = pl.read_parquet(path)
        store.keep(batch.kind, rows, batch_no=batch.pk, told_on=on)
        if batch.kind == "readings":
            days += [rows["day"].min(), rows["day"].max()]  # type: ignore[list-item]
        if batch.kind == "quarters":
            days += posting.keep_daily(rows, batch, on=on)
    return (min(days), max(days)) if days else None


def _table(batch: Batch) -> Any:
    settings = {
        name: batch.options[name] for name in ("encoding", "delimiter", "sheet") if batch.options.get(name)
    }
    names = [*fields.headings(batch.kind), *(batch.options.get("columns") or {})]
    return intake.opened(
        folder_of(batch.pk) / "original", file_name=batch.file_name, headings=names, settings=settings,
        limits=intake.limits(),
    )  # fmt: skip


def _shape(batch: Batch, table: Any, *, on: date) -> Shape:
    return shape_of(batch.kind, table.columns, batch.options, file_name=batch.file_name, on=on)  # type: ignore[arg-type]


def _open(batch_no: int) -> Batch:
    batch = Batch.objects.filter(pk=batch_no).first()
    if batch is None:
        raise BatchUnknown(batch_no=batch_no)
    if batch.state not in OPEN:
        raise BatchInWrongState(batch_no=batch_no, state=batch.state)
    return batch


def _set(batch: Batch, state: str, **also: Any) -> None:
    batch.state = state
    for name, value in also.items():
        setattr(batch, name, value)
    batch.save()


def _forget(place: checking.Place) -> None:
    for path in (place.staged, place.accepted):
        shutil.rmtree(path, ignore_errors=True)
    place.rejected.unlink(missing_ok=True)


def _teller(batch_no: int, tell: Tell | None) -> Tell:
    """Says how far the work is, and stops it where a person cancelled it."""
    place = folder_of(batch_no)

    def told(note: str, done: int, total: int) -> None:
        fresh = place / "progress.tmp"
        fresh.write_text(
            json.dumps({"note": note, "done": done, "total": max(done, total)}), encoding="utf-8"
        )
        fresh.replace(place / "progress.json")
        if (place / "cancel").exists():
            raise ImportCancelled(batch_no=batch_no)
        if tell:
            tell(note, done, max(done, total))

    return told


@contextmanager
def _alone(batch_no: int) -> Iterator[None]:
    """Work on a file alone. Refuses: BatchBusy."""
    place = folder_of(batch_no)
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise BatchBusy(batch_no=batch_no) from held
        yield
