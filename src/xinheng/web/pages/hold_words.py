"""Held orders in words: kinds of checks, acts of decisions, reasons, headings of lists that sort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.limits import queries as credit

Words = str | Promise
CHECKS: dict[str, Words] = {
    "limit": _("credit limit"),
    "document": _("value of one order"),
    "first": _("first order"),
    "oldest": _("oldest open bill"),
    "overdue_share": _("overdue share"),
    "overdue_amount": _("overdue amount"),
    "dunning": _("level of reminders"),
    "late_days": _("habit of paying"),
    "review": _("day of the review"),
    "status": _("status of the account"),
    "terms": _("days of credit"),
    "critical": _("agreed fields"),
    "papers": _("papers of the file"),
    "payment": _("way of payment"),
    "rules": _("could not be checked"),
    "person": _("held by a person"),
}
STRENGTHS: dict[str, Words] = {"warn": _("warns"), "hold": _("keeps it back"), "stop": _("rejects")}
TONES = {"warn": "warn", "hold": "bad", "stop": "bad"}
STATE_TONES = {"passed": "good", "released": "good", "held": "bad", "rejected": "bad", "ended": ""}
ACTS: dict[str, Words] = {
    "check": _("checked"),
    "recheck": _("checked again"),
    "change": _("changed and checked"),
    "deliver": _("checked before delivery"),
    "release": _("let go by a person"),
    "reject": _("order turned down"),
    "hold": _("held by a person"),
}
PAYMENTS: dict[str, Words] = {
    "credit": _("on account"),
    "prepaid": _("paid before shipment"),
    "delivery": _("cash on delivery"),
}
COVERS: dict[str, Words] = {"prepayment": _("money before delivery"), "guarantee": _("a guarantee")}
COVER_STATES: dict[str, Words] = {
    "open": _("waits for an answer"),
    "met": _("is there"),
    "withdrawn": _("asked no more"),
}


def reasons_told(reasons: Sequence[Any], currency: str) -> list[dict[str, Any]]:
    """Reasons with their text, strength and tone."""
    return [
        {
            "text": credit.told(one, currency),
            "check": CHECKS.get(one.check, one.check),
            "strength": STRENGTHS[one.strength],
            "tone": TONES[one.strength],
        }
        for one in reasons
    ]


def ways_told(ways: Sequence[Any], currency: str) -> list[str]:
    """What would clear an order, in words."""
    return [credit.way_told(way, currency) for way in ways]


def amount(minor: int, currency: str) -> str:
    """Money with its currency."""
    return f"{Money(minor, currency)} {currency}"


def authority_name(one: Any) -> str:
    """An authority of the check policy in the reader's language."""
    return str(one.zh if reads_chinese() else one.en)


def bounds_told(one: Any) -> str:
    """What an authority covers."""
    said = []
    if one.over_at_most is not None:
        said.append(_("up to %(money)s yuan over the limit") % {"money": f"{one.over_at_most:,}"})
    if one.overdue_days_at_most is not None:
        said.append(_("up to %(days)s days overdue") % {"days": one.overdue_days_at_most})
    return ", ".join(str(each) for each in said) or str(_("any excess and any arrears"))


def roles_told(one: Any) -> str:
    """The roles of an authority by their names."""
    names = people.role_names()
    return ", ".join(names.get(role, role) for role in one.roles)


def headings(
    request: HttpRequest, columns: Sequence[tuple[str, Words, str]], sort: str
) -> list[dict[str, Any]]:
    """The heads of a table that sorts: columns of a sort key ("" for none), a label and a class."""
    told = []
    for key, label, look in columns:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        for gone in ("page", "after"):
            query.pop(gone, None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        address = f"?{query.urlencode()}" if key else ""
        told.append({"label": label, "address": address, "sorted": order, "look": look})
    return told


def limit_told(limit: Any, currency: str) -> str:
    """A limit of a day in words: an amount, or what it is instead, with its last day."""
    if limit.state != "limited":
        said = str(credit.LIMITS[limit.state])
    else:
        said = amount(limit.minor, currency)
        for minor, kind in ((limit.insured_minor, "insured"), (limit.guaranteed_minor, "guaranteed")):
            if minor:
                said += f", {credit.KINDS[kind]} {Money(minor, currency)}"
        if limit.kind == "temporary":
            said += f" ({credit.KINDS['temporary']})"
    until = _("%(limit)s, until %(day)s")
    return str(until % {"limit": said, "day": limit.until.isoformat()}) if limit.until else said


def decisions_told(decisions: Sequence[Any]) -> list[dict[str, Any]]:
    """Decisions with their words."""
    names = people.names_by_login({one.by for one in decisions})
    return [
        {
            "one": one,
            "act": ACTS.get(one.act, one.act),
            "verdict": credit.STATES[one.verdict],
            "tone": STATE_TONES[one.verdict],
            "value": amount(one.amount_minor, one.currency),
            "reasons": reasons_told(credit.reasons_of(one), one.account.currency),
            "by": names.get(one.by, one.by),
        }
        for one in decisions
    ]
