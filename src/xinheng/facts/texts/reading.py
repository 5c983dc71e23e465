"""Reading the documents that wait, page by page; what is read stays read, whatever stops the work."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.texts import indexing
from xinheng.facts.texts.errors import ReadingBusy, ReadingUnknown
from xinheng.facts.texts.models import Page, Reading
from xinheng.facts.texts.stretch import ENGINE, Stretch, Tell
from xinheng.facts.texts.values import Outcome

AT_ONCE = 1_000  # documents looked for at a time


class Bounds(TypedDict, total=False):
    """How long one stretch may be: so many documents, so many seconds; workers read beside each other.

    all_papers: also those that no signal told of are taken in. tell: called after each document.
    """

    most: int | None
    seconds: float | None
    workers: int
    all_papers: bool
    tell: Tell | None


def read_waiting(*, actor: Actor, on: date, **bounds: Unpack[Bounds]) -> Outcome:
    """Read documents that wait, the oldest first, until none waits or the bounds are reached.

    Every page is kept when it is read, so work that was killed goes on behind its last page.
    Refuses: AccessDenied, ReadingBusy.
    """
    access.require(actor, "texts.write")
    seconds = bounds.get("seconds")
    until = None if seconds is None else time.monotonic() + seconds
    with _alone():
        if bounds.get("all_papers"):
            _take_in(on)
        stretch = Stretch(actor, on, bounds.get("tell"))
        stretch.run(_waiting(bounds.get("most"), until), bounds.get("workers", 1))
    if stretch.documents:
        after = {"documents": stretch.documents, "pages": stretch.pages, "failed": stretch.failed}
        record(actor=actor, act="texts.read", subject="texts", on=on, after=after)
    return Outcome(stretch.documents, stretch.pages, stretch.failed, waiting())


@transaction.atomic
def read_again(*, actor: Actor, on: date, document_id: int | None = None) -> int:
    """Let a failed reading, or all of them, be tried again. Refuses: AccessDenied, ReadingUnknown."""
    subject = f"document:{document_id}" if document_id is not None else "texts"
    access.require(actor, "texts.write", subject)
    rows = Reading.objects.filter(state="failed")
    if document_id is not None:
        rows = rows.filter(document_id=document_id)
    done = rows.update(state="queued", attempts=0, pages_read=0, error="", queued_on=on)
    if document_id is not None and not done:
        raise ReadingUnknown(document=document_id)
    record(actor=actor, act="texts.read_again", subject=subject, on=on, after={"documents": done})
    return done


@transaction.atomic
def read_anew(*, actor: Actor, on: date) -> int:
    """Let everything be read anew that another engine recognised; gives how many documents.

    Until it is read it is found by what the other one saw. Refuses: AccessDenied.
    """
    access.require(actor, "texts.write")
    seen = Page.objects.filter(document_id=OuterRef("document_id")).exclude(way="text")
    rows = Reading.objects.filter(Exists(seen)).exclude(engine=ENGINE).exclude(state="queued")
    done = rows.update(state="queued", attempts=0, pages_read=0, error="", queued_on=on)
    record(actor=actor, act="texts.read_anew", subject="texts", on=on, after={"documents": done})
    return done


@transaction.atomic
def index_anew(*, actor: Actor, on: date) -> int:
    """Make the index of every paper anew from what was read, and write it without what is gone.

    Refuses: AccessDenied.
    """
    access.require(actor, "texts.write")
    done = indexing.index(
        indexing.papers(on).order_by("pk").values_list("pk", flat=True).iterator(AT_ONCE), on
    )
    record(actor=actor, act="texts.index_anew", subject="texts", on=on, after={"papers": done})
    indexing.purge()
    return done


def end_day(*, actor: Actor, on: date) -> None:
    """What was removed from the index leaves the disk too; papers no signal told of are taken in.

    Refuses: AccessDenied.
    """
    access.require(actor, "texts.write")
    _take_in(on)
    indexing.purge()


def is_waiting() -> bool:
    """Whether any document waits to be read."""
    return Reading.objects.filter(state="queued").exists()


def waiting() -> int:
    """How many documents wait to be read."""
    return Reading.objects.filter(state="queued").count()


def is_running() -> bool:
    """Whether some process reads on this folder."""
    try:
        with _alone():
            return False
    except ReadingBusy:
        return True


def _take_in(on: date) -> None:
    known = Reading.objects.filter(document_id=OuterRef("document_id"))
    lacking = indexing.papers(on).filter(~Exists(known), document__isnull=False).order_by("document_id")
    lacking = lacking.values_list("document_id", flat=True).distinct()
    while some := list(lacking[:AT_ONCE]):
        Reading.objects.bulk_create(
            [Reading(document_id=one, queued_on=on) for one in some], ignore_conflicts=True
        )
    indexing.index_missing(on)


def _waiting(most: int | None, until: float | None) -> Iterator[Reading]:
    """What waits, in the order it came; what failed comes last, and again until it is given up."""
    given, behind = 0, Q()
    while most is None or given < most:
        rows = Reading.objects.filter(behind, state="queued").select_related("document")
        some = list(rows.order_by("attempts", "pk")[:AT_ONCE])
        if not some:
            return
        for row in some:
            if (until is not None and time.monotonic() > until) or given == most:
                return
            given += 1
            attempts = row.attempts  # before this one, which may fail
            yield row
            behind = Q(attempts__gt=attempts) | Q(attempts=attempts, pk__gt=row.pk)


@contextmanager
def _alone() -> Iterator[None]:
    """Read alone on this folder; the lock dies with its process. Refuses: ReadingBusy."""
    path = Path(settings.HOME, "texts.lock")
    number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise ReadingBusy from held
        yield
    finally:
        os.close(number)
