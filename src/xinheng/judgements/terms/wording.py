"""Terms in words for people."""

from __future__ import annotations

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.terms.values import Finding

PAYMENTS: dict[str, str | Promise] = {
    "credit": _("on account"),
    "delivery": _("cash on delivery"),
    "prepaid": _("paid before shipment"),
}
ASKED: dict[str, str | Promise] = {
    "price": _("price below the floor"),
    "rush": _("rush order"),
    "cooperation": _("trade with a grade to be avoided"),
    "days": _("credit beyond the grade"),
    "settlement": _("another way of settling"),
    "restore": _("restore lowered terms"),
    "reward": _("reward for keeping the terms"),
    "measure": _("lift a measure"),
}
STATES: dict[str, str | Promise] = {
    "open": _("asked for"),
    "approved": _("exception approved"),
    "returned": _("sent back to be corrected"),
    "rejected": _("exception rejected"),
    "withdrawn": _("taken back by who asked"),
}
SOURCES: dict[str, str | Promise] = {
    "": _("by hand"),
    "grade": _("by the approved grade"),
    "breach": _("lowered after breaches"),
    "application": _("approved application"),
    "exception": _("approved exception"),
    "ended": _("earlier terms ended"),
}
MEASURES: dict[str, str | Promise] = {
    "suspend": _("trade suspended"),
    "reduce_limit": _("limit reduced"),
}
WAYS: dict[str, str | Promise] = {
    "transfer": _("bank transfer"),
    "cash": _("cash payment"),
    "bill_of_exchange": _("bill of exchange"),
    "pledge": _("pledge or mortgage"),
    "set_off": _("set-off"),
}
REFERENCES: dict[str, str | Promise] = {
    "control": _("internal control price"),
    "market": _("market price"),
    "lowest": _("lowest price of the market"),
}
MARKS: dict[str, str | Promise] = {
    "given": _("given in the source"),
    "assumed": _("assumed: lost in the source"),
    "lost": _("lost in the source and not set"),
}
STRENGTHS: dict[str, str | Promise] = {
    "refuse": _("not allowed"),
    "ask": _("needs an approved exception"),
    "tell": _("to be known"),
}
FINDINGS: dict[str, str | Promise] = {
    "no_grade": _("no approved grade is valid: nothing is granted"),
    "pays_too_late": _("it would pay %(figure)s, the terms are %(bound)s"),
    "days_too_long": _("%(figure)s days of credit, at most %(bound)s"),
    "days_too_short": _("%(figure)s days of credit, at least %(bound)s or cash"),
    "price_below_floor": _("the price %(figure)s is below the floor of %(bound)s"),
    "price_not_checked": _("the price was not checked: no %(bound)s of the product is known"),
    "discount_too_large": _("a discount of %(figure)s percent, at most %(bound)s"),
    "rush_by_approval": _("a rush order by the state of production, with approval"),
    "rush_not_allowed": _("no rush orders for this grade"),
    "review_missing": _("the order is examined first, and what was found is noted"),
    "promised_too_late": _("promised for %(figure)s, the grade is promised %(bound)s at the latest"),
    "promise": _("to be delivered by %(bound)s at the latest"),
    "way_not_taken": _("settling by %(figure)s is not taken, only: %(bound)s"),
    "no_cooperation": _("trade with this grade is avoided"),
    "margin_too_low": _("%(figure)s days of credit, the margins allow: %(bound)s"),
    "line_margin_too_low": _("%(figure)s days of credit, line by line the margins allow: %(bound)s"),
}
NAMED = {"pays_too_late": PAYMENTS, "price_not_checked": REFERENCES, "way_not_taken": WAYS}


def told(finding: Finding) -> str:
    """A finding in words, with its figures."""
    words = NAMED.get(finding.code, {})
    figure = str(words.get(finding.figure, finding.figure))
    bound = ", ".join(str(words.get(one, one)) for one in finding.bound.split(","))
    return str(FINDINGS[finding.code]) % {"figure": figure, "bound": bound}


def source_word(source: str) -> str:
    """What terms rest on, in words."""
    return str(SOURCES.get(source.partition(":")[0], source))


def titled(what: str) -> tuple[str, str]:
    """What is asked for, in Chinese and in English."""
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told.append(str(ASKED[what]))
    return told[0], told[1]
