"""Terms by grade as a person reads them: each part in words, with its mark and its clause."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.judgements.terms import queries as terms

TONES = {"open": "note", "approved": "good", "returned": "warn", "rejected": "bad", "withdrawn": ""}
STRENGTH_TONES = {"refuse": "bad", "ask": "warn", "tell": "note"}
PARTS: dict[str, str | Promise] = {
    "paying": _("Terms of payment"),
    "pricing": _("Lowest price"),
    "discount": _("Largest discount"),
    "promise": _("Promise of delivery"),
    "rush": _("Rush orders"),
    "settling": _("Ways of settling"),
    "cooperation": _("Trade with it"),
    "ceiling": _("Most it may owe"),
}
RUSH = {"allow": _("allowed"), "ask": _("with approval"), "refuse": _("not taken")}
COOPERATION = {"yes": _("yes"), "ask": _("avoided, exceptions by approval"), "no": _("none")}


def text_of(words: Any) -> str:
    """Words of a document in the reader's language."""
    return str(words.zh if reads_chinese() else words.en)


def pays(payment: str, days: int | None) -> str:
    """How a customer pays, in words."""
    word = str(terms.PAYMENTS.get(payment, payment))
    if payment != "credit" or days is None:
        return word
    return f"{word}, " + ngettext("%(days)s day of credit", "%(days)s days of credit", days) % {"days": days}


def asked(one: Any) -> dict[str, Any]:
    """An exception asked for, in words."""
    words = {"what": terms.ASKED[one.what], "state": terms.STATES[one.state], "tone": TONES[one.state]}
    return {"one": one, **words}


def rows_of(document: Any) -> list[dict[str, Any]]:
    """What each grade entitles to, a row a grade and a cell a part."""
    held = [name for name in PARTS if any(getattr(grade, name) for grade in document.grades)]
    return [
        {
            "grade": grade.grade,
            "name": text_of(grade),
            "cells": [_cell(name, getattr(grade, name)) for name in held],
        }
        for grade in document.grades
    ]


def heads_of(document: Any) -> list[str | Promise]:
    """The headings over the cells."""
    return [words for name, words in PARTS.items() if any(getattr(grade, name) for grade in document.grades)]


def rules_of(document: Any) -> list[dict[str, Any]]:
    """What holds for all grades, in words."""
    told = [
        (_("Without a valid grade"), _paying(document.ungraded), document.ungraded),
        *(
            (label, said(part), part)
            for name, (label, said) in RULES.items()
            if (part := getattr(document, name))
        ),
        *((_("Measure"), _measure(one), one) for one in document.measures),
        *((_("Reward"), _reward(one), one) for one in document.rewards),
        *((_("Lost rule"), text_of(one), one) for one in document.slots),
        *((_("Exceptions"), f"{text_of(one)} ({', '.join(one.roles)})", one) for one in document.exceptions),
    ]
    return [{"label": label, "text": text, **_source(part)} for label, text, part in told]


def _cell(name: str, part: Any) -> dict[str, Any]:
    if part is None:
        return {"text": "—"}
    return {"text": CELLS[name](part), **_source(part)}


def _source(part: Any) -> dict[str, Any]:
    return {
        "mark": terms.MARKS[part.mark],
        "is_given": part.mark == "given",
        "clause": part.clause,
        "note": text_of(part.note) if part.note else "",
    }


def _paying(part: Any) -> str:
    words = [str(terms.PAYMENTS[part.how])]
    if part.days is not None and part.at_least is not None:
        words.append(gettext("%(least)s to %(most)s days") % {"least": part.at_least, "most": part.days})
    elif part.days is not None:
        words.append(gettext("at most %(days)s days") % {"days": part.days})
    if part.months:
        words.append(gettext("%(months)s months from delivery") % {"months": part.months})
    if part.cycle:
        words.append(gettext("one purchase cycle at most"))
    if part.soft:
        words.append(gettext("in principle"))
    return ", ".join(words)


def _pricing(part: Any) -> str:
    return f"{terms.REFERENCES[part.against]} {part.floor_percent.normalize():+f}%"


def _promise(part: Any) -> str:
    if part.days is None:
        return gettext("case by case, examined first") if part.review else gettext("case by case")
    return ngettext("%(days)s day from the order", "%(days)s days from the order", part.days) % {
        "days": part.days
    }


def _ceiling(part: Any) -> str:
    sides = []
    if part.amount is not None:
        sides.append(str(Money.of(part.amount)))
    if part.purchases is not None:
        sides.append(gettext("%(times)s × one purchase") % {"times": f"{part.purchases.normalize():f}"})
    if part.months is not None:
        sides.append(gettext("purchases of %(months)s months") % {"months": f"{part.months.normalize():f}"})
    if part.step_percent is not None:
        sides.append(gettext("by steps of %(percent)s%%") % {"percent": f"{part.step_percent.normalize():f}"})
    return ", ".join(sides) or gettext("not set")


def _measure(one: Any) -> str:
    told = {
        "breaches": one.breaches,
        "what": text_of(one),
        "percent": f" {one.percent}%" if one.percent else "",
    }
    return gettext("from %(breaches)s breaches a quarter: %(what)s%(percent)s") % told


def _reward(one: Any) -> str:
    told = {"quarters": one.quarters, "what": text_of(one), "by": one.by}
    return gettext("after %(quarters)s quarters without a breach: %(what)s, %(by)s") % told


def _downgrade(part: Any) -> str:
    return gettext("%(breaches)s breaches in a calendar quarter: one step") % {"breaches": part.breaches}


def _history(part: Any) -> str:
    told = {"orders": part.orders, "least": part.at_least}
    return gettext("mean of the last %(orders)s orders; fewer than %(least)s: the next grade") % told


def _margins(part: Any) -> str:
    steps = [f"≥ {step.margin * 100:.0f}%: {step.days}" for step in part.steps]
    return ", ".join(steps)


CELLS: dict[str, Any] = {
    "paying": _paying,
    "pricing": _pricing,
    "discount": lambda part: f"{part.at_most_percent.normalize():f}%",
    "promise": _promise,
    "rush": lambda part: str(RUSH[part.allowed]),
    "settling": lambda part: ", ".join(str(terms.WAYS[way]) for way in part.ways),
    "cooperation": lambda part: str(COOPERATION[part.allowed]),
    "ceiling": _ceiling,
}
RULES: dict[str, tuple[str | Promise, Any]] = {
    "downgrade": (_("Lowering the terms of payment"), _downgrade),
    "history": (_("One purchase"), _history),
    "margins": (_("Days by margin"), _margins),
    "answer": (_("Answers within hours"), lambda part: str(part.hours)),
    "visits": (_("Seen every quarter"), lambda part: ", ".join(part.grades)),
}
