"""Reading the policy on collection: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as shipping
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.operations.collection.errors import NoCollectionPolicy
from xinheng.operations.collection.values import NEEDED, Collecting

KIND = "collection"
CODE = "collection"  # the policy everybody collects by


@lru_cache(maxsize=64)
def load(text: str, file: str = "collection.yaml") -> Collecting:
    """A checked policy from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Collecting, problems=problems)


def check(text: str) -> None:
    """Whether a text is a policy on collection. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> Collecting:
    """The policy of a day; the shipped one where none was adopted. Refuses: NoCollectionPolicy."""
    try:
        return load(packs.in_force(KIND, CODE, on=on).text)
    except PolicyNotInForce as error:
        if found := _shipped():
            return load(found)
        raise NoCollectionPolicy(on=on) from error


@lru_cache(maxsize=1)
def _shipped() -> str:
    return next((pack.text for pack in shipping.shipped(KIND) if pack.header.code == CODE), "")


def problems(policy: Collecting) -> Iterator[Problem]:
    """Everything wrong with a policy, as a path into the document and the cause."""
    held = {one.code: one.value for one in policy.parameters}
    for code in NEEDED:
        if held.get(code) is None:
            yield ("parameters",), _("The parameter %(code)s is not set.") % {"code": code}
    yield from _twice("results", [one.code for one in policy.results])
    yield from _twice("steps", [one.code for one in policy.steps])
    yield from _references(policy)
    amounts = [one.from_amount for one in policy.tiers]
    if amounts != sorted(amounts, reverse=True) or amounts[-1] != 0:
        yield ("tiers",), _("The tiers go from the largest amount down to 0.")


def _references(policy: Collecting) -> Iterator[Problem]:
    for place, step in enumerate(policy.steps):
        for code in step.after:
            if policy.step(code) is None:
                yield ("steps", place, "after"), _("There is no step %(code)s.") % {"code": code}
        if step.interrupts is not None and policy.interruption(step.interrupts) is None:
            told = {"code": step.interrupts}
            yield ("steps", place, "interrupts"), _("There is no interruption %(code)s.") % told
        if step.starts is not None and policy.other(step.starts) is None:
            told = {"code": step.starts}
            yield ("steps", place, "starts"), _("There is no other clock %(code)s.") % told


def _twice(part: str, codes: list[str]) -> Iterator[Problem]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield (part,), _("The code %(code)s stands twice.") % {"code": code}
