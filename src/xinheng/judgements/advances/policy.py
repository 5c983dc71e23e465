"""Reading the policy on advances: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.approvals.values import Chain, Step
from xinheng.base.packs import queries as packs
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.advances.errors import NoAdvancePolicy
from xinheng.judgements.advances.values import NEEDED, Advances, Finding, GradeRule
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem

KIND = "advances"
CODE = "advances"  # the policy every advance is judged by


@lru_cache(maxsize=64)
def load(text: str, file: str = "advances.yaml") -> Advances:
    """A checked policy from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Advances, problems=problems)


def check(text: str) -> None:
    """Whether a text is a policy on advances. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> tuple[Advances, str]:
    """The policy of a day and its hash. Refuses: NoAdvancePolicy where none was adopted."""
    try:
        kept = packs.in_force(KIND, CODE, on=on)
    except PolicyNotInForce as error:
        raise NoAdvancePolicy(on=on) from error
    return load(kept.text), kept.sha256


def perhaps_in_force(on: date) -> Advances | None:
    """The policy of a day; None where none was adopted."""
    try:
        return in_force(on)[0]
    except NoAdvancePolicy:
        return None


@lru_cache(maxsize=256)  # a hash has one text for ever
def kept(sha256: str) -> Advances:
    """The policy an advance was asked for by, whether or not it still holds. Refuses: PolicyUnknown."""
    return load(packs.document(sha256).text)


def chain_of(policy: Advances, rule: GradeRule, found: Sequence[Finding]) -> Chain:
    """Who signs: the grade's chain; an exception ends at the general manager, wherever that chain ends."""
    steps = list(rule.chain)
    if found and not set(steps[-1].roles) & set(policy.exception.roles):
        steps.append(policy.exception)
    return Chain(
        tuple(
            Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days, one.repeat) for one in steps
        )
    )


def problems(policy: Advances) -> Iterator[Problem]:
    """Everything wrong with a policy, as a path into the document and the cause."""
    held = {one.code: one.value for one in policy.parameters}
    for code in NEEDED:
        if held.get(code) is None:
            yield ("parameters",), _("The parameter %(code)s is not set.") % {"code": code}
    grades = Counter(rule.code for rule in policy.grades)
    papers = {one.code for one in policy.papers}
    for place, rule in enumerate(policy.grades):
        if grades[rule.code] > 1:
            words = _("The grade %(code)s stands twice.") % {"code": rule.code}
            yield ("grades", place, "code"), words
        for paper in rule.papers:
            if paper not in papers:
                words = _("The paper %(code)s is not described.") % {"code": paper}
                yield ("grades", place, "papers"), words
    for paper in policy.new_customer.papers:
        if paper not in papers:
            yield ("new_customer", "papers"), _("The paper %(code)s is not described.") % {"code": paper}
