"""The credit line of a customer: limits and their history, exposure and its documents, orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.money import Money
from xinheng.facts.orders import queries as orders
from xinheng.judgements.limits import queries as credit
from xinheng.web.pages import hold_words
from xinheng.web.pages.credit_words import PARTS, customer_facts
from xinheng.web.pages.orders import COLUMNS, found, rows_told
from xinheng.web.pages.seen import Seen

SHOWN = 200  # documents behind one figure
REACHES: dict[str, Any] = {"own": _("of the customer"), "group": _("of the customer and all below it")}
SAID: dict[str, Any] = {
    "no_credit": _("no credit"),
    "unlimited": _("no limit"),
    "withdrawn": _("taken back"),
}
WAYS: dict[str, Any] = {**hold_words.PAYMENTS, "": _("nothing agreed")}


def credit_line(seen: Seen, request: HttpRequest) -> dict[str, Any]:
    """What holds today in one segment, what was said before, what is owed and by which documents."""
    segments = credit.segments_of(seen.customer)
    segment = request.GET.get("segment", "")
    segment = segment if segment in segments else ""
    known = credit.credit_facts(seen.customer, on=seen.on, segment=segment)
    head, account = known.head, known.account
    currency = head.exposure.currency
    part = request.GET.get("part", "")
    decisions, after = credit.decisions_of(seen.customer, after=request.GET.get("after", "")[:20])
    return {
        "segments": [(each, each or _("over all")) for each in segments],
        "segment": segment,
        "facts": customer_facts(known),
        "account": account,
        "agreed": WAYS[account.payment] if account else WAYS[""],
        "terms_days": account.terms_days if account else None,
        "share": _share(head),
        "limit": hold_words.limit_told(head.limit, currency),
        "exposure": hold_words.amount(head.exposure.minor, currency),
        "parts": _parts(head.exposure),
        "part": part,
        "documents": _documents(seen, part, segment),
        "words": _words(seen, segment),
        "held": [
            {
                "one": one,
                "value": hold_words.amount(one.amount_minor, one.currency),
                "reasons": hold_words.reasons_told(credit.reasons_of(one.decision), currency),
            }
            for one in credit.held_of(seen.customer)
        ],
        "decisions": hold_words.decisions_told(decisions),
        "after": after,
        "may_order": seen.actor.may("orders.read"),
    }


def _share(head: Any) -> dict[str, Any] | None:
    """How much of the limit is used, in percent; None where there is no amount to use up."""
    if head.limit.state != "limited" or head.limit.minor <= 0:
        return None
    percent = -(-head.exposure.minor * 100 // head.limit.minor)  # rounded up: over is never told as 100
    tone = "bad" if percent > 100 else "warn" if percent > 90 else "good"
    return {"percent": percent, "width": max(0, min(percent, 100)), "tone": tone}


def _parts(exposure: Any) -> list[dict[str, Any]]:
    signs = {"prepaid": -1, "held": -1}
    return [
        {
            "code": name,
            "label": label,
            "money": Money(signs.get(name, 1) * getattr(exposure, name), exposure.currency),
            "has_documents": name in ("receivable", "prepaid", "delivered", "ordered"),
        }
        for name, label in PARTS
    ]


def _documents(seen: Seen, part: str, segment: str) -> list[dict[str, Any]] | None:
    """The documents behind one part of the exposure, the largest first; None where no part is asked for."""
    if part not in ("receivable", "prepaid", "delivered", "ordered"):
        return None
    rows = credit.documents_of(seen.actor, seen.customer, on=seen.on).to_dicts()
    mine = [row for row in rows if row["component"] == part and (not segment or row["segment"] == segment)]
    return [
        {
            **row,
            "money": hold_words.amount(row["minor"], row["currency"]),
            "is_order": part in ("ordered", "delivered"),
        }
        for row in mine[:SHOWN]
    ]


def _words(seen: Seen, segment: str) -> list[dict[str, Any]]:
    """Every word on the limits of a segment, with who said it and why; whether it holds today."""
    said = [word for word in credit.limit_words(seen.customer) if word.account.segment == segment]
    names = people.names_by_login({word.told_by for word in said})
    told, seen_kinds = [], set()
    for word in said:
        kind = (word.reach, word.kind, word.component)
        begun = word.from_on <= seen.on
        holds = begun and kind not in seen_kinds and (word.until_on is None or word.until_on >= seen.on)
        if begun:
            seen_kinds.add(kind)
        told.append(
            {
                "one": word,
                "kind": credit.PARTS[word.component] if word.component else credit.KINDS[word.kind],
                "is_part": bool(word.component),
                "reach": REACHES[word.reach],
                "text": SAID.get(word.state) or hold_words.amount(word.amount_minor, word.account.currency),
                "by": names.get(word.told_by, word.told_by),
                "holds": holds and word.state != "withdrawn",
                "coming": not begun,
            }
        )
    return told


def customer_orders(seen: Seen, request: HttpRequest) -> dict[str, Any]:
    """The customer's orders, the last told first, a page at a time."""
    wanted = orders.OrderWanted(customer_no=seen.customer.no)
    place = request.GET.get("after", "")[:60]
    page, after = orders.page_of(found(seen.actor, wanted, "", on=seen.on), after=place)
    columns = [
        {"label": label, "address": "", "sorted": "none", "look": look}
        for place_in, (_key, label, look) in enumerate(COLUMNS)
        if place_in != 1
    ]
    return {"lines": rows_told(page), "after": after, "later_page": bool(place), "columns": columns}
