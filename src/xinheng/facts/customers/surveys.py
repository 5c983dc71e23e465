"""Questionnaires on customers: saved unfinished, handed in whole and signed, told to the file."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import (
    ChannelMissing,
    FieldInvalid,
    ItemUnknown,
    SourceMissing,
    SurveyUnfinished,
    SurveyUnknown,
    SurveyUnsigned,
)
from xinheng.facts.customers.held import open_survey, subject_of
from xinheng.facts.customers.items import asked_items, catalogue, normal_value
from xinheng.facts.customers.models import Survey
from xinheng.facts.customers.questionnaires import form_of, forms
from xinheng.facts.customers.reviewing import send
from xinheng.facts.customers.telling import NEED_SOURCE, tell_fact, verify_fact
from xinheng.facts.customers.values import MASK, Form, NewFact, NewSurvey


@transaction.atomic
def begin_survey(*, actor: Actor, on: date, no: str, new: NewSurvey) -> Survey:
    """Begin a questionnaire on a customer.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, SurveyUnknown for no such form, ChannelMissing
    where the form does not take the channel, SourceMissing where the channel needs words.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on)
    form = forms(on=on).get(new.form)
    if form is None:
        raise SurveyUnknown(survey=new.form)
    if new.channel not in form.channels:
        raise ChannelMissing(item=form.name)
    if new.channel in NEED_SOURCE and not new.source.strip():
        raise SourceMissing(item=form.name)
    last = Survey.objects.filter(customer=customer, form=form.code, submitted_on__isnull=False)
    earlier = last.order_by("-submitted_on", "-id").first() if new.copied else None
    asked = asked_items(form, customer.kind)
    survey = Survey.objects.create(
        customer=customer,
        form=form.code,
        form_sha256=form.sha256,
        channel=new.channel,
        source=new.source.strip()[:200],
        answers={code: told for code, told in earlier.answers.items() if code in asked} if earlier else {},
        questions=_again(form, earlier),
        begun_on=on,
        told_by=actor.login,
    )
    after = {
        "survey": survey.pk, "form": form.code, "version": form.version, "channel": new.channel,
        "source": survey.source, "copied_from": earlier.pk if earlier else None,
    }  # fmt: skip
    record(actor=actor, act="customers.begin_survey", subject=f"customer:{no}", on=on, after=after)
    return survey


@transaction.atomic
def save_answers(
    *,
    actor: Actor,
    on: date,
    survey_id: int,
    answers: dict[str, str | None],
    questions: dict[str, str | None] | None = None,
) -> Survey:
    """Keep answers of a survey that goes on: text by item, None for "unknown", a blank text takes one back.

    questions: answers to policy questions of the form, checked by the room that knows them.
    Refuses: AccessDenied, SurveyUnknown, ItemUnknown for what the form does not ask, ValueInvalid.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = open_survey(actor, survey_id, on=on)
    form, known = form_of(survey), catalogue()
    asked, kept = asked_items(form, survey.customer.kind), dict(survey.answers)
    for item, answer in answers.items():
        if item not in asked:
            raise ItemUnknown(item=item)
        if answer is not None and not answer.strip():
            kept.pop(item, None)
            continue
        kept[item] = answer if answer is None else normal_value(known[item], answer, on=on)
    survey.answers, survey.questions = kept, _questions(form, survey.questions, questions or {})
    survey.save(update_fields=["answers", "questions"])
    after = {"survey": survey_id, "answered": sorted([*kept, *survey.questions])}
    record(actor=actor, act="customers.save_answers", subject=subject_of(survey), on=on, after=after)
    return survey


def _again(form: Form, earlier: Survey | None) -> dict[str, str | None]:
    """The answers of an earlier survey to what the form still asks of policies."""
    kept = earlier.questions if earlier else {}
    return {code: told for code, told in kept.items() if code in form.questions}


def _questions(form: Form, kept: dict[str, str | None], told: dict[str, str | None]) -> dict[str, str | None]:
    kept = dict(kept)
    for question, answer in told.items():
        if question not in form.questions:
            raise ItemUnknown(item=question)
        if answer is not None and not answer.strip():
            kept.pop(question, None)
        else:
            kept[question] = answer
    return kept


@transaction.atomic
def submit_survey(*, actor: Actor, on: date, survey_id: int, signed: bool) -> Survey:
    """Hand in a survey: every question is answered or marked unknown, and what is known goes to the file.

    signed: the actor signs with the own login and answers for its truth. What an earlier version that was
    returned had told and this one no longer does is disputed.
    A form with points of review begins its chain. Refuses: AccessDenied, SurveyUnknown, SurveyUnfinished
    naming what is missing, SurveyUnsigned, and what `tell_fact` and `send` refuse.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = open_survey(actor, survey_id, on=on)
    if missing := missing_answers(survey):
        raise SurveyUnfinished(items=", ".join(missing))
    if not signed:
        raise SurveyUnsigned()
    survey.facts = _told(survey, actor, on)
    survey.submitted_on, survey.state, survey.signed_by = on, "handed_in", actor.login
    if form_of(survey).review:
        send(survey, actor=actor, on=on)
    survey.save(update_fields=["submitted_on", "state", "signed_by", "facts", "looked_at"])
    unknown = sorted(item for item, answer in survey.answers.items() if answer is None)
    after = {"survey": survey_id, "unknown": unknown, "signed_by": actor.login}
    record(actor=actor, act="customers.submit_survey", subject=subject_of(survey), on=on, after=after)
    return survey


def missing_answers(survey: Survey) -> list[str]:
    """What is neither answered nor marked unknown, and what may not be unknown, by name."""
    form, known = form_of(survey), catalogue()
    asked = asked_items(form, survey.customer.kind)
    return [
        known[item].name
        for item in asked
        if item not in survey.answers or (item in form.required and survey.answers[item] is None)
    ]


def _told(survey: Survey, actor: Actor, on: date) -> dict[str, int]:
    """Tell the answers to the file; gives the fact of each item."""
    known, told = catalogue(), dict[str, int]()
    source = survey.source or f"{form_of(survey).zh} {survey.pk}"
    for item, fact_id in survey.facts.items():
        if survey.answers.get(item) is None:
            why = f"{form_of(survey).zh} {survey.pk}"
            verify_fact(actor=actor, on=on, fact_id=fact_id, holds=False, evidence=why)
    consent_first = sorted(survey.answers.items(), key=lambda one: one[0] != "personal_consent")
    for item, answer in consent_first:
        if answer is not None:
            key = f"survey:{survey.pk}" if known[item].many else ""
            fact = NewFact(item, answer, survey.channel, source, true_on=survey.begun_on, key=key)
            told[item] = tell_fact(actor=actor, on=on, no=survey.customer.no, fact=fact).pk
    return told


@transaction.atomic
def read_survey(*, actor: Actor, on: date, survey_id: int) -> tuple[Survey, frozenset[str]]:
    """A survey as the actor may see it, and which answers are masked; the trail notes sensitive ones shown.

    Refuses: AccessDenied, SurveyUnknown.
    """
    survey = queries.survey(actor, survey_id, on=on)
    known = catalogue()
    sensitive = {item for item, told in survey.answers.items() if told and known[item].sensitive}
    if not actor.may("sensitive.read"):
        survey.answers = survey.answers | dict.fromkeys(sensitive, MASK)
        return survey, frozenset(sensitive)
    if sensitive:
        after = {"survey": survey_id, "items": sorted(sensitive)}
        record(actor=actor, act="sensitive.read", subject=subject_of(survey), on=on, after=after)
    return survey, frozenset()


@transaction.atomic
def remind_survey(*, actor: Actor, on: date, survey_id: int) -> Survey:
    """Note that the customer was asked once more. Refuses: AccessDenied, SurveyUnknown."""
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = open_survey(actor, survey_id, on=on)
    survey.reminders, survey.reminded_on = survey.reminders + 1, on
    survey.save(update_fields=["reminders", "reminded_on"])
    after = {"survey": survey_id, "reminders": survey.reminders}
    record(actor=actor, act="customers.remind_survey", subject=subject_of(survey), on=on, after=after)
    return survey


@transaction.atomic
def give_up_survey(*, actor: Actor, on: date, survey_id: int) -> Survey:
    """Keep a survey as not answered, after reminders; it counts in the response rate.

    Refuses: AccessDenied, SurveyUnknown, FieldInvalid where nobody was reminded yet.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = open_survey(actor, survey_id, on=on)
    if not survey.reminders:
        raise FieldInvalid(field="reminders", value="0")
    survey.state = "not_answered"
    survey.save(update_fields=["state"])
    after = {"survey": survey_id, "reminders": survey.reminders}
    record(actor=actor, act="customers.give_up_survey", subject=subject_of(survey), on=on, after=after)
    return survey
