"""Applications for credit: the list, with whom they wait for, and what is known of one customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications import services as acts
from xinheng.judgements.applications.values import SORTS, NewFinding, Wanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import application_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
COLUMNS: list[tuple[str, Any]] = [  # sort key, heading
    ("no", _("No.")), ("customer", _("Customer")), ("amount", _("Asked for")), ("", _("Days of credit")),
    ("", _("Grade")), ("applied", _("Applied on")), ("", _("State")), ("due", _("Due on")),
]  # fmt: skip
WHICH = [("waiting", _("wait for my signature")), ("mine", _("applied for by me")), ("late", _("late"))]


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    which, sort, state = told.get("which", ""), told.get("sort", "-no"), told.get("state", "")
    return Wanted(
        text=told.get("q", "").strip()[:100],
        state=state if state in applications.STATES else "",
        rules=told.get("rules", "")[:40],
        grade=told.get("grade", "")[:12],
        mine=which == "mine",
        waiting=which == "waiting",
        late=which == "late",
        sort=sort if sort.removeprefix("-") in SORTS else "-no",
    )


@signed_in
@require_GET
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(applications.applications(actor, wanted, on=on), A_PAGE).get_page(
        request.GET.get("page")
    )
    held = applications.in_force(on)
    told = {
        "page": page,
        "lines": [application_words.line(one, on=on) for one in page],
        "columns": _headings(request, wanted.sort),
        "wanted": wanted,
        "which": request.GET.get("which", ""),
        "whichs": WHICH,
        "states": applications.STATES.items(),
        "rules": [(code, applications.worded(document.name)) for code, (document, _hash) in held.items()],
        "query": request.GET.urlencode(),
        "may_apply": actor.may("applications.write"),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "applications/list.html", told)


def _headings(request: HttpRequest, sort: str) -> list[dict[str, Any]]:
    headings = []
    for key, label in COLUMNS:
        here = bool(key) and sort.removeprefix("-") == key
        query = request.GET.copy()
        query.pop("page", None)
        query["sort"] = f"-{key}" if here and not sort.startswith("-") else key
        order = ("descending" if sort.startswith("-") else "ascending") if here else "none"
        headings.append({"label": label, "address": f"?{query.urlencode()}" if key else "", "sorted": order})
    return headings


@signed_in
@require_GET
def export_applications(request: HttpRequest) -> HttpResponse:
    """The filtered applications as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_applications(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"applications-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def paper_holds(request: HttpRequest) -> HttpResponse:
    """Credit that is held back because a key paper of the file is out of date."""
    rows = applications.paper_holds(actor_of(request), on=business_day())
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    lines = [application_words.paper_hold(one) for one in page]
    return render(request, "applications/papers.html", {"page": page, "lines": lines})


def tab(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The applications for a customer, newest first, and credit held back for want of a paper."""
    rows = applications.applications_of(seen.actor, seen.customer)
    holds = applications.paper_holds(seen.actor, on=seen.on).filter(customer=seen.customer)
    return {
        "lines": [application_words.line(one, on=seen.on) for one in rows],
        "holds": [application_words.paper_hold(one) for one in holds],
        "may_apply": seen.actor.may("applications.write") and not seen.past,
    }


class FindingForm(forms.Form):
    """A condition that is met, with evidence; or the complaint case that excuses it."""

    places = {"condition_unknown": "condition"}
    condition = forms.ChoiceField(label=_("Condition"))
    happened_on = forms.DateField(label=_("Happened on"), widget=forms.DateInput(attrs={"type": "date"}))
    evidence = forms.CharField(label=_("Evidence"), max_length=300)
    complaint_no = forms.CharField(
        label=_("Complaint case that shows we caused it"),
        max_length=60,
        required=False,
        help_text=_("Then the bills that the evidence names do not count."),
    )


@signed_in
def of_customer(request: HttpRequest, no: str) -> HttpResponse:
    """One customer: proposals side by side, conditions that are met, applications so far."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.read", f"customer:{no}")
    customer = customers.get(actor, no, on=on)
    if request.method == "POST":
        access.require(actor, "applications.write", f"customer:{no}")
    held = applications.in_force(on)
    code = request.GET.get("rules", "")
    document = held[code][0] if code in held else next((one for one, _hash in held.values()), None)
    form = FindingForm(request.POST or None, initial={"happened_on": on.isoformat()})
    if document:
        choices = [(one.code, f"{one.code} {applications.worded(one)}") for one in document.conditions
                   if one.mark != "lost"]  # fmt: skip
        form.fields["condition"].choices = choices  # type: ignore[attr-defined]
    dressed(form)
    if request.method == "POST" and document and _told(request, form, no, document.code):
        return redirect(f"{request.path}?rules={document.code}")
    days = request.GET.get("days", "")
    told: dict[str, Any] = {
        "customer": customer,
        "rules": [(each, applications.worded(one.name)) for each, (one, _hash) in held.items()],
        "chosen": document.code if document else "",
        "lines": [
            application_words.line(one, on=on) for one in applications.applications_of(actor, customer)
        ],
        "findings": application_words.findings(applications.findings_of(customer), held),
        "form": form,
        "days": int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 30,
        "may_apply": actor.may("applications.write"),
    }
    if document:
        proposed = applications.proposals(actor, no, document.code, on=on, days=told["days"])
        told["proposed"] = application_words.proposed(proposed, document)
        told["met"] = application_words.met(applications.conditions_of(customer, document, on=on), document)
    status = 422 if form.is_bound else 200
    return render(request, "applications/customer.html", told, status=status)


def _told(request: HttpRequest, form: FindingForm, no: str, code: str) -> bool:
    """Whether a condition was told; a refusal stands beside its field."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "applications.write", f"customer:{no}")
    kept = tried(
        request, form,
        lambda: acts.tell_condition(
            actor=actor, on=on, customer_no=no, told=NewFinding(rules=code, **form.cleaned_data)
        ),
    )  # fmt: skip
    if kept is None:
        return False
    messages.success(request, gettext("The condition is kept with its evidence."))
    return True


@signed_in
@require_POST
def lift(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Take a condition back that turned out not to be so."""
    reason = request.POST.get("reason", "")
    kept = acts.lift_condition(
        actor=actor_of(request), on=business_day(), finding_id=finding_id, reason=reason
    )
    messages.success(request, gettext("The condition is taken back."))
    return redirect("customer_applications", kept.customer.no)


urlpatterns = [
    path("applications/", application_list, name="applications"),
    path("applications/export/", export_applications, name="export_applications"),
    path("applications/papers/", paper_holds, name="paper_holds"),
    path("applications/findings/<int:finding_id>/lift/", lift, name="lift_finding"),
    path("applications/customers/<path:no>/", of_customer, name="customer_applications"),
]
