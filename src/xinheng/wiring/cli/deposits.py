"""Deposits: list, ask, receive, apply, refund; the account of a customer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.facts.instruments import queries as instruments
from xinheng.facts.instruments import services as acts
from xinheng.facts.instruments.values import NewDeposit
from xinheng.runs.services import business_day
from xinheng.wiring.cli.amounts import money_of
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
AmountArg = Annotated[str, typer.Argument(help="An amount, as 1234.50.")]
On = Annotated[str | None, typer.Option("--on", help="The day; today if not given.")]
Note = Annotated[str, typer.Option(help="A note.")]
CustomerNo = Annotated[str, typer.Argument(help="The customer's number.")]


@app.command("list")
@command("instruments.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a number, a purpose or a customer.")] = "",
    which: Annotated[Literal["held", "missing"] | None, typer.Option(help="Only those so.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the deposits, the first due first."""
    rows = [
        _row(one)
        for one in instruments.deposits(operator(), on=business_day(), text=text, which=which or "")[:limit]
    ]
    if as_json:
        say_json(rows)
        return
    columns = [
        _("No."),
        _("Deposit number"),
        _("Customer no."),
        _("Deposit"),
        _("Held by us"),
        _("Still to come"),
    ]
    say_table(_("Deposits"), columns, [list(row.values()) for row in rows])


@app.command()
@command("instruments.write")
def ask(
    customer_no: CustomerNo,
    no: Annotated[str, typer.Argument(help="The number of the deposit.")],
    amount: AmountArg,
    purpose: Annotated[str, typer.Option(help="What it is for.")],
    due: Annotated[str | None, typer.Option(help="The day it is due; today if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Keep that a customer has to leave a deposit."""
    new = NewDeposit(no, purpose, money_of(amount), day(due))
    _said(acts.ask_deposit(actor=operator(), on=business_day(), customer_no=customer_no, new=new), as_json)


@app.command()
@command("instruments.write")
def receive(
    deposit: Number, amount: AmountArg, on: On = None, note: Note = "", as_json: Json = False
) -> None:
    """Keep money that came for a deposit; what is over is the customer's credit."""
    acts.receive_deposit(**_told(deposit, amount), received_on=day(on), note=note)
    _said(_now(deposit), as_json)


@app.command()
@command("instruments.write")
def apply(deposit: Number, amount: AmountArg, on: On = None, note: Note = "", as_json: Json = False) -> None:
    """Pay what is overdue from a deposit."""
    acts.apply_deposit(**_told(deposit, amount), applied_on=day(on), note=note)
    _said(_now(deposit), as_json)


@app.command()
@command("instruments.write")
def refund(deposit: Number, amount: AmountArg, on: On = None, note: Note = "", as_json: Json = False) -> None:
    """Give a deposit back, as far as it is held."""
    acts.refund_deposit(**_told(deposit, amount), refunded_on=day(on), note=note)
    _said(_now(deposit), as_json)


@app.command()
@command("instruments.read")
def account(customer_no: CustomerNo, as_json: Json = False) -> None:
    """Show what a customer was charged and paid, its arrears, credit and deposits."""
    names = ("charged", "paid", "arrears", "credit", "deposits_due", "deposits_held", "refunded")
    rows = [
        {"currency": row.currency, **{name: getattr(row, name).decimal for name in names}}
        for row in instruments.account_of(operator(), customer_no, on=business_day())
    ]
    if as_json:
        say_json(rows)
        return
    columns = [_("Currency"), _("Charged"), _("Paid"), _("Arrears"), _("Credit left"), _("Deposits to come"),
               _("Deposits held"), _("Refunded")]  # fmt: skip
    say_table(customer_no, columns, [list(row.values()) for row in rows])


def _now(deposit: int) -> Any:
    return instruments.get_deposit(operator(), deposit, on=business_day())


def _told(deposit: int, amount: str) -> dict[str, Any]:
    money = money_of(amount, _now(deposit).currency)
    return {"actor": operator(), "on": business_day(), "deposit_id": deposit, "amount": money}


def _row(one: Any) -> dict[str, Any]:
    stands = instruments.standing_of(one)
    return {
        "id": one.pk, "no": one.no, "customer_no": one.customer.no, "due": stands.due.decimal,
        "held": stands.held.decimal, "missing": stands.missing.decimal,
    }  # fmt: skip


def _said(one: Any, as_json: bool) -> None:
    row = _row(one)
    if as_json:
        say_json(row)
    else:
        screen.print(_("%(no)s: held %(held)s, missing %(missing)s.") % row)
