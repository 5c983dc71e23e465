"""Files of dossiers: out as ZIP and archival package, labels, the four properties, a folder in by a sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from xinheng.base.access import services as access
from xinheng.facts.dossiers import queries, services
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.api.explained import file_answer, file_described
from xinheng.web.api.once import once
from xinheng.web.api.problems import PROBLEMS
from xinheng.web.api.signing_in import actor_of

router = Router(tags=["dossiers"])
DossierNo = Annotated[str, Field(max_length=40)]
MOST_FAULTS = 1000


class PropertyCheckOut(Schema):
    """One check of the four properties. of: how many were looked at.

    found: what does not pass, at most 20.
    """

    group: str
    words: str
    outcome: str
    of: int
    found: list[str]


class PropertyChecksOut(Schema):
    """The outcome of all: failed where one failed, open where one could not be told."""

    dossier: str
    outcome: str
    checks: list[PropertyCheckOut]


class FolderIn(Schema):
    """Whether to say only what would be done."""

    dry_run: bool = True


class MapFaultOut(Schema):
    """What is wrong with a row of a mapping sheet; the headings are row 1."""

    row: int
    path: str
    field: str
    cause: str


class FolderOut(Schema):
    """What an import did or would do. left: files that no row names."""

    rows: int
    new: int
    there: int
    left: int
    faults: list[MapFaultOut]


class PackageFaultOut(Schema):
    """A file of a package that is altered, missing or not told of."""

    path: str
    cause: str


class PackageOut(Schema):
    """What a package says of itself, and what is no longer so."""

    dossier: str
    title: str
    made_on: str
    made_by: str
    files: int
    faults: list[PackageFaultOut]


@router.get("/dossiers/{no}/files", response=PROBLEMS, openapi_extra=file_described("zip"))
def dossier_files(request: HttpRequest, no: DossierNo) -> HttpResponse:
    """Every file of a dossier within clearance as a ZIP with a catalogue, and what is left out."""
    with reports.export_dossier_files(actor=actor_of(request), on=business_day(), no=no) as content:
        return file_answer(content.read(), f"dossier-{business_day()}", "zip")


@router.get("/dossiers/{no}/package", response=PROBLEMS, openapi_extra=file_described("zip"))
def dossier_package(request: HttpRequest, no: DossierNo) -> HttpResponse:
    """A dossier as an archival package with manifest, metadata and both hashes of each file."""
    with reports.export_package(actor=actor_of(request), on=business_day(), no=no) as content:
        return file_answer(content.read(), f"package-{business_day()}", "zip")


@router.get("/dossiers/{no}/labels", response=PROBLEMS, openapi_extra=file_described("pdf"))
def dossier_labels(request: HttpRequest, no: DossierNo) -> HttpResponse:
    """The labels of a dossier's papers with bar code and QR, to print."""
    content = reports.export_labels(actor=actor_of(request), on=business_day(), no=no)
    return file_answer(content, f"labels-{business_day()}", "pdf")


@router.post("/dossiers/{no}/property-checks", response={200: PropertyChecksOut, **PROBLEMS})
@once()
def check_dossier(request: HttpRequest, no: DossierNo) -> Status[Any]:
    """Read every file of a dossier and check the four properties of its papers (DA/T 70)."""
    dossier, checks = services.check_properties(actor=actor_of(request), on=business_day(), no=no)
    told = {
        "dossier": dossier.no,
        "outcome": queries.worst(checks),
        "checks": [asdict(one) for one in checks],
    }
    return Status(200, told)


@router.post("/dossier-folders", response={200: FolderOut, **PROBLEMS})
@once()
def take_folder(
    request: HttpRequest, told: Form[FolderIn], folder: File[UploadedFile], sheet: File[UploadedFile]
) -> Status[Any]:
    """Try a mapping sheet on a packed folder, or take its files in; one with faults takes in nothing."""
    act = services.try_map if told.dry_run else services.take_in
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    access.require(who["actor"], "dossiers.write", "dossiers")
    with _on_disk(folder) as top:
        found = act(**who, top=top, rows=reports.read_map(sheet.read(), sheet.name or ""))
    return Status(200, asdict(found) | {"faults": [asdict(one) for one in found.faults[:MOST_FAULTS]]})


@router.post("/dossier-packages/check", response={200: PackageOut, **PROBLEMS})
@once()
def check_package(request: HttpRequest, package: File[UploadedFile]) -> Status[Any]:
    """Compare every file of an archival package with its manifest; nothing is kept."""
    access.require(actor_of(request), "dossiers.read", "dossiers")
    with _on_disk(package) as top:
        told, faults = queries.check_package(top)
    named = {name: str(told.get(name, "")) for name in ("dossier", "title", "made_on", "made_by")}
    found = [asdict(one) for one in faults[:MOST_FAULTS]]
    return Status(200, {**named, "files": len(told["files"]), "faults": found})


@contextmanager
def _on_disk(sent: UploadedFile) -> Iterator[Path]:
    """A sent file as one on the disk."""
    with tempfile.NamedTemporaryFile(suffix=".zip") as held:
        for piece in sent.chunks():
            held.write(piece)
        held.flush()
        yield Path(held.name)
