"""Whether the forms of a step exist: looked up from the records of the rooms that keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archive
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.processes import rules
from xinheng.judgements.processes.models import Case
from xinheng.judgements.processes.values import Evidence, FormState, Proof, Step, StepForm
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviews

REVIEWED = ("reviewed", "submitted", "approved")


@dataclass(frozen=True)
class Sought:
    """What is looked for: a form of a step of a case, told from a day on and until another."""

    actor: Actor
    case: Case
    step: Step
    form: StepForm
    since: date
    on: date


def states(actor: Actor, case: Case, step: Step, *, on: date, note: str = "") -> list[FormState]:
    """Each form of a step with the newest record that shows it.

    note: what is written at the closing, where the step is being closed. on: nothing told later counts.
    """
    found = []
    for form in step.forms:
        since = rules.counts_from(form, case.started_on)
        if form.proof == "note":
            evidence = Evidence(f"case:{case.pk}", on, note.strip()) if note.strip() else None
        else:
            evidence = _WAYS[form.proof](Sought(actor, case, step, form, since, on))
        found.append(FormState(form, evidence))
    return found


def subject_of(case: Case, step: int, form: str) -> str:
    """What papers of a form of a step stand beside in the archive."""
    return f"case:{case.pk}:{step}:{form}"


def _survey(sought: Sought) -> Evidence | None:
    rows = customers.surveys(sought.case.customer).filter(
        submitted_on__range=(sought.since, sought.on), state__in=["handed_in", "accepted", "filed"]
    )
    if sought.form.forms:
        rows = rows.filter(form__in=sought.form.forms)
    if (row := rows.first()) is None:
        return None
    asked = customers.forms().get(row.form)
    return _evidence(f"survey:{row.pk}", row.submitted_on, asked.name if asked else row.form)


def _investigation(sought: Sought) -> Evidence | None:
    seen = customers.investigations_seen(sought.actor, on=sought.on).filter(customer=sought.case.customer)
    row = seen.filter(state="done", done_on__range=(sought.since, sought.on)).order_by("-done_on").first()
    return _evidence(f"investigation:{row.pk}", row.done_on, row.assignee) if row else None


def _field_report(sought: Sought) -> Evidence | None:
    seen = customers.field_reports_seen(sought.actor, on=sought.on).filter(customer=sought.case.customer)
    row = seen.filter(told_on__range=(sought.since, sought.on)).first()
    return _evidence(f"report:{row.pk}", row.told_on, row.text[:80]) if row else None


def _dealings(sought: Sought) -> Evidence | None:
    if not receivables.open_balance(sought.case.customer, as_of=sought.on):
        return None
    return _evidence(f"customer:{sought.case.customer.no}", sought.on, _("bills in the ledger"))


def _rated(sought: Sought) -> Evidence | None:
    grades = ratings.grades_by_policy(sought.case.customer, as_of=sought.on)
    if not grades or grades[0].run.as_of < sought.since:  # the newest run comes first
        return None
    return _of_run(grades[0].run)


def _proposed(sought: Sought) -> Evidence | None:
    rows = reviews.proposals_of(sought.case.customer).exclude(stage__in=["rejected", "superseded"])
    row = rows.filter(run__as_of__range=(sought.since, sought.on)).first()
    return _of_run(row.run) if row else None


def _reviewed(sought: Sought) -> Evidence | None:
    rows = reviews.proposals_of(sought.case.customer).filter(stage__in=REVIEWED).exclude(kind="")
    row = rows.filter(reviewed_on__range=(sought.since, sought.on)).first()
    return _evidence(f"proposal:{row.pk}", row.reviewed_on, row.reviewed_by) if row else None


def _approved(sought: Sought) -> Evidence | None:
    rows = reviews.proposals_of(sought.case.customer).filter(stage="approved")
    row = rows.filter(sheet__approved_on__range=(sought.since, sought.on)).first()
    if row is None or row.sheet is None:
        return None
    return _evidence(f"sheet:{row.sheet.pk}", row.sheet.approved_on, row.sheet.approved_by)


def _paper(sought: Sought) -> Evidence | None:
    kept = archive.beside([subject_of(sought.case, sought.step.no, sought.form.code)])
    return _evidence(f"attachment:{kept[-1].id}", kept[-1].attached_on, kept[-1].file_name) if kept else None


def _of_run(run: Any) -> Evidence | None:
    return _evidence(f"run:{run.pk}", run.as_of, f"{run.policy_code} {run.policy_version}")


def _evidence(subject: str, on: date | None, text: str) -> Evidence | None:
    return Evidence(subject, on, text) if on else None


_WAYS: dict[Proof, Callable[[Sought], Evidence | None]] = {
    "survey": _survey,
    "investigation": _investigation,
    "field_report": _field_report,
    "dealings": _dealings,
    "rated": _rated,
    "proposed": _proposed,
    "reviewed": _reviewed,
    "approved": _approved,
    "paper": _paper,
}
