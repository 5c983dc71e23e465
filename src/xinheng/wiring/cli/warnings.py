"""Warnings: list, watch, close, assign, how signals did, the daily digest."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.warnings import queries as warnings
from xinheng.judgements.warnings import services as acts
from xinheng.judgements.warnings.values import Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, operator, past_day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
YEAR = timedelta(days=365)


@app.command("list")
@command("warnings.read")
def listed(  # noqa: PLR0913, PLR0917 - each an option
    text: Annotated[str, typer.Argument(help="Part of a customer or a cause.")] = "",
    state: Annotated[Literal["open", "closed"], typer.Option(help="Only those so.")] = "open",
    signal: Annotated[str, typer.Option(help="Only of this signal.")] = "",
    owner: Annotated[str, typer.Option(help="Only of this login.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only those past their deadline.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> int | None:
    """List warnings, those due first. Exit code 3 when any of them is late."""
    on = business_day()
    wanted = Wanted(text=text, state=state, signal=signal, owner=owner, late=late)
    rows = [_row(row) for row in warnings.warnings(operator(), wanted, on=on)[:limit]]
    if as_json:
        say_json(rows)
    else:
        columns = [_("No."), _("Customer no."), _("Signal"), _("Level"), _("Measure"), _("At stake"),
                   _("To be closed by"), _("Owner")]  # fmt: skip
        keys = ("id", "customer_no", "signal", "level", "measure", "amount", "due_on", "owner")
        say_table(_("Warnings"), columns, [[row[key] for key in keys] for row in rows])
    return FOUND if any(row["state"] == "open" and row["due_on"] < on for row in rows) else None


@app.command()
@command("warnings.write")
def watch(as_json: Json = False) -> None:
    """Look at all customers by every signal now, as the night does."""
    told = acts.watch(actor=operator(), on=business_day())
    document = warnings.signals(business_day())
    if as_json:
        say_json({code: one.__dict__ for code, one in told.by_signal.items()})
        return
    columns = [_("Signal"), _("Raised"), _("Worse"), _("Known")]
    rows = [
        [warnings.signal_word(code, document), one.raised, one.worse, one.known]
        for code, one in told.by_signal.items()
    ]
    say_table(_("Warnings"), columns, rows)


@app.command()
@command("warnings.write")
def close(
    warning: Number,
    outcome: Annotated[str, typer.Argument(help="An outcome of the document, as acted.")],
    note: Annotated[str, typer.Argument(help="What was found and done.")],
    as_json: Json = False,
) -> None:
    """Close a warning with what it came to."""
    acts.close_warning(actor=operator(), on=business_day(), warning_id=warning, outcome=outcome, note=note)
    words = _("Warning %(warning)s is closed.") % {"warning": warning}
    _say(words, {"id": warning}, as_json=as_json)


@app.command()
@command("warnings.write")
def assign(
    owner: Annotated[str, typer.Argument(help="Login of who is to see to them.")],
    warning: Annotated[list[int], typer.Argument(help="Numbers of warnings.")],
    as_json: Json = False,
) -> None:
    """Give open warnings to a person."""
    changed = acts.assign_warnings(actor=operator(), on=business_day(), warning_ids=warning, owner=owner)
    words = _("Changed hands: %(number)s") % {"number": changed}
    _say(words, {"changed": changed}, as_json=as_json)


@app.command()
@command("warnings.read")
def records(
    since: Annotated[str | None, typer.Option(help="From this day on; a year if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Show how each signal did: raised, closed in time, true alarms."""
    on = business_day()
    found = warnings.records(operator(), since=past_day(since) if since else on - YEAR, on=on)
    document = warnings.signals(on)
    if as_json:
        say_json([one.__dict__ for one in found])
        return
    columns = [
        _("Signal"),
        _("Raised"),
        _("Open"),
        _("Late"),
        _("Closed"),
        _("Closed in time"),
        _("True alarms"),
    ]
    rows = [
        [warnings.signal_word(one.signal, document), one.raised, one.open, one.late, one.closed, one.in_time,
         one.true_alarms]
        for one in found
    ]  # fmt: skip
    say_table(_("Signals"), columns, rows)


@app.command()
@command("warnings.write")
def digest(as_json: Json = False) -> None:
    """Tell each owner once a day what is open with them."""
    number = acts.send_digest(actor=operator(), on=business_day())
    words = _("Owners told: %(number)s") % {"number": number}
    _say(words, {"told": number}, as_json=as_json)


def _say(words: str, told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(words)


def _row(row: Any) -> dict[str, Any]:
    plain = ("signal", "cause", "level", "measure", "evidence", "raised_on", "due_on", "owner", "times",
    "state",
             "outcome", "is_true", "closed_on")  # fmt: skip
    amount = None if row.amount_minor is None else Money(row.amount_minor, row.currency).decimal
    return {
        "id": row.pk,
        "customer_no": row.customer.no if row.customer else "",
        **{name: getattr(row, name) for name in plain},
        "amount": amount,
    }
