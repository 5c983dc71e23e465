"""Consents of customers, and what they let us give outside."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import queries, services
from xinheng.facts.consents.values import NewConsent, Permission
from xinheng.reports import services as reports
from xinheng.reports.values import DisclosureWanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.judging import PolicyCode, Role, RunNo, chosen_run
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen, written
from xinheng.wiring.cli.printing import File, named_form

app = typer.Typer(no_args_is_help=True)
Purpose = Literal["material", "commission", "publication"]


@app.command("list")
@command("consents.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer or recipient.")] = "",
    state: Annotated[
        Literal["running", "not_yet", "expired", "withdrawn"] | None, typer.Option(help="Only those so.")
    ] = None,
    limit: Limit = 50,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List the consents of customers, the newest first."""
    on = day(as_of)
    found = queries.found(operator(), queries.Wanted(text=text, state=state or ""), on=on)[:limit]
    held = queries.permissions(found, on=on)
    if as_json:
        say_json([asdict(one) for one in held])
        return
    rows = [
        [one.id, one.customer_no, one.purpose, one.recipient, one.from_on, one.until_on, one.state]
        for one in held
    ]
    columns = [_("No."), _("Customer no."), _("Purpose"), _("Recipient"), _("From"), _("Until"), _("State")]
    say_table(_("Consents"), columns, rows)


@app.command()
@command("consents.write")
def tell(  # noqa: PLR0913, PLR0917 - each an option
    customer_no: str,
    purpose: Annotated[Purpose, typer.Argument(help="What it lets us do.")],
    source: Annotated[str, typer.Option(help="What was signed, or the rule and its article.")],
    paper: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, readable=True, help="The signed paper.")
    ] = None,
    from_on: Annotated[str | None, typer.Option("--from", help="The first day; today if not given.")] = None,
    until_on: Annotated[str | None, typer.Option("--until", help="The last day.")] = None,
    basis: Annotated[Literal["consent", "law"], typer.Option(help="Whose word it is.")] = "consent",
    recipient: Annotated[str, typer.Option(help="To whom; anyone if not given.")] = "",
    policy: Annotated[str, typer.Option(help="Of an application to be rated: by which policy.")] = "",
    as_json: Json = False,
) -> None:
    """Keep a consent with its paper, or a rule of the state."""
    until: date | None = None if until_on is None else day(until_on)
    new = NewConsent(purpose, source, day(from_on), until, basis, recipient, policy)
    upload = None if paper is None else Upload(paper.name, paper.read_bytes())
    kept = services.tell_consent(
        actor=operator(), on=business_day(), customer_no=customer_no, new=new, paper=upload
    )
    _say(kept, as_json=as_json)


@app.command()
@command("consents.write")
def withdraw(
    consent: Number,
    reason: Annotated[str, typer.Option(help="Why it ends.")],
    as_json: Json = False,
) -> None:
    """End a consent from today on."""
    kept = services.withdraw_consent(actor=operator(), on=business_day(), consent_id=consent, reason=reason)
    _say(kept, as_json=as_json)


@app.command()
@command("ratings.disclose")
def disclose(  # noqa: PLR0913, PLR0917 - each an option
    customer_no: str,
    target: File,
    recipient: Annotated[str, typer.Option(help="To whom it is given.")],
    what: Annotated[
        Literal["material", "result"], typer.Option(help="Figures, or the grade of a commissioned rating.")
    ] = "material",
    run: RunNo = None,
    policy: PolicyCode = "",
    role: Role = "",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Write what a consent lets us give outside: material, or the result of a commissioned rating."""
    content = reports.export_disclosed(
        actor=operator(),
        on=business_day(),
        run_id=chosen_run(run, policy, as_of).pk,
        customer_no=customer_no,
        wanted=DisclosureWanted(recipient, what, role),
        form=named_form(target, "xlsx", "pdf"),
    )
    written(target, content, as_json=as_json)


def _say(kept: Permission, *, as_json: bool) -> None:
    if as_json:
        say_json(asdict(kept))
        return
    told: dict[str, Any] = {"number": kept.id, "customer": kept.customer_no, "state": kept.state}
    screen.print(_("Consent %(number)s of %(customer)s: %(state)s.") % told, markup=False)
