"""What would clear a held order, from its reasons alone: a page, a letter and a program say the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinheng.judgements.limits.values import Reason

BLOCKING = ("hold", "stop")
PAYABLE = (  # `over` is money to be paid
    "over_limit", "over_group_limit", "over_receivable_limit", "overdue_too_much", "not_paid",
)  # fmt: skip
RAISABLE = {  # the limit that binds, by what it is of
    "over_limit": "",
    "over_group_limit": "",
    "over_receivable_limit": "receivable",
    "over_delivered_limit": "delivered",
    "over_ordered_limit": "ordered",
}
UNSET = ("not_assessed", "expired")
SMALLER = ("document_too_large", "first_order_too_large")
PAID_FIRST = ("no_credit", "no_terms_agreed")  # passes when it is paid before the goods leave (FOU-06)
BARE = {  # cause -> the one thing that helps
    "oldest_too_old": "pay_old",
    "dunned_too_often": "pay_dunned",
    "overdue_share_too_high": "pay_share",
    "review_overdue": "renew_review",
    "status_watch": "change_status",
    "status_hold": "change_status",
    "status_stop": "change_status",
    "terms_too_long": "shorter_terms",
    "other_payment": "as_agreed",
    "other_terms": "as_agreed",
    "other_currency": "as_agreed",
    "needs_signature": "sign",
    "papers_missing": "bring_papers",
    "not_checked": "complete",
    "no_rule": "complete",
}
OF_CUSTOMER = ("pay_old", "pay_dunned", "pay_share", "shorter_terms", "as_agreed", "bring_papers")


@dataclass(frozen=True)
class Way:
    """One thing that would clear a reason.

    minor: money in the account's currency; number: days, percent or a level; group_no, component: of which
    limit, the customer's own over all where both are empty.
    """

    code: str
    minor: int | None = None
    number: int | None = None
    group_no: str = ""
    component: str = ""
    by_customer: bool = False  # the customer can do it, so a letter may name it
    papers_zh: str = ""
    papers_en: str = ""


def ways(reasons: Iterable[Reason]) -> list[Way]:
    """What would clear the reasons that keep an order, each once, what the customer can do first.

    Warnings keep nothing and ask for nothing. Whatever the reasons, a person may release within authority.
    """
    held = [reason for reason in reasons if reason.strength in BLOCKING]
    found = [way for reason in held for way in _of(reason)]
    if (money := _to_pay(held)) is not None:
        found = [Way("pay", minor=money, by_customer=True), *found]
    once = list(dict.fromkeys(found))
    once.sort(key=lambda way: not way.by_customer)
    return [*once, *([Way("release", minor=_excess(held))] if held else [])]


def _of(reason: Reason) -> list[Way]:
    cause, over = reason.cause, reason.over or 0
    if cause in RAISABLE:
        return [Way("raise_limit", minor=over, group_no=reason.group_no, component=RAISABLE[cause])]
    if cause in UNSET:
        return [Way("set_limit", minor=reason.figure, group_no=reason.group_no)]
    if cause in PAID_FIRST:
        return [Way("pay_first", by_customer=True)]
    if cause in SMALLER:
        return [Way("smaller", minor=over, by_customer=True)]
    if (code := BARE.get(cause)) is None:
        return []
    is_theirs = code in OF_CUSTOMER
    number = reason.bound if is_theirs else None
    return [Way(code, None, number, "", "", is_theirs, reason.papers_zh, reason.papers_en)]


def _to_pay(reasons: list[Reason]) -> int | None:
    """What must be paid at least: the largest of what the reasons lack, as one payment serves them all."""
    lacking = [reason.over for reason in reasons if reason.cause in PAYABLE and reason.over]
    return max(lacking, default=None)


def _excess(reasons: list[Reason]) -> int | None:
    return max((reason.over or 0 for reason in reasons if reason.check == "limit"), default=0) or None
