"""The life of a batch: received, read and checked, posted; or refused, or cancelled."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any, Unpack

from django.conf import settings as site
from django.db import transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.intake import catalogue, errors, opening
from xinheng.facts.intake.checking.plan import check_mapping, settings_told
from xinheng.facts.intake.lines import lines
from xinheng.facts.intake.models import Batch
from xinheng.facts.intake.reading.sniffing import Limits, sniff
from xinheng.facts.intake.sources import new_source, remember_reading, source_for
from xinheng.facts.intake.staging import Staging
from xinheng.facts.intake.values import Choices

MODES = ("all_or_none", "good_rows")
OPENED_AT_ONCE = 8 << 20  # bytes of a workbook: some 150,000 rows, a second or two
DECIDE_COLUMNS = ("sheet", "encoding", "delimiter")
OPEN = ("waiting", "reading", "previewed", "posting")


def receive(*, actor: Actor, on: date, path: Path | str, kind: str, **choices: Unpack[Choices]) -> Batch:
    """Take a file in: keep a copy, tell its format by its content, and propose how its columns are assigned.

    choices: source, new_source, mapping, mode, settings, file_name; see `values.Choices`. Nothing is read
    beyond the header, and a long workbook, which is slow to open, not even so far: `read_and_check` proposes
    its columns. `look` shows the proposal, `set_mapping` changes it, `read_and_check` goes on. A file whose
    rows were all posted before (same bytes, kind, mapping) is posted at once, and changes nothing.
    Refuses: AccessDenied, KindUnknown, SourceUnknown, MappingInvalid, SettingInvalid, FileRefused.
    """
    require(actor, "intake.write", f"kind:{kind}")
    name = choices.pop("new_source", "").strip()
    if not name:
        return _receive(actor, on, Path(path), kind, choices)
    with transaction.atomic():
        choices["source"] = new_source(actor=actor, on=on, kind=kind, name=name).code
        return _receive(actor, on, Path(path), kind, choices)


def _receive(actor: Actor, on: date, path: Path, kind: str, choices: Choices) -> Batch:
    card = catalogue.kind(kind)
    file_name = Path(choices.get("file_name") or path.name).name[:255]
    mode = choices.get("mode") or "all_or_none"
    _check_mode(mode, kind)
    source = source_for(choices.get("source", ""), kind)
    settings = settings_told({**(source.settings if source else {}), **(choices.get("settings") or {})})
    mapping = dict(choices.get("mapping") or {})
    check_mapping(card, mapping, lines() if kind == "statements" else {})
    form = sniff(path, file_name=file_name, limits=limits())
    batch = Batch(
        source=source, kind=kind, file_name=file_name, sha256=_sha256(path), size_bytes=path.stat().st_size,
        format=form, mapping=mapping, mode=mode, told_on=on, created_by=actor.login, created_at=timestamp(),
    )  # fmt: skip
    staging = _stored(batch, path, {"file_name": file_name, "settings": settings, "actor": _as_kept(actor)})
    try:
        if form in {"csv", "parquet"} or batch.size_bytes <= OPENED_AT_ONCE:
            table = opening.assign_columns(batch, staging)
            next(iter(table.chunks()), None)  # what cannot be read at all is said at once
    except Refusal:
        batch.delete()
        shutil.rmtree(staging.folder, ignore_errors=True)
        raise
    record(actor=actor, act="intake.receive", subject=f"batch:{batch.pk}", on=on, after=_told(batch))
    _known_file(batch)
    return batch


def limits() -> Limits:
    """How large files may be on this site: settings INTAKE_LARGEST_MB, INTAKE_EXPANDED_MB."""
    usual = Limits()
    return Limits(
        largest_mb=getattr(site, "INTAKE_LARGEST_MB", usual.largest_mb),
        expanded_mb=getattr(site, "INTAKE_EXPANDED_MB", usual.expanded_mb),
    )


@transaction.atomic
def set_mapping(
    *, actor: Actor, on: date, batch_no: int, mapping: Mapping[str, str],
    settings: Mapping[str, Any] | None = None, remember: bool = True,
) -> Batch:  # fmt: skip
    """Assign the columns otherwise (column -> field, "" leaves one out), and settings where given.

    The batch is to be checked anew. Where a setting changes which columns there are (sheet, encoding,
    delimiter), they are assigned afresh. remember: the source keeps it for its next file.
    Refuses: AccessDenied, BatchUnknown, BatchInWrongState, MappingInvalid, SettingInvalid, FileRefused.
    """
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = own_batch(actor, batch_no, but=("posted", "posting", "reading"))
    check_mapping(catalogue.kind(batch.kind), dict(mapping), lines() if batch.kind == "statements" else {})
    staging = Staging(batch_no)
    request, told, earlier = staging.kept("request"), dict(settings or {}), staging.kept("request")
    before, shown = batch.mapping, {name: request["settings"].get(name, "") for name in DECIDE_COLUMNS}
    request["settings"] = settings_told({**request["settings"], **told})
    batch.mapping, batch.state, batch.cause = dict(mapping), "waiting", ""
    batch.save(update_fields=["mapping", "state", "cause"])
    afresh = any(request["settings"].get(name, "") != value for name, value in shown.items())
    staging.keep("request", request)
    if afresh:
        batch.mapping = {}
        _assign_or_undo(batch, staging, earlier)
    if remember and batch.source:
        remember_reading(
            batch.source, {} if afresh else mapping, {name: request["settings"][name] for name in told}
        )
    record(
        actor=actor, act="intake.set_mapping", subject=f"batch:{batch_no}", on=on,
        before={"mapping": before}, after={"mapping": batch.mapping, "settings": request["settings"]},
    )  # fmt: skip
    return batch


def _assign_or_undo(batch: Batch, staging: Staging, earlier: dict[str, Any]) -> None:
    try:
        opening.assign_columns(batch, staging)
    except Refusal:
        staging.keep("request", earlier)
        raise


@transaction.atomic
def choose_mode(*, actor: Actor, on: date, batch_no: int, mode: str) -> Batch:
    """All or none, or the good rows only, before the batch is posted.

    Refuses: AccessDenied, BatchUnknown, BatchInWrongState, SettingInvalid.
    """
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = own_batch(actor, batch_no, but=("posted", "posting", "cancelled"))
    _check_mode(mode, batch.kind)
    before, batch.mode = batch.mode, mode
    if batch.state == "refused" and Staging(batch_no).kept("checked"):
        batch.state, batch.cause = "previewed", ""
    batch.save(update_fields=["mode", "state", "cause"])
    record(
        actor=actor, act="intake.choose_mode", subject=f"batch:{batch_no}", on=on,
        before={"mode": before}, after={"mode": mode},
    )  # fmt: skip
    return batch


def _check_mode(mode: str, kind: str) -> None:
    """Opening items are proven by their totals, so they are taken all or none."""
    if mode not in MODES or (mode == "good_rows" and kind == "opening_items"):
        raise errors.SettingInvalid(name="mode", value=mode)


def cancel(*, actor: Actor, on: date, batch_no: int) -> Batch:
    """Give a batch up. Work that is under way stops at the next piece, and what it began is undone.

    Refuses: AccessDenied, BatchUnknown, BatchInWrongState (posted or given up already).
    """
    require(actor, "intake.write", f"batch:{batch_no}")
    batch = own_batch(actor, batch_no, but=("posted", "cancelled"))
    staging = Staging(batch_no)
    staging.ask_to_cancel(actor, on)
    if staging.is_busy():
        return batch  # the process at work ends it
    with transaction.atomic():
        batch = open_batch(batch_no, but=("posted", "cancelled"))
        batch.state, batch.finished_at = "cancelled", timestamp()
        batch.save(update_fields=["state", "finished_at"])
        record(actor=actor, act="intake.cancel", subject=f"batch:{batch_no}", on=on)
    staging.end()
    return batch


def open_batch(batch_no: int, *, but: tuple[str, ...] = ()) -> Batch:
    """The batch, locked where the database can. Refuses: BatchUnknown, BatchInWrongState."""
    batch = Batch.objects.select_related("source").filter(pk=batch_no).first()
    if batch is None:
        raise errors.BatchUnknown(batch_no=batch_no)
    if batch.state in but:
        raise errors.BatchInWrongState(batch_no=batch_no, state=batch.get_state_display())
    return batch


def own_batch(actor: Actor, batch_no: int, *, but: tuple[str, ...] = ()) -> Batch:
    """The batch, if it is the actor's to work on: one's own, or with reach to everything any.

    Refuses: BatchUnknown, BatchInWrongState.
    """
    batch = open_batch(batch_no)
    if actor.scope.reach != "everything" and batch.created_by != actor.login:
        raise errors.BatchUnknown(batch_no=batch_no)
    return open_batch(batch_no, but=but)


def actor_of_batch(staging: Staging) -> Actor:
    """Who handed the file in, as far as its customers reach: a job checks it in that name."""
    kept = staging.kept("request").get("actor", {})
    scope = kept.get("scope", {})
    return Actor(
        login=kept.get("login", ""),
        name=kept.get("name", ""),
        person_id=kept.get("person_id"),
        permits=frozenset(kept.get("permits", [])),
        scope=Scope(
            scope.get("reach", "nothing"), tuple(scope.get("unit_paths", [])), scope.get("person_id")
        ),
        via="run",
    )


def _as_kept(actor: Actor) -> dict[str, Any]:
    told = asdict(replace(actor, withheld=None))
    del told["withheld"]
    return {**told, "permits": sorted(actor.permits)}


def _stored(batch: Batch, path: Path, request: dict[str, Any]) -> Staging:
    """The batch with its file in a folder of its own: there is no batch whose file is there by half."""
    incoming = Staging.incoming()
    try:
        shutil.copyfile(path, incoming / "original")
        with transaction.atomic():
            batch.save()
            staging = Staging(batch.pk)
            shutil.rmtree(staging.folder, ignore_errors=True)
            incoming.rename(staging.folder)
            staging.keep("request", request)
    except BaseException:
        shutil.rmtree(incoming, ignore_errors=True)
        raise
    return staging


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _told(batch: Batch) -> dict[str, Any]:
    return {
        "file_name": batch.file_name,
        "kind": batch.kind,
        "sha256": batch.sha256,
        "mapping": batch.mapping,
    }


def reading_mark(batch: Batch, staging: Staging) -> str:
    """What decides how the rows of a file are read: two files of the same bytes and mark are the same."""
    told = {"mapping": batch.mapping, "settings": staging.kept("request").get("settings", {})}
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def _known_file(batch: Batch) -> None:
    """A file that was posted whole before: its rows are known without reading them again."""
    staging = Staging(batch.pk)
    mark = reading_mark(batch, staging)
    earlier = Batch.objects.filter(
        sha256=batch.sha256, kind=batch.kind, state="posted", rows_rejected=0, totals__mark=mark
    ).exclude(pk=batch.pk).first()  # fmt: skip
    if earlier is None:
        return
    batch.state, batch.finished_at = "posted", timestamp()
    batch.rows_total = batch.rows_known = earlier.rows_total
    empty = {part: {"rows": 0, "sums": {}} for part in ("new", "void", "rejected")}
    file = earlier.totals.get("file", {})
    batch.totals = {**empty, "file": file, "known": file, "mark": mark, "same_file_as": earlier.pk}
    batch.save()
    staging.keep("progress", {"note": "", "done": batch.rows_total, "total": batch.rows_total})
