"""Reading the rules of cash application: checked when they are loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.matching.errors import NoMatchingRules
from xinheng.judgements.matching.values import MatchingRules
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem

KIND = "matching_rules"
CODE = "matching"


@lru_cache(maxsize=64)
def load(text: str, file: str = "matching_rules.yaml") -> MatchingRules:
    """Checked rules from their YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=MatchingRules, problems=problems)


def check(text: str) -> None:
    """Whether a text is rules of cash application. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> tuple[MatchingRules, str]:
    """The rules of a day and their hash. Refuses: NoMatchingRules where none were adopted."""
    try:
        kept = packs.in_force(KIND, CODE, on=on)
    except PolicyNotInForce as error:
        raise NoMatchingRules(on=on) from error
    return load(kept.text), kept.sha256


def perhaps_in_force(on: date) -> MatchingRules | None:
    """The rules of a day; None where none were adopted."""
    try:
        return in_force(on)[0]
    except NoMatchingRules:
        return None


@lru_cache(maxsize=256)  # a hash has one text for ever
def kept(sha256: str) -> MatchingRules:
    """The rules a proposal was made by, whether or not they still hold. Refuses: PolicyUnknown."""
    return load(packs.document(sha256).text)


def problems(rules: MatchingRules) -> Iterator[Problem]:
    """Everything wrong with the rules, as a path into the document and the cause."""
    ways = Counter(one.way for one in rules.ways)
    for place, way in enumerate(rules.ways):
        if ways[way.way] > 1:
            yield ("ways", place, "way"), _("The way %(way)s stands twice.") % {"way": way.way}
    held = Counter(customer for rule in rules.rules for customer in rule.customers)
    for place, rule in enumerate(rules.rules):
        for customer in rule.customers:
            if held[customer] > 1:
                words = _("Customer %(customer_no)s has more than one rule.") % {"customer_no": customer}
                yield ("rules", place, "customers"), words
    for place, payer in enumerate(rules.payers):
        if not payer.name.strip() and not payer.account.strip():
            yield ("payers", place), _("A payer needs a name or an account.")
