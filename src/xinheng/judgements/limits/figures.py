"""What an account looks like to the rules."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Sum

from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import rules
from xinheng.judgements.limits.looking import Seen
from xinheng.judgements.limits.models import Account, Limit
from xinheng.judgements.limits.values import (
    Document,
    Effective,
    Exposure,
    Figures,
    Group,
    LimitWord,
    Part,
    Reach,
)

COUNTED = (
    F("receivable_minor") - F("prepaid_minor") + F("delivered_minor")
    + F("ordered_minor") - F("held_minor") + F("foreign_minor")
)  # fmt: skip


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


def limit_of(account: Account, *, on: date, reach: Reach = "own", component: str = "") -> Effective:
    """The limit of an account on a day, as told by that day."""
    told = Limit.objects.filter(account=account, reach=reach, component=component, told_on__lte=on)
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
    if segment and (whole := Account.objects.filter(customer=customer.pk, segment="").first()):
        limit = limit_of(whole, on=on)
        if limit.state != "not_assessed":
            found.append(Group(customer.no, exposure_of(whole).minor, limit))
    for member in [customer, *customers.above(customer)]:
        account = Account.objects.filter(customer=member.pk, segment=segment).first()
        limit = limit_of(account, on=on, reach="group") if account else Effective("not_assessed")
        if limit.state == "not_assessed":
            continue
        members = Account.objects.filter(customer__in=customers.below(member), segment=segment)
        total = members.aggregate(total=Sum(COUNTED))["total"] or 0
        found.append(Group(member.no, total, limit))
    return tuple(found)


def figures_of(seen: Seen, document: Document, *, on: date, groups: tuple[Group, ...] = ()) -> Figures:
    """All that the rules look at, for an account as it was seen. groups: what else binds it."""
    account = seen.account
    own = [word for word in seen.words if word.reach == "own"]
    return Figures(
        on=on,
        minor=document.minor or 0,
        document=document.whole or 0,
        exposure=exposure_of(account),
        limit=rules.effective([word for word in own if not word.component], on=on),
        groups=groups,
        status=account.status,
        risk_class=account.risk_class,
        review_on=account.review_on,
        oldest_due_on=account.oldest_due_on,
        beyond=seen.beyond,
        overdue=seen.overdue,
        asked=document.asked,
        terms_agreed=account.terms_days,
        payment_agreed=account.payment,
        is_convertible=account.is_convertible and None not in (document.minor, document.whole),
        segment=account.segment,
        parts=_parts(account, own, on=on),
        dunning_level=account.dunning_level,
        late_days=account.late_days,
        is_first=seen.is_first,
        papers=seen.papers,
    )


def _parts(account: Account, own: list[LimitWord], *, on: date) -> tuple[Part, ...]:
    found = []
    for component in sorted({word.component for word in own} - {""}):
        minor = getattr(account, f"{component}_minor")
        limit = rules.effective([word for word in own if word.component == component], on=on)
        found.append(Part(component, minor - (account.held_minor if component == "ordered" else 0), limit))
    return tuple(found)
