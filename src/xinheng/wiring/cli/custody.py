"""The archive room: hand-overs, how many came in time, loans, places, counting, seasons, reminders."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.access.errors import UnitUnknown
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.clock import at_site, timestamp
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import HANDOVER_STATES, SCAN_WORDS, WAY_WORDS, WantedHandovers, WantedLoans
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit
from xinheng.wiring.cli.output import FOUND, command, operator, past_day, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Text = Annotated[str, typer.Argument(help="Part of what it is about, or a dossier's number.")]
PlaceCode = Annotated[str, typer.Argument(help="Bar code of the place.")]
QUARTER = timedelta(days=92)


@app.command("handovers")
@command("custody.read")
def handovers(
    text: Text = "",
    scheme: Annotated[str, typer.Option(help="Only of this scheme, as veh_sales.")] = "",
    late: Annotated[bool, typer.Option("--late", help="Only those past their day.")] = False,
    as_of: AsOf = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> int | None:
    """List hand-overs of papers, those due first. Exit code 3 when any listed is late."""
    on = past_day(as_of)
    wanted = WantedHandovers(text=text, scheme=scheme, late=late)
    found = custody.handovers(operator(), on, wanted)[:limit]
    rows = [_handover(one, on) for one in found]
    if as_json:
        say_json(rows)
    else:
        columns = [_("No."), _("Hand-over"), _("About"), _("From unit"), _("To unit"), _("Due on"),
                   _("Accepted on"), _("State")]  # fmt: skip
        keys = ("id", "scheme", "subject", "from_unit", "to_unit", "due_on", "accepted_on", "state_word")
        say_table(_("Hand-over register"), columns, [[row[key] for key in keys] for row in rows])
    return FOUND if any(row["is_late"] for row in rows) else None


@app.command("rates")
@command("custody.read")
def rates(
    since: Annotated[str | None, typer.Option(help="First day due, as 2026-06-30.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Say how many hand-overs came in time, by unit and scheme."""
    until = past_day(as_of)
    first = past_day(since) if since else until - QUARTER
    found = custody.on_time(operator(), since=first, until=until, on=until)
    if as_json:
        say_json([{**one.__dict__, "share": one.share} for one in found])
        return
    columns = [_("From unit"), _("Hand-over"), _("In all"), _("In time"), _("late"), _("Share")]
    rows = [[one.unit, one.scheme, one.total, one.on_time, one.late,
             "—" if one.share is None else f"{one.share:.1%}"] for one in found]  # fmt: skip
    say_table(_("Hand-over register"), columns, rows)


@app.command("loans")
@command("custody.read")
def loans(
    text: Annotated[str, typer.Argument(help="Part of a paper, a dossier or a holder.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their moment.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Those that came back, too.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> int | None:
    """List papers that are out, those due first. Exit code 3 when any listed is overdue."""
    now = timestamp()
    wanted = WantedLoans(text=text, out=not everything, overdue=overdue)
    found = custody.loans(operator(), wanted, on=business_day(), at=now)[:limit]
    rows = [_loan(one, now) for one in found]
    if as_json:
        say_json(rows)
    else:
        columns = [_("No."), _("Label"), _("Title"), _("Holder"), _("Way of use"), _("Out at"), _("Due at"),
                   _("Back at")]  # fmt: skip
        keys = ("id", "paper", "title", "holder", "way_word", "out_at", "due_at", "returned_at")
        say_table(_("Loans of papers"), columns, [[row[key] for key in keys] for row in rows])
    return FOUND if any(row["is_overdue"] for row in rows) else None


@app.command("places")
@command("custody.read")
def places(
    text: Annotated[str, typer.Argument(help="Part of a code or a name.")] = "", as_json: Json = False
) -> None:
    """List places for papers with how much lies in each."""
    rows = [
        {"code": one.code, "name": one.name, "kind": one.kind, "lies": getattr(one, "lies", 0),
         "capacity": one.capacity}
        for one in custody.places(operator(), text)
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("Bar code"), _("Name of the place"), _("Kind of place"), _("Lies there"), _("Takes at most")]
    say_table(_("Places of papers"), columns, [list(row.values()) for row in rows])


@app.command("put")
@command("custody.write")
def put(
    code: Annotated[str, typer.Argument(help="Label of a paper, or number of a dossier.")],
    place: PlaceCode,
    as_json: Json = False,
) -> None:
    """Put a paper or a dossier at a place."""
    kept = acts.put(actor=operator(), on=business_day(), at=timestamp(), code=code, place=place)
    words = _("%(code)s lies at %(place)s now.") % {"code": code, "place": kept.place.code}
    say_json({"id": kept.pk}) if as_json else screen.print(words)


@app.command("count")
@command("custody.write")
def count(
    place: PlaceCode,
    file: Annotated[
        Path, typer.Argument(help="CSV file: code, place where it lay.", dir_okay=False, exists=True)
    ],
    as_json: Json = False,
) -> int | None:
    """Count a place by a file of codes that were read. Exit code 3 when anything differs."""
    who, on = operator(), business_day()
    with file.open(encoding="utf-8-sig", newline="") as lines:
        codes = [(row[0], row[1] if len(row) > 1 else "") for row in csv.reader(lines) if row]
    kept = acts.open_stock_take(actor=who, on=on, place=place)
    acts.read_codes(actor=who, on=on, at=timestamp(), stock_take_id=kept.pk, codes=codes)
    kept = acts.close_stock_take(actor=who, on=on, stock_take_id=kept.pk)
    if as_json:
        say_json({"id": kept.pk, "counts": kept.counts})
    else:
        rows = [[str(SCAN_WORDS[code]), number] for code, number in kept.counts.items()]
        say_table(_("Stock-take"), [_("Found"), _("How many")], rows)
    return FOUND if set(kept.counts) - {"right", "out"} else None


@app.command("seasons")
@command("custody.write")
def seasons(
    to_unit: Annotated[str, typer.Argument(help="Code of the unit of the archive room.")],
    units: Annotated[list[str], typer.Argument(help="Codes of the departments.")],
    as_json: Json = False,
) -> None:
    """Open the filing seasons of this month and close those that are over."""
    named = [_unit(code) for code in units]
    opened = acts.run_seasons(actor=operator(), on=business_day(), units=named, to_unit=_unit(to_unit))
    rows = [{"id": one.pk, "season": one.code, "first": one.first, "last": one.last} for one in opened]
    if as_json:
        say_json(rows)
        return
    say_table(
        _("Filing season"), [_("No."), _("Code"), _("From"), _("Until")], [list(row.values()) for row in rows]
    )


@app.command("remind")
@command("custody.write")
def remind(as_json: Json = False) -> None:
    """Remind of hand-overs and loans that come due or are late, each once a day."""
    number = acts.remind(actor=operator(), on=business_day(), at=timestamp())
    say_json({"reminded": number}) if as_json else screen.print(
        _("Reminded of %(n)s things.") % {"n": number}
    )


def _unit(code: str) -> Any:
    found = people.units(system_actor()).filter(code=code).first()
    if found is None:
        raise UnitUnknown(unit=code)
    return found


def _handover(one: Any, on: Any) -> dict[str, Any]:
    waits = one.state in ("open", "returned")
    names = ("scheme", "subject", "owner", "started_on", "due_on", "accepted_on", "state", "is_assumed")
    return {
        "id": one.pk, **{name: getattr(one, name) for name in names}, "from_unit": one.from_unit.code,
        "to_unit": one.to_unit.code, "state_word": str(HANDOVER_STATES[one.state]),
        "is_late": waits and one.due_on < on,
    }  # fmt: skip


def _loan(one: Any, now: Any) -> dict[str, Any]:
    def moment(at: Any) -> str | None:
        return at_site(at).strftime("%Y-%m-%d %H:%M:%S") if at else None

    return {
        "id": one.pk, "paper": one.paper.label, "title": one.paper.title, "dossier_no": one.paper.dossier.no,
        "holder": one.holder, "way": one.way, "way_word": str(WAY_WORDS[one.way]),
        "out_at": moment(one.out_at), "due_at": moment(one.due_at), "returned_at": moment(one.returned_at),
        "is_overdue": one.returned_at is None and now > one.due_at,
    }  # fmt: skip
