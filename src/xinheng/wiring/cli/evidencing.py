"""Evidence: questionnaires, investigations, reports from the field, stale data, contradictions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.judgements.ratings import services as judging
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, operator, say_json, say_table, screen, written

app = typer.Typer()
surveys = typer.Typer(no_args_is_help=True)
app.add_typer(surveys, name="surveys")
Excel = Annotated[Path | None, typer.Option("--excel", help="Also write everything as an Excel file.")]
State = Annotated[str, typer.Option(help="Only those in this state.")]
SURVEY = (
    "id",
    "form",
    "state",
    "begun_on",
    "told_by",
    "signed_by",
    "submitted_on",
    "reviewed_by",
    "filed_on",
)
ORDER = ("id", "assignee", "state", "ordered_on", "due_on", "report_on", "outcome")
REPORT = ("id", "kind", "told_on", "told_by", "text", "read_by", "read_on")


@surveys.command("list")
@command("customers.read")
def list_surveys(
    state: State = "",
    form: Annotated[str, typer.Option(help="Only on this form.")] = "",
    limit: Limit = 50,
    excel: Excel = None,
    as_json: Json = False,
) -> None:
    """List questionnaires, the newest first."""
    seen = customers.surveys_seen(operator(), on=business_day())
    found = customers.surveys_asked(seen, state=state, form=form)
    _say(_("Questionnaires"), found[:limit], SURVEY, as_json=as_json)
    _write(excel, "surveys", {"state": state, "form": form}, as_json=as_json)


@surveys.command("show")
@command("customers.read")
def show_survey(survey: Number, as_json: Json = False) -> None:
    """Show the answers of a questionnaire, as far as you may see them."""
    found, _masked = files.read_survey(actor=operator(), on=business_day(), survey_id=survey)
    told = {**found.answers, **found.questions}
    if as_json:
        say_json({**_row(found, SURVEY), "answers": told, "looked_at": found.looked_at})
        return
    known = customers.catalogue()
    rows = [
        [code, known[code].name if code in known else code, _("unknown") if answer is None else answer]
        for code, answer in told.items()
    ]
    say_table(
        f"{found.customer.no} {customers.form_of(found).name}", [_("Code"), _("Name"), _("Answer")], rows
    )


@surveys.command("submit")
@command("customers.write")
def submit_survey(
    survey: Number,
    sign: Annotated[bool, typer.Option("--sign", help="Sign it, and answer for its truth.")] = False,
    as_json: Json = False,
) -> None:
    """Hand in a questionnaire, signed."""
    kept = judging.hand_in_survey(actor=operator(), on=business_day(), survey_id=survey, signed=sign)
    if as_json:
        say_json(_row(kept, SURVEY))
    else:
        screen.print(_("Questionnaire %(no)s is handed in.") % {"no": kept.pk})


@app.command()
@command("customers.read")
def investigations(
    state: State = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that are overdue.")] = False,
    limit: Limit = 50,
    excel: Excel = None,
    as_json: Json = False,
) -> None:
    """List investigations, the next due first."""
    on = business_day()
    found = customers.investigations_seen(operator(), on=on)
    found = customers.overdue(found, on=on) if overdue else found.filter(state=state) if state else found
    _say(_("Investigations"), found.order_by("due_on", "id")[:limit], ORDER, as_json=as_json)
    _write(excel, "investigations", {"state": "overdue" if overdue else state}, as_json=as_json)


@app.command("reports")
@command("customers.read")
def field_reports(
    urgent: Annotated[bool, typer.Option("--unread", help="Only urgent ones nobody read yet.")] = False,
    limit: Limit = 50,
    excel: Excel = None,
    as_json: Json = False,
) -> None:
    """List reports from the field, the newest first."""
    found = customers.field_reports_seen(operator(), on=business_day())
    found = customers.unread(found) if urgent else found
    _say(_("Reports from the field"), found[:limit], REPORT, as_json=as_json)
    _write(excel, "reports", {"kind": "urgent" if urgent else ""}, as_json=as_json)


@app.command()
@command("customers.read")
def stale(limit: Limit = 50, excel: Excel = None, as_json: Json = False) -> None:
    """List what is out of date in the files, the oldest first."""
    on = business_day()
    found = customers.stale_items(customers.visible(operator(), on=on), on=on, most=limit)
    rows = [[one.customer_no, one.item.code, one.item.name, one.true_on, one.person_login] for one in found]
    columns = [_("Customer number"), _("Code"), _("File item"), _("True on"), _("Responsible")]
    if as_json:
        names = ("customer_no", "item", "name", "true_on", "person")
        say_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        say_table(_("Data out of date"), columns, rows)
    _write(excel, "stale", {}, as_json=as_json)


@app.command()
@command("customers.read")
def contradictions(limit: Limit = 50, excel: Excel = None, as_json: Json = False) -> None:
    """List what the channels tell differently of one item."""
    on = business_day()
    found = customers.contradictory(customers.visible(operator(), on=on), on=on, most=limit)
    if as_json:
        say_json([{"customer_no": one.customer_no, "item": one.item.code, "told": one.told} for one in found])
    else:
        columns = [_("Customer number"), _("File item"), _("What is told")]
        rows = [
            [one.customer_no, one.item.name, " ↔ ".join(f"{told} ({way})" for way, told, _day in one.told)]
            for one in found
        ]
        say_table(_("Contradictions"), columns, rows)
    _write(excel, "contradictions", {}, as_json=as_json)


def _row(one: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {"customer_no": one.customer.no, **{name: getattr(one, name) for name in names}}


def _say(title: str, found: Any, names: tuple[str, ...], *, as_json: bool) -> None:
    rows = [_row(one, names) for one in found]
    if as_json:
        say_json(rows)
    else:
        say_table(title, [_("Customer number"), *names], [list(row.values()) for row in rows])


def _write(target: Path | None, what: str, asked: dict[str, str], *, as_json: bool) -> None:
    if target:
        content = reports.export_evidence(actor=operator(), on=business_day(), what=what, asked=asked)
        written(target, content, as_json=as_json)
