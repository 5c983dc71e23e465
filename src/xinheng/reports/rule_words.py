"""The expressions of a policy as a person reads them: names, choices and signs in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.language import reads_chinese
from xinheng.indicators import queries as indicators
from xinheng.judgements.policies.values import Parameter, Policy, Worded
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports.figures import told_text

PART = re.compile(
    r"'(?P<text>(?:[^']|'')*)'|(?P<name>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)|(?P<sign>[<>=!]+|\S)"
)
TEST = re.compile(r"\bIS\s+(NOT\s+)?(NULL|TRUE|FALSE)\b", re.IGNORECASE)
SIGNS = {">=": "≥", "<=": "≤", "<>": "≠", "!=": "≠", "*": "×", "/": "÷"}


def said(worded: Worded) -> str:
    """Text of a policy in the reader's language."""
    return worded.zh if reads_chinese() else worded.en


def said_note(note: Worded | None) -> str:
    """A note in the reader's language; empty where there is none."""
    return said(note) if note else ""


class RuleWords:
    """Words for the expressions of one policy."""

    def __init__(self, policy: Policy) -> None:
        chinese = reads_chinese()
        self._names = {card.code: card.name if chinese else card.name_en for card in indicators.catalogue()}
        self._names |= {**ratings.facts(), "role": _("role")}
        named: list[Any] = [*policy.questions, *policy.terms]
        self._names |= {one.code: said(one) for one in named}
        self._names |= {one.code: _parameter(one) for one in policy.parameters}
        asked = {one.code: one.choices for one in policy.questions if one.type == "choice"}
        self._choices = {code: {one.code: said(one) for one in choices} for code, choices in asked.items()}

    def of(self, formula: str) -> str:
        """One expression in words; what has no word stands as it is."""
        text = TEST.sub(lambda test: f" «{test[1] or ''}{test[2]}» ".upper(), formula)
        told = "".join(self._told(text))
        return re.sub(r"\s+", " ", told).replace("( ", "(").replace(" )", ")").replace(" ,", ",").strip()

    def _told(self, text: str) -> Iterator[str]:
        asked: dict[str, str] = {}
        for before in re.split(r"(«[A-Z ]+»)", text):
            if before.startswith("«"):
                yield f" {_tests()[' '.join(before.strip('«»').split())]} "
                continue
            for part in PART.finditer(before):
                kind, word = part.lastgroup, part[0]
                if kind == "name":
                    asked = self._choices.get(word, asked)
                    yield f" {self._named(word)} "
                elif kind == "text":
                    yield f" “{asked.get(part['text'], _kinds().get(part['text'], part['text']))}” "
                elif kind == "sign":
                    yield f" {SIGNS.get(word, word)} "
                else:
                    yield f" {word} "

    def _named(self, word: str) -> str:
        return self._names.get(word) or _operators().get(word.upper(), word)


def _parameter(one: Parameter) -> str:
    value = _("not set") if one.value is None else told_text(one.value, one.unit)
    return f"{said(one)} ({value})"


def _operators() -> dict[str, str]:
    return {
        "AND": _("and"),
        "OR": _("or"),
        "NOT": _("not"),
        "IN": _("one of"),
        "BETWEEN": _("between"),
        "COALESCE": _("the first known of"),
        "ABS": _("the amount of"),
        "TRUE": _("yes"),
        "FALSE": _("no"),
    }


def _tests() -> dict[str, str]:
    return {
        "NULL": _("is unknown"),
        "NOT NULL": _("is known"),
        "TRUE": _("holds"),
        "NOT TRUE": _("does not hold for sure"),
        "FALSE": _("does not hold"),
        "NOT FALSE": _("may hold"),
    }


def _kinds() -> dict[str, str]:
    return {**ratings.roles(), "company": _("Company"), "person": _("Person")}
