"""Consumer risk: run a month, show lists, what came of runs, points and figures of a case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.arrears import services as late_payment
from xinheng.judgements.consumers import queries as consumers
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.values import NewDemerit, Wanted
from xinheng.reports import queries as lists
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
Run = Annotated[int | None, typer.Option("--run", help="The run; the last one if not given.")]
No = Annotated[str, typer.Argument(help="The consumer's number.")]
On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-06-30; today if not given.")]
File = Annotated[Path | None, typer.Option("--load", help="A file with the columns item and value.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write it as an Excel file instead.")]


@app.command("run")
@command("consumers.write")
def make_run(
    month: Annotated[str | None, typer.Option("--month", help="A day of the month, as 2026-04-01.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="As things stood before this past day; today if not given.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge every consumer for a month and keep the run."""
    past = day(as_of)
    made = acts.run_risk(actor=operator(), on=business_day(), month=day(month) if month else past, as_of=past)
    if as_json:
        say_json({"run": made.pk, "month": made.month, "method": made.method, "totals": made.totals,
                  "notes": made.notes})  # fmt: skip
        return
    rows = [
        [str(consumers.VOLTAGE_WORDS[one["voltage"]]), one["consumers"], one["at_risk"], one["high"],
         one["not_assessable"], Money(one["foretold_minor"])]
        for one in made.totals
    ]  # fmt: skip
    heads = [_("Voltage class"), _("Consumers"), _("At risk"), _("High risk"), _("Not assessable"),
             _("Foretold late")]  # fmt: skip
    say_table(_("Run %(run)s of %(month)s") % {"run": made.pk, "month": f"{made.month:%Y-%m}"}, heads, rows)
    screen.print(str(consumers.METHODS[made.method]))


@app.command()
@command("consumers.read")
def show(  # noqa: PLR0913, PLR0917 - each an option
    what: Annotated[
        Literal["risks", "warnings", "plan", "over", "fees", "points", "accuracy", "runs"],
        typer.Argument(help="Which list."),
    ] = "risks",
    text: Annotated[str, typer.Option("--text", help="Part of a number or name.")] = "",
    level: Annotated[
        Literal["high", "risk", "none", "not_assessable", "at_risk"] | None,
        typer.Option(help="Only those of a level."),
    ] = None,
    voltage: Annotated[Literal["low", "high"] | None, typer.Option(help="Only one voltage class.")] = None,
    run: Run = None,
    limit: Limit = 50,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Show one of the lists of a run, or write it as an Excel file."""
    actor, on, wanted = operator(), business_day(), Wanted(text, level or "", voltage or "", run)
    if out is not None:
        content = reports.export_consumers(actor=actor, on=on, what=what, wanted=wanted)
        written(out, content, as_json=as_json)
        return
    listed, rows = lists.listed_consumers(actor, what, wanted, on=on)
    cells = [listed.cells(row, on) for row in listed.part(rows, 0, limit)]
    titles, kinds = [str(one.title) for one in listed.columns], [one.kind for one in listed.columns]
    told = [[reports.in_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in cells]
    if as_json:
        say_json({"title": str(listed.title), "columns": titles, "rows": told, "total": len(rows)})
    elif told:
        say_table(str(listed.title), titles, told)
    else:
        screen.print(str(listed.empty))


@app.command()
@command("consumers.write")
def actuals(
    run: Annotated[int, typer.Argument(help="The run.")],
    voltage: Annotated[Literal["low", "high"] | None, typer.Option(help="Class of what was counted.")] = None,
    late: Annotated[int | None, typer.Option(help="Late consumers, as counted.")] = None,
    amount: Annotated[str | None, typer.Option(help="Late amount in yuan, as counted.")] = None,
    as_json: Json = False,
) -> None:
    """Take what came of a run from the bills, or tell it as counted (with class, number and amount)."""
    actor, on = operator(), business_day()
    if voltage and late is not None and amount is not None:
        minor = Money.of(amount).minor
        acts.tell_outcome(actor=actor, on=on, run_id=run, voltage=voltage, late=late, late_minor=minor)
    else:
        acts.record_outcome(actor=actor, on=on, run_id=run)
    _say_accuracy(run, as_json=as_json)


@app.command()
@command("consumers.read")
def accuracy(run: Run = None, as_json: Json = False) -> None:
    """Show what runs came to, class by class."""
    _say_accuracy(run, as_json=as_json)


@app.command()
@command("consumers.read")
def points(
    no: No,
    on: On = None,
    code: Annotated[str, typer.Option("--take", help="Take points by hand: a demerit, as manual.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why they are taken.")] = "",
    as_json: Json = False,
) -> None:
    """Show the points of a consumer on a day with every demerit in force; take points by hand."""
    actor = operator()
    if code:
        acts.add_demerit(actor=actor, on=business_day(), new=NewDemerit(no, code, day(on), reason))
    found = consumers.points_of(actor, no, as_of=day(on))
    if as_json:
        say_json({**found.__dict__, "demerits": [one.__dict__ for one in found.demerits]})
        return
    rows = [[one.name, one.points, one.cash, one.from_on, one.until_on, one.reason or one.subject]
            for one in found.demerits]  # fmt: skip
    flag = f", {_('cash only')}" if found.is_cash_only else ""
    title = f"{no}: {found.points} ({found.band} {found.band_name}){flag}"
    say_table(
        title, [_("Demerit"), _("Credit points"), _("Cash points"), _("From"), _("Until"), _("Reason")], rows
    )


@app.command()
@command("consumers.write")
def events(as_json: Json = False) -> None:
    """Raise the demerits of reminders, disconnections, returned payments, write-offs and broken promises."""
    made = runs.raise_demerits(actor=operator(), on=business_day())
    if as_json:
        say_json({"demerits": made})
    else:
        screen.print(_("%(number)s demerits are new.") % {"number": made})


@app.command()
@command("consumers.write")
def balances(
    file: Annotated[Path, typer.Argument(help="A file with the columns consumer, amount and perhaps day.")],
    as_json: Json = False,
) -> None:
    """Keep the balances of prepaid consumers as the billing system tells them."""
    frame = late_payment.table_in(file, ("consumer", "amount"))
    kept = acts.keep_balances(actor=operator(), on=business_day(), frame=frame)
    if as_json:
        say_json({"balances": kept})
    else:
        screen.print(_("%(number)s balances are kept.") % {"number": kept})


@app.command()
@command("consumers.read")
def case(
    load: File = None,
    published: Annotated[bool, typer.Option("--published", help="Load the published figures.")] = False,
    template: Annotated[Path | None, typer.Option("--template", help="Write the file to fill in.")] = None,
    as_json: Json = False,
) -> None:
    """Load the figures of a case, or show every rate the newest ones come to."""
    actor, on = operator(), business_day()
    if template is not None:
        written(template, lists.case_template(actor=actor), as_json=as_json)
        return
    if load is not None or published:
        title, figures = acts.read_case(load or consumers.shipped_case())
        acts.load_case(actor=actor, on=on, title=title, figures=figures)
    found = consumers.case_figures(actor)
    tables = consumers.case_tables(found)
    if as_json:
        told = {one.code: {row.name: list(row.values) for row in one.rows} for one in tables}
        say_json({"title": found.title, "version": found.version, "tables": told})
        return
    for one in tables:
        say_table(one.title, ["", *one.columns], [[row.name, *row.values] for row in one.rows])


def _say_accuracy(run: int | None, *, as_json: bool) -> None:
    found = [one for one in consumers.accuracies(operator()) if run is None or one.run_id == run]
    if as_json:
        say_json([{**one.__dict__, "precision": one.precision, "recall": one.recall,
                   "money_recall": one.money_recall} for one in found])  # fmt: skip
        return
    listed = lists.CONSUMER_LISTS["accuracy"]
    cells = [listed.cells({"told": one}, business_day()) for one in found]
    kinds = [one.kind for one in listed.columns]
    rows = [[reports.in_words(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in cells]
    say_table(str(listed.title), [str(one.title) for one in listed.columns], rows)
