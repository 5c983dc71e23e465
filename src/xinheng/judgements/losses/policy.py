"""Reading the documents of this room: checked when they are loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from xinheng.base.approvals.values import Chain, Step
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as shipping
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.judgements.losses.document import AgeBucket, Given, LossMatrix, Measured, Method
from xinheng.judgements.losses.errors import LossPolicyMissing
from xinheng.judgements.losses.targets_document import CreditTargets
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.judgements.policies.values import Part

MATRIX = "loss_matrix"  # the kind, and the code of the one that holds
TARGETS = "credit_targets"
Read = TypeVar("Read", bound=Part)


@dataclass(frozen=True)
class Held(Generic[Read]):
    """A document of a day. is_adopted: not merely the one that is shipped with the system."""

    document: Read
    name: str  # code@version
    sha256: str
    is_adopted: bool


@lru_cache(maxsize=64)
def load_matrix(text: str, file: str = "loss_matrix.yaml") -> LossMatrix:
    """A checked document from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=LossMatrix, problems=problems)


def check_matrix(text: str) -> None:
    """Whether a text says how losses are expected. Refuses: PolicyInvalid."""
    load_matrix(text)


@lru_cache(maxsize=64)
def load_targets(text: str, file: str = "credit_targets.yaml") -> CreditTargets:
    """A checked document from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=CreditTargets, problems=targets_problems)


def check_targets(text: str) -> None:
    """Whether a text is a credit policy with its targets. Refuses: PolicyInvalid."""
    load_targets(text)


def targets(on: date) -> Held[CreditTargets]:
    """The credit policy of a day: the adopted one, else the shipped one."""
    return held(TARGETS, load_targets, on=on)


def matrix(on: date) -> Held[LossMatrix]:
    """The document of a day: the adopted one, else the shipped one."""
    return held(MATRIX, load_matrix, on=on)


def held(kind: str, load: Callable[[str], Read], *, on: date) -> Held[Read]:
    """The document of a kind that holds on a day; the shipped one where none was adopted."""
    try:
        kept = packs.in_force(kind, kind, on=on)
    except PolicyNotInForce:
        pack = next(one for one in shipping.shipped(kind) if one.header.code == kind)
        return Held(load(pack.text), f"{kind}@{pack.header.version}", "", is_adopted=False)
    return Held(load(kept.text), f"{kept.code}@{kept.version}", kept.sha256, is_adopted=True)


def adopted(on: date) -> Held[LossMatrix]:
    """The document of a day, adopted. Refuses: LossPolicyMissing."""
    found = matrix(on)
    if not found.is_adopted:
        raise LossPolicyMissing(kind=MATRIX, on=on)
    return found


def chain_of(document: LossMatrix) -> Chain:
    """Who signs an allowance, in order."""
    return Chain(
        tuple(
            Step(one.code, one.zh, one.en, one.roles, one.sign, one.within_days, one.repeat)
            for one in document.chain
        )
    )


def problems(document: LossMatrix) -> Iterator[Problem]:
    """Everything wrong with a document, as a path into it and the cause."""
    yield from _buckets_wrong("given", document.given.buckets)
    yield from _rates_wrong(document.given)
    measured: tuple[Method, ...] = ("flow", "migration")
    for name in measured:
        table = document.table(name)
        assert isinstance(table, Measured)
        yield from _buckets_wrong(name, table.buckets)
        if name == "migration" and table.step_months >= table.observed_months:
            yield (name, "step_months"), _("A step is shorter than what is observed.")
    if sum(one.probability for one in document.forward.scenarios) != 1:
        yield ("forward", "scenarios"), _("The probabilities of the scenarios add up to 1.")
    if (document.portfolios == "grade") != bool(document.grading):
        yield ("portfolios",), _("Name the grading where the portfolios are grades, and only there.")


def _rates_wrong(table: Given) -> Iterator[Problem]:
    groups = Counter(one.group for one in table.rates)
    for place, one in enumerate(table.rates):
        if len(one.percent) != len(table.buckets):
            words = _("There are %(buckets)s buckets and %(rates)s rates.") % {
                "buckets": len(table.buckets), "rates": len(one.percent),
            }  # fmt: skip
            yield ("given", "rates", place, "percent"), words
        if groups[one.group] > 1:
            yield ("given", "rates", place), _("The group %(group)s stands twice.") % {"group": one.group}
    if not groups[""]:
        yield ("given", "rates"), _("Rates for everybody else are missing: a row without a group.")


def _buckets_wrong(name: str, buckets: tuple[AgeBucket, ...]) -> Iterator[Problem]:
    ends = [(one.upto_days, one.upto_months) for one in buckets]
    for place, (days, months) in enumerate(ends):
        path = (name, "buckets", place)
        is_last = place == len(ends) - 1
        if is_last != (days is None and months is None):
            yield path, _("Every bucket but the last has an end.")
        elif not is_last and (days is None) == (months is None):
            yield path, _("A bucket ends after days or after months, not both.")
        elif not is_last and (days is None) != (ends[0][0] is None):
            yield path, _("All buckets end after days, or all after months.")
        elif (
            place and not is_last and (days or months or 0) <= (ends[place - 1][0] or ends[place - 1][1] or 0)
        ):
            yield path, _("Each bucket ends later than the one before.")
    if len({one.code for one in buckets}) < len(buckets):
        yield (name, "buckets"), _("A bucket stands twice.")


def targets_problems(document: CreditTargets) -> Iterator[Problem]:
    """Everything wrong with a credit policy, as a path into it and the cause."""
    for name in ("credit_sales", "performance", "bad_debts", "overdue"):
        target = getattr(document, name)
        least, most = target.at_least, target.at_most
        if least is None and most is None:
            yield (name,), _("A target has an end at least.")
        elif least is not None and most is not None and least > most:
            yield (name, "at_least"), _("The least is above the most.")
    controls = Counter(one.code for one in document.controls)
    for place, control in enumerate(document.controls):
        if controls[control.code] > 1:
            words = _("The control %(code)s stands twice.") % {"code": control.code}
            yield ("controls", place, "code"), words
    points = document.index.points
    for place, (low, high) in enumerate(pairwise(points), 1):
        if high.days <= low.days or high.score > low.score:
            yield ("index", "points", place), _("Later days score no higher than earlier ones.")
    if document.index.short_months > document.index.months:
        yield ("index", "short_months"), _("The short trend is no longer than the long one.")
