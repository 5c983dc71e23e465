"""Whether the kept files are still what came in: proven by reading them, found and told, never put right."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import files, queries
from xinheng.facts.archive.models import Document, FixityFault, FixityRun
from xinheng.facts.archive.values import Fixity

A_STEP = 200  # documents whose outcome is written together
Said = Callable[[int, int], None]


@dataclass
class Pace:
    """How fast is read: as the disk gives, or no faster than a rate in bytes a second."""

    rate: int | None
    begun: float = field(default_factory=time.monotonic)
    bytes: int = 0

    def __call__(self, size: int) -> None:
        """Told of a piece that was read; waits until the rate allows the next."""
        self.bytes += size
        if self.rate:
            ahead = self.bytes / self.rate - (time.monotonic() - self.begun)
            if ahead > 0:
                time.sleep(ahead)


def check_fixity(
    *,
    actor: Actor,
    on: date,
    most_bytes: int | None = None,
    rate: int | None = None,
    said: Said | None = None,
) -> Fixity:
    """Read kept files and compare them with their hashes; every one that differs is an event on the trail.

    most_bytes: of those checked longest ago; None: all, going on where a check of all was cut off. rate:
    bytes a second at most, as fast as the disk gives where none is told. said: told of the documents done
    and in all. What is found is kept step by step, so that a check that is cut off loses no more than one.
    Refuses: AccessDenied.
    """
    access.require(actor, "archive.check")
    run = _begun(actor, on, of_all=most_bytes is None)
    total = Document.objects.filter(wiped_on=None).count()
    pace = Pace(rate)
    while True:
        rows = _next(run, most_bytes)
        if not rows:
            break
        _checked(run, rows, pace, actor, on)
        if said is not None:
            said(run.documents, total)
    return _ended(run, actor, on)


def end_day(*, actor: Actor, on: date) -> Fixity:
    """Prove the part of the kept files that the site has proven each night. Refuses: AccessDenied."""
    access.require(actor, "archive.check")
    return check_fixity(actor=actor, on=on, most_bytes=settings.ARCHIVE_NIGHTLY_BYTES)


def _begun(actor: Actor, on: date, *, of_all: bool) -> FixityRun:
    cut_off = FixityRun.objects.filter(of_all=True, is_finished=False).first() if of_all else None
    return cut_off or FixityRun.objects.create(of_all=of_all, begun_on=on, begun_by=actor.login)


def _next(run: FixityRun, most_bytes: int | None) -> list[Document]:
    rows = Document.objects.filter(wiped_on=None)
    if most_bytes is None:
        return list(rows.filter(pk__gt=run.last_document).order_by("pk")[:A_STEP])
    left = most_bytes - run.bytes
    taken: list[Document] = []
    oldest = rows.exclude(checked_on=run.begun_on).order_by("checked_on", "pk")
    for row in oldest.filter(checked_on=None)[:A_STEP] or oldest[:A_STEP]:
        if left <= 0:
            break
        taken.append(row)
        left -= row.size
    return taken


def _checked(run: FixityRun, rows: list[Document], pace: Pace, actor: Actor, on: date) -> None:
    began = time.monotonic()
    faults: list[FixityFault] = []
    for row in rows:
        found = _faults(row, pace)
        row.checked_on, row.fault = on, found[0] if found else ""
        faults += [FixityFault(run=run, document=row, fault=fault) for fault in found]
    run.seconds += time.monotonic() - began
    run.documents += len(rows)
    run.bytes += sum(row.size for row in rows)
    run.last_document = max(row.pk for row in rows)
    with transaction.atomic():
        Document.objects.bulk_update(rows, ["checked_on", "fault", "sm3"])
        FixityFault.objects.bulk_create(faults, ignore_conflicts=True)
        run.save()
        for one in faults:
            record(
                actor=actor, act="archive.fault", subject=f"document:{one.document.sha256}", on=on,
                after={"fault": one.fault, "check": run.pk, "size": one.document.size},
            )  # fmt: skip


def _faults(row: Document, pace: Pace) -> list[str]:
    """What is wrong with a document; its second hash is noted where it had none."""
    faults = []
    found = files.look(row.sha256, pause=pace, both=not row.sm3)
    if found is None:
        faults.append("missing")
    elif found.sha256 != row.sha256:
        faults.append("altered")
    else:
        row.sm3 = row.sm3 or found.sm3
    copy = files.copy_folder()
    if copy is not None:
        found = files.look(row.sha256, copy, pace, both=False)
        if found is None or found.sha256 != row.sha256:
            faults.append("copy_missing" if found is None else "copy_altered")
    return faults


@transaction.atomic
def _ended(run: FixityRun, actor: Actor, on: date) -> Fixity:
    run.is_finished = True
    run.save(update_fields=["is_finished"])
    told = queries.fixity(run)
    after = {"documents": run.documents, "bytes": run.bytes, "faults": len(told.faults)}
    record(actor=actor, act="archive.check", subject=f"check:{run.pk}", on=on, after=after)
    return told
