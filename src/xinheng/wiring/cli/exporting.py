"""Take lists away: customers, grades, indicators, the trail, as Excel, CSV or Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import typer
from django.utils.translation import gettext as _

from xinheng.base.audit.values import Search
from xinheng.reports import services as reports
from xinheng.reports.values import Form, Order, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import CustomersOfToday
from xinheng.wiring.cli.judging import PolicyCode, RunNo, chosen_run
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import command, day, operator, written

app = typer.Typer()
List = Literal["customers", "grades", "indicators", "trail"]


@app.command()
@command("exports.read")
def export(  # noqa: PLR0913, PLR0917 - each an option
    target: Annotated[
        Path, typer.Argument(help="The file to write: .xlsx, .csv or .parquet; - for standard output.")
    ],
    what: Annotated[
        List | None, typer.Option(help="Which list: customers if not given, grades with a run.")
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="The form of the file; by its name if not given.")
    ] = None,
    run: RunNo = None,
    policy: PolicyCode = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write customers, grades, indicators or the trail as an Excel, CSV or Parquet file."""
    actor, today = operator(), business_day()
    chosen, kind = what or ("grades" if run or policy else "customers"), form or form_of(target)
    if chosen == "grades":
        content = reports.export_run(
            actor=actor, on=today, run_id=chosen_run(run, policy, as_of).pk, form=kind
        )
    elif chosen == "indicators":
        content = reports.export_indicators(actor=actor, on=today, as_of=day(as_of), form=kind)
    elif chosen == "trail":
        wanted = Search(until_on=day(as_of))
        content = reports.export_trail(actor=actor, on=today, wanted=wanted, form=kind)
    elif day(as_of) != today:
        raise CustomersOfToday
    else:
        content = reports.export_customers(actor=actor, on=today, wanted=Wanted(), order=Order(), form=kind)
    written(target, content, as_json=as_json)


def form_of(target: Path) -> Form:
    """The form that a file's name speaks of."""
    ending = target.suffix.removeprefix(".").lower()
    if ending not in get_args(Form):
        raise typer.BadParameter(
            _("%(file)s ends in none of .xlsx, .csv, .parquet: name the form with --format.")
            % {"file": target}
        )
    return cast("Form", ending)
