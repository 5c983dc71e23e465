"""The kept files: what is held, and whether each is still what came in."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.archive import queries, services
from xinheng.facts.archive.values import Fixity, Upload
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
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
from xinheng.wiring.cli.printing import named_form

app = typer.Typer(no_args_is_help=True)
LARGEST = 2**31


@app.command()
@command("archive.check")
def fixity(
    megabytes: Annotated[
        int | None, typer.Option(min=1, max=LARGEST, help="So much of what was proven longest ago; else all.")
    ] = None,
    rate: Annotated[int | None, typer.Option(min=1, max=LARGEST, help="At most so many MB a second.")] = None,
    as_json: Json = False,
) -> int | None:
    """Prove kept files by their hash, going on where a check of all was cut off. Exit code 3: faults."""
    with progress(quiet=as_json) as said:
        found = services.check_fixity(
            actor=operator(),
            on=business_day(),
            most_bytes=None if megabytes is None else megabytes * 2**20,
            rate=None if rate is None else rate * 1_000_000,
            said=lambda done, total: said(_("Proving files"), done, total),
        )
    if as_json:
        say_json(_plain(found))
    else:
        told = {
            "documents": found.documents, "megabytes": round(found.bytes / 1e6, 1),
            "seconds": round(found.seconds, 1), "faults": len(found.faults),
        }  # fmt: skip
        words = _("%(documents)s files, %(megabytes)s MB in %(seconds)s s; faults: %(faults)s")
        screen.print(words % told, markup=False)
        for sha256, fault in found.faults:
            screen.print(f"{sha256} {fault}", markup=False)
    return FOUND if found.faults else None


@app.command()
@command("archive.check")
def checks(limit: Limit = 20, target: Annotated[
    Path | None, typer.Option("--out", help="Write them as an Excel file.")
] = None, as_json: Json = False) -> None:  # fmt: skip
    """List the checks of the kept files, the newest first."""
    if target is not None:
        named_form(target, "xlsx")
        written(target, reports.export_fixity(actor=operator(), on=business_day()), as_json=as_json)
        return
    found = queries.fixity_runs(operator(), most=limit)
    if as_json:
        say_json([_plain(one) for one in found])
        return
    columns = [
        _("No."),
        _("Check begun"),
        _("Begun by"),
        _("Files"),
        _("Bytes"),
        _("Faults"),
        _("Is finished"),
    ]
    rows = [
        [one.run, one.begun_on, one.begun_by, one.documents, one.bytes, len(one.faults),
         _("yes") if one.is_finished else _("no")]
        for one in found
    ]  # fmt: skip
    say_table(_("Checks of the kept files"), columns, rows)


@app.command()
@command("archive.check")
def holding(as_json: Json = False) -> None:
    """Say what the archive holds, and since when nothing of it was proven."""
    held = asdict(queries.holding(operator()))
    if as_json:
        say_json(held)
        return
    names = {
        "documents": _("Files"), "bytes": _("Bytes"), "wiped": _("Destroyed by rule"),
        "faulty": _("With a fault"), "never_checked": _("Never proven"), "oldest_check": _("Oldest proof"),
    }  # fmt: skip
    say_table(_("Kept files"), [_("Figure"), _("How many")], [[names[key], held[key]] for key in names])


@app.command()
@command("archive.write")
def look(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to look at.")
    ],
    as_json: Json = False,
) -> None:
    """Say whether a file would be kept, and if not, why not; nothing is kept."""
    told = services.check(Upload(file.name, path=file))
    if as_json:
        say_json({"file": str(file), "type": told})
    else:
        screen.print(_("%(file)s may be kept: %(type)s") % {"file": file.name, "type": told}, markup=False)


def _plain(found: Fixity) -> dict[str, Any]:
    return {**asdict(found), "bytes_a_second": found.bytes_a_second}
