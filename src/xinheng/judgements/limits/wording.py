"""Limits in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits.clearing import Way
from xinheng.judgements.limits.values import Reason

STATES: dict[str, str | Promise] = {
    "passed": _("passed the check"),
    "held": _("held for credit"),
    "released": _("released by a person"),
    "rejected": _("order rejected"),
    "ended": _("order ended"),
    "unchecked": _("not checked for credit"),
    "lapsed": _("the release has lapsed"),
    "part": _("more than was released"),
}
LIMITS: dict[str, str | Promise] = {
    "not_assessed": _("never assessed"),
    "no_credit": _("no credit given"),
    "unlimited": _("without limit"),
    "limited": _("up to an amount"),
    "expired": _("limit expired"),
}
KINDS: dict[str, str | Promise] = {
    "fixed": _("fixed limit"),
    "temporary": _("temporary limit"),
    "insured": _("insured part"),
    "guaranteed": _("guaranteed part"),
}
STATUSES: dict[str, str | Promise] = {
    "open": _("orders are taken"),
    "watch": _("under watch"),
    "hold": _("orders are held"),
    "stop": _("orders are rejected"),
}
MONEY = (
    "over_limit", "over_group_limit", "over_receivable_limit", "over_delivered_limit", "over_ordered_limit",
    "document_too_large", "first_order_too_large", "overdue_too_much", "not_paid",
)  # fmt: skip
CAUSES: dict[str, str | Promise] = {
    "over_limit": _("exposure would be %(figure)s, the limit is %(bound)s: %(over)s too much"),
    "over_group_limit": _(
        "exposure under the limit of %(group)s would be %(figure)s, the limit is %(bound)s: %(over)s too much"
    ),
    "not_assessed": _("no limit was ever set"),
    "no_credit": _("the customer has no credit"),
    "expired": _("the limit has expired"),
    "over_receivable_limit": _("open bills come to %(figure)s, at most %(bound)s: %(over)s too much"),
    "over_delivered_limit": _("goods not billed come to %(figure)s, at most %(bound)s: %(over)s too much"),
    "over_ordered_limit": _("undelivered orders would be %(figure)s, at most %(bound)s: %(over)s too much"),
    "first_order_too_large": _("the first order is worth %(figure)s, at most %(bound)s is let pass"),
    "dunned_too_often": _("a reminder of level %(figure)s stands, at most %(bound)s"),
    "pays_too_late": _("the customer pays %(figure)s days late by habit, at most %(bound)s"),
    "papers_missing": _("papers of the file are missing or have run out: %(papers)s"),
    "needs_signature": _("an order paid in this way needs a signature"),
    "other_payment": _("the order is paid in another way than agreed"),
    "other_terms": _("other days of credit than agreed are asked for"),
    "other_currency": _("the order is in another currency than the account"),
    "document_too_large": _("the document is worth %(figure)s, at most %(bound)s is let pass"),
    "oldest_too_old": _("the oldest open bill is %(figure)s days past due, at most %(bound)s"),
    "overdue_share_too_high": _("%(figure)s percent of what is owed is overdue, at most %(bound)s"),
    "overdue_too_much": _("%(figure)s is overdue, at most %(bound)s"),
    "review_overdue": _("the review of the credit is %(figure)s days late, at most %(bound)s"),
    "status_watch": _("the account is under watch"),
    "status_hold": _("orders of the account are held"),
    "status_stop": _("orders of the account are rejected"),
    "terms_too_long": _("%(figure)s days of credit are asked for, at most %(bound)s are agreed"),
    "no_terms_agreed": _("%(figure)s days of credit are asked for, none are agreed"),
    "not_checked": _("could not be checked: no policy is in force, or a rate is not known"),
    "no_rule": _("no rule of the policy covers this account"),
    "not_paid": _("%(figure)s is not paid yet"),
    "held_by_person": _("a person holds it"),
}


def told(reason: Reason, currency: str) -> str:
    """A reason in words, with its figures."""
    is_money = reason.cause in MONEY
    named: dict[str, object] = {
        name: str(Money(value, currency)) if is_money and value is not None else value
        for name, value in (("figure", reason.figure), ("bound", reason.bound), ("over", reason.over))
    }
    named |= {"group": reason.group_no, "papers": reason.papers_zh if reads_chinese() else reason.papers_en}
    return str(CAUSES[reason.cause]) % named


WAYS: dict[str, str | Promise] = {
    "pay": _("the customer pays %(money)s"),
    "pay_first": _("the order is paid before the goods leave"),
    "pay_old": _("every bill more than %(number)s days past due is paid"),
    "pay_dunned": _("what reminders above level %(number)s ask for is paid"),
    "pay_share": _("what is overdue is paid until it is at most %(number)s percent"),
    "smaller": _("the order becomes smaller by %(money)s"),
    "shorter_terms": _("the order asks for at most %(number)s days of credit"),
    "as_agreed": _("the order is changed to what is agreed"),
    "raise_limit": _("%(whose)s is raised by %(money)s"),
    "set_limit": _("%(whose)s is set, to at least %(money)s"),
    "renew_review": _("the review of the credit is done"),
    "change_status": _("the account is opened again"),
    "sign": _("who has the authority signs by releasing it"),
    "bring_papers": _("these papers are brought: %(papers)s"),
    "complete": _("what could not be checked is completed, and the order checked again"),
    "release": _("a person releases it within their authority"),
    "release_over": _("a person releases it whose authority covers %(money)s"),
}
PARTS: dict[str, str | Promise] = {
    "receivable": _("open bills"),
    "delivered": _("goods not billed"),
    "ordered": _("undelivered orders"),
}


def way_told(way: Way, currency: str) -> str:
    """What would clear a held order, in words."""
    money = "" if way.minor is None else f"{Money(way.minor, currency)} {currency}"
    whose: object = _("the limit")
    if way.group_no:
        whose = _("the limit of %(group)s") % {"group": way.group_no}
    elif way.component:
        whose = _("the sub-limit of %(part)s") % {"part": PARTS[way.component]}
    code = "release_over" if way.code == "release" and money else way.code
    papers = way.papers_zh if reads_chinese() else way.papers_en
    return str(WAYS[code]) % {"money": money, "number": way.number, "whose": whose, "papers": papers}
