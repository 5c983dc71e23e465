"""What a decision on credit needs to know of a customer, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.judgements.limits import queries as credit
from xinheng.web.pages import hold_words

Fact = tuple[Any, Any, bool]  # name, text, whether it is bad
DECIDED = ["passed", "held", "released", "rejected"]
PARTS: list[tuple[str, Any]] = [
    ("receivable", _("Open bills")),
    ("prepaid", _("Paid and not settled")),
    ("delivered", _("Delivered, not billed")),
    ("ordered", _("Ordered, not delivered")),
    ("held", _("Of that held")),
    ("foreign", _("In other currencies")),
]


def customer_facts(known: Any) -> list[Fact]:
    """What a decision needs of the customer; what is not known says so."""
    return [*_of_limits(known.head), *_of_arrears(known), *_of_account(known.account, known.decided)]


def _of_limits(head: Any) -> list[Fact]:
    currency, left = head.exposure.currency, head.left
    is_bad = head.limit.state in ("no_credit", "expired")
    rows: list[Fact] = [
        (_("Limit"), hold_words.limit_told(head.limit, currency), is_bad),
        (_("Exposure"), hold_words.amount(head.exposure.minor, currency), False),
        (
            _("Headroom"),
            f"{left} {currency}" if left else _("nothing limits it"),
            bool(left and left.minor < 0),
        ),
    ]
    for name, label in PARTS:
        if minor := getattr(head.exposure, name):
            rows.append((label, hold_words.amount(minor, currency), False))
    for group in head.groups:
        label = _("Limit of %(group)s") % {"group": group.no}
        owed = hold_words.amount(group.minor, currency)
        rows.append((label, f"{hold_words.limit_told(group.limit, currency)} ({owed})", False))
    return rows


def _of_arrears(known: Any) -> list[Fact]:
    currency, oldest = known.head.exposure.currency, known.oldest_days
    overdue = f"{known.overdue} {currency}" if known.overdue else _("nothing")
    return [
        (_("Overdue"), overdue, bool(known.overdue)),
        (_("Oldest open bill past due"), _days(oldest, _("none")), bool(oldest)),
    ]


def _of_account(account: Any, decided: dict[str, int]) -> list[Fact]:
    unknown = _("unknown so far")
    if account is None:
        return [(_("Credit account"), unknown, False)]
    late = account.late_days
    said = [f"{credit.STATES[each]} {decided[each]}" for each in DECIDED if each in decided]
    return [
        (_("Level of reminders"), account.dunning_level or _("none"), account.dunning_level > 0),
        (_("Pays late by habit"), _days(late, unknown), bool(late and late > 0)),
        (
            _("Status of the account"),
            credit.STATUSES[account.status],
            account.status in ("hold", "stop"),
        ),
        (_("Risk class"), account.risk_class or unknown, False),
        (_("Next review"), account.review_on.isoformat() if account.review_on else unknown, False),
        (_("Decisions in a year"), ", ".join(said) or _("none"), False),
    ]


def _days(number: int | None, otherwise: Any) -> Any:
    return otherwise if number is None else _("%(n)s days") % {"n": number}
