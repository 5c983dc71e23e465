"""Exceptions to soft terms, restorations and rewards: asked for with a reason, and decided by a chain."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.approvals import services as approvals
from xinheng.base.approvals.values import Matter, Title
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import queries as credit
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit
from xinheng.judgements.terms import entitling, granting, measuring, policy, rewarding, standing
from xinheng.judgements.terms.document import Reward
from xinheng.judgements.terms.errors import (
    ExceptionNotNeeded,
    ExceptionUnknown,
    MeasureUnknown,
    TermsInvalid,
    TermsNotInForce,
)
from xinheng.judgements.terms.models import MeasureTaken, TermsRequest
from xinheng.judgements.terms.values import Entitlement, NewRequest, NewTerms
from xinheng.judgements.terms.wording import ASKED, titled

KIND = "terms"  # of the requests for approval


@transaction.atomic
def ask_exception(*, actor: Actor, on: date, customer_no: str, asked: NewRequest) -> TermsRequest:
    """Ask for something the grade does not entitle to; nothing of it holds until it is approved.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, TermsNotInForce, TermsInvalid,
    ExceptionNotNeeded, MeasureUnknown, and what approvals refuse.
    """
    access.require(actor, "terms.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    to = entitling.entitlement(customer, on=on)
    if to is None:
        raise TermsNotInForce(on=on)
    _check(customer, asked, to, on=on)
    kept = TermsRequest.objects.create(
        customer=customer,
        what=asked.what,
        policy_code=to.policy.code,
        subject_no=asked.subject_no.strip(),
        figure=asked.figure.strip(),
        reason=asked.reason.strip(),
        until_on=asked.until_on,
        asked_by=actor.login,
        asked_on=on,
    )
    zh, en = titled(asked.what)
    named = f"{customer.no} {customer.name} {kept.subject_no} {kept.figure}".strip()
    kept.request = approvals.submit(
        actor=actor,
        on=on,
        kind=KIND,
        subject=f"exception:{kept.pk}",
        title=Title(f"{zh}：{named}"[:200], f"{en}: {named}"[:200]),
        chain=policy.chain(to.policy),
    )
    kept.save(update_fields=["request"])
    audit.record(
        actor=actor, act="terms.ask_exception", subject=f"customer:{customer_no}", on=on,
        after={"what": kept.what, "for": kept.subject_no, "figure": kept.figure, "until_on": kept.until_on},
        reason=kept.reason,
    )  # fmt: skip
    return kept


def look_ahead(actor: Actor, on: date, matter: Matter) -> None:
    """Before somebody decides: an approver reaches the customer. Refuses: ExceptionUnknown."""
    asked = _of(matter)
    if not customers.visible(actor, on=on).filter(pk=asked.customer_id).exists():
        raise ExceptionUnknown(exception=asked.pk)


def follow(actor: Actor, on: date, matter: Matter) -> None:
    """What follows a decision, in its transaction: once approved it holds."""
    asked = _of(matter)
    asked.state = matter.state
    if matter.state in ("approved", "rejected", "withdrawn"):
        asked.ended_by, asked.ended_on, asked.ended_why = actor.login, on, matter.reason[:300]
    asked.save()
    if matter.state == "approved":
        _hold(asked, actor=actor, on=on)


def _hold(asked: TermsRequest, *, actor: Actor, on: date) -> None:
    customer, source = asked.customer, f"exception:{asked.pk}"
    match asked.what:
        case "restore":
            granting.by_grade(customer, asked.policy_code, actor=actor, on=on, reason=asked.reason)
        case "days":
            terms = NewTerms(asked.reason, "credit", int(asked.figure), "", asked.until_on, source)
            held = granting.resting(standing.terms_of(customer, on=on))
            granting.keep(customer, terms, actor=actor, on=on, **held)
        case "measure":
            measuring.lift(
                _measure(asked.customer, asked.subject_no), actor=actor, on=on, reason=asked.reason
            )
        case "reward":
            _reward(asked, source, actor=actor, on=on)


def _reward(asked: TermsRequest, source: str, *, actor: Actor, on: date) -> None:
    """A longer term or a higher limit holds; a discount is looked up by whoever offers a price."""
    reward = _named(asked.policy_code, asked.subject_no, on=on)
    customer = asked.customer
    if reward.what == "more_days":
        held = standing.terms_of(customer, on=on)
        if held and held.days:
            terms = NewTerms(asked.reason, "credit", held.days + reward.by, "", asked.until_on, source)
            granting.keep(customer, terms, actor=actor, on=on, **granting.resting(held))
    elif reward.what == "raise_limit":
        limit = credit.headroom(customer, on=on).limit
        if limit.state == "limited":
            own = limit.minor - limit.insured_minor - limit.guaranteed_minor
            more = Money(own * (100 + reward.by) // 100)
            limits.set_limit(
                actor=system_actor(), on=on, customer_no=customer.no, limit=NewLimit(asked.reason, more)
            )


def _check(customer: Any, asked: NewRequest, to: Entitlement, *, on: date) -> None:
    if asked.what not in ASKED:
        raise TermsInvalid(field="what", cause=_("There is nothing of this kind to ask for."))
    if not asked.reason.strip() or len(asked.reason.strip()) > 300:
        raise TermsInvalid(field="reason", cause=_("Say why, in up to 300 signs."))
    if asked.until_on and asked.until_on < on:
        raise TermsInvalid(field="until_on", cause=_("The last day lies before today."))
    match asked.what:
        case "restore" if not to.level.lowered:
            raise ExceptionNotNeeded(what=ASKED["restore"])
        case "days":
            _check_days(asked, to)
        case "measure":
            _measure(customer, asked.subject_no)
        case "reward":
            open_ones = {one.code for one in rewarding.proposed(customer, on=on)}
            if asked.subject_no not in open_ones:
                raise ExceptionNotNeeded(what=ASKED["reward"])
        case "price" | "rush" if not asked.subject_no.strip():
            raise TermsInvalid(field="subject_no", cause=_("Name the order or the offer it is for."))


def _check_days(asked: NewRequest, to: Entitlement) -> None:
    """More days are asked for only where the terms are so in principle; a hard rule has no exception."""
    if not to.paying.soft:
        raise TermsInvalid(field="what", cause=_("The terms of payment of this grade have no exception."))
    if not (asked.figure.isascii() and asked.figure.isdigit() and 1 <= int(asked.figure) <= 3650):
        raise TermsInvalid(field="figure", cause=_("Days of credit lie between 1 and 3,650."))


def _measure(customer: Any, key: str) -> MeasureTaken:
    held = MeasureTaken.objects.filter(customer=customer, until_on__isnull=True).select_related("customer")
    found = held.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None:
        raise MeasureUnknown(measure=key)
    return found


def _named(code: str, reward: str, *, on: date) -> Reward:
    found = policy.in_force(on).get(code)
    held = {one.code: one for one in found[0].rewards} if found else {}
    if reward not in held:
        raise TermsNotInForce(on=on)
    return held[reward]


def _of(matter: Matter) -> TermsRequest:
    key = int(matter.subject.removeprefix("exception:"))
    return TermsRequest.objects.select_for_update(of=("self",)).select_related("customer").get(pk=key)
