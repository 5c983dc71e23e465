"""What is known of a customer when a limit is to be proposed: statements, dealings, the approved grade."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.facts.customers import queries as customers
from xinheng.facts.financials import queries as financials
from xinheng.facts.financials.values import StatementView
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.values import Known, Statement
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.limits.values import Headroom
from xinheng.judgements.reviews import queries as reviews

YEAR = timedelta(days=364)  # the day itself and 364 before it
PEERS = "peer_credit_amount"
GIVEN = ("growth", "own_funds", "other_sources")  # asked for by the form, where it asks for them


def grade_of(customer: Any, rules: Rules, *, on: date) -> str:
    """The approved grade that credit may rest on; "" where none stands or its validity is over."""
    found = reviews.grade_for_terms(customer, rules.rating, on=on)
    return found.grade if found else ""


def known_of(customer: Any, rules: Rules, *, on: date, days: int = 0, answers: Any = None) -> Known:
    """All that the methods look at, in yuan. days: of credit asked for; answers: of the form."""
    told = answers or {}
    return Known(
        grade=grade_of(customer, rules, on=on),
        days=days,
        statement=statement_of(customer, on=on),
        purchases=_purchases(customer, on=on),
        orders=_orders(customer, on=on, most=max((one.orders for one in rules.methods), default=6)),
        highest=_highest(customer, on=on),
        references=_references(customer, on=on),
        growth=_decimal(told.get("growth")),
        own_funds=_minor(told.get("own_funds")),
        other_sources=_minor(told.get("other_sources")),
    )


def statement_of(customer: Any, *, on: date) -> Statement | None:
    """The last yearly statement of the customer itself in yuan that adds up; None without one."""
    for view in financials.statements_of(customer, as_of=on, known_on=on):
        if view.months == 12 and view.currency == "CNY" and view.is_consistent and not view.is_consolidated:
            return _statement(view)
    return None


def room_left(headroom: Headroom) -> int | None:
    """What the tightest limit over the customer leaves it, its exposure added back; None: no bound."""
    rooms = [group.limit.minor - group.minor for group in headroom.groups if group.limit.state != "unlimited"]
    return max(min(rooms) + headroom.exposure.minor, 0) if rooms else None


def headroom_of(customer: Any, *, on: date, segment: str) -> Headroom:
    """What the customer may take on, and what stands against it."""
    return limits.headroom(customer, on=on, segment=segment)


def _statement(view: StatementView) -> Statement:
    def closing(*codes: str) -> int | None:
        found = [amount.minor for code in codes if (amount := view.amount(code)) is not None]
        return sum(found) if found else None

    def mean(*codes: str) -> int | None:
        """Of opening and closing balance; the closing one alone where no opening one is told."""
        found = [one for one in view.figures if one.line.code in codes]
        told = [one.amount.minor + (one.opening or one.amount).minor for one in found]
        return sum(told) // 2 if told else None

    return Statement(
        period_end=view.period_end,
        current_assets=closing("current_assets"),
        inventories=closing("inventories"),
        current_liabilities=closing("current_liabilities"),
        liabilities=closing("total_liabilities"),
        equity=closing("total_equity"),
        intangible=closing("intangible_assets", "development_costs", "goodwill"),
        revenue=closing("revenue"),
        cost=closing("operating_cost"),
        profit=closing("total_profit"),
        loans=closing("short_term_loans", "noncurrent_liabilities_due", "long_term_loans"),
        mean_inventories=mean("inventories"),
        mean_receivables=mean("accounts_receivable", "bad_debt_allowance"),
        mean_payables=mean("accounts_payable"),
        mean_prepaid=mean("prepayments"),
        mean_received=mean("advances_received", "contract_liabilities"),
    )


def _purchases(customer: Any, *, on: date) -> int | None:
    """What was billed in 365 days; None for who was not a customer long enough to be billed at all."""
    billed = receivables.billed_between(customer.pk, "CNY", "", from_on=on - YEAR, until_on=on)
    return billed or None


def _orders(customer: Any, *, on: date, most: int) -> tuple[int, ...]:
    page, _more = orders.order_page(customer, as_of=on, limit=most)
    return tuple(order.amount.minor for order in page if order.amount.currency == "CNY")


def _highest(customer: Any, *, on: date) -> int | None:
    """The highest open balance in yuan at the ends of the last twelve months and today."""
    ends = [on, *(add_months(on.replace(day=1), -back) - timedelta(1) for back in range(12))]
    found = [
        money.minor
        for day in ends
        for money in receivables.open_balance(customer, as_of=day)
        if money.currency == "CNY"
    ]
    return max(found, default=None)


def _references(customer: Any, *, on: date) -> tuple[int, ...]:
    told = customers.told_facts(customer, known_on=on).filter(item=PEERS).exclude(verification="disputed")
    amounts = (_minor(value) for value in told.values_list("value", flat=True))
    return tuple(minor for minor in amounts if minor is not None)


def _decimal(told: Any) -> Decimal | None:
    try:
        return Decimal(str(told).replace(",", "")) if told not in (None, "") else None
    except InvalidOperation:
        return None


def _minor(told: Any) -> int | None:
    value = _decimal(told)
    return None if value is None else Money.of(value).minor
