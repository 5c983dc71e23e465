"""Credit file reports: write, seal, list, verify."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json
from xinheng.wiring.cli.output import command, operator, past_day, say_json, say_table, screen, written
from xinheng.wiring.cli.printing import File, named_form

app = typer.Typer(no_args_is_help=True)
No = Annotated[str, typer.Argument(help="The customer's number.")]
Deep = Annotated[
    Literal["", "brief", "standard", "full"],
    typer.Option("--depth", help="How deep; by the customer's size and dealings if not given."),
]


@app.command()
@command("exports.read")
def write(no: No, target: File, depth: Deep = "", as_of: AsOf = None, as_json: Json = False) -> None:
    """Write the credit file report of a customer: PDF, Word or Excel."""
    told: dict[str, Any] = {"depth": depth, "as_of": past_day(as_of)}
    form = named_form(target, "pdf", "docx", "xlsx")
    content = reports.export_credit_report(
        actor=operator(), on=business_day(), customer_no=no, form=form, **told
    )
    written(target, content, as_json=as_json)


@app.command()
@command("archive.write")
def seal(no: No, depth: Deep = "", as_of: AsOf = None, as_json: Json = False) -> None:
    """Number the report and keep its PDF in the archive."""
    told: dict[str, Any] = {"depth": depth, "as_of": past_day(as_of)}
    kept = reports.seal_credit_report(actor=operator(), on=business_day(), customer_no=no, **told)
    _say(_("Report %(number)s is sealed.") % {"number": kept.number}, kept, as_json=as_json)


@app.command("list")
@command("customers.read")
def listed(no: No, as_json: Json = False) -> None:
    """List the sealed reports of a customer, the newest first."""
    rows = reports.sealed_reports(operator(), no, on=business_day())
    if as_json:
        say_json([one.as_told() for one in rows])
        return
    columns = [_("Report no."), _("As of"), _("Depth of the report"), _("Sealed by"), "SHA-256"]
    lines = [[one.number, one.as_of, one.depth, one.sealed_by, one.sha256] for one in rows]
    say_table(_("Sealed reports"), columns, lines)


@app.command()
@command("customers.read")
def verify(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The PDF to be proven.")],
    number: Annotated[str, typer.Option(help="Its number, as the paper says.")] = "",
    as_json: Json = False,
) -> None:
    """Prove that a file is a sealed report, to the byte. Exit code 1 where it is none."""
    found = reports.verify_credit_report(
        actor=operator(), on=business_day(), content=file.read_bytes(), number=number
    )
    words = _("This is report %(number)s of %(name)s, sealed on %(day)s.") % {
        "number": found.number, "name": found.customer_name, "day": found.sealed_on,
    }  # fmt: skip
    _say(words, found, as_json=as_json)


def _say(words: str, told: Any, *, as_json: bool) -> None:
    if as_json:
        say_json(told.as_told())
    else:
        screen.print(words)
