"""Questionnaires on a customer: begun, saved unfinished, signed and handed in whole."""

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
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.approvals import queries as minutes
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import Item, NewSurvey
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as judging
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import Act, ActForm
from xinheng.web.pages.customer_file import CHANNELS, item_text
from xinheng.web.pages.customer_judgement import choices_of, in_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.fact_acts import value_field
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.survey_words import MASKED, POINTS, STATES, TONES, attached_line
from xinheng.web.pages.trying import dressed, tried

WRITE = "customers.write"


class BeginForm(ActForm):
    """Which questionnaire, and by which way its answers come."""

    places: ClassVar[Mapping[str, str]] = {"channel_missing": "channel", "source_missing": "source"}
    form = forms.ChoiceField(label=_("Questionnaire"))
    channel = forms.ChoiceField(label=_("Channel"), help_text=_("By which way it came."))
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        required=False,
        help_text=_("What can be looked up: a document, a person, an agency."),
    )
    copied = forms.BooleanField(label=_("Begin with the answers of the last one"), required=False)

    def prepare(self) -> None:
        """The questionnaires that there are, and the channels that the chosen one takes."""
        known = customers.forms(on=self.seen.on)
        self.fields["form"].choices = [(one.code, one.name) for one in known.values()]  # type: ignore[attr-defined]
        self.fields["form"].widget.attrs |= {
            "hx-get": reverse("customer_act", args=[self.seen.customer.no, "survey"]),
            "hx-target": "#act",
            "hx-swap": "outerHTML",
        }
        code = self.data.get("form") if self.is_bound else self.asked.get("form")
        chosen = known.get(code or "") or next(iter(known.values()))
        ways = [(way, CHANNELS[way]) for way in chosen.channels]
        self.fields["channel"].choices = [("", gettext("Choose…")), *ways]  # type: ignore[attr-defined]


def _begin(seen: Seen, told: dict[str, Any]) -> object:
    new = NewSurvey(told["form"], told["channel"], told["source"], copied=told["copied"])
    return files.begin_survey(actor=seen.actor, on=seen.on, no=seen.customer.no, new=new)


def _its_page(seen: Seen, survey: Any) -> str:
    return reverse("survey", args=[seen.customer.no, survey.pk])


ACTS = [
    Act(
        "survey", WRITE, "file", _("Begin a questionnaire"), _("Begin"), _("The questionnaire is begun."),
        BeginForm, _begin, place="file", leads=_its_page,
    ),
]  # fmt: skip


class AnswersForm(forms.Form):
    """The questions of a survey by groups, each with a box for "unknown"; a signature to hand it in."""

    signed = forms.BooleanField(label=_("I sign this report and answer for its truth."), required=False)

    def __init__(self, survey: Any, masked: frozenset[str], on: Any, sent: Any = None) -> None:
        super().__init__(sent)
        self.form, self.masked = customers.form_of(survey), masked
        self.groups = customers.asked_groups(self.form, survey.customer.kind)
        self.items = [code for group in self.groups for code in group.items]
        self.questions = judging.form_questions(self.form, on=on)
        known = customers.catalogue()
        for code in self.items:
            self._ask(
                code, self._item_field(known[code]), survey.answers, required=code in self.form.required
            )
        for code, question in self.questions.items():
            self._ask(f"question-{code}", question_field(question), survey.questions, code=code)
        dressed(self)

    def _item_field(self, item: Item) -> forms.CharField:
        field = value_field(item, label=item.name)
        if item.code in self.masked:
            field.help_text = gettext(
                "An answer stands here that you may not see; leave it empty to keep it."
            )
        return field

    def _ask(
        self, name: str, field: forms.Field, told: dict[str, Any], *, code: str = "", required: bool = False
    ) -> None:
        code = code or name
        field.required = False
        field.initial = "" if code in self.masked else told.get(code) or ""
        self.fields[name] = field
        if not required:
            self.fields[f"unknown-{name}"] = forms.BooleanField(
                label=gettext("unknown"), required=False, initial=code in told and told[code] is None
            )

    def shown(self) -> list[tuple[str, list[tuple[Any, Any]]]]:
        """Each group with its questions and their boxes; policy questions last."""
        groups = [(one.name, [self._pair(code) for code in one.items]) for one in self.groups]
        if self.questions:
            asked = [self._pair(f"question-{code}") for code in self.questions]
            groups.append((gettext("Assessment"), asked))
        return groups

    def _pair(self, name: str) -> tuple[Any, Any]:
        unknown = f"unknown-{name}"
        return self[name], self[unknown] if unknown in self.fields else None

    def clean(self) -> dict[str, Any]:
        """Answered or unknown, not both."""
        told = self.cleaned_data
        for name in [name for name in self.fields if f"unknown-{name}" in self.fields]:
            if told.get(name) and told.get(f"unknown-{name}"):
                self.add_error(name, gettext("Either an answer or unknown."))
        return told

    def answers(self) -> dict[str, str | None]:
        """By item: the text, None for unknown, blank for none yet; masked ones that stay are left out."""
        told = {code: self._answer(code) for code in self.items}
        return {code: one for code, one in told.items() if one != "" or code not in self.masked}

    def assessed(self) -> dict[str, str | None]:
        """By policy question, as `answers`."""
        return {code: self._answer(f"question-{code}") for code in self.questions}

    def _answer(self, name: str) -> str | None:
        told = self.cleaned_data
        return None if told.get(f"unknown-{name}") else str(told.get(name) or "")


def question_field(question: Any) -> forms.CharField:
    """The field for an answer to a policy question; "unknown" has a box of its own."""
    field = forms.CharField(label=in_words(question), max_length=60)
    offered = [one for one in choices_of(question) if one[0] != "unknown"]
    if offered:
        field.widget = forms.Select(choices=[("", "—"), *offered])
    else:
        field.widget.attrs["inputmode"] = "decimal"
    return field


@signed_in
def survey(request: HttpRequest, no: str, survey_id: int) -> HttpResponse:
    """Save answers, or hand the survey in; one that was handed in can only be read."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    if not customers.surveys(customer).filter(pk=survey_id).exists():
        raise Http404
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        access.require(actor, WRITE, f"survey:{survey_id}")
    found, masked = files.read_survey(actor=actor, on=on, survey_id=survey_id)
    form = AnswersForm(found, masked, on, sent)
    handing_in = sent is not None and "hand_in" in sent

    def keep() -> object:
        judging.save_survey(
            actor=actor, on=on, survey_id=survey_id, answers=form.answers(), told=form.assessed()
        )
        if not handing_in:
            return found
        signed = form.cleaned_data["signed"]
        return judging.hand_in_survey(actor=actor, on=on, survey_id=survey_id, signed=signed)

    if tried(request, form, keep):
        done = gettext("The questionnaire is handed in.") if handing_in else gettext("The answers are saved.")
        messages.success(request, done)
        return redirect(request.path)
    told = {"form": form, **survey_told(actor, found, on)}
    return render(request, "customer/survey.html", told, status=422 if form.is_bound else 200)


def survey_told(actor: Any, found: Any, on: Any) -> dict[str, Any]:
    """What the page of a survey shows beside its questions: its way, its files, what may be done to it."""
    form, customer = customers.form_of(found), found.customer
    own = actor.login in {found.signed_by, found.told_by}
    way = minutes.of_subject("survey", f"survey:{found.pk}").first()
    sits = bool(minutes.seats_of(way, actor, on=on)) if way else actor.may("approvals.decide")
    may_sign = sits and not own  # without a way: handed in before reports had a chain, begun by who decides
    in_review = found.state == "handed_in" and bool(form.review)
    return {
        "customer": customer,
        "survey": found,
        "name": form.name,
        "scheme": form.source,
        "channel": CHANNELS.get(found.channel, found.channel),
        "state": STATES[found.state],
        "tone": TONES[found.state],
        "is_open": found.state == "open" and actor.may(WRITE) and customer.status == "active",
        "points": [
            (code, POINTS[code], found.looked_at.get(code), code in form.noted) for code in form.review
        ],
        "approval": way if actor.may("approvals.read") else None,
        "contradictions": contradictions(customer, form, on) if in_review else [],
        "may_review": may_sign and actor.may("customers.review") and found.state == "handed_in",
        "may_file": may_sign and actor.may("customers.file") and found.state == "accepted",
        "waits": found.channel in customers.SENT_OUT,
        "own": own and in_review and actor.may("customers.review"),
        "places": places(form, customer, on),
        "may_attach": actor.may("archive.write")
        and actor.may(WRITE)
        and found.state not in {"filed", "rejected", "not_answered"},
        "files": [
            attached_line(
                one,
                reverse("survey_file", args=[customer.no, found.pk, one.id]),
                beside=_beside(one, form, customer, on),
            )
            for one in (files.beside_survey(actor, found.pk, on=on) if actor.may("archive.read") else [])
        ],
    }


def places(form: Any, customer: Any, on: Any) -> list[tuple[str, str]]:
    """The answers a file may stand beside: code and name."""
    known = customers.catalogue()
    asked = judging.form_questions(form, on=on)
    items = [(code, known[code].name) for code in customers.asked_items(form, customer.kind)]
    return items + [(code, in_words(one)) for code, one in asked.items()]


def _beside(one: Any, form: Any, customer: Any, on: Any) -> str:
    """The answer that a file stands beside; blank where it stands beside the survey."""
    return dict(places(form, customer, on)).get(one.subject.split(":")[-1], "")


def contradictions(customer: Any, form: Any, on: Any) -> list[tuple[str, str]]:
    """What the channels tell differently of what the form asks: a name, and the values side by side."""
    told = [
        (
            one.item.name,
            " ↔ ".join(f"{fact.value} ({CHANNELS.get(fact.channel, fact.channel)})" for fact in one.facts),
        )
        for one in customers.contradictions(customer, form, on=on)
    ]
    asked = judging.form_questions(form, on=on)
    for rows in ratings.disagreements(customer, on=on):
        if rows[0].question in asked:
            question = asked[rows[0].question]
            words = dict(choices_of(question))
            values = [
                f"{words.get(row.value, row.value)} ({CHANNELS.get(row.channel, row.assessed_by)})"
                for row in rows
            ]
            told.append((in_words(question), " ↔ ".join(values)))
    return told


@signed_in
@require_GET
def print_survey(request: HttpRequest, no: str, survey_id: int) -> HttpResponse:
    """The survey on paper, with what the reader may see."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    if not customers.surveys(customer).filter(pk=survey_id).exists():
        raise Http404
    found, masked = files.read_survey(actor=actor, on=on, survey_id=survey_id)
    form, known = customers.form_of(found), customers.catalogue()
    groups = [
        (group.name, [(known[code].name, _filed(found.answers, known[code], masked)) for code in group.items])
        for group in customers.asked_groups(form, customer.kind)
    ]
    if asked := judging.form_questions(form, on=on):
        lines = [(in_words(one), _assessed(found.questions, one)) for one in asked.values()]
        groups.append((gettext("Assessment"), lines))
    told = {"groups": groups, "printed_on": on, **survey_told(actor, found, on)}
    return render(request, "surveys/print.html", told)


def _filed(answers: dict[str, Any], item: Item, masked: frozenset[str]) -> str:
    told = MASKED if item.code in masked else answers.get(item.code, "")
    if told is None:
        return gettext("unknown")
    return told if not told or item.code in masked else item_text(item, told)


def _assessed(answers: dict[str, Any], question: Any) -> str:
    told = answers.get(question.code, "")
    return gettext("unknown") if told is None else dict(choices_of(question)).get(told, told)


urlpatterns = [
    path("customers/file/<path:no>/survey/<int:survey_id>/", survey, name="survey"),
    path("customers/file/<path:no>/survey/<int:survey_id>/print/", print_survey, name="print_survey"),
]
