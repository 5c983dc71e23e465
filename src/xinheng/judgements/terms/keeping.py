"""What goes with terms day by day: prices, inquiries and their answers, visits, findings on orders."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.orders import queries as orders
from xinheng.judgements.terms import policy, rules
from xinheng.judgements.terms.errors import (
    InquiryAnswered,
    InquiryUnknown,
    OrderExamined,
    PriceKnown,
    TermsInvalid,
    TermsNotInForce,
)
from xinheng.judgements.terms.models import Inquiry, OrderReview, Price, Visit
from xinheng.judgements.terms.values import NewPrice


@transaction.atomic
def set_price(*, actor: Actor, on: date, price: NewPrice) -> Price:
    """Say what a product costs by one measure from a day on.

    Refuses: AccessDenied, TermsInvalid, PriceKnown.
    """
    access.require(actor, "limits.write", f"product:{price.product[:60]}")
    if not 0 < len(price.product.strip()) <= 60:
        raise TermsInvalid(field="product", cause=_("Name the product, in up to 60 signs."))
    if price.kind not in ("control", "market", "lowest"):
        raise TermsInvalid(field="kind", cause=_("There is no such measure of a price."))
    if not 0 < price.price.minor <= 10**15:
        raise TermsInvalid(field="price", cause=_("A price is above zero."))
    key = {"product": price.product.strip(), "kind": price.kind, "currency": price.price.currency}
    if Price.objects.filter(**key, from_on=price.from_on).exists():
        raise PriceKnown(product=price.product, from_on=price.from_on)
    told = Price.objects.create(
        **key, from_on=price.from_on, price_minor=price.price.minor, told_by=actor.login, told_on=on
    )
    audit.record(
        actor=actor, act="terms.set_price", subject=f"product:{told.product}", on=on,
        after={**key, "price": price.price, "from_on": price.from_on},
    )  # fmt: skip
    return told


@transaction.atomic
def keep_inquiry(*, actor: Actor, on: date, customer_no: str, text: str, asked_at: datetime) -> Inquiry:
    """Note that a customer asked or wrote; it is due for an answer after the hours the terms set (PTS-12).

    Refuses: AccessDenied, CustomerUnknown, TermsNotInForce, TermsInvalid.
    """
    access.require(actor, "terms.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    hours = min((one.answer.hours for one, _sha in policy.in_force(on).values() if one.answer), default=None)
    if hours is None:
        raise TermsNotInForce(on=on)
    if not 0 < len(text.strip()) <= 300:
        raise TermsInvalid(field="text", cause=_("Say what was asked, in up to 300 signs."))
    kept = Inquiry.objects.create(
        customer=customer,
        text=text.strip(),
        asked_at=asked_at.astimezone(UTC),
        due_at=rules.answer_due(asked_at.astimezone(UTC), hours),
        told_by=actor.login,
    )
    audit.record(
        actor=actor, act="terms.keep_inquiry", subject=f"customer:{customer_no}", on=on,
        after={"inquiry": kept.pk, "due_at": kept.due_at.isoformat()},
    )  # fmt: skip
    return kept


@transaction.atomic
def answer_inquiry(*, actor: Actor, on: date, inquiry_id: int, answer: str, answered_at: datetime) -> Inquiry:
    """Note the answer to an inquiry. Refuses: AccessDenied, InquiryUnknown, InquiryAnswered, TermsInvalid."""
    access.require(actor, "terms.write", f"inquiry:{inquiry_id}")
    held = Inquiry.objects.select_for_update(of=("self",)).select_related("customer")
    found = held.filter(pk=inquiry_id).first()
    if found is None or not customers.visible(actor, on=on).filter(pk=found.customer_id).exists():
        raise InquiryUnknown(inquiry=inquiry_id)
    if found.answered_at is not None:
        raise InquiryAnswered(inquiry=inquiry_id)
    if not 0 < len(answer.strip()) <= 300:
        raise TermsInvalid(field="answer", cause=_("Say what was answered, in up to 300 signs."))
    found.answered_at, found.answered_by = answered_at.astimezone(UTC), actor.login
    found.answer = answer.strip()
    found.save(update_fields=["answered_at", "answered_by", "answer"])
    audit.record(
        actor=actor, act="terms.answer_inquiry", subject=f"customer:{found.customer.no}", on=on,
        after={"inquiry": found.pk, "is_late": found.answered_at > found.due_at},
    )  # fmt: skip
    return found


@transaction.atomic
def keep_visit(*, actor: Actor, on: date, customer_no: str, how: str, visited_on: date, note: str) -> Visit:
    """Note a call or a visit (PTS-13). Refuses: AccessDenied, CustomerUnknown, TermsInvalid."""
    access.require(actor, "terms.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    if how not in ("phone", "visit"):
        raise TermsInvalid(field="how", cause=_("By phone or by a visit."))
    if visited_on > on:
        raise TermsInvalid(field="visited_on", cause=_("The day has not come yet."))
    if not 0 < len(note.strip()) <= 300:
        raise TermsInvalid(field="note", cause=_("Say what came of it, in up to 300 signs."))
    kept = Visit.objects.create(
        customer=customer, how=how, visited_on=visited_on, note=note.strip(), told_by=actor.login, told_on=on
    )
    audit.record(
        actor=actor, act="terms.keep_visit", subject=f"customer:{customer_no}", on=on,
        after={"how": how, "visited_on": visited_on}, reason=kept.note,
    )  # fmt: skip
    return kept


@transaction.atomic
def note_review(*, actor: Actor, on: date, customer_no: str, order_no: str, finding: str) -> OrderReview:
    """Note what the examination of an order found, so that it may be carried out (PTS-10).

    Refuses: AccessDenied, CustomerUnknown, OrderUnknown, TermsInvalid, OrderExamined.
    """
    access.require(actor, "limits.write", f"order:{order_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    order = orders.order_now(customer, order_no)
    if not 0 < len(finding.strip()) <= 300:
        raise TermsInvalid(field="finding", cause=_("Say what was found, in up to 300 signs."))
    if OrderReview.objects.filter(order_no=order.order_no).exists():
        raise OrderExamined(order_no=order_no)
    kept = OrderReview.objects.create(
        customer=customer, order_no=order.order_no, finding=finding.strip(), told_by=actor.login, told_on=on
    )
    audit.record(
        actor=actor, act="terms.note_review", subject=f"order:{order_no}", on=on,
        after={"customer": customer.no}, reason=kept.finding,
    )  # fmt: skip
    return kept
