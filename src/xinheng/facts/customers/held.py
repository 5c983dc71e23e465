"""A survey held for a change, within the actor's reach."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries
from xinheng.facts.customers.errors import SurveyUnknown
from xinheng.facts.customers.models import Survey


def open_survey(actor: Actor, survey_id: int, *, on: date) -> Survey:
    """A survey that goes on, held for a change. Refuses: SurveyUnknown, also when out of reach."""
    survey = held_survey(actor, survey_id, on=on)
    if survey.state != "open":
        raise SurveyUnknown(survey=survey_id)
    return survey


def held_survey(actor: Actor, survey_id: int, *, on: date) -> Survey:
    """A survey of any state, held for a change. Refuses: SurveyUnknown, also when out of reach."""
    found = Survey.objects.select_for_update(of=("self",)).select_related("customer")
    survey = found.filter(pk=survey_id).first()
    if survey is None or not queries.visible(actor, on=on).filter(pk=survey.customer_id).exists():
        raise SurveyUnknown(survey=survey_id)
    return survey


def subject_of(survey: Survey) -> str:
    """How the trail names the customer of a survey."""
    return f"customer:{survey.customer.no}"
