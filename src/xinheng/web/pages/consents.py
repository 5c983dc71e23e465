"""What may be told outside: consents of customers with their papers, and giving out what they allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.packs import queries as packs
from xinheng.facts.archive.values import Upload
from xinheng.facts.consents import queries, services
from xinheng.facts.consents.values import NewConsent, Permission
from xinheng.facts.customers import queries as customers
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import services as reports
from xinheng.reports.values import DisclosureWanted
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.customer_judgement import in_words
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.papers import file_answer as printed
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE, SOON_DAYS = 50, 30
PURPOSES: dict[str, str | Promise] = {
    "material": _("material of a rating may be given out"),
    "commission": _("the customer applied to be rated"),
    "publication": _("the result of a commissioned rating may be told"),
}
STATES: dict[str, tuple[str, str | Promise]] = {
    "running": ("good", _("holds")),
    "not_yet": ("note", _("not yet")),
    "expired": ("bad", _("expired")),
    "withdrawn": ("bad", _("withdrawn")),
}
BASES: dict[str, str | Promise] = {
    "consent": _("consent of the customer"),
    "law": _("rule of the state"),
}


class ConsentForm(forms.Form):
    """A permission as a person tells it, with its paper."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PURPOSES.items()))
    basis = forms.ChoiceField(label=_("Basis"), choices=list(BASES.items()))
    recipient = forms.CharField(
        label=_("Recipient"),
        required=False,
        max_length=200,
        help_text=_("Of an application to be rated: the agency. Blank: anyone."),
    )
    policy_code = forms.ChoiceField(label=_("Policy"), required=False)
    source = forms.CharField(
        label=_("What it rests on"),
        max_length=300,
        help_text=_("What was signed, the agency's qualification, or the rule and its article."),
    )
    from_on = day_field(_("From"), required=True)
    until_on = day_field(_("Until"))
    paper = forms.FileField(label=_("Paper"), required=False)

    def __init__(self, offered: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["policy_code"].choices = [("", "—"), *offered]  # type: ignore[attr-defined]
        dressed(self)

    def told(self) -> tuple[NewConsent, Upload | None]:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        paper = told.pop("paper")
        return NewConsent(**told), Upload(paper.name or "", paper.read()) if paper else None


@signed_in
@require_GET
def consent_list(request: HttpRequest) -> HttpResponse:
    """The consents within reach, by purpose, state, customer and recipient; those that end soon."""
    actor, on, named = actor_of(request), business_day(), request.GET
    asked = {key: named.get(key, "").strip()[:100] for key in ("q", "purpose", "state", "soon")}
    wanted = queries.Wanted(
        text=asked["q"],
        purpose=asked["purpose"] if asked["purpose"] in PURPOSES else "",
        state="running" if asked["soon"] else asked["state"] if asked["state"] in STATES else "",
        ends_by=on + timedelta(days=SOON_DAYS) if asked["soon"] else None,
    )
    page = Paginator(queries.found(actor, wanted, on=on), A_PAGE).get_page(named.get("page"))
    told = {
        "page": page,
        "lines": [_line(one) for one in queries.permissions(page, on=on)],
        "asked": asked,
        "filtered": any(asked.values()),
        "purposes": PURPOSES,
        "states": STATES,
        "days": SOON_DAYS,
    }
    return render(request, "consents/list.html", told)


def _line(one: Permission) -> dict[str, Any]:
    tone, state = STATES[one.state]
    return {
        "one": one,
        "purpose": PURPOSES[one.purpose],
        "basis": BASES[one.basis],
        "tone": tone,
        "state": state,
        "may_end": one.state in ("running", "not_yet"),
    }


@signed_in
def of_customer(request: HttpRequest, no: str) -> HttpResponse:
    """The consents of one customer; one is told here, with its paper."""
    actor, on = actor_of(request), business_day()
    held = queries.of_customer(actor, no, on=on)
    sent = request.method == "POST"
    if sent:
        access.require(actor, "consents.write", f"customer:{no}")
    data = (request.POST, request.FILES) if sent else (None, None)
    form = ConsentForm(_policies(on), *data, initial={"from_on": on.isoformat()})

    def tell() -> Permission:
        new, paper = form.told()
        return services.tell_consent(actor=actor, on=on, customer_no=no, new=new, paper=paper)

    if tried(request, form, tell):
        messages.success(request, gettext("The consent is kept."))
        return redirect("consents_of", no)
    told = {
        "customer": customers.get(actor, no, on=on),
        "lines": [_line(one) for one in held],
        "form": form,
        "may_write": actor.may("consents.write"),
        "may_take": actor.may("archive.read"),
    }
    return render(request, "consents/customer.html", told, status=422 if sent else 200)


def _policies(on: Any) -> list[tuple[str, str]]:
    found = packs.documents_in_force("rating", on=on)
    return [(one.code, in_words(policies.load(one.text).name)) for one in found]


@signed_in
@require_POST
def withdraw(request: HttpRequest, consent_id: int) -> HttpResponse:
    """End a consent from today on, with the reason."""
    one = services.withdraw_consent(
        actor=actor_of(request),
        on=business_day(),
        consent_id=consent_id,
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, gettext("The consent is withdrawn."))
    return redirect("consents_of", one.customer_no)


@signed_in
@require_GET
def paper(request: HttpRequest, consent_id: int) -> HttpResponse:
    """The paper of a consent as it came; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "consent_id": consent_id}
    return file_answer(queries.read_paper(**told))


class DisclosureForm(forms.Form):
    """What shall be given out, and to whom."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[
            ("material", _("material: the measured figures, without the grade")),
            ("result", _("result: the grade of a commissioned rating")),
        ],
    )
    recipient = forms.CharField(label=_("Recipient"), max_length=200)
    form = forms.ChoiceField(label=_("File"), choices=[("pdf", "PDF"), ("xlsx", "Excel")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


@signed_in
def disclose(request: HttpRequest, run_id: int, no: str) -> HttpResponse:
    """Give material or result of a decision outside, where a consent or a rule lets it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "ratings.disclose", f"customer:{no}")
    found = ratings.explanation(actor, run_id, no, on=on)
    form, refused = DisclosureForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        kind = told.pop("form")
        try:
            content = reports.export_disclosed(
                actor=actor, on=on, run_id=run_id, customer_no=no, wanted=DisclosureWanted(**told), form=kind
            )
        except reports.LETTER_REFUSALS as refusal:  # said beside the form, so that nothing typed is lost
            note(request, refusal)
            refused = str(refusal)
        else:
            return printed(content, f"disclosed-{on:%Y%m%d}", kind)
    may_look = actor.may("consents.read")
    held = queries.of_customer(actor, no, on=on) if may_look else []
    shown = {
        "form": form, "found": found, "refused": refused, "run_id": run_id, "may_look": may_look,
        "lines": [_line(one) for one in held if one.state == "running"],
    }  # fmt: skip
    return render(request, "consents/disclose.html", shown, status=400 if form.is_bound else 200)


urlpatterns = [
    path("consents/", consent_list, name="consents"),
    path("consents/customer/<path:no>/", of_customer, name="consents_of"),
    path("consents/<int:consent_id>/withdraw/", withdraw, name="withdraw_consent"),
    path("consents/<int:consent_id>/paper/", paper, name="consent_paper"),
    path("ratings/<int:run_id>/disclose/<path:no>/", disclose, name="disclose"),
]
