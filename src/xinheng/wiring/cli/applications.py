"""Applications for credit: rules, lists, proposals, key papers, many limits by a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications import services as acts
from xinheng.judgements.applications.values import NewBatch, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.errors import FileUnreadable
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
KIND = "application"
Code = Annotated[str, typer.Argument(help="The code of rules of applying, as general.")]
From = Annotated[str, typer.Option("--from", help="The day from which they hold, as 2026-06-30.")]
File = Annotated[
    Path, typer.Argument(help="An Excel or CSV file.", exists=True, dir_okay=False, readable=True)
]
Customer = Annotated[str, typer.Argument(help="A customer number.")]
State = Annotated[str, typer.Option(help="draft, open, returned, approved, rejected, withdrawn or all.")]


@app.command("rules")
@command("applications.read")
def rules_in_force(as_json: Json = False) -> None:
    """List the rules of applying in force today, and the shipped ones never adopted here."""
    held = applications.in_force(business_day())
    rows = [
        {"code": code, "version": document.version, "name": applications.worded(document.name)}
        for code, (document, _hash) in held.items()
    ]
    left = [one.header for one in packs.not_adopted(KIND)]
    if as_json:
        say_json({"in_force": rows, "shipped": [{"code": one.code, "version": one.version} for one in left]})
        return
    columns = [_("Code"), _("Version"), _("Name")]
    say_table(_("Rules of applying for credit"), columns, [list(row.values()) for row in rows])
    if left:
        told = [[one.code, one.version, one.name] for one in left]
        say_table(_("Shipped, not adopted"), columns, told)


@app.command()
@command("policies.adopt")
def adopt(code: Code, effective_from: From, as_json: Json = False) -> None:
    """Adopt the shipped rules of a code from a day on."""
    told: dict[str, Any] = {"actor": operator(), "on": business_day(), "codes": [code], "kind": KIND}
    kept = adopting.adopt_shipped(**told, effective_from=day(effective_from))
    said = [{"code": one.code, "version": one.version, "effective_from": one.effective_from} for one in kept]
    if as_json:
        say_json(said)
    else:
        words = _("The policy %(code)s %(version)s holds from %(day)s.")
        for one in kept:
            screen.print(
                words % {"code": one.code, "version": one.version, "day": one.effective_from}, markup=False
            )


@app.command("list")
@command("applications.read")
def list_applications(
    state: State = "open",
    late: Annotated[bool, typer.Option("--late", help="Only those past the day of their step.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List applications for credit, the newest first."""
    if state not in (*applications.STATES, "all"):
        raise typer.BadParameter(
            _("it must be one of %(choices)s") % {"choices": ", ".join((*applications.STATES, "all"))}
        )
    wanted = Wanted(state="" if state == "all" else state, late=late)
    rows = [_row(one) for one in applications.applications(operator(), wanted, on=business_day())[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."), _("Customer number"), _("Rules"), _("Amount"), _("Days of credit"), _("Grade"), _("State"),
        _("Applied by"), _("Due on"),
    ]  # fmt: skip
    say_table(_("Applications for credit"), columns, [list(row.values()) for row in rows])


@app.command()
@command("applications.read")
def show(application: Number, as_json: Json = False) -> None:
    """Show one application: what was proposed and known at each decision."""
    one = applications.get_application(operator(), application, on=business_day())
    frozen = [
        {"act": row.act, "by": row.by, "on": row.on, "sha256": row.sha256, "intact": intact,
         "grade": told["grade"], "exposure": Money(told["exposure"]["total"], one.currency)}
        for row, told, intact in applications.frozen_of(one)
    ]  # fmt: skip
    if as_json:
        say_json({**_row(one), "frozen": frozen})
        return
    say_table(
        _("Applications for credit"), [_("What"), _("Value")], [list(each) for each in _row(one).items()]
    )
    columns = [_("Act"), _("Who"), _("Day"), _("SHA-256"), _("Unaltered"), _("Grade"), _("Exposure")]
    say_table(_("What was known"), columns, [list(row.values()) for row in frozen])


@app.command()
@command("applications.read")
def propose(
    customer: Customer,
    rules: Annotated[str, typer.Option(help="The code of the rules.")] = "general",
    days: Annotated[int, typer.Option(min=0, max=3650, help="Days of credit asked for.")] = 30,
    as_json: Json = False,
) -> None:
    """Show what every method proposes as the limit of a customer, side by side."""
    found = applications.proposals(operator(), customer, rules, on=business_day(), days=days)
    rows = [
        {"code": one.code, "method": one.method, "amount": None if one.minor is None else Money(one.minor),
         "counts": one.counts, "missing": list(one.missing), "inputs": dict(one.inputs)}
        for one in found.proposals
    ]  # fmt: skip
    amount = None if found.minor is None else Money(found.minor)
    if as_json:
        say_json({"proposals": rows, "chosen": found.chosen, "amount": amount})
        return
    told = [
        [row["code"], str(applications.METHODS[str(row["method"])]), row["amount"],
         _("chosen") if row["code"] == found.chosen else "", ", ".join(row["missing"])]  # type: ignore[arg-type]
        for row in rows
    ]  # fmt: skip
    say_table(customer, [_("Code"), _("Method"), _("Proposes"), "", _("Missing")], told)
    screen.print(_("Proposed: %(amount)s") % {"amount": amount if amount is not None else "—"}, markup=False)


@app.command("watch-papers")
@command("limits.write")
def watch_papers(as_json: Json = False) -> None:
    """Suspend or shrink credit whose key papers are out of date, and give back what was renewed."""
    held, ended = acts.watch_papers(actor=operator(), on=business_day())
    if as_json:
        say_json({"held": held, "given_back": ended})
    else:
        words = _("%(held)s credits held back for want of a paper, %(ended)s given back.")
        screen.print(words % {"held": held, "ended": ended}, markup=False)


@app.command("change-limits")
@command("applications.write")
def change_limits(
    file: File,
    reason: Annotated[str, typer.Option(help="Why; it stands on the trail.")],
    rules: Annotated[str, typer.Option(help="The code of the rules.")] = "general",
    ask: Annotated[bool, typer.Option("--ask", help="Ask for it; else only the effect is shown.")] = False,
    as_json: Json = False,
) -> int:
    """Preview a change of many limits by a file, or ask for it. Exit code 3 when rows are wrong."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=file, cause=str(error)) from error
    rows, faults = applications.rows_of(file.name, content)
    asked = NewBatch(rules, reason, file.name, rows=tuple(rows))
    who: dict[str, Any] = {"on": business_day()}
    seen = applications.preview(operator(), asked, **who)
    wrong = sorted((*faults, *seen.faults), key=lambda one: one.row)
    batch = acts.ask_batch(actor=operator(), asked=asked, **who).pk if ask and not wrong else None
    effects = [
        {"customer_no": one.customer_no, "old": one.old, "new": one.new, "exposure": one.exposure,
         "below": one.below, "passing": one.passing}
        for one in seen.effects
    ]  # fmt: skip
    if as_json:
        say_json({"batch": batch, "effects": effects, "faults": [vars(one) for one in wrong]})
    else:
        columns = [_("Customer number"), _("Limit before"), _("New limit"), _("Exposure"),
                   _("Below what is owed"), _("Held orders that would pass")]  # fmt: skip
        say_table(_("Change of limits"), columns, [list(row.values()) for row in effects])
        if wrong:
            told = [[one.row, one.field, one.cause] for one in wrong]
            say_table(_("Rows that are wrong"), [_("Row"), _("Field"), _("Cause")], told)
    return FOUND if wrong else 0


def _row(one: Any) -> dict[str, Any]:
    return {
        "no": one.pk, "customer_no": one.customer.no, "rules": one.rules,
        "amount": Money(one.amount_minor, one.currency), "days": one.days, "grade": one.grade,
        "state": one.state, "applied_by": one.applied_by,
        "due_on": one.request.due_on if one.request and one.state == "open" else None,
    }  # fmt: skip
