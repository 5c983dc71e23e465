"""Letters, visits, matters and files: lists, register, open and close matters, satisfaction, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.periods import quarter_of
from xinheng.operations.care import queries as care
from xinheng.operations.care import services as acts
from xinheng.operations.care.values import NewEntry, NewMatter, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
What = Annotated[
    Literal["register", "visits", "matters", "standings", "thin", "leads", "opinions", "files", "evaluations",
            "departures", "copies"],
    typer.Argument(help="Which list."),
]  # fmt: skip
No = Annotated[str, typer.Argument(help="The customer's number.")]
On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")]


@app.command("list")
@command("care.read")
def listed(
    what: What = "register",
    text: Annotated[str, typer.Option("--text", help="Part of a customer or of what is said.")] = "",
    state: Annotated[
        Literal["open", "closed", "late", "holding"] | None, typer.Option(help="Only those so.")
    ] = None,
    limit: Limit = 50,
    out: Annotated[Path | None, typer.Option("--out", help="Write it as an Excel file instead.")] = None,
    as_json: Json = False,
) -> None:
    """Show one of the lists."""
    actor, on = operator(), business_day()
    wanted = Wanted(text=text, state=state or "")
    if out is not None:
        content = reports.export_care(actor=actor, on=on, what=what, wanted=wanted)
        written(out, content, as_json=as_json)
        return
    table = reports.CARE_LISTS[what]
    rows = [table.cells(row, actor, on) for row in table.rows(actor, wanted, on)[:limit]]
    titles = [str(one.title) for one in table.columns]
    if as_json:
        say_json({"title": str(table.title), "columns": titles, "rows": rows})
        return
    kinds = [one.kind for one in table.columns]
    cells = [[reports.in_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows]
    say_table(str(table.title), titles, cells)


@app.command()
@command("care.write")
def register(  # noqa: PLR0913, PLR0917 - each an option
    about: Annotated[str, typer.Argument(help="What it is about.")],
    sender: Annotated[str, typer.Option("--from", help="Who sent it.")],
    receiver: Annotated[str, typer.Option("--to", help="Who received it.")],
    kind: Annotated[str, typer.Option(help="A kind of the rules, as letter.")] = "letter",
    direction: Annotated[Literal["in", "out"], typer.Option(help="Seen from us.")] = "in",
    customer: Annotated[str, typer.Option("--customer", help="Number; not known yet if not given.")] = "",
    party: Annotated[str, typer.Option("--party", help="The party as it was told.")] = "",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Register an item that passed."""
    new = NewEntry(kind, direction, sender, receiver, party, about, day(on), customer)
    kept = acts.register(actor=operator(), on=business_day(), new=new)
    _say(_("Registered as %(no)s.") % {"no": kept.no}, kept.no, as_json=as_json)


@app.command("open")
@command("care.write")
def open_matter(  # noqa: PLR0913, PLR0917 - each an option
    no: No,
    what: Annotated[str, typer.Argument(help="What is the matter.")],
    by: Annotated[str, typer.Option("--by", help="Who reported it.")],
    kind: Annotated[str, typer.Option(help="A kind of the rules, as repair.")] = "repair",
    place: Annotated[str, typer.Option("--place", help="Unit, order or vehicle.")] = "",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Open a matter of a customer."""
    new = NewMatter(kind, what, day(on), by, place)
    kept = acts.open_matter(actor=operator(), on=business_day(), customer_no=no, new=new)
    _say(_("Matter %(no)s is open.") % {"no": kept.no}, kept.no, as_json=as_json)


@app.command("close")
@command("care.write")
def close_matter(
    matter: Annotated[str, typer.Argument(help="The matter's number.")],
    result: Annotated[str, typer.Argument(help="How it ended.")],
    confirmed_by: Annotated[
        str, typer.Option("--confirmed-by", help="Who at the customer confirmed it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Close a matter with its result."""
    actor, on = operator(), business_day()
    if confirmed_by:
        acts.confirm_matter(actor=actor, on=on, no=matter, confirmed_by=confirmed_by)
    acts.close_matter(actor=actor, on=on, no=matter, result=result)
    _say(_("Matter %(no)s is closed.") % {"no": matter}, matter, as_json=as_json)


@app.command()
@command("care.write")
def evaluate(
    no: No, finding: Annotated[str, typer.Argument(help="What the file is worth.")], as_json: Json = False
) -> None:
    """Evaluate the file of a customer."""
    kept = acts.evaluate(actor=operator(), on=business_day(), customer_no=no, finding=finding)
    _say(_("Kept; due again on %(day)s.") % {"day": kept.next_on.isoformat()}, no, as_json=as_json)


@app.command()
@command("care.read")
def satisfaction(on: On = None, as_json: Json = False) -> None:
    """Show the index of satisfaction of the quarter of a day."""
    quarter = quarter_of(day(on))
    found = care.satisfaction(operator(), since=quarter.first, until=quarter.last, on=business_day())
    if as_json:
        say_json({"period": str(quarter), **found.__dict__})
        return
    rows = [[name, "—" if mean is None else mean] for name, mean in found.by_item.items()]
    rows.append([_("Index"), "—" if found.mean is None else found.mean])
    say_table(f"{_('Satisfaction')} {quarter}", [_("Item"), _("Index")], rows)


def _say(words: str, no: str, *, as_json: bool) -> None:
    if as_json:
        say_json({"no": no})
    else:
        screen.print(words)
