"""Reminders: preview, plan, send, undo, list; pauses."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.operations.dunning import queries as dunning
from xinheng.operations.dunning import services as acts
from xinheng.operations.dunning.values import NewPause, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Ahead = Annotated[str | None, typer.Option("--on", help="Another day, as 2026-06-30: a simulation.")]
RUN = ("id", "on", "state", "items", "letters", "planned_by", "sent_by")


@app.command()
@command("dunning.read")
def preview(on: Ahead = None, as_json: Json = False) -> None:
    """Show what a run of the day would do and why not; nothing is written."""
    made = dunning.preview(operator(), None, on=day(on))
    _say_counts(
        {"on": made.on, "items": made.items.height, "letters": made.letters.height, "counts": made.counts},
        as_json=as_json,
    )


@app.command()
@command("dunning.write")
def run(as_json: Json = False) -> None:
    """Plan today's reminders, or refresh what was planned and not sent; nothing goes out yet."""
    _say_run(acts.plan_run(actor=operator(), on=business_day()), as_json=as_json)


@app.command()
@command("dunning.send")
def send(run: Number, as_json: Json = False) -> None:
    """Send the letters of a run, or go on with one that was cut off."""
    _say_run(acts.send_run(actor=operator(), on=business_day(), run_id=run), as_json=as_json)


@app.command()
@command("dunning.write")
def undo(run: Number, reason: str, as_json: Json = False) -> None:
    """Give a run up before anything of it was sent."""
    _say_run(acts.undo_run(actor=operator(), on=business_day(), run_id=run, reason=reason), as_json=as_json)


@app.command()
@command("dunning.read")
def runs(limit: Limit = 50, as_json: Json = False) -> None:
    """List the runs, the newest first."""
    rows = [{name: getattr(one, name) for name in RUN} for one in dunning.runs(operator())[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Day"),
        _("State"),
        _("Open items"),
        _("Letters of demand"),
        _("Planned by"),
        _("Sent out by"),
    ]
    say_table(_("Dunning runs"), columns, [[row[name] for name in RUN] for row in rows])


@app.command("list")
@command("dunning.read")
def listed(
    text: Annotated[str, typer.Argument(help="A customer number, or part of a name.")] = "",
    level: Annotated[int | None, typer.Option(min=0, max=99, help="From this level on.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the letters of reminder, the newest first."""
    rows = dunning.letters(operator(), Wanted(text=text, level=level), on=business_day())[:limit]
    told = [_letter(row) for row in rows]
    if as_json:
        say_json(told)
        return
    columns = [
        _("No."),
        _("Day"),
        _("Customer no."),
        _("Level"),
        _("State"),
        _("Amount demanded"),
        _("To be paid by"),
    ]
    keys = ("id", "on", "customer_no", "level", "state", "asked", "deadline_on")
    say_table(_("Payment reminders"), columns, [[row[key] for key in keys] for row in told])


@app.command()
@command("dunning.write")
def pause(
    customer_no: str,
    until: Annotated[str, typer.Argument(help="The last day, as 2026-06-30.")],
    reason: str,
    bill: Annotated[str, typer.Option(help="Of one bill only.")] = "",
    as_json: Json = False,
) -> None:
    """Remind nobody of a customer's debts, or of one bill, up to and with a day."""
    new = NewPause(day(until), "other", reason, bill_no=bill)
    made = acts.pause(actor=operator(), on=business_day(), customer_no=customer_no, new=new)
    if as_json:
        say_json({"id": made.pk})
    else:
        screen.print(_("Nobody reminds %(no)s until %(day)s.") % {"no": customer_no, "day": made.until_on})


def _letter(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "run": row.run_id,
        "on": row.run.on,
        "customer_no": row.customer.no,
        "level": row.level,
        "state": row.state,
        "currency": row.currency,
        "asked": Money(row.due_minor, row.currency).decimal,
        "oldest_days": row.oldest_days,
        "deadline_on": row.deadline_on,
    }


def _say_run(found: Any, *, as_json: bool) -> None:
    told = {name: getattr(found, name) for name in (*RUN, "counts", "missing")}
    _say_counts(told, as_json=as_json)


def _say_counts(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
        return
    words = {"on": told["on"], "items": told["items"], "letters": told["letters"]}
    screen.print(_("%(on)s: %(items)s open items, %(letters)s letters") % words)
    rows = [[code, str(dunning.DECISIONS[code]), number] for code, number in told["counts"].items()]
    say_table(_("Open items by decision"), [_("Code"), _("Decision"), _("Open items")], rows)
    for one in told.get("missing", ()):
        screen.print(_("%(customer_no)s %(name)s has no %(field)s for %(way)s.") % one)
