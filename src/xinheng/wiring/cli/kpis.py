"""Figures of receivables, targets of the credit policy and its registers."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.judgements.losses.values import FigureIn, NewEntry
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, past_day, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
Name = Literal["figures", "months", "rolls", "benefit", "partners", "risks"]
Code = Literal["credit_sales", "performance", "bad_debts", "overdue"]
Register = Literal["control", "improvement", "promise", "event", "complaint"]
By = Annotated[
    str, typer.Option(help="Cut by: customer, unit, person, segment, region, industry, grade and so on.")
]
Out = Annotated[Path | None, typer.Option(help="Write it all as Excel into this file instead.")]


@app.command()
@command("losses.read")
def show(
    name: Annotated[Name, typer.Argument(help="Which list.")] = "figures",
    by: By = "",
    limit: Limit = 50,
    as_of: AsOf = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show figures as of a day: all together or cut by groups, by month, benefit, partners, risks, rolls."""
    on, then = business_day(), past_day(as_of)
    told: dict[str, Any] = {"actor": operator(), "on": on, "as_of": then, "name": name, "by": by}
    if out:
        written(out, reports.export_losses_list(**told), as_json=as_json)
        return
    listed = reports.LOSSES_LISTS[name]
    rows = list(reports.rows_of(**told).head(limit).iter_rows(named=True))
    if as_json:
        say_json([{field.key: _plain(row, field) for field in listed.fields} for row in rows])
        return
    cells = [[reports.value_text(reports.cell(row, field), field) for field in listed.fields] for row in rows]
    if name == "figures" and not by:  # one group: its figures below each other, with their meaning
        shown = [
            [field.title, row[place], field.meaning]
            for row in cells
            for place, field in enumerate(listed.fields)
        ]
        say_table(f"{listed.title} · {then}", [_("Figure"), _("Value"), _("How it is reckoned")], shown)
        return
    say_table(f"{listed.title} · {then}", [str(field.title) for field in listed.fields], cells)


def _plain(row: dict[str, Any], field: Any) -> Any:
    value = reports.cell(row, field)
    return value.decimal if hasattr(value, "minor") else value


@app.command()
@command("losses.read")
def targets(
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option(help="Write a summary as PDF into this file.")] = None,
    as_json: Json = False,
) -> None:
    """Show the targets of the credit policy as they stand."""
    on, then = business_day(), past_day(as_of)
    if out:
        written(out, reports.export_target_summary(actor=operator(), on=on, as_of=then), as_json=as_json)
        return
    found = losses.targets(operator(), as_of=then, on=on)
    rows = [
        {
            "code": one.code, "state": one.state, "share": one.share, "top": one.top, "bottom": one.bottom,
            "at_least": one.at_least, "at_most": one.at_most,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    names = reports.target_words()
    cells = [
        [
            names[one.code],
            reports.wanted_text(one.at_least, one.at_most),
            reports.share_text(one.share),
            one.state,
        ]
        for one in found
    ]
    say_table(str(then), [_("Target"), _("Wanted"), _("Measured figure"), _("State")], cells)


@app.command()
@command("losses.read")
def behind(
    code: Annotated[Code, typer.Argument(help="Which target.")],
    limit: Limit = 50,
    as_of: AsOf = None,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """List the bills or orders a target was measured from, the largest first."""
    on, then = business_day(), past_day(as_of)
    if out:
        content = reports.export_behind(actor=operator(), on=on, code=code, as_of=then)
        written(out, content, as_json=as_json)
        return
    fields = reports.BEHIND_TARGETS
    rows = list(losses.behind(operator(), code, as_of=then, on=on).head(limit).iter_rows(named=True))
    if as_json:
        say_json([{field.key: _plain(row, field) for field in fields} for row in rows])
        return
    cells = [[reports.value_text(reports.cell(row, field), field) for field in fields] for row in rows]
    say_table(code, [str(field.title) for field in fields], cells)


@app.command()
@command("losses.read")
def goals(as_of: AsOf = None, as_json: Json = False) -> None:
    """Show the report on the three goals of credit management."""
    found = losses.goals(operator(), as_of=past_day(as_of), on=business_day())
    if as_json:
        say_json([one.__dict__ for one in found])
        return
    rows = [[losses.GOALS[one.goal], losses.GOAL_FIGURES[one.code], reports.goal_text(one)] for one in found]
    say_table("", [_("Goal"), _("Figure"), _("Value")], rows)


@app.command()
@command("losses.read")
def registers(
    register: Annotated[Register | None, typer.Argument(help="Which register; all if not given.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the lines of the registers, the newest first."""
    keys = ("id", "register", "kind", "what", "owner", "due_on", "done_on", "outcome", "is_kept")
    rows = [
        {key: getattr(row, key) for key in keys} for row in losses.entries(operator(), register or "")[:limit]
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."), _("Register"), _("Kind"), _("What"), _("Who answers for it"), _("By"), _("Done on"),
        _("What came of it"), _("kept"),
    ]  # fmt: skip
    say_table("", columns, [list(row.values()) for row in rows])


@app.command()
@command("losses.write")
def enter(
    register: Annotated[Register, typer.Argument(help="Which register.")],
    kind: Annotated[str, typer.Argument(help="The kind, or the code of a control.")],
    what: Annotated[str, typer.Argument(help="What.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")] = "",
    due: Annotated[str | None, typer.Option(help="By when.")] = None,
    as_json: Json = False,
) -> None:
    """Enter a line into a register."""
    new = NewEntry(register, what, kind, owner, day(due) if due else None)
    kept = acts.enter(actor=operator(), on=business_day(), new=new)
    if as_json:
        say_json({"id": kept.pk, "register": register})
    else:
        screen.print(_("Line %(no)s is entered.") % {"no": kept.pk})


@app.command()
@command("losses.write")
def close(
    line: Number,
    outcome: Annotated[str, typer.Argument(help="What came of it.")],
    kept: Annotated[
        bool | None, typer.Option("--kept/--broken", help="Of a promise: whether it was kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Close a line of a register."""
    told: dict[str, Any] = {"entry_id": line, "outcome": outcome, "is_kept": kept}
    closed = acts.close_entry(actor=operator(), on=business_day(), **told)
    if as_json:
        say_json({"id": closed.pk, "done_on": closed.done_on})
    else:
        screen.print(_("Line %(no)s is closed.") % {"no": closed.pk})


@app.command()
@command("losses.write")
def tell(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV: what, month (2026-06), value.")
    ],
    as_json: Json = False,
) -> None:
    """Tell figures of months that the ledger does not know, from a CSV file; all of them, or none."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        figures = [_figure(row, number) for number, row in enumerate(csv.DictReader(lines), 2)]
    told = acts.tell_figures(actor=operator(), on=business_day(), figures=figures)
    if as_json:
        say_json({"told": told})
    else:
        screen.print(_("%(number)s figures are told.") % {"number": told})


def _figure(row: dict[str, str], line: int) -> FigureIn:
    try:
        return FigureIn(row["what"], date.fromisoformat(f"{row['month']}-01"), Decimal(row["value"]))
    except (KeyError, ValueError, InvalidOperation):
        words = _("Line %(line)s of the file is not: what, month (as 2026-06), value.") % {"line": line}
        raise typer.BadParameter(words) from None
