"""Questionnaires on a customer: begun, saved unfinished, handed in whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import Act, ActForm
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.fact_acts import value_field
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import dressed, tried

WRITE = "customers.write"


class BeginForm(ActForm):
    """Which questionnaire, and by which way its answers come."""

    places: ClassVar[Mapping[str, str]] = {"channel_missing": "channel"}
    form = forms.ChoiceField(label=_("Questionnaire"))
    channel = forms.ChoiceField(label=_("Channel"), help_text=_("By which way it came."))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("What can be looked up: a document, a person, an agency."),
    )

    def prepare(self) -> None:
        """The questionnaires that there are."""
        self.fields["form"].choices = [(one.code, one.name) for one in customers.forms().values()]  # type: ignore[attr-defined]
        self.fields["channel"].choices = [("", gettext("Choose…")), *CHANNELS.items()]  # type: ignore[attr-defined]


def _begin(seen: Seen, told: dict[str, Any]) -> object:
    return files.begin_survey(actor=seen.actor, on=seen.on, no=seen.customer.no, **told)


def _its_page(seen: Seen, survey: Any) -> str:
    return reverse("survey", args=[seen.customer.no, survey.pk])


ACTS = [
    Act(
        "survey", WRITE, "file", _("Begin a questionnaire"), _("Begin"), _("The questionnaire is begun."),
        BeginForm, _begin, place="file", leads=_its_page,
    ),
]  # fmt: skip


class AnswersForm(forms.Form):
    """The questions of a survey, each with a box for "unknown"."""

    def __init__(self, survey: Any, sent: Any = None) -> None:
        super().__init__(sent)
        known = customers.catalogue()
        self.asked = customers.forms()[survey.form].items
        for code in self.asked:
            field = value_field(known[code], label=known[code].name)
            field.required = False
            field.initial = survey.answers.get(code) or ""
            self.fields[code] = field
            unknown = code in survey.answers and survey.answers[code] is None
            self.fields[f"unknown-{code}"] = forms.BooleanField(
                label=gettext("unknown"), required=False, initial=unknown
            )
        dressed(self)

    def pairs(self) -> list[tuple[Any, Any]]:
        """Each question with its box."""
        return [(self[code], self[f"unknown-{code}"]) for code in self.asked]

    def clean(self) -> dict[str, Any]:
        """Answered or unknown, not both."""
        told = self.cleaned_data
        for code in self.asked:
            if told.get(code) and told.get(f"unknown-{code}"):
                self.add_error(code, gettext("Either an answer or unknown."))
        return told

    def answers(self) -> dict[str, str | None]:
        """By item: the text, None for unknown, blank for not answered yet."""
        told = self.cleaned_data
        return {code: None if told[f"unknown-{code}"] else told[code] for code in self.asked}


@signed_in
def survey(request: HttpRequest, no: str, survey_id: int) -> HttpResponse:
    """Save answers, or hand the survey in; one that was handed in can only be read."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    found = customers.surveys(customer).filter(pk=survey_id).first()
    if found is None:
        raise Http404
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, WRITE, f"survey:{survey_id}")
    form = AnswersForm(found, sent)
    handing_in = sent is not None and "hand_in" in sent

    def keep() -> object:
        files.save_answers(actor=actor, on=on, survey_id=survey_id, answers=form.answers())
        return files.submit_survey(actor=actor, on=on, survey_id=survey_id) if handing_in else found

    if tried(request, form, keep):
        done = gettext("The questionnaire is handed in.") if handing_in else gettext("The answers are saved.")
        messages.success(request, done)
        return redirect(f"{reverse('customer', args=[no])}?tab=file" if handing_in else request.path)
    told = {
        "customer": customer,
        "survey": found,
        "name": customers.forms()[found.form].name,
        "channel": CHANNELS.get(found.channel, found.channel),
        "form": form,
        "is_open": found.submitted_on is None and actor.may(WRITE) and customer.status == "active",
    }
    return render(request, "customer/survey.html", told, status=422 if form.is_bound else 200)


urlpatterns = [path("customers/file/<path:no>/survey/<int:survey_id>/", survey, name="survey")]
