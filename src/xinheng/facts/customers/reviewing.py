"""What a manager and finance do with a report that was handed in: return it, accept it, file it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import (
    WORDS,
    FieldInvalid,
    OwnReport,
    ReviewUnfinished,
    SurveyNotThere,
)
from xinheng.facts.customers.models import Survey
from xinheng.facts.customers.questionnaires import form_of
from xinheng.facts.customers.surveys import held_survey, subject_of


@transaction.atomic
def return_survey(*, actor: Actor, on: date, survey_id: int, reason: str) -> Survey:
    """Give a report back to be corrected. It goes on as unfinished, and must be signed again.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, FieldInvalid without a reason.
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    survey = _at(actor, survey_id, on, "handed_in")
    if not reason.strip() or len(reason) > 300:
        raise FieldInvalid(field="reason", value=reason[:60])
    survey.state, survey.submitted_on, survey.signed_by = "open", None, ""
    survey.returned_by, survey.returned_on, survey.returned_why = actor.login, on, reason.strip()
    survey.save()
    after = {"survey": survey_id, "reason": survey.returned_why}
    record(actor=actor, act="customers.return_survey", subject=subject_of(survey), on=on, after=after)
    return survey


@transaction.atomic
def accept_survey(
    *, actor: Actor, on: date, survey_id: int, looked_at: Collection[str], note: str = ""
) -> Survey:
    """Accept a report whose points of review were all looked at.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport, ReviewUnfinished naming the points.
    """
    access.require(actor, "customers.review", f"survey:{survey_id}")
    survey = _at(actor, survey_id, on, "handed_in")
    points = form_of(survey).review
    if left := [str(WORDS[point]) for point in points if point not in looked_at]:
        raise ReviewUnfinished(points=", ".join(left))
    survey.state, survey.reviewed_by, survey.reviewed_on = "accepted", actor.login, on
    survey.review_note = note.strip()[:300]
    survey.save()
    after = {"survey": survey_id, "looked_at": list(points), "note": survey.review_note}
    record(actor=actor, act="customers.accept_survey", subject=subject_of(survey), on=on, after=after)
    return survey


@transaction.atomic
def file_survey(*, actor: Actor, on: date, survey_id: int) -> Survey:
    """Take an accepted report into the files of finance, with the day.

    Refuses: AccessDenied, SurveyUnknown, SurveyNotThere, OwnReport.
    """
    access.require(actor, "customers.file", f"survey:{survey_id}")
    survey = _at(actor, survey_id, on, "accepted")
    survey.state, survey.filed_by, survey.filed_on = "filed", actor.login, on
    survey.save()
    after = {"survey": survey_id, "filed_on": on}
    record(actor=actor, act="customers.file_survey", subject=subject_of(survey), on=on, after=after)
    return survey


def _at(actor: Actor, survey_id: int, on: date, state: str) -> Survey:
    survey = held_survey(actor, survey_id, on=on)
    if survey.state != state or not form_of(survey).review:
        raise SurveyNotThere(survey=survey_id, state=survey.state)
    if actor.login in {survey.signed_by, survey.told_by}:
        raise OwnReport()
    return survey
