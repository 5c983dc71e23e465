"""Reading the definition of a process: checked when it is loaded, told with the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import queries as people
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import queries as policies
from xinheng.judgements.policies.queries import Problem
from xinheng.judgements.processes.values import OF_THE_CASE, Process, Step

KIND = "process"


@lru_cache(maxsize=64)
def load(text: str, file: str = "process.yaml") -> Process:
    """A checked process from its YAML text. Refuses: PolicyInvalid, naming file, line and cause."""
    return policies.read(text, file=file, schema=Process, problems=problems)


def check(text: str) -> None:
    """Whether a text is a process this site can run: sound, with roles and questionnaires it has.

    Refuses: PolicyInvalid.
    """
    policies.read(text, file="process.yaml", schema=Process, problems=_all_problems)


@lru_cache(maxsize=256)  # a hash has one text for ever
def kept(sha256: str) -> Process:
    """The definition a case began by, whether or not it still holds. Refuses: PolicyUnknown."""
    return load(packs.document(sha256).text)


def json_schema() -> dict[str, Any]:
    """The published JSON schema of a process."""
    schema = Process.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Process"}


def problems(process: Process) -> Iterator[Problem]:
    """Everything wrong with a process, as a path into the document and the cause."""
    yield from _once(("lanes",), [lane.code for lane in process.lanes])
    if process.numbered and process.numbered != len(process.steps):
        words = _("The source numbers %(numbered)s steps; the document holds %(held)s.")
        yield ("numbered",), words % {"numbered": process.numbered, "held": len(process.steps)}
    lanes = {lane.code for lane in process.lanes}
    for place, step in enumerate(process.steps):
        yield from _step(place, step, lanes)
        yield from _forms(place, step)
    for place, lane in enumerate(process.lanes):
        if all(step.lane != lane.code for step in process.steps):
            yield ("lanes", place), _("No step stands in the lane %(lane)s.") % {"lane": lane.code}


def _all_problems(process: Process) -> Iterator[Problem]:
    yield from problems(process)
    roles, questionnaires = people.role_names(), customers.forms()
    for place, lane in enumerate(process.lanes):
        for role in lane.roles:
            if role not in roles:
                words = _("The lane %(lane)s is held by the role %(role)s, which does not exist here.")
                yield ("lanes", place, "roles"), words % {"lane": lane.code, "role": role}
    for place, step in enumerate(process.steps):
        for number, form in enumerate(step.forms):
            if unknown := [code for code in form.forms if code not in questionnaires]:
                here = ("steps", place, "forms", number, "forms")
                yield here, _("There is no questionnaire %(code)s.") % {"code": unknown[0]}


def _step(place: int, step: Step, lanes: set[str]) -> Iterator[Problem]:
    here = ("steps", place)
    if step.no != place + 1:
        words = _("Step %(no)s stands in place %(place)s: steps are numbered 1, 2, 3 without a gap.")
        yield (*here, "no"), words % {"no": step.no, "place": place + 1}
    if not step.lane.strip():
        yield here, _("Step %(no)s has no owner: name its lane.") % {"no": step.no}
    elif step.lane not in lanes:
        words = _("Step %(no)s names the lane %(lane)s, which the process does not have.")
        yield (*here, "lane"), words % {"no": step.no, "lane": step.lane}


def _forms(place: int, step: Step) -> Iterator[Problem]:
    yield from _once(("steps", place, "forms"), [form.code for form in step.forms])
    for number, form in enumerate(step.forms):
        here = ("steps", place, "forms", number)
        if form.forms and form.proof != "survey":
            yield (*here, "forms"), _("Only a survey names questionnaires.")
        if form.months_before and form.proof in OF_THE_CASE:
            yield (*here, "months_before"), _("What is kept with the case is never older than the case.")


def _once(path: tuple[str | int, ...], codes: list[str]) -> Iterator[Problem]:
    counted = Counter(code.lower() for code in codes)
    for place, code in enumerate(codes):
        if counted[code.lower()] > 1:
            yield (*path, place, "code"), _("The code %(code)s is used twice.") % {"code": code}
