"""Reading a document of terms: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.approvals.values import Chain, Step
from xinheng.base.packs import queries as packs
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.judgements.terms.document import Grade, Paying, TermsPolicy

KIND = "terms"


@lru_cache(maxsize=64)
def load(text: str, file: str = "terms.yaml") -> TermsPolicy:
    """Checked terms from their YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=TermsPolicy, problems=problems)


def check(text: str) -> None:
    """Whether a text is a document of terms. Refuses: PolicyInvalid."""
    load(text)


def in_force(on: date) -> dict[str, tuple[TermsPolicy, str]]:
    """The terms in force on a day with the hash of their text, by code."""
    kept = packs.documents_in_force(KIND, on=on)
    return {one.code: (load(one.text), one.sha256) for one in kept}


def chain(policy: TermsPolicy) -> Chain:
    """Who approves exceptions, for the minutes."""
    return Chain(
        tuple(
            Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days, one.repeat)
            for one in policy.exceptions
        )
    )


def problems(policy: TermsPolicy) -> Iterator[Problem]:
    """Everything wrong with a document of terms, as a path into it and the cause."""
    counted = Counter(one.grade for one in policy.grades)
    for place, grade in enumerate(policy.grades):
        if counted[grade.grade] > 1:
            yield ("grades", place, "grade"), _("The code %(code)s is used twice.") % {"code": grade.grade}
        yield from _grade(("grades", place), grade, has_history=policy.history is not None)
    yield from _paying(("ungraded",), policy.ungraded)
    for grade_code in policy.visits.grades if policy.visits else ():
        if grade_code not in counted:
            yield ("visits", "grades"), _("There is no grade %(grade)s here.") % {"grade": grade_code}
    for place, measure in enumerate(policy.measures):
        if (measure.what == "reduce_limit") != (measure.percent is not None):
            yield ("measures", place), _("A limit is reduced by percent; nothing else has percent.")


def _grade(here: tuple[str | int, ...], grade: Grade, *, has_history: bool) -> Iterator[Problem]:
    yield from _paying((*here, "paying"), grade.paying)
    rests = grade.paying.cycle or (grade.ceiling is not None and grade.ceiling.purchases is not None)
    if rests and not has_history:
        yield here, _("One purchase and its cycle need to be told from the history: history.")


def _paying(here: tuple[str | int, ...], paying: Paying) -> Iterator[Problem]:
    bounds = (paying.days, paying.months, paying.at_least)
    if paying.how != "credit" and (any(one is not None for one in bounds) or paying.cycle):
        yield here, _("Only what is paid on account has days.")
    if paying.days is not None and paying.at_least is not None and paying.days < paying.at_least:
        yield here, _("The fewest days are more than the most.")
