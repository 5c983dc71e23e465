"""Cases, steps and forms as pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from xinheng.base.access import queries as people
from xinheng.judgements.processes import queries as processes
from xinheng.judgements.processes.values import Evidence, Lane, Process, Step, text_of
from xinheng.web.pages.seen import Seen

TONES = {"open": "note", "done": "good", "cancelled": "warn"}
WAYS = {"investigation": "investigation", "run": "rating_run", "sheet": "review_sheet"}  # subject -> page


def lane_words(lane: Lane, roles: dict[str, str]) -> dict[str, Any]:
    """A lane with the roles that hold it, in words."""
    return {
        "lane": lane,
        "name": text_of(lane),
        "roles": ", ".join(roles.get(role, role) for role in lane.roles),
        "mark": processes.MARKS[lane.mark],
        "note": text_of(lane.note) if lane.note else "",
    }


def step_words(process: Process, step: Step) -> dict[str, Any]:
    """A step with its owner and forms, in words."""
    return {
        "step": step,
        "name": text_of(step),
        "lane": text_of(process.lane_of(step.no)),
        "mark": processes.MARKS[step.mark],
        "is_given": step.mark == "given",
        "note": text_of(step.note) if step.note else "",
        "forms": [
            {
                "form": form,
                "name": text_of(form),
                "proof": processes.PROOFS[form.proof],
                "mark": processes.MARKS[form.mark],
                "optional": form.needed == "optional",
            }
            for form in step.forms
        ],
    }


def card(case: Any, *, on: date) -> dict[str, Any]:
    """A case as a line of a list or a card of the board."""
    process = processes.kept(case.sha256)
    step = process.step(case.step)
    return {
        "case": case,
        "age": processes.age_of(case, step, on=on),
        "process": text_of(process.name),
        "step": text_of(step),
        "lane": text_of(process.lane_of(case.step)),
        "state": processes.STATES[case.state],
        "tone": TONES[case.state],
    }


def address_of(evidence: Evidence, case: Any) -> str:
    """Where the record that shows a form is looked at; blank where it has no page of its own."""
    kind, _sign, number = evidence.subject.partition(":")
    if kind == "survey":
        return reverse("survey", args=[case.customer.no, int(number)])
    if kind == "attachment":
        return reverse("process_paper", args=[case.pk, int(number)])
    if kind in WAYS:
        return reverse(WAYS[kind], args=[int(number)])
    return reverse("field_reports") if kind == "report" else ""


def role_names() -> dict[str, str]:
    """Every role by code, in the reader's language."""
    return people.role_names()


def cases_of(seen: Seen) -> dict[str, Any] | None:
    """The cases of a customer under way today, for its page; none for who may not see processes."""
    if not seen.actor.may("processes.read") or seen.past:
        return None
    running = processes.cases_of(seen.actor, seen.customer).filter(state="open")
    may_start = seen.actor.may("processes.start") and seen.customer.status != "closed"
    return {"running": [card(case, on=seen.on) for case in running], "may_start": may_start}
