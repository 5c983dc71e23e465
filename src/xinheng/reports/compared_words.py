"""What differs between two policies as a person reads it: words in place of keys, formulas and codes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.language import reads_chinese
from xinheng.judgements.policies import queries as compared
from xinheng.judgements.policies.values import Policy
from xinheng.reports.rule_words import RuleWords
from xinheng.reports.values import ToldDifference

KINDS = {"added": _("added"), "removed": _("removed"), "changed": _("changed"), "moved": _("moved")}
FORMULAS = ("when", "of", "among", "counts_when")
SIGNERS = ("roles", "prepared_by")
NAMING = ("zh", "en", "code")


def told_differences(
    old: Policy, new: Policy, *, found: Iterable[compared.Difference] | None = None
) -> list[ToldDifference]:
    """The differences of two policies in words, in the order of the document; of all, or of some of them."""
    words = [RuleWords(old), RuleWords(new)]
    roles = people.role_names()
    return [
        ToldDifference(
            kind=one.kind,
            kind_word=str(KINDS[one.kind]),
            part=capfirst(compared.part_word(one.part)),
            code=one.code,
            name=one.zh if reads_chinese() else one.en,
            field=compared.field_word(one.field),
            before=_Side(words[0], roles).told(one, one.before),
            after=_Side(words[1], roles).told(one, one.after),
        )
        for one in (compared.differences(old, new) if found is None else found)
    ]


class _Side:
    """The values of one of the two policies in words."""

    def __init__(self, words: RuleWords, roles: dict[str, str]) -> None:
        self._words, self._roles = words, roles

    def told(self, one: compared.Difference, value: Any) -> str:
        """A value as a person reads it; nothing for the side that lacks all of it."""
        if value is None and one.kind in ("added", "removed"):
            return ""
        if one.kind == "moved":
            return gettext("place %(number)s") % {"number": value}
        key = next((step for step in reversed(one.field.split(".")) if step and not step.isdigit()), "")
        return self._value(key, value)

    def _value(self, key: str, value: Any) -> str:
        """A value of the policy language: formulas, answers, roles, and groups by what names them."""
        match value:
            case None:
                return gettext("not set")
            case bool():
                return gettext("yes") if value else gettext("no")
            case str():
                return self._words.of(value) if key in FORMULAS else self._answer(key, value)
            case dict():
                return self._group(value)
            case tuple() | list():
                return "; ".join(self._value(key, each) for each in value) or "—"
        return str(value)

    def _answer(self, key: str, value: str) -> str:
        if key in SIGNERS and value in self._roles:
            return self._roles[value]
        return compared.answer_word(key, value) or "—"

    def _group(self, value: dict[str, Any]) -> str:
        """A group by its name, and then what it holds, key by key."""
        named = str(value.get("zh" if reads_chinese() else "en") or value.get("code") or "")
        told = [
            f"{compared.key_word(key)}: {self._value(key, each)}"
            for key, each in value.items()
            if key not in NAMING and each not in (None, "", ())
        ]
        return ", ".join([*([named] if named else []), *told]) or "—"
