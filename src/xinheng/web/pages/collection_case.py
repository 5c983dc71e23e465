"""One collection case: its figures, what is due, its timeline, and every act on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.dunning import queries as reminders
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.collection import lines_of
from xinheng.web.pages.collection_forms import ACTS, CaseForm, ContactForm, form_of
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import dressed, tried


@signed_in
def case_page(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case; acts on it are done here."""
    actor, on = actor_of(request), business_day()
    case = collection.get_case(actor, case_id, on=on)
    access.require(actor, "collection.read", f"case:{case_id}")
    bound: dict[str, CaseForm] = {}
    if request.method == "POST":
        access.require(actor, "collection.write", f"case:{case_id}")
        act = request.POST.get("act", "")
        if act not in ACTS:
            raise FieldsRefused(fields=act[:40])
        form = form_of(act, case, on, request.POST, request.FILES)
        who: dict[str, Any] = {"actor": actor, "on": on}
        if tried(request, form, lambda: ACTS[act].do(who, case, form) or True):
            messages.success(request, str(ACTS[act].done))
            return redirect("collection_case", case_id)
        bound[act] = form
    return render(
        request, "collection/case.html", told_of(actor, case, bound, on=on), status=422 if bound else 200
    )


def told_of(actor: Any, case: Any, bound: dict[str, CaseForm], *, on: date) -> dict[str, Any]:
    """All that the page of a case shows."""
    account = collection.account_of(actor, case.pk, on=on)
    may_write = actor.may("collection.write") and case.closed_on is None
    case.last_promise = None
    due = collection.due_lines(case.customer, on=on, currency=case.currency)
    return {
        **lines_of([case], on=on)[0],
        "account": account,
        "timeline": _timeline(account, on),
        "due": due,
        "due_total": Money(sum(one.open.minor for one in due), case.currency),
        "plans": [_plan(plan, parts, case.currency) for plan, parts in account.plans],
        "clocks": collection.clock_lines(actor, on=on, which="all", customer=case.customer),
        "deadlines": [
            {"row": one, "what": collection.clock_word(one.code, on=on), "left": (one.last_day - on).days}
            for one in account.deadlines
        ],
        "forms": [
            {
                "code": code,
                "act": act,
                "form": bound.get(code) or form_of(code, case, on),
                "is_open": code in bound,
            }
            for code, act in ACTS.items()
            if code != "meet" and _fits(code, account)
        ]
        if may_write
        else [],
        "may_write": may_write,
        "may_take": actor.may("archive.read"),
        "on": on,
    }


def _fits(code: str, account: Any) -> bool:
    """A promise and a plan are offered where none runs; taking back where one does."""
    runs = any(one.state == "open" for one in account.promises)
    runs = runs or any(plan.state == "running" for plan, _held in account.plans)
    return {"promise": not runs, "plan": not runs, "withdraw": runs}.get(code, True)


def _timeline(account: Any, on: date) -> list[dict[str, Any]]:
    """What happened on a case, the newest first: day, what, detail, who."""
    happened = [*_said(account, on), *_reminded(account.case, on), *_done(account, on)]
    ordered = sorted(happened, key=lambda one: one[0], reverse=True)
    return [{"on": day, "what": what, "detail": detail, "by": by} for day, what, detail, by in ordered]


def _said(account: Any, on: date) -> Iterator[tuple[date, str, str, str]]:
    currency = account.case.currency
    for one in account.contacts:
        what = f"{collection.WAYS.get(one.way, one.way)}: {collection.result_word(one.result, on=on)}"
        yield one.on, what, " · ".join(filter(None, [one.person, one.note])), one.by
    for promise in account.promises:
        words = gettext("%(amount)s by %(day)s, promised by %(who)s, %(paid)s received")
        amount, paid = (Money(minor, currency) for minor in (promise.amount_minor, promise.paid_minor))
        detail = words % {"amount": amount, "day": promise.due_on, "who": promise.promised_by, "paid": paid}
        led = ", ".join(str(collection.CONSEQUENCES[code]) for code in promise.consequences)
        state = str(collection.PROMISES[promise.state])
        yield (
            promise.judged_on or promise.told_on,
            state,
            f"{detail}; {led}" if led else detail,
            promise.told_by,
        )


def _reminded(case: Any, on: date) -> Iterator[tuple[date, str, str, str]]:
    """Letters that were sent and calls that reminders led to."""
    among = customers.by_ids([case.customer_id])
    for row in reminders.contacts(among, since=case.opened_on, until=on).iter_rows(named=True):
        what = str(reminders.RESULTS.get(row["what"], gettext("reminder sent")))
        if row["level"] is not None:
            what = gettext("reminder of level %(level)s") % {"level": row["level"]}
        yield row["on"], what, row["note"], row["by"]


def _done(account: Any, on: date) -> Iterator[tuple[date, str, str, str]]:
    for step, papers in account.steps:
        names = ", ".join(paper.file_name for paper in papers)
        detail = " · ".join(filter(None, [step.court, step.case_no, step.note, names]))
        yield step.on, collection.step_word(step.code, on=on), detail, step.told_by
    for held in account.assignments:
        what = gettext("given to %(who)s") % {"who": held.collector}
        yield held.from_on, what, str(collection.HOWS[held.how]), held.told_by
    yield account.case.opened_on, gettext("case opened"), "", ""


def _plan(plan: Any, parts: Any, currency: str) -> dict[str, Any]:
    return {
        "row": plan,
        "state": collection.PLANS[plan.state],
        "total": Money(plan.total_minor, currency),
        "paid": Money(plan.paid_minor, currency),
        "parts": [{"due_on": one.due_on, "amount": Money(one.amount_minor, currency)} for one in parts],
    }


@signed_in
@require_GET
def paper(request: HttpRequest, case_id: int, attachment_id: int) -> HttpResponse:
    """A paper of a case, as it came in."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    return file_answer(acts.read_paper(**told, case_id=case_id, attachment_id=attachment_id))


@signed_in
def contact(request: HttpRequest, no: str) -> HttpResponse:
    """Log a contact with a customer, whether or not it has arrears."""
    actor, on = actor_of(request), business_day()
    customer = customers.get(actor, no, on=on)
    access.require(actor, "collection.write", f"customer:{no}")
    sent = request.POST if request.method == "POST" else None
    form = ContactForm("CNY", on, sent, initial={"on_day": on})

    def log() -> Any:
        return acts.log_contact(actor=actor, on=on, customer_no=no, contact=form.contact())

    if sent is not None and tried(request, form, log):
        messages.success(request, gettext("The contact is kept."))
        return redirect("collection_contact", no)
    told = {
        "customer": customer,
        "form": form,
        "contacts": [
            {"row": one, "way": collection.WAYS[one.way], "result": collection.result_word(one.result, on=on)}
            for one in collection.contacts(actor, no, on=on)[:50]
        ],
        "cases": collection.cases_of(actor, customer, on=on)[:5],
    }
    return render(request, "collection/contact.html", told, status=422 if form.errors else 200)


class LetterForm(forms.Form):
    """Who writes the lawyer's letter, and what is demanded."""

    firm = forms.CharField(label=_("Law firm"), max_length=100)
    lawyer = forms.CharField(label=_("Lawyer"), max_length=60)
    phone = forms.CharField(label=_("Telephone"), max_length=40)
    principal = forms.CharField(label=_("Principal"), max_length=100)
    account = forms.CharField(label=_("Account to pay to"), max_length=200)
    days = forms.IntegerField(label=_("Days to pay in"), min_value=1, max_value=90, initial=7)
    reference = forms.CharField(label=_("Reference"), max_length=60, required=False)
    attachments = forms.CharField(
        label=_("Attachments, a line each"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English")])
    form = forms.ChoiceField(label=_("Form"), choices=[("pdf", "PDF"), ("docx", "Word")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)

    def wanted(self) -> room.LawyerLetterWanted:
        """As the room takes it."""
        told = dict(self.cleaned_data)
        told.pop("form")
        lines = tuple(line.strip() for line in told.pop("attachments").splitlines() if line.strip())
        return room.LawyerLetterWanted(**told, attachments=lines)


@signed_in
def lawyer_letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """Write a lawyer's letter about what is due on a case today."""
    actor, on = actor_of(request), business_day()
    case = collection.get_case(actor, case_id, on=on)
    access.require(actor, "collection.write", f"case:{case_id}")
    sent = request.POST if request.method == "POST" else None
    form = LetterForm(sent)

    def write() -> bytes:
        told: dict[str, Any] = {"actor": actor, "on": on, "case_id": case_id}
        return room.export_lawyer_letter(**told, wanted=form.wanted(), form=form.cleaned_data["form"])

    content = tried(request, form, write) if sent is not None else None
    if content is not None:
        answer = HttpResponse(content, content_type="application/octet-stream")
        name = f"lawyers-letter-{case_id}-{on.isoformat()}.{form.cleaned_data['form']}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer
    told = {"form": form, "case": case}
    return render(request, "collection/letter.html", told, status=422 if form.errors else 200)


urlpatterns = [
    path("collection/cases/<int:case_id>/letter/", lawyer_letter, name="lawyer_letter"),
    path("collection/cases/<int:case_id>/", case_page, name="collection_case"),
    path("collection/cases/<int:case_id>/papers/<int:attachment_id>/", paper, name="collection_paper"),
    path("collection/contact/<path:no>/", contact, name="collection_contact"),
]
