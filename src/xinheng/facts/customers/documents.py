"""Documents beside a survey, one of its answers or an investigation."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import ItemUnknown, SurveyNotThere
from xinheng.facts.customers.held import held_survey
from xinheng.facts.customers.investigating import running_investigation
from xinheng.facts.customers.items import asked_items, catalogue
from xinheng.facts.customers.questionnaires import form_of

CLOSED = {"filed", "rejected", "not_answered"}


@transaction.atomic
def attach_to_survey(
    *, actor: Actor, on: date, survey_id: int, uploads: list[Upload], item: str = ""
) -> list[Attached]:
    """Keep files beside a survey, or beside its answer to one item; all of them or none.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere once it is filed, ItemUnknown, and what the
    archive refuses.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = held_survey(actor, survey_id, on=on)
    if survey.state in CLOSED:
        raise SurveyNotThere(survey=survey_id, state=survey.state)
    form = form_of(survey)
    if item and item not in (*asked_items(form, survey.customer.kind), *form.questions):
        raise ItemUnknown(item=item)
    for upload in uploads:
        archive.check(upload)
    subject = f"survey:{survey_id}:{item}".rstrip(":")
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


@transaction.atomic
def attach_to_investigation(
    *, actor: Actor, on: date, investigation_id: int, uploads: list[Upload]
) -> list[Attached]:
    """Keep the files of a report beside its investigation; all of them or none.

    Refuses: AccessDenied, InvestigationUnknown, and what the archive refuses.
    """
    access.require(actor, "customers.write", f"investigation:{investigation_id}")
    running_investigation(actor, investigation_id, on=on)
    for upload in uploads:
        archive.check(upload)
    subject = f"investigation:{investigation_id}"
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


def beside_survey(actor: Actor, survey_id: int, *, on: date) -> list[Attached]:
    """The files beside a survey and its answers. Refuses: AccessDenied, SurveyUnknown."""
    survey = queries.survey(actor, survey_id, on=on)
    form = form_of(survey)
    items = (*asked_items(form, survey.customer.kind), *form.questions)
    return kept.beside([f"survey:{survey_id}", *(f"survey:{survey_id}:{item}" for item in items)])


def beside_investigation(actor: Actor, investigation_id: int, *, on: date) -> list[Attached]:
    """The files beside an investigation. Refuses: AccessDenied, InvestigationUnknown."""
    queries.investigation(actor, investigation_id, on=on)
    return kept.beside([f"investigation:{investigation_id}"])


def read_survey_file(*, actor: Actor, on: date, survey_id: int, attachment_id: int) -> Content:
    """A file beside a survey, proven by its hash. One beside a sensitive answer needs the right to see it.

    Refuses: AccessDenied, SurveyUnknown, AttachmentUnknown, DocumentAltered.
    """
    known = catalogue()
    for one in beside_survey(actor, survey_id, on=on):
        if one.id == attachment_id:
            item = known.get(one.subject.removeprefix(f"survey:{survey_id}").lstrip(":"))
            if item is not None and item.sensitive:
                access.require(actor, "sensitive.read", f"survey:{survey_id}")
            return archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=one.subject)
    return archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=f"survey:{survey_id}")


def read_investigation_file(*, actor: Actor, on: date, investigation_id: int, attachment_id: int) -> Content:
    """A file beside an investigation, proven by its hash.

    Refuses: AccessDenied, InvestigationUnknown, AttachmentUnknown, DocumentAltered.
    """
    queries.investigation(actor, investigation_id, on=on)
    subject = f"investigation:{investigation_id}"
    return archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=subject)
