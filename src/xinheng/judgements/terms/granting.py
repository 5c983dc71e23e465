"""Granting a customer its terms: each word is kept with its reason, and the account follows."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewProfile
from xinheng.judgements.terms import standing
from xinheng.judgements.terms.errors import TermsInvalid, TermsLowered
from xinheng.judgements.terms.models import CustomerTerms
from xinheng.judgements.terms.values import NewTerms

PAYMENTS = ("credit", "delivery", "prepaid")
BY_HAND = ("",)


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
    if held and held.lowered and terms.source in BY_HAND and better(terms.payment, terms.days, held):
        raise TermsLowered(customer_no=customer_no, since=held.from_on)
    return keep(customer, terms, actor=actor, on=on)


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
    limits.set_profile(actor=actor, on=on, customer_no=customer.no, profile=profile)


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
