"""The terms of one customer: what holds, since when and why; what the grade entitles to; what was asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from xinheng.judgements.terms import queries as terms
from xinheng.web.pages import terms_words
from xinheng.web.pages.seen import Seen

MOST = 100


def terms_tab(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """What holds on the day looked at, the history, and exceptions and measures."""
    on, customer = seen.as_of, seen.customer
    to = terms.entitlement(customer, on=on)
    held = terms.granted(customer, on=on)
    return {
        "held": _line(held) if held else None,
        "entitled": _entitled(to) if to else None,
        "history": [_line(one) for one in terms.history_of(customer)[:MOST]],
        "asked": [terms_words.asked(one) for one in terms.requests_of(customer)[:MOST]],
        "measures": [
            {"one": one, "what": terms.MEASURES[one.what]} for one in terms.measures_of(customer)[:MOST]
        ],
        "rewards": [
            {"code": one.code, "name": terms_words.text_of(one), "by": one.by}
            for one in terms.proposed(customer, on=on)
        ],
        "may_ask": seen.actor.may("terms.write") and not seen.past,
    }


def _line(one: Any) -> dict[str, Any]:
    return {
        "one": one,
        "pays": terms_words.pays(one.payment, one.days),
        "source": terms.source_word(one.source),
    }


def _entitled(to: Any) -> dict[str, Any]:
    row = None
    if to.grade:
        row = next(one for one in terms_words.rows_of(to.policy) if one["grade"] == to.grade.grade)
    return {
        "to": to,
        "policy": terms_words.text_of(to.policy.name),
        "pays": terms_words.pays(to.level.payment, to.level.days),
        "row": list(zip(terms_words.heads_of(to.policy), row["cells"], strict=True)) if row else [],
    }
