"""Retention: terms and what is over, holds, lists of destruction, the register, what a restore brought."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.retention import queries as retention
from xinheng.facts.retention import services as acts
from xinheng.facts.retention.values import Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", help="The file to write; - is standard output.")]
ListNo = Annotated[str, typer.Argument(help="The number of the list, as XH2026-00001.")]


@app.command("list")
@command("retention.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a number, a title or a dossier.")] = "",
    state: Annotated[str, typer.Option(help="due, coming, kept, open or permanent; empty: all.")] = "due",
    as_of: AsOf = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List filed papers by the end of their terms."""
    on = day(as_of)
    rows: list[dict[str, Any]] = [
        {
            "label": one.paper.label, "number": one.paper.number, "title": one.paper.title,
            "term": one.term, "ends_on": one.ends_on, "state": retention.state_of(one, on),
            "secrecy": one.paper.secrecy,
        }
        for one in retention.kept_papers(operator(), Wanted(text=text, state=state), on=on)[:limit]
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("Label"), _("Archive number"), _("Title"), _("Term"), _("Kept until"), _("State"),
             _("Grade of secrecy")]  # fmt: skip
    say_table(_("Retention"), heads, [list(row.values()) for row in rows])


@app.command()
@command("retention.write")
def fix(as_json: Json = False) -> None:
    """Fix the terms of papers filed since, and end those whose counting has begun."""
    told = acts.fix_terms(actor=operator(), on=business_day())
    _say(_("%(fixed)s terms fixed, %(begun)s counted.") % told, told, as_json=as_json)


@app.command()
@command("retention.hold")
def hold(
    kind: Annotated[str, typer.Argument(help="paper, dossier or customer.")],
    name: Annotated[str, typer.Argument(help="Its label or number.")],
    reason: Annotated[str, typer.Argument(help="Why it is held.")],
    as_json: Json = False,
) -> None:
    """Hold papers from destruction."""
    kept = acts.hold(actor=operator(), on=business_day(), kind=kind, name=name, reason=reason)
    _say(_("Hold %(hold)s is placed.") % {"hold": kept.pk}, {"id": kept.pk}, as_json=as_json)


@app.command()
@command("retention.hold")
def release(
    hold_id: Number,
    reason: Annotated[str, typer.Argument(help="Why it is released.")],
    as_json: Json = False,
) -> None:
    """Let go of a hold."""
    acts.release(actor=operator(), on=business_day(), hold_id=hold_id, reason=reason)
    _say(_("Hold %(hold)s is released.") % {"hold": hold_id}, {"id": hold_id}, as_json=as_json)


@app.command()
@command("retention.read")
def lists(
    state: Annotated[str, typer.Option(help="draft, submitted, approved, destroyed, rejected.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List lists of destruction, the newest first."""
    found = retention.destructions(operator(), on=business_day(), state=state)[:limit]
    rows = [{"no": one.no, "reason": one.reason, "state": one.state, "drawn_on": one.drawn_on,
             "done_on": one.done_on} for one in found]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("No."), _("Reason"), _("State"), _("Drawn up on"), _("Destroyed on")]
    say_table(_("Destruction lists"), heads, [list(row.values()) for row in rows])


@app.command()
@command("dossiers.read")
def paper(
    no: ListNo,
    out: Out,
    form: Annotated[str, typer.Option(help="application, list or certificate.")] = "list",
    as_json: Json = False,
) -> None:
    """Print a form of a list of destruction as PDF."""
    chosen = form if form in ("application", "list", "certificate") else "list"
    content = reports.print_destruction(actor=operator(), on=business_day(), no=no, form=chosen)
    written(out, content, as_json=as_json)


@app.command()
@command("retention.read")
def register(
    out: Annotated[Path | None, typer.Option("--out", help="An Excel file to write.")] = None,
    as_json: Json = False,
) -> None:
    """Check the seals of the permanent register; write it as Excel where a file is named."""
    checked = retention.verify_register()
    if out is not None:
        content = reports.export_register(actor=operator(), on=business_day())
        written(out, content, as_json=as_json)
    words = (
        _("The register is broken at line %(line)s.") if checked.broken else _("%(lines)s lines, unbroken.")
    )
    told = {"lines": checked.lines, "broken": checked.broken}
    _say(words % {"line": checked.broken, "lines": checked.lines}, told, as_json=as_json)
    if checked.broken:
        raise typer.Exit(1)


@app.command()
@command("retention.destroy")
def reapply(as_json: Json = False) -> None:
    """After a restore: make everything gone again that was destroyed or erased since the backup."""
    told = acts.reapply(actor=operator(), on=business_day())
    words = _("%(count)s had come back and are gone again.") % {"count": sum(told.values())}
    _say(words, told, as_json=as_json)


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)
