"""Reading the rules of applying: checked when they are loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.judgements.applications.document import ChainRow, Rules
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem

KIND = "application"
ITS_OWN = (
    "customer_no", "amount", "days", "payment", "kind", "reach", "segment", "until_on", "reason", "method",
    "why_method", "paper", "file", "application",
)  # fmt: skip
GRADED = ("grade_table", "net_worth", "turnover", "model")


@lru_cache(maxsize=64)
def load(text: str, file: str = "application.yaml") -> Rules:
    """Checked rules from their YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Rules, problems=problems)


def check(text: str) -> None:
    """Whether a text holds rules this site can run: sound, with roles it has. Refuses: PolicyInvalid."""
    policies.read(text, file="application.yaml", schema=Rules, problems=_all_problems)


@lru_cache(maxsize=256)  # a hash has one text for ever
def kept(sha256: str) -> Rules:
    """The rules an application was made by, whether or not they still hold. Refuses: PolicyUnknown."""
    return load(packs.document(sha256).text)


def in_force(on: date) -> dict[str, tuple[Rules, str]]:
    """The rules of a day by code, each with its hash."""
    return {one.code: (load(one.text), one.sha256) for one in packs.documents_in_force(KIND, on=on)}


def problems(rules: Rules) -> Iterator[Problem]:
    """Everything wrong with rules, as a path into the document and the cause."""
    for name in ("fields", "papers", "conditions", "methods", "matrix"):
        yield from _once((name,), [part.code for part in getattr(rules, name)])
    yield from _once(("ceilings",), [ceiling.grade for ceiling in rules.ceilings])
    for place, field in enumerate(rules.fields):
        if field.code in ITS_OWN:
            yield ("fields", place), _("Every form has a field %(code)s of its own.") % {"code": field.code}
        if (field.type == "choice") != bool(field.options):
            yield ("fields", place), _("A choice has options, and nothing else has.")
    yield from _amounts(rules)
    yield from _methods(rules)
    if rules.matrix[-1].grades or rules.matrix[-1].amount_at_most is not None:
        yield ("matrix",), _("The last row of the matrix covers any grade and any amount.")


def _amounts(rules: Rules) -> Iterator[Problem]:
    amounts = rules.amounts
    if (amounts.mode == "steps") != bool(amounts.steps):
        yield ("amounts",), _("Steps are named where limits are set as steps, and only there.")
    if list(amounts.steps) != sorted(set(amounts.steps)):
        yield ("amounts", "steps"), _("Steps rise.")
    if amounts.gradual and amounts.mode != "steps":
        yield ("amounts", "gradual"), _("A limit rises step by step only where limits are set as steps.")


def _methods(rules: Rules) -> Iterator[Problem]:
    for place, method in enumerate(rules.methods):
        if method.method in GRADED and not method.by_grade:
            yield ("methods", place), _("The method %(code)s needs values by grade.") % {"code": method.code}
    if (rules.choice.how == "method") != (rules.choice.method is not None):
        yield ("choice",), _("A choice by method names the method.")
    elif rules.choice.method and rules.choice.method not in {one.code for one in rules.methods}:
        yield ("choice", "method"), _("There is no method %(code)s.") % {"code": rules.choice.method}


def _all_problems(rules: Rules) -> Iterator[Problem]:
    yield from problems(rules)
    known = people.role_names()
    rows: Sequence[ChainRow] = (*rules.matrix, rules.batches)
    named = {role for row in rows for step in row.steps for role in step.roles}
    named |= {role for row in rows for role in row.alone}
    named |= set(rules.escalation.roles) if rules.escalation else set()
    for role in sorted(named - set(known)):
        yield ("matrix",), _("The role %(role)s does not exist here.") % {"role": role}
    items = customers.catalogue()
    for place, paper in enumerate(rules.key_papers):
        if bool(paper.item) == bool(paper.line):
            words = _("A key paper is an item of the file or a line of a dossier, one of them.")
            yield ("key_papers", place), words
        elif paper.line and not _is_line(paper.line):
            words = _("No kind of dossier has the line %(line)s.")
            yield ("key_papers", place, "line"), words % {"line": paper.line}
        elif paper.item and (paper.item not in items or not items[paper.item].stale_after_months):
            words = _("The file has no item %(item)s that goes out of date.")
            yield ("key_papers", place, "item"), words % {"item": paper.item}


def _is_line(told: str) -> bool:
    """Whether a kind of dossier that comes with the system or is adopted has such a line."""
    kind, _dot, line = told.partition(".")
    found = dossiers.kinds(date.max).get(kind)
    return found is not None and found.line(line) is not None


def _once(path: tuple[str | int, ...], codes: list[str]) -> Iterator[Problem]:
    counted = Counter(codes)
    for place, code in enumerate(codes):
        if counted[code] > 1:
            yield (*path, place), _("The code %(code)s is used twice.") % {"code": code}
