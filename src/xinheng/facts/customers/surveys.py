"""Questionnaires on customers: saved unfinished, handed in whole, their answers told to the file."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import ChannelMissing, ItemUnknown, SurveyUnfinished, SurveyUnknown
from xinheng.facts.customers.items import catalogue, forms, normal_value
from xinheng.facts.customers.models import CHANNELS, Survey
from xinheng.facts.customers.telling import tell_fact
from xinheng.facts.customers.values import NewFact


@transaction.atomic
def begin_survey(*, actor: Actor, on: date, no: str, form: str, channel: str, source: str = "") -> Survey:
    """Begin a questionnaire on a customer.

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, ChannelMissing, SurveyUnknown for no such form.
    """
    access.require(actor, "customers.write", f"customer:{no}")
    customer = queries.open_customer(actor, no, on=on)
    if form not in forms():
        raise SurveyUnknown(survey=form)
    if channel not in dict(CHANNELS):
        raise ChannelMissing(item=forms()[form].name)
    survey = Survey.objects.create(
        customer=customer,
        form=form,
        channel=channel,
        source=source.strip()[:200],
        begun_on=on,
        told_by=actor.login,
    )
    after = {"survey": survey.pk, "form": form, "channel": channel, "source": survey.source}
    record(actor=actor, act="customers.begin_survey", subject=f"customer:{no}", on=on, after=after)
    return survey


@transaction.atomic
def save_answers(*, actor: Actor, on: date, survey_id: int, answers: dict[str, str | None]) -> Survey:
    """Keep answers of a survey that goes on: text by item, None for "unknown", a blank text takes one back.

    Refuses: AccessDenied, SurveyUnknown, ItemUnknown for what the form does not ask, ValueInvalid.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = _open(actor, survey_id, on=on)
    asked, known = forms()[survey.form].items, catalogue()
    kept = dict(survey.answers)
    for item, answer in answers.items():
        if item not in asked:
            raise ItemUnknown(item=item)
        if answer is not None and not answer.strip():
            kept.pop(item, None)
            continue
        kept[item] = answer if answer is None else normal_value(known[item], answer, on=on)
    survey.answers = kept
    survey.save(update_fields=["answers"])
    after = {"survey": survey_id, "answered": sorted(kept)}
    record(actor=actor, act="customers.save_answers", subject=_subject(survey), on=on, after=after)
    return survey


@transaction.atomic
def submit_survey(*, actor: Actor, on: date, survey_id: int) -> Survey:
    """Hand in a survey: every question is answered or marked unknown, and what is known goes to the file.

    Refuses: AccessDenied, SurveyUnknown, SurveyUnfinished, and what `tell_fact` refuses.
    """
    access.require(actor, "customers.write", f"survey:{survey_id}")
    survey = _open(actor, survey_id, on=on)
    known = catalogue()
    open_items = [known[item].name for item in forms()[survey.form].items if item not in survey.answers]
    if open_items:
        raise SurveyUnfinished(items=", ".join(open_items))
    source = survey.source or f"{forms()[survey.form].zh} {survey.pk}"
    for item, answer in survey.answers.items():
        if answer is not None:
            key = f"survey:{survey.pk}" if known[item].many else ""
            fact = NewFact(item, answer, survey.channel, source, true_on=survey.begun_on, key=key)
            tell_fact(actor=actor, on=on, no=survey.customer.no, fact=fact)
    survey.submitted_on = on
    survey.save(update_fields=["submitted_on"])
    unknown = sorted(item for item, answer in survey.answers.items() if answer is None)
    after = {"survey": survey_id, "unknown": unknown}
    record(actor=actor, act="customers.submit_survey", subject=_subject(survey), on=on, after=after)
    return survey


def _open(actor: Actor, survey_id: int, *, on: date) -> Survey:
    found = Survey.objects.select_for_update(of=("self",)).select_related("customer")
    survey = found.filter(pk=survey_id, submitted_on__isnull=True).first()
    if survey is None or not queries.visible(actor, on=on).filter(pk=survey.customer_id).exists():
        raise SurveyUnknown(survey=survey_id)
    return survey


def _subject(survey: Survey) -> str:
    return f"customer:{survey.customer.no}"
