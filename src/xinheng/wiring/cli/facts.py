"""Files: take in, resume, templates, rejected rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.runs.services import business_day
from xinheng.wiring.cli.output import FOUND, command, operator, progress, say_json, say_table, screen

app = typer.Typer()
Json = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]


@app.command("import")
@command("intake.write")
def take_in(
    path: Annotated[Path, typer.Argument(help="A file, or the folder of a known set of files.")],
    kind: Annotated[
        str, typer.Option(help="customers, bills, receipts, statements, trade_invoices, assessments")
    ] = "",
    source: Annotated[str, typer.Option(help="A source whose mapping is known.")] = "",
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Take the good rows and keep the bad ones apart.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Read, check and post a file. Exit code 3 when rows were rejected."""
    mode = "good_rows" if good_rows else "all_or_none"
    done = []
    with progress(quiet=as_json) as tell:
        parts = intake.parts_of(path, source=source, kind=kind)
        for step, part in enumerate(parts):
            tell(part.path.name, step, len(parts))
            batch = intake.import_file(
                actor=operator(),
                on=business_day(),
                path=part.path,
                kind=part.kind,
                source=part.source,
                mode=mode,
            )
            done.append(batch)
    _say_batches(done, as_json=as_json)
    return FOUND if any(batch.rows_rejected for batch in done) else 0


@app.command()
@command("intake.write")
def resume(batch_no: int, as_json: Json = False) -> None:
    """Go on with an import that was cut off."""
    _say_batches([intake.resume(actor=operator(), on=business_day(), batch_no=batch_no)], as_json=as_json)


@app.command()
@command("intake.read")
def imports(limit: int = 20, as_json: Json = False) -> None:
    """List the files taken in, the newest first."""
    _say_batches(list(batches.batches(operator()).order_by("-id")[:limit]), as_json=as_json)


@app.command()
@command("intake.read")
def template(kind: str, target: Path, as_json: Json = False) -> None:
    """Write an empty Excel file with the headings of a kind."""
    _write(target, intake.template(kind), as_json=as_json)


@app.command()
@command("intake.read")
def rejected(batch_no: int, target: Path, as_json: Json = False) -> None:
    """Write the rejected rows of an import as an Excel file to correct and import again."""
    _write(target, intake.rejects_workbook(batch_no), as_json=as_json)


def _write(target: Path, content: bytes, *, as_json: bool) -> None:
    target.write_bytes(content)
    if as_json:
        say_json({"file": str(target), "bytes": len(content)})
    else:
        screen.print(_("Written: %(file)s") % {"file": target}, markup=False)


def _say_batches(found: list[Any], *, as_json: bool) -> None:
    if as_json:
        names = ("file_name", "kind", "state", "rows_total", "rows_accepted", "rows_void", "rows_known",
                 "rows_rejected", "totals", "cause", "sha256")  # fmt: skip
        say_json([{"batch": batch.pk, **{name: getattr(batch, name) for name in names}} for batch in found])
        return
    rows = [
        [
            b.pk,
            b.file_name,
            b.kind,
            b.state,
            b.rows_total,
            b.rows_accepted,
            b.rows_void,
            b.rows_known,
            b.rows_rejected,
        ]
        for b in found
    ]
    columns = [_("Batch"), _("File"), _("Kind"), _("State"), _("Rows"), _("Accepted"), _("of them void"),
               _("Known already"), _("Rejected")]  # fmt: skip
    say_table(_("Imports"), columns, rows)
