"""Files of dossiers: a folder in by a mapping sheet, a dossier out as ZIP or package, labels, checks."""

from __future__ import annotations

import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.dossiers import queries, services
from xinheng.facts.dossiers.values import Imported
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.dossiers import app
from xinheng.wiring.cli.options import Json
from xinheng.wiring.cli.output import (
    FOUND,
    command,
    operator,
    progress,
    say_json,
    say_table,
    screen,
    written,
)
from xinheng.wiring.cli.printing import File, named_form

__all__ = ["app"]
MOST_SAID = 50  # faults that are told on the screen
Folder = Annotated[Path, typer.Argument(exists=True, readable=True, help="A folder, or a ZIP of one.")]
DossierNo = Annotated[str, typer.Argument(help="The number of the dossier.")]


@app.command("map")
@command("dossiers.write")
def write_map(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="The Excel file to write.")],
    as_json: Json = False,
) -> None:
    """Write a mapping sheet for a folder, with guesses to correct."""
    named_form(out, "xlsx")
    written(out, reports.export_map(actor=operator(), on=business_day(), top=folder), as_json=as_json)


@app.command("import")
@command("dossiers.write")
def take_in(
    folder: Folder,
    sheet: Annotated[
        Path, typer.Option("--map", exists=True, dir_okay=False, readable=True, help="The mapping sheet.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: Json = False,
) -> int | None:
    """Take a folder's files into dossiers as a sheet says; begun again it goes on. Exit code 3: faults."""
    rows = reports.read_map(sheet.read_bytes(), sheet.name)
    with progress(quiet=as_json) as said:
        told: dict[str, Any] = {"actor": operator(), "on": business_day(), "top": folder, "rows": rows}
        told["said"] = lambda done, total: said(_("Files"), done, total)
        found = services.try_map(**told)
        if not dry_run and not found.faults:
            found = services.take_in(**told)
    _say(found, as_json=as_json)
    return FOUND if found.faults else None


@app.command("take")
@command("exports.read")
def take(no: DossierNo, target: File, as_json: Json = False) -> None:
    """Write all files of a dossier as a ZIP with a catalogue."""
    named_form(target, "zip")
    content = reports.export_dossier_files(actor=operator(), on=business_day(), no=no)
    _copied(content, target, as_json=as_json)


@app.command("package")
@command("exports.read")
def package(no: DossierNo, target: File, as_json: Json = False) -> None:
    """Write a dossier as an archival package with manifest, metadata and both hashes."""
    named_form(target, "zip")
    _copied(reports.export_package(actor=operator(), on=business_day(), no=no), target, as_json=as_json)


@app.command("check-package")
@command("dossiers.read")
def check_package(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The package.")],
    as_json: Json = False,
) -> int | None:
    """Say whether an archival package is still what its manifest says. Exit code 3: it is not."""
    told, faults = queries.check_package(file)
    if as_json:
        say_json(
            {
                "dossier": told["dossier"],
                "files": len(told["files"]),
                "faults": [asdict(one) for one in faults],
            }
        )
    else:
        words = {"dossier": told["dossier"], "files": len(told["files"]), "faults": len(faults)}
        screen.print(_("%(dossier)s: %(files)s files, %(faults)s faults") % words, markup=False)
        for one in faults[:MOST_SAID]:
            screen.print(f"{one.path}: {one.cause}", markup=False)
    return FOUND if faults else None


@app.command("labels")
@command("exports.read")
def labels(
    no: DossierNo,
    target: File,
    label: Annotated[list[str] | None, typer.Option("--label", help="Only these papers.")] = None,
    as_json: Json = False,
) -> None:
    """Write the labels of a dossier's papers with bar codes, to print: PDF."""
    named_form(target, "pdf")
    content = reports.export_labels(actor=operator(), on=business_day(), no=no, labels=label or [])
    written(target, content, as_json=as_json)


@app.command("properties")
@command("dossiers.read")
def properties(
    no: DossierNo,
    target: Annotated[Path | None, typer.Option("--out", help="Write the report as PDF or Excel.")] = None,
    as_json: Json = False,
) -> int | None:
    """Check the four properties of a dossier's papers. Exit code 3: one does not pass."""
    who: dict[str, Any] = {"actor": operator(), "on": business_day(), "no": no}
    if target is not None:
        form: Literal["pdf", "xlsx"] = named_form(target, "pdf", "xlsx")
        written(target, reports.export_properties(**who, form=form), as_json=as_json)
        return None
    _dossier, checks = services.check_properties(**who)
    if as_json:
        say_json([asdict(one) for one in checks])
    else:
        rows = [
            [reports.PROPERTY_GROUPS[one.group], one.words, one.of, reports.PROPERTY_OUTCOMES[one.outcome],
             "; ".join(one.found)]
            for one in checks
        ]  # fmt: skip
        columns = [_("Property"), _("What is checked"), _("Checked"), _("Outcome"), _("Does not pass")]
        say_table(_("Four-property check"), columns, rows)
    return FOUND if queries.worst(checks) == "failed" else None


def _say(found: Imported, *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(found))
        return
    told = {"new": found.new, "there": found.there, "left": found.left, "faults": len(found.faults)}
    words = _("New: %(new)s, there already: %(there)s, in no row: %(left)s, faults: %(faults)s")
    screen.print(words % told, markup=False)
    for one in found.faults[:MOST_SAID]:
        screen.print(f"{one.row} {one.path} [{one.field}] {one.cause}", markup=False)


def _copied(content: IO[bytes], target: Path, *, as_json: bool) -> None:
    """Write a large file piece by piece; `-` is standard output."""
    with content:
        if str(target) == "-":
            shutil.copyfileobj(content, sys.stdout.buffer)
            return
        with target.open("wb") as file:
            shutil.copyfileobj(content, file)
    if as_json:
        say_json({"file": str(target), "bytes": target.stat().st_size})
    else:
        screen.print(_("Written: %(file)s") % {"file": target}, markup=False)
