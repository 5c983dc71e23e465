"""A tree of files into dossiers by a mapping sheet: tried first, then row by row, safe to begin again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.base.secrecy import queries as grades
from xinheng.facts.archive import queries as kept_files
from xinheng.facts.archive import services as archive
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import folders, policy, selecting
from xinheng.facts.dossiers.errors import MapFaulty
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.opening import open_dossier
from xinheng.facts.dossiers.papers import add_paper
from xinheng.facts.dossiers.values import FORMS, Imported, Kind, MapFault, MapRow

Said = Callable[[int, int], None]
FIRST_ROW = 2  # of a sheet: the first holds the headings


def try_map(
    *, actor: Actor, on: date, top: Path, rows: Sequence[MapRow], said: Said | None = None
) -> Imported:
    """What an import would do, and every fault of the sheet with row, file, field and cause; nothing is kept.

    Refuses: AccessDenied, FolderUnusable.
    """
    require(actor, "dossiers.write", "dossiers")
    with folders.opened(top) as tree:
        looked = _Look(actor, on, rows)
        faults: list[MapFault] = []
        new = there = 0
        for place, row in enumerate(rows, FIRST_ROW):
            found = looked.faults(place, row) or _file_faults(tree, place, row)
            faults += found
            if not found and looked.is_there(tree, row):
                there += 1
            elif not found:
                new += 1
            if said is not None:
                said(place - FIRST_ROW + 1, len(rows))
        left = len({one.path for one in tree.files()} - {row.path for row in rows})
    return Imported(len(rows), new, there, left, tuple(faults))


def take_in(
    *, actor: Actor, on: date, top: Path, rows: Sequence[MapRow], said: Said | None = None
) -> Imported:
    """Take the files of a tree into dossiers as a sheet says; dossiers that are not there yet are opened.

    A sheet with any fault takes in nothing. Each row is whole or not at all; rows whose file is in its
    dossier already are passed over, so that an import that was cut off is begun again.
    Refuses: AccessDenied, FolderUnusable, MapFaulty naming the first fault.
    """
    require(actor, "dossiers.write", "dossiers")
    tried = try_map(actor=actor, on=on, top=top, rows=rows)
    if tried.faults:
        first = tried.faults[0]
        raise MapFaulty(
            faults=len(tried.faults), row=first.row, file=first.path, field=first.field, cause=first.cause
        )
    new = there = 0
    with folders.opened(top) as tree:
        looked = _Look(actor, on, rows)
        for number, row in enumerate(rows, 1):
            if looked.is_there(tree, row):
                there += 1
            else:
                _take_one(looked, tree, row)
                new += 1
            if said is not None:
                said(number, len(rows))
    after = {"rows": len(rows), "new": new, "there": there}
    record(actor=actor, act="dossiers.take_in", subject=f"folder:{top.name}"[:120], on=on, after=after)
    return Imported(len(rows), new, there, tried.left, ())


class _Look:
    """What the rows of a sheet refer to, asked for once for all of them."""

    def __init__(self, actor: Actor, on: date, rows: Sequence[MapRow]) -> None:
        self.actor, self.on = actor, on
        self.kinds = policy.kinds(on)
        self.grades = set(grades.grade_names(on))
        seen = selecting.dossiers_visible(actor, on).order_by()
        self.dossiers = {one.no: one for one in seen.filter(no__in={row.dossier for row in rows})}
        subjects = {row.subject for row in rows if not row.dossier}
        self.about = {
            (one.kind, one.subject): one for one in seen.filter(subject__in=subjects, closed_on=None)
        }
        nos = {one.removeprefix("customer:") for one in subjects if one.startswith("customer:")}
        self.customers = {one.no: one for one in customers.visible(actor, on=on).filter(no__in=nos)}
        ids = [one.pk for one in (*self.dossiers.values(), *self.about.values())]
        held = Paper.objects.filter(dossier__in=ids, document__isnull=False).order_by()
        self.held: dict[int, set[str]] = {}
        for dossier, sha256 in held.values_list("dossier_id", "document__sha256"):
            self.held.setdefault(dossier, set()).add(sha256)

    def dossier(self, row: MapRow) -> Dossier | None:
        """The dossier of a row, where it is there already."""
        return self.dossiers.get(row.dossier) if row.dossier else self.about.get((row.kind, row.subject))

    def kind(self, row: MapRow) -> Kind | None:
        """The kind of the dossier of a row."""
        found = self.dossier(row)
        return self.kinds.get(found.kind if found else row.kind)

    def is_there(self, tree: folders.Tree, row: MapRow) -> bool:
        """Whether the file of a row lies in its dossier already."""
        found = self.dossier(row)
        held = self.held.get(found.pk) if found is not None else None
        if not held:
            return False
        with tree.upload(row.path) as upload:
            return upload is not None and kept_files.hash_of(upload) in held

    def faults(self, place: int, row: MapRow) -> list[MapFault]:
        """What is wrong with a row before its file is looked at."""
        return [MapFault(place, row.path, field, cause) for field, cause in self._faults(row)]

    def _faults(self, row: MapRow) -> Iterator[tuple[str, str]]:
        kind = self.kind(row)
        yield from self._place_faults(row, kind)
        if kind is not None and row.item and kind.line(row.item) is None:
            yield "item", _("The checklist has no such line.")
        if not row.title.strip() or len(row.title) > 200:
            yield "title", _("The text is missing or too long.")
        if (formed := _day(row.formed_on)) is None or formed > self.on:
            yield "formed_on", _("This is no day up to today, written as 2026-06-30.")
        if row.copy_form not in FORMS:
            yield "copy_form", _("There is no such form of a paper.")
        if row.secrecy and row.secrecy not in self.grades:
            yield "secrecy", _("There is no such grade.")

    def _place_faults(self, row: MapRow, kind: Kind | None) -> Iterator[tuple[str, str]]:
        found = self.dossier(row)
        if row.dossier and found is None:
            yield "dossier", _("There is no such dossier.")
        elif kind is None:
            yield "kind", _("There is no such kind of dossier.")
        elif found is not None and found.closed_on:
            yield "dossier", _("The dossier is closed.")
        elif found is None and self._no_subject(row, kind):
            yield (
                "subject",
                _("The kind is about “%(about)s:…”, or the customer is not there.") % {"about": kind.subject},
            )
        elif found is None and any(fact.required for fact in kind.facts):
            yield "kind", _("A dossier of this kind asks for more; open it first and give its number.")

    def _no_subject(self, row: MapRow, kind: Kind) -> bool:
        about, _sign, what = row.subject.partition(":")
        return about != kind.subject or not what or (about == "customer" and what not in self.customers)


def _file_faults(tree: folders.Tree, place: int, row: MapRow) -> list[MapFault]:
    with tree.upload(row.path) as upload:
        if upload is None:
            return [MapFault(place, row.path, "path", _("The folder has no such file."))]
        try:
            archive.check(upload)
        except Refusal as refusal:
            return [MapFault(place, row.path, "path", str(refusal))]
    return []


def _take_one(looked: _Look, tree: folders.Tree, row: MapRow) -> None:
    """One row, whole or not at all."""
    with tree.upload(row.path) as upload, transaction.atomic():
        assert upload is not None, row.path
        dossier = looked.dossier(row) or _open(looked, row)
        paper = add_paper(actor=looked.actor, on=looked.on, dossier=dossier, upload=upload, **_told(row))
    looked.about.setdefault((dossier.kind, dossier.subject), dossier)
    if paper.document is not None:
        looked.held.setdefault(dossier.pk, set()).add(paper.document.sha256)


def _open(looked: _Look, row: MapRow) -> Dossier:
    kind = looked.kinds[row.kind]
    customer = looked.customers.get(row.subject.removeprefix("customer:"))
    about = customer.name if customer is not None else row.subject.partition(":")[2]
    return open_dossier(
        actor=looked.actor, on=looked.on, kind=row.kind, subject=row.subject,
        title=f"{about} {kind.zh}"[:200], customer=customer,
    )  # fmt: skip


def _told(row: MapRow) -> Any:
    return {
        "item": row.item, "title": row.title, "copy_form": row.copy_form, "formed_on": _day(row.formed_on),
        "secrecy": row.secrecy, "has_original": row.has_original,
    }  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
