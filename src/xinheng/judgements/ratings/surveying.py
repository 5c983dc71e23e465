"""Questionnaires that also ask what a policy asks: their answers become assessments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.approvals.values import Matter
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive import queries as papers
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Attached, Content, Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import FieldInvalid, OwnFactVerified, SurveyUnfinished
from xinheng.facts.customers.values import Form
from xinheng.judgements.policies.values import Question
from xinheng.judgements.ratings.assessing import questions, read_answer
from xinheng.judgements.ratings.errors import AnswerInvalid, AnswerUnknown, QuestionUnknown
from xinheng.judgements.ratings.models import Assessment
from xinheng.judgements.ratings.wording import of


def form_questions(form: Form, *, on: date) -> dict[str, Question]:
    """The questions of a form that a policy in force asks, in the form's order."""
    asked = questions(on=on)
    return {code: asked[code] for code in form.questions if code in asked}


@transaction.atomic
def save_survey(
    *,
    actor: Actor,
    on: date,
    survey_id: int,
    answers: dict[str, str | None],
    told: dict[str, str | None],
) -> Any:
    """Keep answers of a survey that goes on. answers: by item of the file; told: by policy question.

    None is "unknown", a blank text takes one back. Refuses: AccessDenied, SurveyUnknown, ItemUnknown,
    ValueInvalid, QuestionUnknown, AnswerInvalid.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = customers.survey(actor, survey_id, on=on)
    asked = form_questions(customers.form_of(survey), on=on)
    kept: dict[str, str | None] = {}
    for code, answer in told.items():
        if code not in asked:
            raise QuestionUnknown(question=code)
        kept[code] = answer
        if answer is not None and answer.strip():
            kept[code], cause = read_answer(asked[code], answer)
            if cause:
                raise AnswerInvalid(question=of(asked[code]), value=answer, cause=cause)
    return files.save_answers(actor=actor, on=on, survey_id=survey_id, answers=answers, questions=kept)


@transaction.atomic
def hand_in_survey(*, actor: Actor, on: date, survey_id: int, signed: bool) -> Any:
    """Hand in a survey whose every question is answered or marked unknown, and sign it.

    What it says of the policy's questions counts at once where its form needs no review, which takes the
    right to assess; else once it is accepted. Refuses: AccessDenied, SurveyUnknown, SurveyUnfinished naming
    what is missing, SurveyUnsigned, and what telling a fact refuses.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = customers.survey(actor, survey_id, on=on)
    form = customers.form_of(survey)
    asked = form_questions(form, on=on)
    missing = files.missing_answers(survey)
    missing += [of(asked[code]) for code in asked if code not in survey.questions]
    if missing and survey.state == "open":
        raise SurveyUnfinished(items=", ".join(missing))
    if asked and not form.review:
        access.require(actor, "ratings.assess", f"survey:{survey_id}")
    handed_in = files.submit_survey(actor=actor, on=on, survey_id=survey_id, signed=signed)
    if not form.review:
        _keep(handed_in, asked, actor=actor, on=on)
    return handed_in


def follow_review(actor: Actor, on: date, matter: Matter) -> None:
    """What the chain makes of a report; its answers to policy questions count once it is accepted.

    They are answers of who signed it.
    """
    before = customers.survey(system_actor(), int(matter.subject.partition(":")[2]), on=on)
    survey = files.follow_review(actor, on, matter)
    if before.state == "handed_in" and survey.state in {"accepted", "filed"}:
        _keep(survey, form_questions(customers.form_of(survey), on=on), actor=actor, on=on)


def _keep(survey: Any, asked: dict[str, Question], *, actor: Actor, on: date) -> None:
    """The known answers as assessments of the signer; what an earlier version had said is kept beside."""
    evidence = survey.source or f"{customers.form_of(survey).zh} {survey.pk}"
    told = {code: survey.questions.get(code) for code in asked}
    for code, value in told.items():
        if value is None or value == "unknown":
            continue
        Assessment.objects.create(
            customer=survey.customer,
            question=code,
            value=value,
            assessed_on=survey.submitted_on,
            told_on=on,
            assessed_by=survey.signed_by,
            evidence=evidence[:300],
            channel=survey.channel,
            survey=survey,
        )
    after = {"survey": survey.pk, "answers": {code: value for code, value in told.items() if value}}
    if asked:
        subject = f"customer:{survey.customer.no}"
        audit.record(actor=actor, act="ratings.assess", subject=subject, on=on, after=after)


@transaction.atomic
def verify_answer(*, actor: Actor, on: date, assessment_id: int, holds: bool, evidence: str) -> Assessment:
    """Say that an answer was examined and holds, or does not; then no later rating uses it.

    An answer of a mailed form counts only once it was found to hold (LSE-11).
    Refuses: AccessDenied, AnswerUnknown, FieldInvalid without evidence, OwnFactVerified.
    """
    access.require(actor, "ratings.assess", f"assessment:{assessment_id}")
    found = Assessment.objects.select_for_update(of=("self",)).select_related("customer")
    kept = found.filter(pk=assessment_id).first()
    if kept is None or not customers.visible(actor, on=on).filter(pk=kept.customer_id).exists():
        raise AnswerUnknown(answer=assessment_id)
    if not 0 < len(evidence.strip()) <= 300:
        raise FieldInvalid(field="evidence", value=evidence[:60])
    if holds and kept.assessed_by == actor.login:
        raise OwnFactVerified(fact=assessment_id)
    before = {"verification": kept.verification}
    kept.verification = "verified" if holds else "disputed"
    kept.verified_by, kept.verified_on, kept.verified_why = actor.login, on, evidence.strip()
    kept.save(update_fields=["verification", "verified_by", "verified_on", "verified_why"])
    after = {"question": kept.question, "verification": kept.verification, "evidence": kept.verified_why}
    subject = f"customer:{kept.customer.no}"
    audit.record(actor=actor, act="ratings.verify", subject=subject, on=on, before=before, after=after)
    return kept


def assessment(actor: Actor, assessment_id: int, *, on: date) -> Assessment:
    """An assessment of a customer within reach. Refuses: AccessDenied, AnswerUnknown."""
    access.require(actor, "ratings.read", f"assessment:{assessment_id}")
    seen = customers.visible(actor, on=on).order_by()
    found = Assessment.objects.filter(pk=assessment_id, customer__in=seen).select_related("customer").first()
    if found is None:
        raise AnswerUnknown(answer=assessment_id)
    return found


@transaction.atomic
def attach_to_assessment(
    *, actor: Actor, on: date, assessment_id: int, uploads: list[Upload]
) -> list[Attached]:
    """Keep files beside an assessment; all of them or none.

    Refuses: AccessDenied, AnswerUnknown, and what the archive refuses.
    """
    access.require(actor, "ratings.assess", f"assessment:{assessment_id}")
    assessment(actor, assessment_id, on=on)
    for upload in uploads:
        archive.check(upload)
    subject = f"assessment:{assessment_id}"
    return [archive.attach(actor=actor, on=on, subject=subject, upload=upload) for upload in uploads]


def beside_assessment(actor: Actor, assessment_id: int, *, on: date) -> list[Attached]:
    """The files beside an assessment. Refuses: AccessDenied, AnswerUnknown."""
    access.require(actor, "archive.read", f"assessment:{assessment_id}")
    assessment(actor, assessment_id, on=on)
    return papers.beside([f"assessment:{assessment_id}"])


def read_assessment_file(*, actor: Actor, on: date, assessment_id: int, attachment_id: int) -> Content:
    """A file beside an assessment, proven by its hash.

    Refuses: AccessDenied, AnswerUnknown, AttachmentUnknown, DocumentAltered.
    """
    access.require(actor, "archive.read", f"assessment:{assessment_id}")
    assessment(actor, assessment_id, on=on)
    subject = f"assessment:{assessment_id}"
    return archive.read(actor=actor, on=on, attachment_id=attachment_id, subject=subject)
