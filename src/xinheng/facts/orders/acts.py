"""Single acts on orders. Each locks the order first, so nothing is delivered, billed or ended twice."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import billing, rules, telling
from xinheng.facts.orders.errors import (
    BelowDelivered,
    DeliveryPosted,
    MoreThanDelivered,
    OrderCurrencyDiffers,
    OrderDelivered,
    OrderEnded,
    OrderPosted,
)
from xinheng.facts.orders.models import Delivery, OrderEnd, SalesOrder
from xinheng.facts.orders.standing import locked, stands
from xinheng.facts.orders.values import How, NewDelivery, NewOrder, OrderNow, about_to
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewBill


def to_post(*, actor: Actor, on: date, customer: Any, order: NewOrder) -> SalesOrder:
    """An order ready to be posted together with what is decided on it, in one statement.

    customer: one that customers.queries gave out for this actor. Whoever posts the row tells the trail.
    Refuses: AccessDenied, OrderFieldRefused.
    """
    require(actor, "orders.write", f"customer:{customer.no}")
    rules.check_order(order, on=on)
    return _row(customer.pk, order, told_on=on, replaces=None)


@transaction.atomic
def place_order(*, actor: Actor, on: date, customer_no: str, order: NewOrder) -> OrderNow:
    """Post what a customer ordered. Whether it may be delivered is judged apart, by who keeps the limits.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, OrderFieldRefused, OrderPosted.
    """
    require(actor, "orders.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    rules.check_order(order, on=on)
    posted = _post(customer.pk, order, told_on=on)
    telling.tell(posted.customer_id, order.segment, order.amount.currency, ordered=order.amount.minor)
    _record(actor, on, "orders.place", customer_no, after=_words(order))
    return stands(posted)


@transaction.atomic
def change_order(*, actor: Actor, on: date, customer_no: str, changed: NewOrder, reason: str) -> OrderNow:
    """Post a further version of an order; what was delivered on it stands.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, OrderFieldRefused, OrderUnknown, OrderEnded,
    OrderCurrencyDiffers, BelowDelivered, and what a receiver of `about_to` refuses.
    """
    require(actor, "orders.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    rules.check_order(changed, on=on)
    rules.check_text("reason", reason, longest=200)
    before, stood = _running(customer.pk, changed.order_no)
    if changed.amount.currency != stood.amount.currency:
        raise _other_currency(stood, changed.amount)
    if changed.amount < stood.delivered:
        raise BelowDelivered(order_no=stood.order_no, delivered=stood.delivered, amount=changed.amount)
    more = changed.amount.minor - stood.amount.minor
    about_to.send(OrderNow, order=stood, act="change", minor=more, on=on, changed=changed)
    stands_now = stands(_post(customer.pk, changed, told_on=on, replaces=before))
    currency = stood.amount.currency
    telling.tell(customer.pk, stood.segment, currency, ordered=-stood.undelivered.minor)
    telling.tell(customer.pk, stands_now.segment, currency, ordered=stands_now.undelivered.minor)
    if stood.segment != stands_now.segment:
        telling.tell(customer.pk, stood.segment, currency, delivered=-stood.unbilled.minor)
        telling.tell(customer.pk, stands_now.segment, currency, delivered=stood.unbilled.minor)
    told = {"before": asdict(stood), "after": _words(changed), "reason": reason}
    _record(actor, on, "orders.change", customer_no, **told)
    return stands_now


@transaction.atomic
def end_order(*, actor: Actor, on: date, customer_no: str, order_no: str, how: How, reason: str) -> OrderNow:
    """Cancel an order of which nothing was delivered, or close one whose rest is not wanted any more.

    Refuses: AccessDenied, CustomerUnknown, OrderFieldRefused, OrderUnknown, OrderEnded, OrderDelivered.
    """
    require(actor, "orders.write", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    rules.check_text("reason", reason, longest=200)
    order, stood = _running(customer.pk, order_no)
    if how == "cancelled" and stood.delivered.minor > 0:
        raise OrderDelivered(order_no=order_no, delivered=stood.delivered)
    about_to.send(OrderNow, order=stood, act="end", minor=-stood.undelivered.minor, on=on)
    OrderEnd.objects.create(order_no=order_no, how=how, ended_on=on, told_on=on, reason=reason)
    telling.tell(customer.pk, stood.segment, stood.amount.currency, ordered=-stood.undelivered.minor)
    _record(actor, on, "orders.end", customer_no, after={"order_no": order_no, "how": how}, reason=reason)
    return stands(order)


@transaction.atomic
def deliver(*, actor: Actor, on: date, customer_no: str, order_no: str, delivery: NewDelivery) -> OrderNow:
    """Post goods that left on an order, or below zero that came back: then never more than had left.

    Refuses: AccessDenied, CustomerUnknown, OrderFieldRefused, OrderUnknown, OrderEnded,
    OrderCurrencyDiffers, MoreThanDelivered, DeliveryPosted, and what a receiver of `about_to` refuses.
    """
    require(actor, "orders.deliver", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    order, stood = locked(customer.pk, order_no)
    rules.check_delivery(delivery, ordered_on=stood.ordered_on, on=on)
    if stood.ended and delivery.amount.minor > 0:
        raise OrderEnded(order_no=order_no)
    if delivery.amount.currency != stood.amount.currency:
        raise _other_currency(stood, delivery.amount)
    if (stood.delivered + delivery.amount).minor < 0:
        raise MoreThanDelivered(order_no=order_no, delivered=stood.delivered, amount=-delivery.amount)
    if delivery.amount.minor > 0:
        about_to.send(OrderNow, order=stood, act="deliver", minor=delivery.amount.minor, on=on)
    _post_delivery(order, delivery, told_on=on)
    stands_now = stands(order)
    freed = stood.undelivered.minor - stands_now.undelivered.minor
    moved = {"ordered": -freed, "delivered": delivery.amount.minor}
    telling.tell(customer.pk, stood.segment, stood.amount.currency, **moved)
    after = {"order_no": order_no, **asdict(delivery)}
    _record(actor, on, "orders.deliver", customer_no, after=after)
    return stands_now


@transaction.atomic
def bill_order(*, actor: Actor, on: date, customer_no: str, order_no: str, bill: NewBill) -> OrderNow:
    """Post the bill of what was delivered on an order; below zero the credit bill of what came back.

    Goods that left are billed whatever the customer owes. More than was delivered may be billed: that is a
    bill before delivery. Refuses: AccessDenied, CustomerUnknown, OrderUnknown, OrderCurrencyDiffers, and what
    posting the bill refuses.
    """
    require(actor, "orders.bill", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    order, stood = locked(customer.pk, order_no)
    if bill.amount.currency != stood.amount.currency:
        raise _other_currency(stood, bill.amount)
    of_order = replace(bill, segment=stood.segment)
    posted = receivables.post_bill(actor=actor, on=on, customer_no=customer_no, bill=of_order)
    billing.keep(posted, order_no, stood.segment)
    _record(actor, on, "orders.bill", customer_no, after={"order_no": order_no, "bill_no": bill.bill_no})
    return stands(order)


def _running(customer_id: int, order_no: str) -> tuple[SalesOrder, OrderNow]:
    order, stood = locked(customer_id, order_no)
    if stood.ended:
        raise OrderEnded(order_no=order_no)
    return order, stood


def _post(
    customer_id: int, order: NewOrder, *, told_on: date, replaces: SalesOrder | None = None
) -> SalesOrder:
    try:
        with transaction.atomic():
            row = _row(customer_id, order, told_on=told_on, replaces=replaces)
            row.save(force_insert=True)
            return row
    except IntegrityError:
        raise OrderPosted(order_no=order.order_no) from None


def _row(customer_id: int, order: NewOrder, *, told_on: date, replaces: SalesOrder | None) -> SalesOrder:
    return SalesOrder(
        customer_id=customer_id,
        order_no=order.order_no,
        version=replaces.version + 1 if replaces else 1,
        segment=order.segment,
        ordered_on=order.ordered_on,
        ship_on=order.ship_on,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        kind=order.kind,
        payment=order.payment,
        terms_days=order.terms_days,
        replaces=replaces,
        told_on=told_on,
    )


def _post_delivery(order: SalesOrder, delivery: NewDelivery, *, told_on: date) -> None:
    try:
        with transaction.atomic():
            Delivery.objects.create(
                order=order,
                order_no=order.order_no,
                delivery_no=delivery.delivery_no,
                delivered_on=delivery.delivered_on,
                amount_minor=delivery.amount.minor,
                told_on=told_on,
            )
    except IntegrityError:
        raise DeliveryPosted(delivery_no=delivery.delivery_no) from None


def _other_currency(stood: OrderNow, amount: Money) -> OrderCurrencyDiffers:
    return OrderCurrencyDiffers(
        order_no=stood.order_no, expected=stood.amount.currency, currency=amount.currency
    )


def _words(order: NewOrder) -> dict[str, Any]:
    return asdict(order)


def _record(actor: Actor, on: date, act: str, customer_no: str, **told: Any) -> None:
    record(actor=actor, act=act, subject=f"customer:{customer_no}", on=on, **told)
