"""What is due: list, reports owed, tasks, breaches and fines, rates of departments."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_of
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import DuesWanted, FinesWanted, NewIncident, NewLine, NewTask
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, past_day, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
Person = Annotated[str, typer.Option("--owner", help="Only of this login.")]
BACK = timedelta(days=62)


@app.command("list")
@command("duties.read")
def listed(
    days: Annotated[int, typer.Option(min=0, max=366, help="How many days ahead.")] = 31,
    state: Annotated[Literal["open", "late", "done"] | None, typer.Option(help="Only those so.")] = None,
    owner: Person = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List everything due of every room, the first due first."""
    on = business_day()
    gathered = duties.gather(operator(), since=on - BACK, until=on + timedelta(days=days), on=on)
    found = duties.chosen(gathered, DuesWanted(owner=owner, state=state or ""), on=on)[:limit]
    if as_json:
        say_json([{**one.__dict__, "is_late": one.is_late(on)} for one in found])
        return
    rows = [[one.due_on, duties.kind_word(one.kind), one.words, one.owner, one.done_on] for one in found]
    say_table(_("What is due"), [_("Due on"), _("Kind"), _("Matter due"), _("Owner"), _("Done on")], rows)


@app.command()
@command("duties.read")
def reports(
    pack: Annotated[str, typer.Argument(help="A calendar of reports, as grp; all if not given.")] = "",
    days: Annotated[int, typer.Option(min=0, max=366, help="How many days ahead.")] = 92,
    late: Annotated[bool, typer.Option("--late", help="Only late ones.")] = False,
    as_json: Json = False,
) -> None:
    """List the reports that units owe, with how each stands."""
    on = business_day()
    found = duties.obligations(
        operator(), since=on - 3 * BACK, until=on + timedelta(days=days), on=on, pack=pack
    )
    rows = [one for one in found if one.is_late or not late]
    if as_json:
        say_json([{**one.__dict__, "period": [one.period.first, one.period.last]} for one in rows])
        return
    columns = [_("Due on"), _("Report"), _("Unit"), _("Period from"), _("State"), _("Handed in on")]
    lines = [
        [one.due_on, one.words, one.unit_name, one.period.first, one.state, one.handed_in_on] for one in rows
    ]
    say_table(_("Reports owed"), columns, lines)


@app.command()
@command("duties.write")
def order(
    title: Annotated[str, typer.Argument(help="What is to be done.")],
    unit: Annotated[str, typer.Argument(help="The unit that owes it, by code.")],
    due: Annotated[str, typer.Option("--due", help="The day, as 2026-06-30.")],
    owner: Annotated[str, typer.Option("--owner", help="Who does it (login).")] = "",
    every: Annotated[
        Literal["month", "quarter", "half", "year"] | None, typer.Option(help="How often.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Order a task."""
    new = NewTask(title, unit, day(due), owner, every or "")
    kept = acts.order_task(actor=operator(), on=business_day(), new=new)
    _say(_("Task %(task)s is ordered.") % {"task": kept.pk}, {"id": kept.pk}, as_json=as_json)


@app.command()
@command("duties.write")
def done(
    task: Number,
    result: Annotated[str, typer.Argument(help="What it came to.")],
    as_json: Json = False,
) -> None:
    """Note that a task was done."""
    acts.finish_task(actor=operator(), on=business_day(), task_id=task, result=result)
    _say(_("Task %(task)s is done.") % {"task": task}, {"id": task}, as_json=as_json)


@app.command()
@command("duties.read")
def fines(
    text: Annotated[str, typer.Argument(help="Part of a case, a person or a unit.")] = "",
    month: Annotated[str | None, typer.Option("--month", help="A day of the month, as 2026-06-30.")] = None,
    state: Annotated[str, typer.Option(help="As proposed, confirmed, waived.")] = "",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List breaches and their fines, the newest first."""
    wanted = FinesWanted(text=text, state=state, month=day(month) if month else None)
    rows = [_fine(one) for one in duties.fines(operator(), wanted)[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Happened on"), _("Matter due"), _("Person answerable"), _("Fine"), _("State")]
    keys = ("id", "happened_on", "what", "person", "fine", "state")
    say_table(_("Breaches and fines"), columns, [[row[key] for key in keys] for row in rows])


@app.command()
@command("duties.write")
def breach(  # noqa: PLR0913, PLR0917 - each an option
    kind: Annotated[str, typer.Argument(help="Scheme and kind, as veh.sales_late.")],
    cause: Annotated[str, typer.Argument(help="What it is about: a vehicle, a hand-over, a case.")],
    person: Annotated[str, typer.Option("--person", help="Who answers for it (login).")],
    unit: Annotated[str, typer.Option("--unit", help="The unit, by code.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")
    ] = None,
    item: Annotated[str, typer.Option(help="Which paper.")] = "",
    defect: Annotated[list[str] | None, typer.Option("--defect", help="What is wrong with it.")] = None,
    count: Annotated[int, typer.Option(min=1, max=10_000, help="How many.")] = 1,
    as_json: Json = False,
) -> None:
    """Tell a breach; the fine is reckoned by the scheme of its day and waits for a decision."""
    pack, _dot, code = kind.partition(".")
    line = NewLine(code, item, tuple(defect or ()), count)
    new = NewIncident(pack, cause, cause, past_day(on), person, unit, (line,))
    kept = acts.propose_fine(actor=operator(), on=business_day(), new=new)
    words = _("Breach %(incident)s: a fine of %(fine)s is proposed.")
    told = _fine(kept)
    _say(words % {"incident": kept.pk, "fine": told["fine"]}, told, as_json=as_json)


@app.command()
@command("exports.read")
def sheet(
    target: Annotated[Path, typer.Argument(help="The file to write: .pdf or .xlsx.")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write the sheet of fines of a month to sign: PDF or Excel."""
    month = month_of(past_day(as_of))
    form: Literal["xlsx", "pdf"] = "xlsx" if target.suffix == ".xlsx" else "pdf"
    content = room.print_fines(actor=operator(), on=business_day(), month=month, form=form)
    written(target, content, as_json=as_json)


@app.command()
@command("duties.read")
def rates(
    by: Annotated[Literal["unit", "person", "month"], typer.Option(help="unit, person or month.")] = "unit",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Show how many hand-overs of a month came in time and complete."""
    on = business_day()
    lines = duties.rates(operator(), month_of(past_day(as_of)), on=on, by=by)
    if as_json:
        say_json(
            [
                {**one.__dict__, "on_time_rate": one.on_time_rate, "complete_rate": one.complete_rate}
                for one in lines
            ]
        )
        return
    columns = [_("Name"), _("Hand-overs due"), _("On-time rate"), _("Completeness rate")]
    rows = [[one.name, one.due, _percent(one.on_time_rate), _percent(one.complete_rate)] for one in lines]
    say_table(_("Rates of departments"), columns, rows)


@app.command()
@command("duties.write")
def night(as_json: Json = False) -> None:
    """Propose fines for late hand-overs, repeat those of standing defects, tell people of what is late."""
    told = acts.end_day(actor=operator(), on=business_day())
    words = _("%(late)s proposed, %(repeated)s repeated, %(told)s people told.") % told
    _say(words, told, as_json=as_json)


def _percent(rate: Any) -> str:
    return _("n/a") if rate is None else f"{float(rate) * 100:.1f} %"


def _fine(one: Any) -> dict[str, Any]:
    plain = ("pack", "version", "cause", "what", "happened_on", "person", "nth", "factor", "state", "why")
    fine = Money(one.fine_minor, one.currency).decimal
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in plain},
        "fine": fine,
        "currency": one.currency,
    }


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)
