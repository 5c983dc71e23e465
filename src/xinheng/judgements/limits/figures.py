"""What an account looks like to the rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
from django.db.models import F, Sum

from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import keeping, rules
from xinheng.judgements.limits.models import Account, Limit
from xinheng.judgements.limits.values import (
    Asked,
    Checks,
    Effective,
    Exposure,
    Figures,
    Group,
    LimitWord,
    Reach,
)

FIRST = date(1950, 1, 1)
COUNTED = (
    F("receivable_minor") - F("prepaid_minor") + F("delivered_minor")
    + F("ordered_minor") - F("held_minor") + F("foreign_minor")
)  # fmt: skip


def locked(customer: Any, segment: str, *, on: date) -> Account:
    """The account of a customer in a segment, brought to a day and made where there is none.

    It and those of the customers above it are locked in the order of their keys, so that nobody else spends
    what they have left, and no two ever wait for each other.
    """
    chain = [customer, *customers.above(customer)]
    keeping.locked(
        pl.DataFrame(
            [(member.pk, each) for member in chain for each in {segment, ""}],
            schema={"customer_id": pl.Int64, "segment": pl.String},
            orient="row",
        )
    )
    account = Account.objects.select_related("customer").get(customer=customer, segment=segment)
    _roll(account, on=on)
    return account


def exposure_of(account: Account) -> Exposure:
    """The running sums of an account as they stand."""
    return Exposure(
        account.currency,
        account.receivable_minor,
        account.prepaid_minor,
        account.delivered_minor,
        account.ordered_minor,
        account.held_minor,
        account.foreign_minor,
    )


def limit_of(account: Account, *, on: date, reach: Reach = "own") -> Effective:
    """The limit of an account on a day, as told by that day."""
    told = Limit.objects.filter(account=account, reach=reach, component="", told_on__lte=on)
    words = [
        LimitWord(row.kind, row.state, row.amount_minor, row.from_on, row.until_on)  # type: ignore[arg-type]
        for row in told
    ]
    return rules.effective(words, on=on)


def groups_of(customer: Any, segment: str, *, on: date) -> tuple[Group, ...]:
    """The limits a customer stands under besides its own in the segment, with what is owed under each.

    Its own over all segments where it is set, then those of groups, its own for all below it first.
    """
    found = []
    if segment and (whole := Account.objects.filter(customer=customer, segment="").first()):
        limit = limit_of(whole, on=on)
        if limit.state != "not_assessed":
            found.append(Group(customer.no, exposure_of(whole).minor, limit))
    for member in [customer, *customers.above(customer)]:
        account = Account.objects.filter(customer=member, segment=segment).first()
        limit = limit_of(account, on=on, reach="group") if account else Effective("not_assessed")
        if limit.state == "not_assessed":
            continue
        members = Account.objects.filter(customer__in=customers.below(member), segment=segment)
        total = members.aggregate(total=Sum(COUNTED))["total"] or 0
        found.append(Group(member.no, total, limit))
    return tuple(found)


def figures_of(
    account: Account, customer: Any, policy: Checks, *, on: date, minor: int, document: int, asked: Asked
) -> Figures:
    """All that the rules of a policy look at, for an account that is locked and brought to the day.

    minor: what the document adds to the exposure; document: its whole value.
    """
    currency, segment = account.currency, account.segment
    horizons = {rule.horizon_days for rule in policy.rules if rule.horizon_days is not None}
    past = {rule.days for rule in policy.rules if rule.check in ("overdue_share", "overdue_amount")}
    first = account.oldest_due_on or FIRST
    return Figures(
        on=on,
        minor=minor,
        document=document,
        exposure=exposure_of(account),
        limit=limit_of(account, on=on),
        groups=groups_of(customer, segment, on=on),
        status=account.status,
        risk_class=account.risk_class,
        review_on=account.review_on,
        oldest_due_on=account.oldest_due_on,
        beyond={
            days: orders.planned_after(customer, currency, segment, day=on + timedelta(days))
            for days in horizons
        },
        overdue={
            days: receivables.due_between(
                customer.pk, currency, segment, from_on=first, before_on=on - timedelta(days)
            )
            if days
            else account.overdue_minor
            for days in past
        },
        asked=asked,
        terms_agreed=account.terms_days,
        payment_agreed=account.payment,
        is_convertible=account.is_convertible,
        segment=segment,
        dunning_level=account.dunning_level,
        late_days=account.late_days,
    )


def _roll(account: Account, *, on: date) -> None:
    """Bring what is overdue to a day. Costs the bills due since the last time, whatever else stands open."""
    of = (account.customer_id, account.currency, account.segment)
    since = account.rolled_on
    if since is None or on < since:  # the first time, or a day gone by
        account.overdue_minor = receivables.due_between(*of, from_on=FIRST, before_on=on)
    elif since < on:
        account.overdue_minor += receivables.due_between(*of, from_on=since, before_on=on)
    if account.oldest_due_on or since is None:
        first = account.oldest_due_on or FIRST
        account.oldest_due_on = receivables.first_due(*of, from_on=first)
    account.rolled_on = on
    account.save(update_fields=["overdue_minor", "oldest_due_on", "rolled_on"])
