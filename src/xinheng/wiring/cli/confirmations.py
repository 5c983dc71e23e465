"""Balances confirmed with customers, and ageing that is proven."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.errors import ConfirmationInvalid
from xinheng.operations.confirmations.values import NewCampaign, NewConfirmation, Selection, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
State = Literal["drawn", "sent", "agreed", "differs", "settled"]
Way = Literal["post", "courier", "email", "fax", "chat", "by_hand"]
Company = Annotated[str, typer.Option(help="Our company, as it stands on the letters.")]
Reply = Annotated[int, typer.Option("--reply-days", min=0, max=366, help="Days until the answer is due.")]


@app.command("list")
@command("confirmations.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer.")] = "",
    state: Annotated[State | None, typer.Option(help="Only those so.")] = None,
    campaign: Annotated[int, typer.Option(help="Only those of a round.")] = 0,
    late: Annotated[bool, typer.Option("--late", help="Only those without an answer in time.")] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> int | None:
    """List confirmations, the newest first. Exit code 3 when an answer is late."""
    on = business_day()
    wanted = Wanted(text=text, state=state or "", campaign=campaign, late=late)
    found = list(confirmations.confirmations(operator(), wanted, on=on)[:limit])
    rows = [
        {
            "id": one.pk, "customer_no": one.customer.no, "form": one.form, "as_of": one.as_of,
            "state": one.state, "reply_by": one.reply_by, "sent_on": one.sent_on, "sha256": one.sha256,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
    else:
        columns = [_("No."), _("Customer no."), _("Form"), _("As of"), _("State"), _("Reply by")]
        cells = [
            [one.pk, one.customer.no, str(confirmations.FORMS[one.form]), one.as_of,
             str(confirmations.STATES[one.state]), one.reply_by]
            for one in found
        ]  # fmt: skip
        say_table(_("Confirmations"), columns, cells)
    return FOUND if any(one.state == "sent" and one.reply_by < on for one in found) else None


@app.command()
@command("confirmations.write")
def draw(
    customer_no: Annotated[str, typer.Argument(help="The customer's number.")],
    company: Company,
    as_of: AsOf = None,
    from_on: Annotated[
        str | None, typer.Option("--from", help="A statement from this day on; a letter if not given.")
    ] = None,
    reply_days: Reply = 15,
    as_json: Json = False,
) -> None:
    """Draw up and seal a letter, or a statement. Refused where it is not what the ledger says."""
    on = business_day()
    first = day(from_on) if from_on else None
    new = NewConfirmation(
        "statement" if first else "letter", company, day(as_of), on + timedelta(days=reply_days), first
    )
    kept = acts.draw_up(actor=operator(), on=on, customer_no=customer_no, new=new)
    sealed = reports.seal_confirmation(actor=operator(), on=on, confirmation_id=kept.pk)
    if as_json:
        say_json({"id": kept.pk, "sha256": sealed.sha256})
    else:
        screen.print(_("Confirmation %(number)s is sealed: %(sha256)s") % {
            "number": kept.pk, "sha256": sealed.sha256,
        })  # fmt: skip


@app.command("open")
@command("confirmations.write")
def begin(  # noqa: PLR0913, PLR0917 - each an option
    name: Annotated[str, typer.Argument(help="What the round is called.")],
    company: Company,
    kind: Annotated[Literal["quarterly", "yearly", "other"], typer.Option(help="Its kind.")] = "quarterly",
    as_of: AsOf = None,
    reply_days: Reply = 15,
    least: Annotated[str, typer.Option(help="A balance of at least so much, as 1000.00.")] = "0",
    region: Annotated[str, typer.Option(help="Only customers of this region.")] = "",
    as_json: Json = False,
) -> None:
    """Begin a round: a letter to each customer whose balance passes the selection."""
    on = business_day()
    try:
        bound = Decimal(least)
    except InvalidOperation as error:
        raise ConfirmationInvalid(cause=_("Write an amount as 1234.50."), field="least") from error
    new = NewCampaign(
        name, kind, day(as_of), on + timedelta(days=reply_days), company, Selection(bound, region=region)
    )
    kept = acts.open_campaign(actor=operator(), on=on, new=new)
    _tell_round(kept, as_json=as_json)


@app.command()
@command("confirmations.read")
def rounds(as_json: Json = False) -> None:
    """List the rounds of confirmations, the newest first, with how far they are."""
    actor, on = operator(), business_day()
    rows = [
        {
            "id": one.pk, "name": one.name, "as_of": one.as_of, "reply_by": one.reply_by,
            "currency": each.currency, "letters": each.chosen, "sent": each.sent,
            "answered": each.answered, "confirmed": each.confirmed, "silent": each.silent,
            "confirmed_money": each.confirmed_money.decimal,
        }
        for one in confirmations.campaigns(actor)[:50]
        for each in confirmations.coverage(actor, one, on=on)
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."), _("Name"), _("As of"), _("Reply by"), _("Currency"), _("Letters"), _("Sent"),
        _("Answered"), _("Confirmed"), _("Silent"), _("Money confirmed"),
    ]  # fmt: skip
    say_table(_("Rounds of confirmations"), columns, [list(row.values()) for row in rows])


@app.command("print")
@command("confirmations.write")
def printed(
    campaign: Number,
    folder: Annotated[Path, typer.Argument(help="Where the sealed papers are written to.")],
    as_json: Json = False,
) -> None:
    """Print and seal every letter of a round, and write the sealed papers into a folder."""
    actor, on = operator(), business_day()
    while reports.seal_round(actor=actor, on=on, campaign_id=campaign):
        pass
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for one in confirmations.confirmations(actor, Wanted(campaign=campaign), on=on):
        kept = confirmations.read_paper(actor=actor, on=on, confirmation_id=one.pk)
        (folder / kept.attached.file_name).write_bytes(kept.content)
        written += 1
    if as_json:
        say_json({"written": written})
    else:
        screen.print(_("%(number)s papers are written.") % {"number": written})


@app.command()
@command("confirmations.write")
def send(
    campaign: Number,
    way: Annotated[Way, typer.Option(help="How the letters went out.")] = "post",
    remind: Annotated[bool, typer.Option("--remind", help="A reminder to who is silent.")] = False,
    as_json: Json = False,
) -> None:
    """Note that the sealed letters of a round went out, or that who is silent was reminded."""
    does = acts.remind_silent if remind else acts.send_round
    sent, without = does(actor=operator(), on=business_day(), campaign_id=campaign, way=way)
    if as_json:
        say_json({"sent": sent, "without_address": without})
    else:
        told = {"sent": sent, "without": without}
        screen.print(_("%(sent)s stand in the sent list; %(without)s customers have no address.") % told)


@app.command()
@command("confirmations.write")
def prove(as_of: AsOf = None, as_json: Json = False) -> int | None:
    """Prove that the ageing of a day adds up. Exit code 3 when it does not."""
    actor, on = operator(), business_day()
    proof = acts.prove_ageing(actor=actor, on=on, as_of=day(as_of))
    named = [
        {
            "by": one.by, "customer_no": one.customer.no if one.customer else None, "currency": one.currency,
            "shown_minor": one.shown_minor, "facts_minor": one.facts_minor,
        }
        for one in confirmations.proof_differences(actor, proof, on=on)
    ]  # fmt: skip
    told: dict[str, Any] = {
        "as_of": proof.as_of, "customers": proof.customers, "is_sound": proof.is_sound,
        "differences": proof.differences, "named": named,
    }  # fmt: skip
    if as_json:
        say_json(told)
    elif proof.is_sound:
        screen.print(_("The ageing adds up, to the cent."))
    else:
        columns = [_("By"), _("Customer no."), _("Currency"), _("Ageing (minor)"), _("Facts (minor)")]
        say_table(_("What does not add up"), columns, [list(one.values()) for one in named])
    return None if proof.is_sound else FOUND


@app.command()
@command("confirmations.write")
def refresh(as_json: Json = False) -> None:
    """Write the columnar files of the ageing anew now; each night it is done where the ledger is large."""
    written = acts.refresh(actor=operator(), on=business_day(), always=True)
    if as_json:
        say_json({"written": written})
    elif written:
        screen.print(_("The columnar files are written."))
    else:
        screen.print(_("Somebody is posting; the columnar files were left as they were."))


def _tell_round(kept: Any, *, as_json: bool) -> None:
    if as_json:
        say_json({"id": kept.pk, "passed_over": kept.passed_over})
    else:
        told = {"number": kept.pk, "passed": kept.passed_over}
        screen.print(_("Round %(number)s is begun; %(passed)s accounts were passed over.") % told)
