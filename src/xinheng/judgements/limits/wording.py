"""Limits in words for people."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.money import Money
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
MONEY = ("over_limit", "over_group_limit", "document_too_large", "overdue_too_much", "not_paid")
CAUSES: dict[str, str | Promise] = {
    "over_limit": _("exposure would be %(figure)s, the limit is %(bound)s: %(over)s too much"),
    "over_group_limit": _(
        "exposure under the limit of %(group)s would be %(figure)s, the limit is %(bound)s: %(over)s too much"
    ),
    "not_assessed": _("no limit was ever set"),
    "no_credit": _("the customer has no credit"),
    "expired": _("the limit has expired"),
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
}


def told(reason: Reason, currency: str) -> str:
    """A reason in words, with its figures."""
    is_money = reason.cause in MONEY
    named: dict[str, object] = {
        name: str(Money(value, currency)) if is_money and value is not None else value
        for name, value in (("figure", reason.figure), ("bound", reason.bound), ("over", reason.over))
    }
    return str(CAUSES[reason.cause]) % {**named, "group": reason.group_no}
