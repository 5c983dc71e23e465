"""Advances: what runs, what is due, payouts and repayments; requests are made on pages or by the API."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as adopting
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances import services as acts
from xinheng.judgements.advances.values import NewPayout, Wanted
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import AsOf, Json, Limit, Number
from xinheng.wiring.cli.output import FOUND, command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
AmountArg = Annotated[str, typer.Argument(help="An amount in yuan, as 1234.50.")]
Which = Literal["draft", "submitted", "returned", "approved", "rejected", "withdrawn", "closed"]


@app.command("list")
@command("advances.read")
def listed(
    text: Annotated[str, typer.Argument(help="Part of a customer, or a contract number.")] = "",
    state: Annotated[Which | None, typer.Option(help="Only those so.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those with overdue money.")] = False,
    limit: Limit = 50,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List the advances, the newest first, with what is open and until when."""
    on = day(as_of)
    wanted = Wanted(text=text, state=state or "", overdue=overdue)
    rows = [_row(one) for one in advances.advances(operator(), wanted, on=on)[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("No."), _("Customer no."), _("State"), _("Grade"), _("Limit"), _("Open"), _("Last day")]
    keys = ("id", "customer_no", "state", "grade", "limit", "open", "last_day")
    say_table(_("Advances"), columns, [[row[key] for key in keys] for row in rows])


@app.command()
@command("advances.read")
def show(advance: Number, as_json: Json = False) -> None:
    """Show one advance with its papers, payouts and exceptions."""
    found = advances.get_advance(operator(), advance, on=business_day())
    account = advances.account_of(found)
    told = {
        **_row(found),
        "left": account.left.decimal,
        "findings": [advances.told(one) for one in advances.kept_findings(found.findings)],
        "papers": [{"kind": one.kind, "sha256": one.sha256} for one in account.papers],
        "payouts": [
            {"paid_on": one.paid_on, "amount": Money(one.amount_minor).decimal, "last_day": one.last_day}
            for one in account.payouts
        ],
    }
    if as_json:
        say_json(told)
        return
    say_table(_("Advance %(advance)s") % {"advance": advance}, [_("What"), _("Value")], _pairs(told))


@app.command()
@command("advances.read")
def due(as_json: Json = False) -> int | None:
    """List what is to be done about advances, the late first. Exit code 3 when anything is late."""
    found = advances.duties_of(operator(), on=business_day())
    rows = [
        {
            "code": one.code, "customer_no": one.customer.no, "advance": one.advance_id, "since": one.since,
            "due_on": one.due_on, "late": one.is_late, "amount": one.figure.decimal if one.figure else None,
            "person": one.person,
        }
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
    else:
        columns = [_("What"), _("Customer no."), _("No."), _("Since"), _("Due on"), _("Amount"), _("Who")]
        keys = ("customer_no", "advance", "since", "due_on", "amount", "person")
        cells = [[str(advances.DUTIES[row["code"]]), *(row[key] for key in keys)] for row in rows]
        say_table(_("What is to be done"), columns, cells)
    return FOUND if any(one.is_late for one in found) else None


@app.command()
@command("advances.write")
def pay(
    advance: Number,
    amount: AmountArg,
    paid_on: Annotated[str | None, typer.Option("--on", help="The day; today if not given.")] = None,
    what: Annotated[Literal["wages", "insurance", "other"], typer.Option(help="What was paid.")] = "wages",
    as_json: Json = False,
) -> None:
    """Post money paid out on an advance; refused beyond its limit or period."""
    payout = NewPayout(day(paid_on), _amount(amount), what)
    kept = acts.pay_out(actor=operator(), on=business_day(), advance_id=advance, payout=payout)
    if as_json:
        say_json({"id": kept.pk, "last_day": kept.last_day})
    else:
        screen.print(_("Posted; to be back by %(day)s.") % {"day": kept.last_day})


@app.command()
@command("advances.write")
def repay(
    advance: Number,
    amount: AmountArg,
    repaid_on: Annotated[str | None, typer.Option("--on", help="The day; today if not given.")] = None,
    as_json: Json = False,
) -> None:
    """Post money paid back on an advance; it settles the oldest payout first."""
    told: dict[str, Any] = {"repaid_on": day(repaid_on), "amount": _amount(amount)}
    kept = acts.repay(actor=operator(), on=business_day(), advance_id=advance, **told)
    left = advances.account_of(advances.get_advance(operator(), advance, on=business_day())).open
    if as_json:
        say_json({"id": kept.pk, "open": left.decimal})
    else:
        screen.print(_("Posted; %(open)s is open still.") % {"open": left})


@app.command()
@command("advances.read")
def recovered(
    year: Annotated[int, typer.Argument(min=2000, max=2199, help="The year.")], as_json: Json = False
) -> None:
    """Show what each responsible person recovered in a year of what was due back."""
    found = advances.appraisals(operator(), year, on=business_day())
    rows = [
        {"person": one.person, "due": one.due.decimal, "recovered": one.recovered.decimal,
         "rate": one.rate, "figure": one.figure}
        for one in found
    ]  # fmt: skip
    if as_json:
        say_json(rows)
        return
    columns = [_("Who"), _("Due back"), _("Recovered"), _("Recovery rate"), _("Figure")]
    say_table(_("Recovered"), columns, [list(row.values()) for row in rows])


@app.command()
@command("policies.adopt")
def adopt(as_json: Json = False) -> None:
    """Let the shipped policy on advances hold from today; where one was adopted nothing changes."""
    on = business_day()
    told: dict[str, Any] = {"codes": ["advances"], "kind": "advances"}
    adopted = adopting.adopt_shipped(actor=operator(), on=on, effective_from=on, **told)
    if as_json:
        say_json([{"code": one.code, "version": one.version} for one in adopted])
    else:
        screen.print(
            _("In force from today on.") if adopted else _("A policy on advances was adopted before.")
        )


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk, "customer_no": row.customer.no, "state": row.state, "grade": row.grade,
        "limit": Money(row.limit_minor).decimal, "months": row.months, "days": row.days,
        "open": Money(row.paid_minor - row.repaid_minor).decimal, "last_day": row.last_day,
    }  # fmt: skip


def _pairs(told: dict[str, Any]) -> list[list[Any]]:
    return [
        [name, "\n".join(str(one) for one in value) if isinstance(value, list) else value]
        for name, value in told.items()
    ]


def _amount(text: str) -> Money:
    try:
        found = Money.of(text)
    except (InvalidOperation, ValueError):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None
    if found.decimal != Decimal(text):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text})
    return found
