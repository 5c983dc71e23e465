"""Outside factors: list, show, open, tell, entries, enter, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.factors import queries as factors
from xinheng.facts.factors import services as acts
from xinheng.facts.factors.values import ENTRY_KINDS, SERIES_KINDS, NewEntry, NewFigure, NewSeries, Wanted
from xinheng.reports import queries as asked
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written

app = typer.Typer(no_args_is_help=True)
AsOf = Annotated[str | None, typer.Option("--as-of", help="As known on this day; today if not given.")]
Code = Annotated[str, typer.Argument(help="The code of the series, as temperature.")]
SeriesKindName = Literal["weather", "holiday", "price", "policy", "economy", "own"]
EntryKindName = Literal["industrial_policy", "economic_situation", "market_environment", "public_information"]
EntryStateName = Literal["counts", "to_come", "expired", "replaced"]


@app.command("list")
@command("factors.read")
def listed(as_of: AsOf = None, as_json: Json = False) -> None:
    """List the series with their last values."""
    lines = factors.series_lines(operator(), as_of=day(as_of))
    if as_json:
        say_json([line.__dict__ for line in lines])
        return
    columns = [_("Code"), _("Name"), _("Unit"), _("Kind"), _("Last value"), _("Last day"), _("Days told")]
    rows = [
        [one.code, one.name, one.unit, SERIES_KINDS[one.kind], one.value, one.last, one.days,
         asked.SERIES_STATES[one.state]]
        for one in lines
    ]  # fmt: skip
    say_table(_("Outside factors"), [*columns, _("State")], rows)


@app.command()
@command("factors.read")
def show(code: Code, as_of: AsOf = None, limit: Limit = 50, as_json: Json = False) -> None:
    """Show the figures of a series, the newest first."""
    line, frame = factors.series_of(operator(), code, as_of=day(as_of))
    rows = frame.tail(limit).reverse()
    if as_json:
        say_json(rows.to_dicts())
        return
    say_table(line.name, [_("Day"), _("Value")], [list(row) for row in rows.iter_rows()])


@app.command("open")
@command("factors.write")
def opened(
    code: Code,
    name: Annotated[str, typer.Argument(help="Its name.")],
    unit: Annotated[str, typer.Option(help="The unit of its figures.")] = "",
    kind: Annotated[SeriesKindName, typer.Option(help="What it tells of.")] = "own",
    valid_days: Annotated[int | None, typer.Option(help="Days it is current after its last day.")] = None,
    as_json: Json = False,
) -> None:
    """Open a series; files of figures come in with `xinheng import --kind factor_values`."""
    new = NewSeries(code, name, unit, kind, valid_days)
    _said({"code": acts.open_series(actor=operator(), on=business_day(), new=new).code}, as_json)


@app.command()
@command("factors.write")
def tell(
    code: Code,
    on: Annotated[str, typer.Argument(help="The day, as 2026-06-30.")],
    value: Annotated[float, typer.Argument(help="The figure.")],
    source: Annotated[str, typer.Option(help="Who says so.")] = "",
    as_json: Json = False,
) -> None:
    """Tell the figure of a day; told again it is a correction, and the earlier one stays."""
    new = NewFigure(day(on), value, source)
    acts.tell_figure(actor=operator(), on=business_day(), code=code, new=new)
    _said({"code": code, "day": new.day, "value": value}, as_json)


@app.command()
@command("factors.read")
def entries(
    text: Annotated[str, typer.Argument(help="Part of a title, a text or a source.")] = "",
    kind: Annotated[EntryKindName | None, typer.Option(help="Only of this kind.")] = None,
    state: Annotated[EntryStateName | None, typer.Option(help="Only those so.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List the information bank, the newest first; what has expired is flagged."""
    found = factors.bank(operator(), Wanted(text, kind or "", "", state or ""), as_of=day(as_of))
    if as_json:
        say_json([one.__dict__ for one in found])
        return
    columns = [_("No."), _("Kind"), _("Industry"), _("Title"), _("Effect"), _("Valid from"), _("Valid until")]
    rows = [
        [one.no, ENTRY_KINDS[one.kind], one.industry, one.title, one.effect, one.valid_from, one.valid_until,
         asked.ENTRY_STATES[one.state]]
        for one in found
    ]  # fmt: skip
    say_table(_("Information bank"), [*columns, _("State")], rows)


@app.command()
@command("factors.write")
def enter(  # noqa: PLR0913, PLR0917 - one option a field
    kind: Annotated[EntryKindName, typer.Argument(help="What kind of information.")],
    title: Annotated[str, typer.Argument(help="Its title.")],
    effect: Annotated[int, typer.Option(help="-2 much worse to 2 much better for the industry.")],
    since: Annotated[str, typer.Option("--from", help="The first day it is valid.")],
    until: Annotated[str, typer.Option(help="The last day it is valid.")],
    source: Annotated[str, typer.Option(help="Where it stands.")],
    industry: Annotated[str, typer.Option(help="Letter or code of GB/T 4754; all if not given.")] = "",
    replaces: Annotated[str, typer.Option(help="The number of the entry it corrects.")] = "",
    as_json: Json = False,
) -> None:
    """Put an entry into the information bank, or correct one."""
    new = NewEntry(kind, title, effect, day(since), day(until), source, industry, replaces=replaces)
    _said({"no": acts.tell_entry(actor=operator(), on=business_day(), new=new).no}, as_json)


@app.command()
@command("factors.read")
def export(
    target: Annotated[Path, typer.Argument(help="The workbook to write.")], as_json: Json = False
) -> None:
    """Write series, figures and entries as Excel."""
    content = reports.export_factors(actor=operator(), on=business_day(), wanted=Wanted())
    written(target, content, as_json=as_json)


def _said(told: dict[str, object], as_json: bool) -> None:
    if as_json:
        say_json(told)
    else:
        screen.print(_("Kept: %(what)s") % {"what": ", ".join(str(value) for value in told.values())})
