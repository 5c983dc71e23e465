"""What an offer is held against: every finding is told, not the first. Pure decisions on values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Literal

from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_days
from xinheng.judgements.terms import rules
from xinheng.judgements.terms.document import Grade
from xinheng.judgements.terms.values import Entitlement, Finding, Offer, PriceKind, Strength, Subject

Prices = dict[PriceKind, Money]
CREDIT_FIRST = {"credit": 0, "delivery": 1, "prepaid": 2}


def findings(offer: Offer, to: Entitlement, prices: Prices, excepted: frozenset[str]) -> list[Finding]:
    """Everything about an offer that the customer's grade does not entitle to.

    prices: of the product, on the day. excepted: what an approved exception allows; it is told and no more.
    """
    grade = to.grade
    found = list(_paid(offer, to))
    if grade is None:
        found.insert(0, Finding("no_grade", "tell", figure=to.rating))
    else:
        for look in LOOKS:
            found += look(offer, grade, prices)
    found += _margins(offer, to)
    return [replace(one, strength="tell") if one.subject in excepted else one for one in found]


def latest_on(grade: Grade | None, ordered_on: date) -> date | None:
    """The day a regular order is promised by at the latest; None: case by case (PTS-08)."""
    if grade is None or grade.promise is None or grade.promise.days is None:
        return None
    return add_days(ordered_on, grade.promise.days)


def _paid(offer: Offer, to: Entitlement) -> Iterator[Finding]:
    """Paying later than the terms say; what is paid earlier is always welcome."""
    terms = to.level
    strength: Strength = "ask" if to.paying.soft else "refuse"
    subject: Subject | Literal[""] = "days" if to.paying.soft else ""
    if CREDIT_FIRST[offer.payment] < CREDIT_FIRST[terms.payment]:
        yield Finding("pays_too_late", strength, offer.payment, terms.payment, subject)
        return
    if offer.payment != "credit" or offer.terms_days is None:
        return
    most = rules.most_days(terms, offer.on)
    if offer.terms_days > most and (terms.days is not None or terms.months):
        yield Finding("days_too_long", strength, str(offer.terms_days), str(most), subject)
    if terms.at_least is not None and 0 < offer.terms_days < terms.at_least:
        yield Finding("days_too_short", strength, str(offer.terms_days), str(terms.at_least), subject)


def _price(offer: Offer, grade: Grade, prices: Prices) -> Iterator[Finding]:
    rule = grade.pricing
    if rule is None or offer.price is None:
        return
    reference = prices.get(rule.against)
    if reference is None or reference.currency != offer.price.currency:
        yield Finding("price_not_checked", "ask", str(offer.price), rule.against, "price")
        return
    floor = rules.floor_price(reference, rule.floor_percent)
    if offer.price < floor:
        strength: Strength = "ask" if rule.soft else "refuse"
        yield Finding("price_below_floor", strength, str(offer.price), str(floor), "price")


def _discount(offer: Offer, grade: Grade, _prices: Prices) -> Iterator[Finding]:
    rule, given = grade.discount, offer.discount_percent
    if rule is not None and given is not None and given > rule.at_most_percent:
        yield Finding("discount_too_large", "ask", f"{given}", f"{rule.at_most_percent}", "price")


def _rush(offer: Offer, grade: Grade, _prices: Prices) -> Iterator[Finding]:
    if not offer.is_rush or grade.rush is None or grade.rush.allowed == "allow":
        return
    if grade.rush.allowed == "ask":
        yield Finding("rush_by_approval", "ask", subject="rush")
    else:
        yield Finding("rush_not_allowed", "refuse")


def _delivery(offer: Offer, grade: Grade, _prices: Prices) -> Iterator[Finding]:
    if grade.promise is None:
        return
    if grade.promise.review and not offer.reviewed.strip():
        yield Finding("review_missing", "refuse")
    latest = latest_on(grade, offer.on)
    if latest is None or offer.is_rush:
        return
    if offer.promised_on and offer.promised_on > latest:
        yield Finding("promised_too_late", "tell", f"{offer.promised_on}", f"{latest}")
    elif not offer.promised_on:
        yield Finding("promise", "tell", bound=f"{latest}")


def _ways(offer: Offer, grade: Grade, _prices: Prices) -> Iterator[Finding]:
    """One way among several that is not taken makes the whole settlement one that is not (LSE-21)."""
    if grade.settling:
        for way in offer.ways:
            if way not in grade.settling.ways:
                yield Finding("way_not_taken", "refuse", way, ",".join(grade.settling.ways))


def _cooperation(_offer: Offer, grade: Grade, _prices: Prices) -> Iterator[Finding]:
    if grade.cooperation and grade.cooperation.allowed != "yes":
        is_soft = grade.cooperation.allowed == "ask"
        yield Finding(
            "no_cooperation", "ask" if is_soft else "refuse", subject="cooperation" if is_soft else ""
        )


def _margins(offer: Offer, to: Entitlement) -> Iterator[Finding]:
    rule = to.policy.margins
    if rule is None or not offer.margins or offer.payment != "credit" or offer.terms_days is None:
        return
    allowed = rules.margin_days(offer.margins, rule)
    over = [days for days in allowed if offer.terms_days > days]
    if over:
        code = "margin_too_low" if rule.mixed == "shortest" else "line_margin_too_low"
        yield Finding(code, "ask", str(offer.terms_days), ", ".join(map(str, allowed)), "days")


Look = Callable[[Offer, Grade, Prices], Iterator[Finding]]
LOOKS: tuple[Look, ...] = (_cooperation, _price, _discount, _rush, _delivery, _ways)
