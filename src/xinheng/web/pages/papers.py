"""What is taken away or looked up of a rating: papers, a customer's sheet, a letter, rows behind a figure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.language import reads_chinese
from xinheng.facts.customers import queries as customers
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.reports import queries as reports
from xinheng.reports import services as room
from xinheng.reports.values import LetterWanted
from xinheng.runs.services import business_day
from xinheng.web.pages.customer import day_asked
from xinheng.web.pages.customer_file import CHANNELS
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.scales import scale_by

FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@signed_in
@require_GET
def run_papers(request: HttpRequest, run_id: int, form: str) -> HttpResponse:
    """The papers of a rating run, for Excel or as PDF."""
    kind = _form(form, "xlsx", "pdf")
    content = room.export_summary(actor=actor_of(request), on=business_day(), run_id=run_id, form=kind)
    return file_answer(content, f"grade-summary-{run_id}", form)


@signed_in
@require_GET
def rating_sheet(request: HttpRequest, run_id: int, form: str, no: str) -> HttpResponse:
    """The rating sheet of one customer, for Excel or as PDF."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "exports.read", f"customer:{no}")
    customers.get(actor, no, on=on)
    kind = _form(form, "xlsx", "pdf")
    content = room.export_decision(actor=actor, on=on, run_id=run_id, customer_no=no, form=kind)
    return file_answer(content, f"rating-sheet-{run_id}", form)


@signed_in
@require_GET
def file_report(request: HttpRequest, no: str) -> HttpResponse:
    """The file of one customer as a report, in the depth asked for, for Excel or as PDF."""
    on, kind = business_day(), _form(request.GET.get("form", "pdf"), "xlsx", "pdf")
    content = room.export_file_report(
        actor=actor_of(request), on=on, customer_no=no, depth=request.GET.get("depth", ""),
        as_of=day_asked(request, on), form=kind,
    )  # fmt: skip
    return file_answer(content, f"customer-file-{on.isoformat()}", kind)


@signed_in
@require_GET
def outlook(request: HttpRequest, run_id: int, no: str) -> HttpResponse:
    """What would raise the grade of one customer; a part of its page."""
    found = ratings.outlook(actor_of(request), run_id, no, on=business_day())
    scale = scale_by(ratings.get_run(run_id).policy_sha256)
    ways = [(way, scale.badge(way.grade)) for way in found.improvements]
    return render(request, "customer/outlook.html", {"found": found, "ways": ways})


@signed_in
@require_POST
def replay_one(request: HttpRequest, run_id: int, no: str) -> HttpResponse:
    """Compute the decision on one customer again and say what differs, if anything does."""
    found = rating.replay_decision(actor=actor_of(request), run_id=run_id, customer_no=no, on=business_day())
    return render(request, "ratings/replayed_one.html", {"found": found})


@signed_in
@require_GET
def evidence(request: HttpRequest, run_id: int, code: str, no: str) -> HttpResponse:
    """The bills, invoices, lines, facts or answers that one figure of a decision was made of."""
    actor, on = actor_of(request), business_day()
    found = reports.rows_behind(actor, run_id, no, code, on=on)
    told = {
        "found": found,
        "customer": customers.get(actor, no, on=on),
        "name": _name(run_id, code),
        "total": reports.total_in_words(found),
        "run": ratings.get_run(run_id),
        "may_export": actor.may("exports.read"),
        "rows": [{**row, "channel": CHANNELS.get(row.get("channel", ""), "")} for row in found.rows],
    }
    if request.GET.get("form") == "xlsx":
        content = room.export_rows_behind(actor=actor, on=on, run_id=run_id, customer_no=no, code=code)
        return file_answer(content, f"rows-{run_id}", "xlsx")
    return render(request, "customer/rows_behind.html", told)


def _name(run_id: int, code: str) -> str:
    """The name of an indicator, or of a question of the run's policy."""
    chinese = reads_chinese()
    card = next((one for one in indicators.catalogue() if one.code == code), None)
    if card is not None:
        return card.name if chinese else card.name_en
    if code in ratings.facts():
        return ratings.facts()[code]
    return ratings.question_name(run_id, code)


class LetterForm(forms.Form):
    """What a person says of a letter to a customer."""

    decision = forms.ChoiceField(label=_("Decision"))
    payment_days = forms.IntegerField(label=_("Days to pay"), required=False, min_value=1, max_value=365)
    prepaid_percent = forms.IntegerField(
        label=_("Paid in advance, %"), required=False, min_value=1, max_value=100
    )
    limit = forms.DecimalField(
        label=_("Credit limit, yuan"), required=False, min_value=0, max_digits=15, decimal_places=2
    )
    security = forms.ChoiceField(label=_("Security"), required=False)
    company = forms.CharField(label=_("Our name"), max_length=60)
    contact = forms.CharField(label=_("Contact"), max_length=40)
    phone = forms.CharField(label=_("Telephone"), max_length=40)
    address = forms.CharField(label=_("Address"), required=False, max_length=200)
    language = forms.ChoiceField(
        label=_("Language of the letter"), choices=[("zh-hans", "中文"), ("en", "English")]
    )
    tell_grade = forms.BooleanField(
        label=_("Tell the result"), required=False,
        help_text=_("Only of a rating the customer commissioned, on its application."),
    )  # fmt: skip
    form = forms.ChoiceField(label=_("File"), choices=[("pdf", "PDF"), ("docx", "Word")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].choices = list(room.letter_choices().items())  # type: ignore[attr-defined]
        self.fields["security"].choices = list(room.letter_securities().items())  # type: ignore[attr-defined]
        for field in self.fields.values():
            looks: dict[type, str] = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}
            field.widget.attrs["class"] = looks.get(type(field.widget), "form-control")


@signed_in
def letter(request: HttpRequest, run_id: int, no: str) -> HttpResponse:
    """Ask what a letter shall say, and give it as a file; a letter with the grade in it is refused."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "ratings.write_letters", f"customer:{no}")
    found = ratings.explanation(actor, run_id, no, on=on)
    first = {"contact": actor.name, "decision": "declined", "language": get_language() or "zh-hans"}
    form = LetterForm(request.POST or None, initial=first)
    refused = ""
    if request.method == "POST" and form.is_valid():
        told = dict(form.cleaned_data)
        kind = told.pop("form")
        wanted = LetterWanted(**told)
        try:
            content = room.export_letter(
                actor=actor, on=on, run_id=run_id, customer_no=no, wanted=wanted, form=kind
            )
        except room.LETTER_REFUSALS as refusal:  # said beside the form, so that nothing typed is lost
            note(request, refusal)
            refused = str(refusal)
        else:
            return file_answer(content, f"letter-{on:%Y%m%d}", kind)
    told = {"form": form, "found": found, "refused": refused, "run_id": run_id}
    return render(request, "customer/letter.html", told, status=400 if form.is_bound else 200)


def _form(form: str, *known: str) -> Any:
    if form not in known:
        raise FieldsRefused(fields=gettext("File"))
    return form


def file_answer(content: bytes, name: str, form: str) -> HttpResponse:
    """A file to keep, which no cache keeps."""
    answer = HttpResponse(content, content_type=FILES[form])
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("ratings/<int:run_id>/papers/<str:form>/", run_papers, name="run_papers"),
    path("ratings/<int:run_id>/sheet/<str:form>/<path:no>/", rating_sheet, name="rating_sheet"),
    path("customers/report/<path:no>/", file_report, name="file_report"),
    path("ratings/<int:run_id>/outlook/<path:no>/", outlook, name="outlook"),
    path("ratings/<int:run_id>/replay-one/<path:no>/", replay_one, name="replay_one"),
    path("ratings/<int:run_id>/rows/<str:code>/<path:no>/", evidence, name="rows_behind"),
    path("ratings/<int:run_id>/letter/<path:no>/", letter, name="letter"),
]
