"""Granting a customer its terms: each word is kept with its reason, and the account follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewProfile
from xinheng.judgements.terms import entitling, rules, standing
from xinheng.judgements.terms.errors import TermsInvalid, TermsLowered, TermsNotInForce
from xinheng.judgements.terms.models import CustomerTerms
from xinheng.judgements.terms.values import Level, NewTerms

PAYMENTS = ("credit", "delivery", "prepaid")


@transaction.atomic
def grant_terms(*, actor: Actor, on: date, customer_no: str, terms: NewTerms) -> CustomerTerms:
    """Grant a customer its terms from a day on; the account is kept in step, so orders are checked by them.

    What was lowered after breaches is not given back by hand. Refuses: AccessDenied, CustomerUnknown,
    CustomerClosed, TermsInvalid, TermsLowered.
    """
    access.require(actor, "limits.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    _check(terms, on=on)
    held = standing.terms_of(customer, on=on, segment=terms.segment)
    if held and held.lowered and not terms.source and better(terms.payment, terms.days, held):
        raise TermsLowered(customer_no=customer_no, since=held.from_on)
    return keep(customer, terms, actor=actor, on=on)


@transaction.atomic
def grant_by_grade(
    *, actor: Actor, on: date, customer_no: str, reason: str, policy_code: str = "", days: int | None = None
) -> CustomerTerms:
    """Grant a customer what its approved grade entitles to; its terms then follow its grade.

    days: only where the grade gives credit and sets no days. Refuses: AccessDenied, CustomerUnknown,
    CustomerClosed, TermsNotInForce, TermsInvalid, TermsLowered.
    """
    access.require(actor, "limits.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    if not reason.strip():
        raise TermsInvalid(field="reason", cause=_("Say why, in up to 300 signs."))
    held = standing.terms_of(customer, on=on)
    grade_since = _grade_since(customer, policy_code, on=on)
    if held and held.lowered and (grade_since is None or grade_since <= held.from_on):
        raise TermsLowered(customer_no=customer_no, since=held.from_on)
    return by_grade(customer, policy_code, actor=actor, on=on, days=days, reason=reason)


def by_grade(
    customer: Any, policy_code: str, *, actor: Actor, on: date, days: int | None = None, reason: str = ""
) -> CustomerTerms:
    """Keep what the grade of a customer entitles to, not lowered. Refuses: TermsNotInForce, TermsInvalid."""
    to = entitling.entitlement(customer, on=on, policy_code=policy_code)
    if to is None:
        raise TermsNotInForce(on=on)
    level, grade = to.level, to.grade.grade if to.grade else ""
    place = to.policy.place_of(grade)
    if place is not None and level.lowered:
        level = rules.level(to.policy, place, to.purchases)
    payment, most = paying(level, on=on, days=days)
    why = reason.strip() or _("The grade is now %(grade)s.") % {"grade": grade or "—"}
    terms = NewTerms(why, payment, most, source=f"grade:{to.policy.code}")
    return keep(customer, terms, actor=actor, on=on, policy_code=to.policy.code, grade=grade, lowered=0)


def paying(level: Level, *, on: date, days: int | None = None) -> tuple[str, int | None]:
    """Terms of payment a grade comes to. Refuses: TermsInvalid where it gives credit without days."""
    if level.payment != "credit":
        return level.payment, None
    has_bound = level.days is not None or level.months is not None
    most = rules.most_days(level, on) if has_bound else days
    if not most:
        raise TermsInvalid(field="days", cause=_("The grade gives credit and sets no days: give them."))
    return level.payment, most


def end_of_terms(
    ended: CustomerTerms, again: CustomerTerms | None, *, actor: Actor, on: date
) -> CustomerTerms:
    """Let hold again what held before terms that ended; nothing held: payment before shipment."""
    told = {"first": ended.from_on, "last": ended.until_on}
    reason = _("The terms of %(first)s ended on %(last)s.") % told
    if again is None:
        terms = NewTerms(reason, "prepaid", None, ended.segment, source=f"ended:{ended.pk}")
        return keep(ended.customer, terms, actor=actor, on=on)
    terms = NewTerms(reason, again.payment, again.days, ended.segment, again.until_on, again.source)
    return keep(ended.customer, terms, actor=actor, on=on, **resting(again))


def resting(held: CustomerTerms | None) -> dict[str, Any]:
    """What terms rest on, to be kept with others that stay as close to the grade."""
    if held is None:
        return {}
    return {"policy_code": held.policy_code, "grade": held.grade, "lowered": held.lowered}


def _grade_since(customer: Any, policy_code: str, *, on: date) -> date | None:
    to = entitling.entitlement(customer, on=on, policy_code=policy_code)
    return to.since if to and to.grade else None


def keep(customer: Any, terms: NewTerms, *, actor: Actor, on: date, **rests_on: Any) -> CustomerTerms:
    """Keep a word on a customer's terms and bring the account in step.

    rests_on: policy_code, grade and lowered, where a grade stands behind it. The caller holds the
    transaction and has looked at rights and terms.
    """
    before = standing.terms_of(customer, on=on, segment=terms.segment)
    told = CustomerTerms.objects.create(
        customer=customer,
        segment=terms.segment,
        payment=terms.payment,
        days=terms.days,
        source=terms.source,
        reason=terms.reason.strip(),
        from_on=on,
        until_on=terms.until_on,
        told_on=on,
        told_by=actor.login,
        **rests_on,
    )
    in_step(customer, told, actor=actor, on=on)
    audit.record(
        actor=actor, act="terms.grant", subject=f"customer:{customer.no}", on=on,
        before={"payment": before.payment, "days": before.days} if before else None,
        after={
            "segment": told.segment, "payment": told.payment, "days": told.days,
            "until_on": told.until_on, "source": told.source, **rests_on,
        },
        reason=told.reason,
    )  # fmt: skip
    return told


def in_step(customer: Any, told: CustomerTerms, *, actor: Actor, on: date) -> None:
    """Let the account check orders by the terms that hold."""
    days = told.days if told.payment == "credit" else 0
    profile = NewProfile(told.reason, payment=told.payment, terms_days=days, segment=told.segment)
    who = actor if actor.may("limits.write") else system_actor()  # an approver decides, the account follows
    limits.set_profile(actor=who, on=on, customer_no=customer.no, profile=profile)


def better(payment: str, days: int | None, held: CustomerTerms) -> bool:
    """Whether terms are kinder to the customer than those that hold."""
    place, before = PAYMENTS.index(payment), PAYMENTS.index(held.payment)
    return place < before or (place == before and (days or 0) > (held.days or 0))


def _check(terms: NewTerms, *, on: date) -> None:
    if terms.payment not in PAYMENTS:
        raise TermsInvalid(field="payment", cause=_("There is no such way of paying."))
    if (terms.payment == "credit") != (terms.days is not None):
        raise TermsInvalid(field="days", cause=_("Credit has days; cash and prepayment have none."))
    if terms.days is not None and not 1 <= terms.days <= 3650:
        raise TermsInvalid(field="days", cause=_("Days of credit lie between 1 and 3,650."))
    if terms.until_on and terms.until_on < on:
        raise TermsInvalid(field="until_on", cause=_("The last day lies before today."))
    if not terms.reason.strip() or len(terms.reason.strip()) > 300:
        raise TermsInvalid(field="reason", cause=_("Say why, in up to 300 signs."))
