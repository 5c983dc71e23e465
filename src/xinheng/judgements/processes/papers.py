"""Papers of a step, kept unchanged in the archive beside the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.errors import AttachmentUnknown
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.judgements.processes import defining, evidence, moving, selecting
from xinheng.judgements.processes.errors import PaperNotAsked
from xinheng.judgements.processes.models import Case


@transaction.atomic
def keep_papers(
    *, actor: Actor, on: date, case_id: int, form: str, uploads: Sequence[Upload]
) -> list[Attached]:
    """Keep papers of the step the case stands at, all or none; for who owns the step.

    Refuses: AccessDenied, CaseUnknown, CaseEnded, NotInLane, PaperNotAsked, and as the archive refuses
    what is empty, too large or of no kept type.
    """
    access.require(actor, "processes.close", f"case:{case_id}")
    case, process = moving.held(actor, case_id, on=on)
    moving.require_lane(actor, case, process, on=on)
    asked = [one.code for one in process.step(case.step).forms if one.proof == "paper"]
    if form not in asked:
        raise PaperNotAsked(step=case.step, form=form, field="form")
    subject = evidence.subject_of(case, case.step, form)
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


def papers_of(actor: Actor, case: Case) -> dict[tuple[int, str], list[Attached]]:
    """The papers beside a case, by step and form; none for who may not read the archive."""
    if not actor.may("archive.read"):
        return {}
    subjects = {
        evidence.subject_of(case, step.no, form.code): (step.no, form.code)
        for step in defining.kept(case.sha256).steps
        for form in step.forms
        if form.proof == "paper"
    }
    found: dict[tuple[int, str], list[Attached]] = {}
    for one in kept.beside(list(subjects)):
        found.setdefault(subjects[one.subject], []).append(one)
    return found


def read_paper(*, actor: Actor, on: date, case_id: int, attachment_id: int) -> Content:
    """A paper beside a case, proven by its hash. Refuses: AccessDenied, CaseUnknown, AttachmentUnknown."""
    access.require(actor, "processes.read", f"case:{case_id}")
    access.require(actor, "archive.read", f"case:{case_id}")
    case = selecting.get_case(actor, case_id, on=on)
    for papers in papers_of(actor, case).values():
        for one in papers:
            if one.id == attachment_id:
                return archive.read(actor=actor, on=on, attachment_id=one.id, subject=one.subject)
    raise AttachmentUnknown(attachment=attachment_id)
