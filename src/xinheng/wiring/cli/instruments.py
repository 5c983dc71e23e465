"""Bills of exchange: list, show, alerts, receive, present, pay, endorse, discount, dishonour."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.instruments import queries as instruments
from xinheng.facts.instruments import services as acts
from xinheng.facts.instruments.values import Dishonour, NewDiscount, NewInstrument
from xinheng.runs.services import business_day
from xinheng.wiring.cli.amounts import decimal_of, money_of
from xinheng.wiring.cli.options import Json, Limit, Number
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
On = Annotated[str | None, typer.Option("--on", help="The day; today if not given.")]
Which = Literal["held", "presented", "endorsed", "discounted", "paid", "dishonoured"]
Kinds = Literal["bank_acceptance", "commercial_acceptance", "promissory_note", "cheque"]


@app.command("list")
@command("instruments.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a number, a customer, a drawer or an acceptor.")] = "",
    state: Annotated[Which | None, typer.Option(help="Only those so.")] = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List the bills of exchange, the soonest to mature first."""
    found = instruments.instruments(operator(), on=business_day(), text=text, state=state or "")
    rows = [_row(one) for one in found[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Paper number"), _("Customer no."), _("Acceptor"), _("Amount"), _("Matures on")]
    columns += [_("State"), _("Counts as exposure")]
    say_table(_("Bills of exchange"), columns, [list(row.values()) for row in rows])


@app.command()
@command("instruments.read")
def alerts(as_json: Json = False) -> None:
    """Show what is to be done about bills of exchange, the soonest first."""
    rows = [
        {
            "code": one.code,
            "no": one.no,
            "customer_no": one.customer_no,
            "amount": one.amount.decimal,
            "on": one.on,
        }
        for one in instruments.alerts(operator(), on=business_day())
    ]
    if as_json:
        say_json(rows)
        return
    columns = [_("What"), _("Paper number"), _("Customer no."), _("Amount"), _("By which day")]
    say_table(_("Alert"), columns, [list(row.values()) for row in rows])


@app.command()
@command("instruments.write")
def receive(  # noqa: PLR0913, PLR0917 - one option a field
    customer_no: Annotated[str, typer.Argument(help="The customer's number.")],
    no: Annotated[str, typer.Argument(help="The number of the bill of exchange.")],
    amount: Annotated[str, typer.Argument(help="An amount in yuan, as 1234.50.")],
    matures_on: Annotated[str, typer.Argument(help="The day it matures.")],
    acceptor: Annotated[str, typer.Option(help="Who accepted it.")],
    issued_on: Annotated[str, typer.Option(help="The day it was issued.")],
    drawer: Annotated[str, typer.Option(help="Who drew it; the acceptor if not given.")] = "",
    kind: Annotated[Kinds, typer.Option(help="What it is.")] = "bank_acceptance",
    on: On = None,
    as_json: Json = False,
) -> None:
    """Take a bill of exchange in; it is a receipt in the ledger."""
    new = NewInstrument(
        no=no, kind=kind, amount=money_of(amount), drawer=drawer or acceptor, acceptor=acceptor,
        issued_on=day(issued_on), matures_on=day(matures_on), received_on=day(on),
    )  # fmt: skip
    _said(acts.receive(actor=operator(), on=business_day(), customer_no=customer_no, new=new), as_json)


@app.command()
@command("instruments.write")
def present(instrument: Number, on: On = None, as_json: Json = False) -> None:
    """Present a bill of exchange to its acceptor."""
    _said(acts.present(**_told(instrument), done_on=day(on)), as_json)


@app.command()
@command("instruments.write")
def pay(instrument: Number, on: On = None, as_json: Json = False) -> None:
    """Say that the acceptor paid."""
    _said(acts.pay(**_told(instrument), done_on=day(on)), as_json)


@app.command()
@command("instruments.write")
def endorse(
    instrument: Number,
    to: Annotated[str, typer.Argument(help="Who has it now.")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Pass a bill of exchange on."""
    _said(acts.endorse(**_told(instrument), done_on=day(on), to_name=to), as_json)


@app.command()
@command("instruments.write")
def discount(
    instrument: Number,
    bank: Annotated[str, typer.Argument(help="The bank.")],
    rate: Annotated[str, typer.Argument(help="Percent a year, as 3.6.")],
    on: On = None,
    as_json: Json = False,
) -> None:
    """Sell a bill of exchange to a bank."""
    _said(acts.discount(**_told(instrument), new=NewDiscount(bank, day(on), decimal_of(rate))), as_json)


@app.command()
@command("instruments.write")
def dishonour(
    instrument: Number,
    why: Annotated[str, typer.Option(help="Why it was not paid.")] = "",
    costs: Annotated[str | None, typer.Option(help="What that cost us, as 120.00.")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Say that a bill of exchange was not paid; what it settled is open again."""
    told = Dishonour(day(on), why, money_of(costs) if costs else None)
    _said(acts.dishonour(**_told(instrument), told=told), as_json)


def _told(instrument: int) -> dict[str, Any]:
    return {"actor": operator(), "on": business_day(), "instrument_id": instrument}


def _row(one: Any) -> dict[str, Any]:
    return {
        "id": one.pk, "no": one.no, "customer_no": one.customer.no, "acceptor": one.acceptor,
        "amount": Money(one.amount_minor, one.currency).decimal, "matures_on": one.matures_on,
        "state": one.state, "counted": Money(one.counted_minor, one.currency).decimal,
    }  # fmt: skip


def _said(one: Any, as_json: bool) -> None:
    if as_json:
        say_json(_row(one))
    else:
        screen.print(_("%(no)s: %(state)s.") % {"no": one.no, "state": one.state})
