"""Questions to terms: what a customer is entitled to, who has which terms, what waits to be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.terms import offering
from xinheng.judgements.terms.entitling import entitlement, granted
from xinheng.judgements.terms.errors import ExceptionUnknown, TermsNotInForce
from xinheng.judgements.terms.models import (
    CustomerTerms,
    Inquiry,
    MeasureTaken,
    OrderReview,
    Price,
    TermsRequest,
)
from xinheng.judgements.terms.policy import KIND, in_force, load
from xinheng.judgements.terms.rewarding import clean_quarters, proposed
from xinheng.judgements.terms.rules import due_on
from xinheng.judgements.terms.sequencing import sequence, visits_due
from xinheng.judgements.terms.standing import holding
from xinheng.judgements.terms.values import Finding, Offer, PriceKind, Wanted
from xinheng.judgements.terms.wording import (
    ASKED,
    FINDINGS,
    MARKS,
    MEASURES,
    PAYMENTS,
    REFERENCES,
    SOURCES,
    STATES,
    STRENGTHS,
    WAYS,
    source_word,
    told,
)

__all__ = [
    "ASKED",
    "FINDINGS",
    "KIND",
    "MARKS",
    "MEASURES",
    "PAYMENTS",
    "REFERENCES",
    "SOURCES",
    "STATES",
    "STRENGTHS",
    "WAYS",
    "cap_of",
    "check_offer",
    "clean_quarters",
    "due_on",
    "entitlement",
    "excepted",
    "exception",
    "exceptions",
    "granted",
    "history_of",
    "holders",
    "in_force",
    "inquiries",
    "load",
    "measures_of",
    "price_of",
    "proposed",
    "requests_of",
    "sequence",
    "source_word",
    "told",
    "visits_due",
]


def cap_of(customer: Any, *, on: date, policy_code: str = "") -> Money | None:
    """The most a customer may owe by grade and record; zero without a valid grade; None: no amount is set.

    customer: one that customers.queries.get gave out.
    """
    to = entitlement(customer, on=on, policy_code=policy_code)
    return to.cap if to else None


def check_offer(actor: Actor, customer_no: str, offer: Offer, *, on: date, no: str = "") -> list[Finding]:
    """Everything about an offer that the customer's grade does not entitle to; none: it may be made.

    no: of the order or offer; exceptions approved for it, or for the customer until a day, are told and
    hold nothing up. Refuses: AccessDenied, CustomerUnknown, TermsNotInForce.
    """
    access.require(actor, "terms.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    to = entitlement(customer, on=on)
    if to is None:
        raise TermsNotInForce(on=on)
    if no and not offer.reviewed:
        noted = OrderReview.objects.filter(customer=customer, order_no=no).values_list("finding", flat=True)
        offer = replace(offer, reviewed=noted.first() or "")
    currency = offer.price.currency if offer.price else "CNY"
    prices = {
        kind: price for kind in KINDS if (price := price_of(offer.product, kind, currency, on=offer.on))
    }
    return offering.findings(offer, to, prices, excepted(customer, no, on=on))


KINDS: tuple[PriceKind, ...] = ("control", "market", "lowest")


def price_of(product: str, kind: PriceKind, currency: str = "CNY", *, on: date) -> Money | None:
    """What a product costs on a day by one measure; None: nobody told."""
    rows = Price.objects.filter(product=product, kind=kind, currency=currency, from_on__lte=on)
    found = rows.order_by("-from_on").values_list("price_minor", flat=True).first()
    return None if found is None else Money(found, currency)


def holders(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[CustomerTerms]:
    """The terms that hold of the customers within reach that pass the filters. Refuses: AccessDenied."""
    access.require(actor, "terms.read")
    rows = holding(on=on).filter(customer__in=customers.visible(actor, on=on).order_by().values("pk"))
    if wanted.text.strip():
        found = customers.search(actor, wanted.text, on=on).order_by().values("pk")
        rows = rows.filter(customer__in=found)
    if wanted.payment:
        rows = rows.filter(payment=wanted.payment)
    if wanted.source:
        by_hand = Q(source="") if wanted.source == "-" else Q(source__startswith=f"{wanted.source}:")
        rows = rows.filter(by_hand)
    if wanted.lowered:
        rows = rows.filter(lowered__gt=0)
    return rows.select_related("customer")


def history_of(customer: Any) -> QuerySet[CustomerTerms]:
    """Every word on a customer's terms, the newest first."""
    return CustomerTerms.objects.filter(customer=customer)


def requests_of(customer: Any) -> QuerySet[TermsRequest]:
    """Everything asked for beyond a customer's terms, the newest first."""
    return TermsRequest.objects.filter(customer=customer).select_related("request")


def measures_of(customer: Any) -> QuerySet[MeasureTaken]:
    """Measures taken after a customer's breaches, the newest first."""
    return MeasureTaken.objects.filter(customer=customer)


def exceptions(actor: Actor, *, on: date, state: str = "") -> QuerySet[TermsRequest]:
    """What was asked for within reach, in a state where named, the newest first. Refuses: AccessDenied."""
    access.require(actor, "terms.read")
    reached = customers.visible(actor, on=on).order_by().values("pk")
    rows = TermsRequest.objects.filter(customer__in=reached)
    if state:
        rows = rows.filter(state=state)
    return rows.select_related("customer", "request")


def exception(actor: Actor, key: int, *, on: date) -> TermsRequest:
    """One exception asked for, of a customer within reach. Refuses: AccessDenied, ExceptionUnknown."""
    found = exceptions(actor, on=on).filter(pk=key).first()
    if found is None:
        raise ExceptionUnknown(exception=key)
    return found


def inquiries(actor: Actor, *, on: date, now: datetime, late: bool = False) -> QuerySet[Inquiry]:
    """Inquiries within reach that wait for an answer, the most urgent first; late: past their hour.

    The hour itself is still in time (RR-02). Refuses: AccessDenied.
    """
    access.require(actor, "terms.read")
    reached = customers.visible(actor, on=on).order_by().values("pk")
    rows = Inquiry.objects.filter(customer__in=reached, answered_at__isnull=True)
    return (rows.filter(due_at__lt=now) if late else rows).select_related("customer")


def excepted(customer: Any, no: str, *, on: date) -> frozenset[str]:
    """What approved exceptions allow: those for this order, and those for the customer until a day."""
    for_it = Q(subject_no=no) if no else Q(pk__in=[])
    for_all = Q(subject_no="", until_on__gte=on) | Q(subject_no="", what="cooperation", until_on__isnull=True)
    rows = TermsRequest.objects.filter(for_it | for_all, customer=customer, state="approved")
    return frozenset(rows.exclude(until_on__lt=on).values_list("what", flat=True))
