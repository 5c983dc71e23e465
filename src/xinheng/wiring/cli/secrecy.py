"""Grades of secrecy: which there are, who is cleared, propose another, end those whose period is over."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.secrecy import queries as grades
from xinheng.base.secrecy import services as acts
from xinheng.base.secrecy.values import NewGrade
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)


@app.command("list")
@command("dossiers.read")
def listed(as_of: AsOf = None, as_json: Json = False) -> None:
    """List the grades of a day with their handling and the roles cleared up to each."""
    on = day(as_of)
    cleared = grades.cleared_roles(on)
    rows: list[dict[str, Any]] = [
        {
            "code": one.code, "name": one.words, "forbidden": one.forbidden, "room_only": one.room_only,
            "loan_minutes": one.loan_minutes, "loan_working_days": one.loan_working_days,
            "roles": cleared[one.code],
        }
        for one in grades.grades(on)
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    heads = [_("Code"), _("Grade of secrecy"), _("Consulted by nobody"), _("Archive room only"),
             _("Minutes lent"), _("Working days lent"), _("Roles cleared up to it")]  # fmt: skip
    cells = [[*list(row.values())[:-1], ", ".join(row["roles"])] for row in rows]
    say_table(_("Grades of secrecy and clearance"), heads, cells)


@app.command()
@command("dossiers.write")
def propose(
    label: Annotated[str, typer.Argument(help="The label of a paper, or dossier:NUMBER.")],
    grade: Annotated[str, typer.Argument(help="The code of the grade, as secret.")],
    reason: Annotated[str, typer.Argument(help="Why.")],
    until: Annotated[str | None, typer.Option(help="The last day of the grade.")] = None,
    then: Annotated[str, typer.Option(help="The grade that follows.")] = "",
    as_json: Json = False,
) -> None:
    """Propose another grade for a paper or a dossier; a manager approves it."""
    new = NewGrade(grade, reason, until_on=day(until) if until else None, then_grade=then)
    kind, _sign, name = label.rpartition(":")
    kept = acts.propose(actor=operator(), on=business_day(), kind=kind or "paper", name=name, new=new)
    if as_json:
        say_json({"id": kept.pk})
    else:
        screen.print(_("The proposal waits for approval."))


@app.command()
@command("secrecy.write")
def lapse(as_json: Json = False) -> None:
    """Give what follows to every grade whose period is over."""
    count = acts.lapse(actor=operator(), on=business_day())
    if as_json:
        say_json({"lapsed": count})
    else:
        screen.print(_("%(count)s grades are over.") % {"count": count})
