"""A person decides on a held order: releases it up to a value and a day, or rejects it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import checking, deciding, looking, policy, rechecking
from xinheng.judgements.limits.deciding import Outcome
from xinheng.judgements.limits.errors import BeyondAuthority, OwnOrder, ReleaseInvalid, ReleaseReasonMissing
from xinheng.judgements.limits.models import Account, Decision, OrderCredit
from xinheng.judgements.limits.values import Authority, Checks


@transaction.atomic
def release(
    *,
    actor: Actor,
    on: date,
    order_no: str,
    reason: str,
    until: date | None = None,
    up_to: Money | None = None,
) -> Decision:
    """Release a held order within one's authority; it counts against the limit from then on.

    until: last day goods may leave on it; up_to: how much may leave, the whole where left out. Nobody
    releases the order they asked for. Refuses: AccessDenied, OrderUnknown, OrderNotHeld, OwnOrder,
    ReleaseReasonMissing, ReleaseInvalid, BeyondAuthority.
    """
    access.require(actor, "limits.release", f"order:{order_no}")
    credit, order = rechecking.held_order(actor, order_no, on=on)
    why = _reason(reason)
    _not_own(actor, credit)
    if until is not None and until < on:
        raise ReleaseInvalid(field="until", value=until)
    if up_to is not None and (
        up_to.currency != order.amount.currency or not 0 < up_to.minor <= order.amount.minor
    ):
        raise ReleaseInvalid(field="up_to", value=str(up_to))
    account = looking.locked(credit.customer, order.segment, on=on).account
    _within_authority(actor, credit, account, on=on)
    decision = deciding.write(
        actor, on, account, order, Outcome("release", "released", why=why, amount=up_to)
    )
    checking.set_aside(order, -order.undelivered.minor)
    credit.released_minor = (up_to or order.amount).minor
    credit.released_until = until
    _set(credit, "released", decision, on=on)
    return decision


@transaction.atomic
def reject(*, actor: Actor, on: date, order_no: str, reason: str) -> Decision:
    """Turn a held order down; it stays on record, and nothing leaves on it.

    Refuses: AccessDenied, OrderUnknown, OrderNotHeld, ReleaseReasonMissing.
    """
    access.require(actor, "limits.release", f"order:{order_no}")
    credit, order = rechecking.held_order(actor, order_no, on=on)
    why = _reason(reason)
    account = looking.locked(credit.customer, order.segment, on=on).account
    decision = deciding.write(actor, on, account, order, Outcome("reject", "rejected", why=why))
    _set(credit, "rejected", decision, on=on)
    return decision


def may_release(authorities: tuple[Authority, ...], roles: frozenset[str], *, over: int, days: int) -> bool:
    """Whether one of the roles may release an excess of `over` (分) and `days` overdue; bounds included."""
    return not authorities or any(
        roles & set(each.roles)
        and (each.over_at_most is None or over <= each.over_at_most * 100)
        and (each.overdue_days_at_most is None or days <= each.overdue_days_at_most)
        for each in authorities
    )


def _within_authority(actor: Actor, credit: OrderCredit, account: Account, *, on: date) -> None:
    held = policy.in_force(on)
    if held is None:
        return
    checks: Checks = held[0]
    reasons = deciding.reasons_of(credit.decision)
    over = max((reason.over or 0 for reason in reasons if reason.check == "limit"), default=0)
    due = account.oldest_due_on
    days = max((on - due).days, 0) if due else 0
    roles = people.roles_held(actor.person_id, on=on) if actor.person_id else frozenset()
    if actor.person_id and not may_release(checks.authorities, frozenset(roles), over=over, days=days):
        raise BeyondAuthority(order_no=credit.order_no, over=Money(over, account.currency), days=days)


def _not_own(actor: Actor, credit: OrderCredit) -> None:
    first = Decision.objects.filter(order_no=credit.order_no, act="check").order_by("pk").first()
    if first is not None and first.by == actor.login:
        raise OwnOrder(order_no=credit.order_no)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ReleaseReasonMissing(field="reason")
    return reason.strip()[:300]


def _set(credit: OrderCredit, state: str, decision: Decision, *, on: date) -> None:
    credit.state, credit.decision, credit.since = state, decision, on
    credit.save()
