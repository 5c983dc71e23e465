"""What papers say: search, read, status, again, anew, index."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xinheng.facts.texts import queries as texts
from xinheng.facts.texts import services as acts
from xinheng.facts.texts.values import Hit, Wanted
from xinheng.runs import services as runs
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, progress, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Kind = Literal["pdf", "picture", "office", "text"]


@app.command()
@command("texts.read")
def search(  # noqa: PLR0913, PLR0917 - each an option
    words: Annotated[str, typer.Argument(help="Words that must all be there; in quotes: side by side.")],
    customer: Annotated[str, typer.Option(help="Only papers of this customer, by its number.")] = "",
    kind: Annotated[str, typer.Option(help="Only in dossiers of this kind, by its code.")] = "",
    file: Annotated[Kind | None, typer.Option("--file", help="Only files of this type.")] = None,
    since: Annotated[str | None, typer.Option(help="Papers dated from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Papers dated until this day.")] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    """Find papers by what they say, the best first."""
    wanted = Wanted(
        words, customer, kind, file or "", day(since) if since else None, day(until) if until else None
    )  # fmt: skip
    found = acts.search(actor=operator(), on=business_day(), wanted=wanted, a_page=limit)
    if as_json:
        say_json({"total": found.total, "more": found.more, "items": [_row(hit) for hit in found.hits]})
        return
    columns = [_("Label"), _("Title"), _("Dossier"), _("Page"), _("What it says")]
    keys = ("label", "title", "dossier", "page", "says")
    rows = [[row[key] for key in keys] for row in map(_row, found.hits)]
    say_table(_("Papers found: %(n)s") % {"n": f"{found.total}{'+' if found.more else ''}"}, columns, rows)


@app.command()
@command("texts.write")
def read(
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many documents.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=32, help="So many beside each other.")] = 1,
    as_json: Json = False,
) -> None:
    """Read the papers that wait, page by page; what was stopped goes on where it stood."""
    waiting = texts.waiting()
    with runs.at_work(), progress(quiet=as_json) as tell:
        done = 0

        def told(_reading: Any) -> None:
            nonlocal done
            done += 1
            tell(_("reading papers"), done, max(done, min(waiting, limit or waiting)))

        outcome = acts.read_waiting(
            actor=operator(), on=business_day(), most=limit, workers=workers, all_papers=True, tell=told
        )
    if as_json:
        say_json(outcome.__dict__)
        return
    words = _("%(documents)s documents with %(pages)s pages are read, %(failed)s failed, %(waiting)s wait.")
    screen.print(words % outcome.__dict__)


@app.command()
@command("texts.read")
def status(as_json: Json = False) -> None:
    """Show how far the reading is, and what could not be read."""
    who, on = operator(), business_day()
    told = texts.progress(who)
    rows = list(texts.failed(who, on)[:50])
    readings = texts.readings_of([row.document_id for row in rows])
    failed = [
        {"label": row.label, "title": row.title, "cause": readings[row.document_id].error} for row in rows
    ]
    if as_json:
        say_json({**told.__dict__, "failures": failed})
        return
    words = _("%(read)s read, %(queued)s wait, %(nothing)s have nothing to read, %(failed)s failed.")
    screen.print(words % told.__dict__)
    if failed:
        columns = [_("Label"), _("Title"), _("Cause")]
        say_table(_("Could not be read"), columns, [list(row.values()) for row in failed])


@app.command()
@command("texts.write")
def again(as_json: Json = False) -> None:
    """Let every paper that could not be read be tried again."""
    _say(acts.read_again(actor=operator(), on=business_day()), as_json=as_json)


@app.command()
@command("texts.write")
def anew(as_json: Json = False) -> None:
    """Let every scan be read anew that another version of the engine recognised."""
    _say(acts.read_anew(actor=operator(), on=business_day()), as_json=as_json)


@app.command()
@command("texts.write")
def index(as_json: Json = False) -> None:
    """Make the index anew from what was read, without what is gone."""
    with runs.at_work():
        done = acts.index_anew(actor=operator(), on=business_day())
    if as_json:
        say_json({"papers": done})
        return
    screen.print(ngettext("%(n)s paper is found.", "%(n)s papers are found.", done) % {"n": done})


def _say(done: int, *, as_json: bool) -> None:
    if as_json:
        say_json({"documents": done})
        return
    words = ngettext("%(n)s document waits to be read.", "%(n)s documents wait to be read.", done)
    screen.print(words % {"n": done})


def _row(hit: Hit) -> dict[str, Any]:
    return {
        "label": hit.paper.label,
        "number": hit.paper.number,
        "title": hit.paper.title,
        "dossier": hit.paper.dossier.no,
        "page": hit.page,
        "says": "".join(piece.text for piece in hit.excerpt),
    }
