"""Files: take in, resume, templates, rejected rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import (
    FOUND,
    REFUSED,
    command,
    complaints,
    day,
    operator,
    past_day,
    progress,
    say_json,
    say_table,
    written,
)

app = typer.Typer()
LOOKS_EVERY_SECONDS = 0.25
NOTES = {
    "reading": gettext_noop("reading"),
    "comparing": gettext_noop("comparing"),
    "rejects": gettext_noop("keeping what was rejected"),
    "posting": gettext_noop("posting"),
}
TOLD = ("file_name", "kind", "state", "rows_total", "rows_accepted", "rows_void", "rows_known",
        "rows_rejected", "totals", "cause", "sha256")  # fmt: skip


@app.command("import")
@command("intake.write")
def take_in(  # noqa: PLR0913, PLR0917 - each an option
    path: Annotated[
        Path,
        typer.Argument(help="A file, or the folder of a known set of files.", exists=True, readable=True),
    ],
    kind: Annotated[
        str, typer.Option(help="customers, bills, receipts, opening_items, instalments, statements and more.")
    ] = "",
    source: Annotated[str, typer.Option(help="A source whose mapping is known; see `xinheng sources`.")] = "",
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", help="A column and its field, as Doc=bill_no; repeat for more."),
    ] = None,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Take the good rows and keep the bad ones apart.")
    ] = False,
    check_only: Annotated[
        bool, typer.Option("--check-only", help="Read and check, post nothing; `resume` posts it later.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="The day on which it counts as told; today if not given.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Read, check and post a file. Exit code 1 when a file is refused, 3 when rows were rejected."""
    if not (kind or source):
        raise typer.BadParameter(_("Name the kind of the data with --kind, or a known source with --source."))
    on, mapping = past_day(as_of), _mapping(mapped or [])
    mode = "good_rows" if good_rows else "all_or_none"
    done: list[Any] = []
    for part in intake.parts_of(path, source=source, kind=kind):
        batch = intake.receive(
            actor=operator(),
            on=on,
            path=part.path,
            kind=part.kind,
            source=part.source,
            mode=mode,
            mapping=mapping,
        )
        with _watched(batch.pk, part.path.name, quiet=as_json):
            if check_only and batch.state != "posted":
                done.append(intake.read_and_check(batch.pk))
            else:
                done.append(intake.take_in(actor=operator(), on=on, batch_no=batch.pk))
        if done[-1].state not in {"posted", "previewed"} or (
            done[-1].state == "previewed" and not check_only
        ):
            break  # the next file may need what this one did not bring
    return _say_batches(done, as_json=as_json)


def _mapping(pairs: list[str]) -> dict[str, str]:
    """Columns and their fields, as typed."""
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise typer.BadParameter(_("%(pair)s is not written as COLUMN=FIELD.") % {"pair": wrong[0]})
    return dict(pair.rsplit("=", 1) for pair in pairs)


@app.command()
@command("intake.write")
def resume(batch_no: Number, as_json: Json = False) -> int:
    """Go on with an import that was cut off, or post one that was only checked."""
    with _watched(batch_no, str(batch_no), quiet=as_json):
        done = intake.resume(actor=operator(), on=business_day(), batch_no=batch_no)
        if done.state == "previewed" and not done.rows_rejected:
            done = intake.post(actor=operator(), on=business_day(), batch_no=batch_no)
    return _say_batches([done], as_json=as_json)


@app.command()
@command("intake.write")
def cancel(batch_no: Number, as_json: Json = False) -> int:
    """Give an import up; work under way is undone."""
    done = intake.cancel(actor=operator(), on=business_day(), batch_no=batch_no)
    return _say_batches([done], as_json=as_json)


@app.command()
@command("intake.read")
def imports(
    limit: Limit = 20,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Only those a stop cut off. Exit code 3 when there are any.")
    ] = False,
    as_of: AsOf = None,
    as_json: Json = False,
) -> int:
    """List the files taken in, the newest first."""
    found = batches.batches(operator()).filter(told_on__lte=day(as_of)).order_by("-id")
    if unfinished:
        cut = [one.batch_no for one in batches.unfinished() if not one.running and one.state != "previewed"]
        found = found.filter(pk__in=cut)
    shown = list(found[:limit])
    _say_batches(shown, as_json=as_json)
    return FOUND if unfinished and shown else 0


@app.command()
@command("intake.read")
def sources(as_json: Json = False) -> None:
    """List the sources whose mapping is known."""
    found = batches.sources()
    if as_json:
        say_json([vars(source) for source in found])
        return
    rows = [[source.code, source.kind, source.label] for source in found]
    say_table(_("Sources"), [_("Code"), _("Kind"), _("Name")], rows)


@app.command()
@command("intake.read")
def template(kind: str, target: Path, as_json: Json = False) -> None:
    """Write an empty Excel file with the headings of a kind."""
    written(target, intake.template(kind), as_json=as_json)


@app.command()
@command("intake.read")
def rejected(batch_no: Number, target: Path, as_json: Json = False) -> None:
    """Write the rejected rows of an import as an Excel file to correct and import again."""
    written(target, intake.rejects_workbook(batch_no), as_json=as_json)


@contextmanager
def _watched(batch_no: int, file_name: str, *, quiet: bool) -> Iterator[None]:
    """Show how far the work on a batch is while it goes on here."""
    with progress(quiet=quiet) as tell:
        if quiet:
            yield
            return
        over = threading.Event()
        watcher = threading.Thread(target=_watch, args=(batch_no, file_name, tell, over), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()


def _watch(batch_no: int, file_name: str, tell: Any, over: threading.Event) -> None:
    try:
        while not over.wait(LOOKS_EVERY_SECONDS):
            try:
                now = intake.progress(batch_no)
            except Refusal:
                continue
            tell(f"{file_name}  {_(NOTES.get(now.note, now.note))}", now.done, now.total or None)
    finally:
        connection.close()


def _told(batch: Any) -> dict[str, Any]:
    totals = batches.totals_as_amounts(batch.totals)
    return {"batch": batch.pk, **{name: getattr(batch, name) for name in TOLD}, "totals": totals}


def _say_batches(found: list[Any], *, as_json: bool) -> int:
    """Say what became of the files; gives the exit code."""
    if as_json:
        say_json([_told(batch) for batch in found])
    else:
        counts = ("rows_total", "rows_accepted", "rows_void", "rows_known", "rows_rejected")
        rows = [
            [
                b.pk,
                b.file_name,
                _(b.get_kind_display()),
                _(b.get_state_display()),
                *(getattr(b, name) for name in counts),
            ]
            for b in found
        ]
        columns = [_("Batch"), _("File"), _("Kind"), _("State"), _("Rows"), _("Accepted"), _("Void"),
                   _("Known already"), _("Rejected")]  # fmt: skip
        say_table(_("Imports"), columns, rows)
        for batch in found:
            if batch.cause:
                complaints.print(f"{batch.file_name}: {batch.cause}", markup=False, style="red")
    if any(batch.rows_rejected for batch in found):
        return FOUND
    return REFUSED if any(batch.state == "refused" for batch in found) else 0
