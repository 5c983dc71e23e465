"""What the approved grade of a customer entitles it to on a day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from xinheng.base.kernel.money import Money
from xinheng.facts.orders import queries as orders
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.reviews import queries as reviews
from xinheng.judgements.terms import policy, rules, standing
from xinheng.judgements.terms.document import Grade, TermsPolicy
from xinheng.judgements.terms.models import CustomerTerms
from xinheng.judgements.terms.values import Entitlement, Level, Purchases

YEAR = timedelta(days=365)


def entitlement(customer: Any, *, on: date, policy_code: str = "") -> Entitlement | None:
    """What a customer is entitled to on a day; None where no document of terms is in force.

    policy_code: by which policy; "" by the one that leads: of several in force the first by which the
    customer has a valid grade. A grade past its validity entitles to nothing (LOA-08).
    """
    found = policy.in_force(on)
    code = policy_code or leading(customer, sorted(found), on=on)
    if code not in found:
        return None
    document, sha256 = found[code]
    stands = reviews.standing_grade(customer, code, on=on)
    valid = reviews.grade_for_terms(customer, code, on=on)
    place = document.place_of(valid.grade) if valid else None
    grade = None if place is None else document.grades[place]
    known = purchases_of(customer, document, on=on)
    level = _level(document, place, known, lowered_of(customer, code, on=on))
    return Entitlement(
        policy=document,
        sha256=sha256,
        grade=grade,
        rating=stands.grade if stands else "",
        since=stands.effective_from if stands else None,
        valid_until=stands.valid_until if stands else None,
        paying=document.grades[level.step].paying if grade else document.ungraded,
        level=level,
        purchases=known,
        cap=_cap(customer, grade, known, on=on),
    )


def leading(customer: Any, codes: list[str], *, on: date) -> str:
    """Of several policies the first by which the customer has a valid grade; else the first."""
    if len(codes) > 1:
        for code in codes:
            if reviews.grade_for_terms(customer, code, on=on):
                return code
    return codes[0] if codes else ""


def purchases_of(customer: Any, document: TermsPolicy, *, on: date) -> Purchases:
    """What one purchase and one purchase cycle are, from the orders in yuan that were not cancelled."""
    if document.history is None:
        return rules.NO_PURCHASES
    page, _more = orders.order_page(customer, as_of=on, limit=document.history.orders * 4)
    counted = [
        (one.ordered_on, one.amount.minor)
        for one in page
        if one.ended != "cancelled" and one.amount.currency == "CNY"
    ]
    return rules.purchases(counted, document.history)


def lowered_of(customer: Any, code: str, *, on: date) -> int:
    """By how many steps the customer's terms are lowered by a policy on a day."""
    held = standing.terms_of(customer, on=on)
    return held.lowered if held and held.policy_code == code else 0


def granted(customer: Any, *, on: date, segment: str = "") -> CustomerTerms | None:
    """The terms told of the customer that hold on a day."""
    return standing.terms_of(customer, on=on, segment=segment)


def _level(document: TermsPolicy, place: int | None, known: Purchases, lowered: int) -> Level:
    if place is None:
        return rules.level_of(document.ungraded, known, step=len(document.grades) - 1)
    return rules.level(document, place, known, lowered=lowered)


def _cap(customer: Any, grade: Grade | None, known: Purchases, *, on: date) -> Money | None:
    """No grade: nothing may be owed (TPA-04). Else the smallest of what grade and record come to."""
    if grade is None:
        return Money(0)
    rule = grade.ceiling
    billed = 0
    if rule and rule.months is not None:
        billed = receivables.billed_between(customer.pk, "CNY", "", from_on=on - YEAR, until_on=on)
    cap = rules.ceiling(rule, known, Money(billed // 12))
    if cap is None or rule is None or rule.step_percent is None:
        return cap
    held = limits.headroom(customer, on=on).limit
    return rules.stepped(cap, Money(held.minor if held.state == "limited" else 0), rule)
