"""Orders: list, show, take, deliver, bill, end; each meets the same check and gate as on the pages."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

import typer
from django.utils.translation import gettext as _

from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.orders import services as moving
from xinheng.facts.orders.errors import OrderUnknown
from xinheng.facts.orders.values import NewDelivery, NewOrder, OrderNow
from xinheng.facts.receivables.values import NewBill
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import Checked
from xinheng.runs.services import business_day
from xinheng.wiring.cli.options import Json, Limit
from xinheng.wiring.cli.output import command, day, operator, say_json, say_table, screen

app = typer.Typer(no_args_is_help=True)
Customer = Annotated[str, typer.Argument(help="The number of a customer.")]
OrderNo = Annotated[str, typer.Argument(help="The number of an order.")]
Amount = Annotated[str, typer.Argument(help="With tax, as 1234.50.")]
Currency = Annotated[str, typer.Option(help="The currency, as CNY.")]
On = Annotated[
    str | None, typer.Option("--on", help="The day it happened, as 2026-06-30; today if not given.")
]
MONEY = ("amount", "delivered", "billed", "undelivered", "unbilled")
PLAIN = ("order_no", "version", "segment", "ordered_on", "ship_on", "kind", "payment", "terms_days", "ended")


def money(text: str, currency: str = "CNY") -> Money:
    """An amount as it is typed."""
    try:
        return Money.of(Decimal(text.replace(",", "")), currency)
    except (InvalidOperation, ValueError):
        raise typer.BadParameter(_("%(text)s is not an amount such as 1234.50.") % {"text": text}) from None


@app.command("list")
@command("orders.read")
def of_customer(customer: Customer, limit: Limit = 50, as_json: Json = False) -> None:
    """List a customer's orders, the newest first, as they stand with delivery, billing and credit."""
    on = business_day()
    page, _after = orders.order_page(customers.get(operator(), customer, on=on), as_of=on, limit=limit)
    rows = [_row(order, state) for order, state in _with_states(page)]
    if as_json:
        say_json(rows)
        return
    columns = [_("Order"), _("Ordered on"), _("Amount"), _("Delivered"), _("Billed"), _("Ended"), _("Credit")]
    names = ("order_no", "ordered_on", "amount", "delivered", "billed", "ended", "credit_words")
    say_table(_("Orders"), columns, [[row[name] for name in names] for row in rows])


@app.command()
@command("orders.read")
def show(order: OrderNo, as_json: Json = False) -> None:
    """Show one order: what became of it, and why it stands with credit as it does."""
    customer = customer_of(order)
    found = orders.order_now(customer, order)
    ((_found, state),) = _with_states([found])
    reasons: list[str] = []
    if state:
        held = credit.credit_of(customer, order)
        reasons = [credit.told(each, held.currency) for each in credit.reasons_of(held.decision)]
    row = {"customer_no": customer.no, **_row(found, state), "reasons": reasons}
    if as_json:
        say_json(row)
        return
    say_table(f"{customer.no} {customer.name}", [_("What"), _("Value")], [[*pair] for pair in row.items()])


@app.command()
@command("limits.check")
def take(  # noqa: PLR0913, PLR0917 - each an option
    customer: Customer,
    order: OrderNo,
    amount: Amount,
    ordered: On = None,
    ship: Annotated[str | None, typer.Option("--ship-on", help="The planned day of delivery.")] = None,
    segment: Annotated[str, typer.Option(help="A credit segment.")] = "",
    payment: Annotated[
        Literal["credit", "prepaid", "delivery"], typer.Option(help="How it is paid.")
    ] = "credit",
    terms_days: Annotated[int | None, typer.Option(min=0, max=3650, help="Days of credit asked for.")] = None,
    rush: Annotated[bool, typer.Option("--rush", help="A rush order.")] = False,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> int:
    """Check an order and take it. Exit code 3 when it is held or rejected; every reason is told."""
    ordered_on = day(ordered)
    new = NewOrder(
        order, ordered_on, day(ship) if ship else ordered_on, money(amount, currency), segment,
        "rush" if rush else "standard", payment, terms_days,
    )  # fmt: skip
    checked = limits.check_order(actor=operator(), on=business_day(), customer_no=customer, order=new)
    return say_checked(checked, currency, as_json=as_json)


@app.command()
@command("orders.deliver")
def deliver(
    order: OrderNo,
    delivery: Annotated[str, typer.Argument(help="The number of the delivery.")],
    amount: Annotated[str, typer.Argument(help="With tax, as 1234.50; below zero goods came back.")],
    on: On = None,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Post goods that left on an order, or below zero that came back; only a passed order may leave."""
    new = NewDelivery(delivery, day(on), money(amount, currency))
    _say(moving.deliver(**_who(order), order_no=order, delivery=new), as_json=as_json)


@app.command()
@command("orders.bill")
def bill(  # noqa: PLR0913, PLR0917 - each an option
    order: OrderNo,
    number: Annotated[str, typer.Argument(help="The number of the bill.")],
    amount: Amount,
    due: Annotated[str, typer.Option("--due-on", help="The day it falls due.")],
    on: On = None,
    currency: Currency = "CNY",
    as_json: Json = False,
) -> None:
    """Bill what was delivered on an order; shipped goods stay billable whatever the customer owes."""
    new = NewBill(number, day(on), day(due), money(amount, currency))
    _say(moving.bill_order(**_who(order), order_no=order, bill=new), as_json=as_json)


@app.command()
@command("orders.write")
def end(
    order: OrderNo,
    reason: Annotated[str, typer.Option(help="Why; it stands on the trail.")],
    close: Annotated[bool, typer.Option("--close", help="Close the rest of a part-delivered order.")] = False,
    as_json: Json = False,
) -> None:
    """Cancel an order, or close what is left of it; its headroom is free again."""
    how: Literal["cancelled", "closed"] = "closed" if close else "cancelled"
    _say(moving.end_order(**_who(order), order_no=order, how=how, reason=reason), as_json=as_json)


def customer_of(order_no: str) -> Any:
    """Whose order it is, within the operator's reach. Refuses: OrderUnknown."""
    known = orders.known_orders([order_no])
    if known.is_empty():
        raise OrderUnknown(order_no=order_no)
    return customers.visible(operator(), on=business_day()).get(pk=known["customer_id"][0])


def say_checked(checked: Checked, currency: str, *, as_json: bool) -> int:
    """What a check came to, with every reason; exit code 3 unless the order may leave."""
    reasons = [credit.told(each, currency) for each in checked.reasons]
    if as_json:
        say_json({"order_no": checked.order_no, "verdict": checked.verdict, "reasons": reasons})
    else:
        said = {"order": checked.order_no, "state": credit.STATES[checked.verdict]}
        screen.print("\n".join([_("%(order)s: %(state)s") % said, *reasons]), markup=False)
    return 0 if checked.verdict == "passed" else 3


def _who(order_no: str) -> dict[str, Any]:
    return {"actor": operator(), "on": business_day(), "customer_no": customer_of(order_no).no}


def _with_states(page: list[OrderNow]) -> list[tuple[OrderNow, str]]:
    states = credit.states_of([order.order_no for order in page])
    return [(order, states.get(order.order_no, "")) for order in page]


def _row(order: OrderNow, state: str) -> dict[str, Any]:
    return {
        **{name: getattr(order, name) for name in PLAIN},
        **{name: str(getattr(order, name)) for name in MONEY},
        "currency": order.amount.currency,
        "credit": state or None,
        "credit_words": str(credit.STATES[state or "unchecked"]),
    }


def _say(now: OrderNow, *, as_json: bool) -> None:
    ((order, state),) = _with_states([now])
    if as_json:
        say_json(_row(order, state))
    else:
        told = {"order": order.order_no, "left": f"{order.undelivered} {order.amount.currency}"}
        screen.print(_("%(order)s: %(left)s undelivered") % told, markup=False)
