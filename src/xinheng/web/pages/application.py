"""One application for credit: written, submitted, signed, altered, agreed; with all that was known."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications import services as acts
from xinheng.runs.services import business_day
from xinheng.web.pages import application_words
from xinheng.web.pages.application_forms import ApplicationForm, given
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.review_sheets import chain_words
from xinheng.web.pages.survey_acts import file_answer, uploads_of
from xinheng.web.pages.trying import dressed, tried


class AlterForm(forms.Form):
    """Another amount and other days, and why."""

    places = {"above_ceiling": "amount", "application_reason_missing": "reason"}
    amount = forms.DecimalField(label=_("Amount (yuan)"), min_value=0, max_digits=15, decimal_places=2)
    days = forms.IntegerField(label=_("Days of credit"), min_value=0, max_value=3650)
    reason = forms.CharField(label=_("Reason"), max_length=300)


class AgreementForm(forms.Form):
    """What the signed agreement states."""

    agreement_no = forms.CharField(label=_("Number of the agreement"), max_length=60)
    amount = forms.DecimalField(
        label=_("Limit it states (yuan)"), min_value=0, max_digits=15, decimal_places=2
    )
    days = forms.IntegerField(label=_("Days it states"), min_value=0, max_value=3650)


@signed_in
def write(request: HttpRequest) -> HttpResponse:
    """Write an application for a customer by rules that are in force; `customer` and `rules` begin it."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.write")
    held = applications.in_force(on)
    code = request.POST.get("rules", request.GET.get("rules", ""))
    document = held[code][0] if code in held else next((one for one, _hash in held.values()), None)
    told: dict[str, Any] = {
        "rules": [(each, applications.worded(one.name)) for each, (one, _hash) in held.items()],
        "document": document,
    }
    if document is None:
        return render(request, "applications/write.html", told)
    sent = request.POST if request.method == "POST" and "amount" in request.POST else None
    form = ApplicationForm(document, data=sent, initial={"customer_no": request.GET.get("customer", "")[:40]})
    if sent is not None and (kept := tried(request, form, lambda: _kept(request, form, document.code))):
        messages.success(request, gettext("The application is kept; submit it once it is complete."))
        return redirect("application", kept.pk)
    told |= {"form": form, "about": applications.worded(document.about)}
    return render(request, "applications/write.html", told, status=422 if form.is_bound else 200)


@signed_in
def rewrite(request: HttpRequest, application_id: int) -> HttpResponse:
    """Change an application that is a draft or was sent back."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.write", f"application:{application_id}")
    one = applications.get_application(actor, application_id, on=on)
    document = applications.kept(one.sha256)
    sent = request.POST if request.method == "POST" else None
    form = ApplicationForm(document, data=sent, initial=given(one))
    form.fields["customer_no"].disabled = True
    if sent is not None and tried(request, form, lambda: _kept(request, form, one.rules, one.pk)):
        messages.success(request, gettext("The application is kept; submit it once it is complete."))
        return redirect("application", application_id)
    told = {"form": form, "one": one, "document": document, "about": applications.worded(document.about)}
    return render(request, "applications/write.html", told, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, form: ApplicationForm, code: str, application_id: int = 0) -> Any:
    return acts.apply(
        actor=actor_of(request), on=business_day(), customer_no=form.cleaned_data["customer_no"], code=code,
        asked=form.asked(), application_id=application_id,
    )  # fmt: skip


@signed_in
@require_GET
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application with its proposals, chain, frozen figures and decision."""
    return _shown(request, application_id)


def _shown(request: HttpRequest, application_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    one = applications.get_application(actor, application_id, on=on)
    document = applications.kept(one.sha256)
    is_own = actor.login == one.applied_by and actor.may("applications.write")
    papers = applications.papers_of(actor, one)
    told: dict[str, Any] = {
        **application_words.line(one, on=on),
        "answers": application_words.answers(one, document),
        "papers": [{"name": applications.worded(each), "required": each.required, "code": each.code,
                    "files": papers[each.code]} for each in document.papers],
        "frozen": application_words.frozen(one),
        "alterations": [_altered(each, one) for each in applications.alterations_of(one)],
        "may_edit": is_own and one.state in ("draft", "returned"),
        "may_withdraw": is_own and one.state in ("draft", "open", "returned"),
        "may_agree": actor.may("applications.write") and one.agreement == "awaited",
        "alter_form": AlterForm(initial=_now(one)),
        "agreement_form": AgreementForm(),
    }  # fmt: skip
    if one.state in ("draft", "open", "returned"):
        customer = customers.get(actor, one.customer.no, on=on)
        found = applications.proposals(
            actor, customer.no, one.rules, on=on, days=one.days, answers=one.answers
        )
        told["proposed"] = application_words.proposed(found, document, one.currency)
        told["met"] = application_words.met(applications.conditions_of(customer, document, on=on), document)
    if one.request:
        told |= chain_words(one.request, actor, on) | {"is_own": False}
    told |= bound
    for form in (told["alter_form"], told["agreement_form"]):
        dressed(form)
    return render(request, "applications/application.html", told, status=422 if bound else 200)


def _now(one: Any) -> dict[str, Any]:
    return {"amount": Money(one.amount_minor, one.currency).decimal, "days": one.days}


def _altered(each: Any, one: Any) -> dict[str, Any]:
    before, after = Money(each.before_minor, one.currency), Money(each.after_minor, one.currency)
    return {"each": each, "before": before, "after": after}


@signed_in
@require_POST
def submit(request: HttpRequest, application_id: int) -> HttpResponse:
    """Submit an application."""
    one = acts.submit(actor=actor_of(request), on=business_day(), application_id=application_id)
    words = gettext("It holds at once: no approval is needed.") if one.state == "approved" else ""
    messages.success(request, words or gettext("The application is on its way; its figures are kept."))
    return redirect("application", application_id)


@signed_in
@require_POST
def withdraw(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take an application back."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    acts.withdraw(**told, application_id=application_id, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("The application is taken back."))
    return redirect("application", application_id)


@signed_in
@require_POST
def alter(request: HttpRequest, application_id: int) -> HttpResponse:
    """Alter amount and days before signing."""
    form = AlterForm(request.POST)
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    access.require(told["actor"], "approvals.decide", f"application:{application_id}")

    def act() -> Any:
        asked = form.cleaned_data
        return acts.alter(
            **told, application_id=application_id, amount=Money.of(asked["amount"]), days=asked["days"],
            reason=asked["reason"],
        )  # fmt: skip

    if tried(request, form, act) is None:
        return _shown(request, application_id, alter_form=form)
    messages.success(request, gettext("Amount and days are altered; sign it now."))
    return redirect("application", application_id)


@signed_in
@require_POST
def agree(request: HttpRequest, application_id: int) -> HttpResponse:
    """Tell what the signed agreement states."""
    form = AgreementForm(request.POST)
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    access.require(told["actor"], "applications.write", f"application:{application_id}")

    def act() -> Any:
        asked = form.cleaned_data | {"amount": Money.of(form.cleaned_data["amount"])}
        return acts.confirm_agreement(**told, application_id=application_id, **asked)

    if tried(request, form, act) is None:
        return _shown(request, application_id, agreement_form=form)
    messages.success(request, gettext("The agreement states the same: the credit is active."))
    return redirect("application", application_id)


@signed_in
@require_POST
def keep_papers(request: HttpRequest, application_id: int) -> HttpResponse:
    """Keep papers beside an application."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    access.require(told["actor"], "applications.write", f"application:{application_id}")
    if not (paper := request.POST.get("paper", "")[:48]):
        raise FieldsRefused(fields=gettext("Paper"))
    kept = acts.keep_papers(**told, application_id=application_id, paper=paper, uploads=uploads_of(request))
    messages.success(request, gettext("%(number)s files are kept unchanged.") % {"number": len(kept)})
    return redirect("application", application_id)


@signed_in
@require_GET
def take_paper(request: HttpRequest, application_id: int, attachment_id: int) -> HttpResponse:
    """One paper of an application; it is not given out where its hash no longer holds."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    return file_answer(acts.read_paper(**told, application_id=application_id, attachment_id=attachment_id))


urlpatterns = [
    path("applications/new/", write, name="write_application"),
    path("applications/<int:application_id>/", application, name="application"),
    path("applications/<int:application_id>/edit/", rewrite, name="rewrite_application"),
    path("applications/<int:application_id>/submit/", submit, name="submit_application"),
    path("applications/<int:application_id>/withdraw/", withdraw, name="withdraw_application"),
    path("applications/<int:application_id>/alter/", alter, name="alter_application"),
    path("applications/<int:application_id>/agreement/", agree, name="confirm_agreement"),
    path("applications/<int:application_id>/papers/", keep_papers, name="keep_application_papers"),
    path(
        "applications/<int:application_id>/papers/<int:attachment_id>/", take_paper, name="application_paper"
    ),
]
