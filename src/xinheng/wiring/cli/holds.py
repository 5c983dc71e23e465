"""The hold desk: held orders, release, reject, check again."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.orders import Currency, OrderNo, money, say_checked
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen
from xinheng.wiring.cli.signing import signatory

app = typer.Typer(no_args_is_help=True)
Reason = Annotated[str, typer.Option(help="Why; it stands on the trail.")]


@app.command("list")
@command("limits.read")
def held(limit: Limit = 50, as_json: Json = False) -> None:
    """List the orders held for credit, the longest held first, with every reason."""
    on = business_day()
    rows = [_row(each, on) for each in credit.held(operator(), on=on)[:limit]]
    if as_json:
        say_json(rows)
        return
    columns = [_("Order"), _("Customer number"), _("Amount"), _("Days held"), _("Why")]
    told = [
        [row["order_no"], row["customer_no"], row["amount"], row["days"], "; ".join(row["reasons"])]
        for row in rows
    ]
    say_table(_("Held orders"), columns, told)


@app.command()
@command("limits.release")
def release(
    order: OrderNo,
    reason: Reason,
    until: Annotated[str | None, typer.Option(help="Last day goods may leave on it.")] = None,
    up_to: Annotated[str, typer.Option(help="How much may leave; the whole if not given.")] = "",
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Release a held order within your authority; set XINHENG_TOKEN to act as a person."""
    decision = limits.release(
        actor=signatory(), on=business_day(), order_no=order, reason=reason,
        until=day(until) if until else None, up_to=money(up_to, currency) if up_to else None,
    )  # fmt: skip
    _say(decision, as_json=as_json)


@app.command()
@command("limits.release")
def reject(order: OrderNo, reason: Reason, as_json: Json = False) -> None:
    """Turn a held order down; it stays on record."""
    _say(limits.reject(actor=signatory(), on=business_day(), order_no=order, reason=reason), as_json=as_json)


@app.command()
@command("limits.release")
def hold(order: OrderNo, reason: Reason, as_json: Json = False) -> None:
    """Hold an order that passed; what a person holds only a person frees."""
    _say(limits.hold(actor=signatory(), on=business_day(), order_no=order, reason=reason), as_json=as_json)


@app.command()
@command("limits.check")
def recheck(order: OrderNo, as_json: Json = False) -> int:
    """Ask the rules about a held order again. Exit code 3 when it stays held."""
    checked = limits.recheck(actor=operator(), on=business_day(), order_no=order)
    return say_checked(checked, "CNY", as_json=as_json)


def _row(each: Any, on: Any) -> dict[str, Any]:
    return {
        "order_no": each.order_no,
        "customer_no": each.customer.no,
        "amount": str(Money(each.amount_minor, each.currency)),
        "currency": each.currency,
        "since": each.since,
        "days": (on - each.since).days,
        "reasons": [credit.told(reason, each.currency) for reason in credit.reasons_of(each.decision)],
    }


def _say(decision: Any, *, as_json: bool) -> None:
    if as_json:
        say_json({"order_no": decision.order_no, "verdict": decision.verdict, "decision": decision.pk})
        return
    said = {"order": decision.order_no, "state": credit.STATES[decision.verdict]}
    screen.print(_("%(order)s: %(state)s") % said, markup=False)
