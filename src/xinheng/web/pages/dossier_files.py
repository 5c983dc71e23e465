"""The files of a dossier: many at once in, as ZIP and package out, labels, the four properties."""

from __future__ import annotations

from typing import IO, Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.values import FORMS
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import uploading
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.survey_acts import upload_of
from xinheng.web.pages.trying import dressed
from xinheng.web.pages.viewing import page_image, viewer


class ManyForm(forms.Form):
    """What holds of all the files that come in together; each becomes a paper titled as the file."""

    item = forms.ChoiceField(label=_("Line of the checklist"), required=False)
    copy_form = forms.ChoiceField(label=_("Copy form"))

    def __init__(self, dossier: Any, on: Any, *args: Any) -> None:
        super().__init__(*args)
        kind = dossiers.kind_of(dossier, on)
        lines = [("", gettext("sorted in later")), *((line.code, line.words) for line in kind.lines)]
        self.fields["item"].choices = lines  # type: ignore[attr-defined]
        names = [(form, dossiers.form_word(form)) for form in reversed(FORMS)]
        self.fields["copy_form"].choices = names  # type: ignore[attr-defined]
        dressed(self)


@signed_in
def files_page(request: HttpRequest, no: str) -> HttpResponse:
    """Drop files into a dossier, and take them out."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "dossiers.write", f"dossier:{no}")
    dossier = dossiers.get_dossier(actor, no, on=on)
    form = ManyForm(dossier, on, request.POST or None)
    if request.method == "POST" and form.is_valid() and _kept(request, dossier, form.cleaned_data):
        return redirect("dossier_files", no)
    told = {
        "dossier": dossier,
        "form": form,
        "may_add": actor.may("dossiers.write") and actor.may("archive.write") and not dossier.closed_on,
        "may_export": actor.may("exports.read") and actor.may("archive.read"),
        "may_pack": actor.may("dossiers.file") and actor.may("sensitive.read"),
        "papers": [one for one in dossiers.papers_of(actor, dossier, on) if one.state == "in_force"],
        "may_view": actor.may("archive.read"),
    }
    return render(request, "dossiers/files.html", told, status=422 if request.method == "POST" else 200)


def _kept(request: HttpRequest, dossier: Any, told: dict[str, Any]) -> bool:
    """Keep each file as a paper and say of each what became of it; whether any was kept."""
    sent = request.FILES.getlist("files")
    if not sent:
        messages.error(request, gettext("Choose at least one file."))
    outcomes = [_one_kept(request, dossier, told, one) for one in sent]
    return any(outcomes)


def _one_kept(request: HttpRequest, dossier: Any, told: dict[str, Any], one: UploadedFile[Any]) -> bool:
    name = one.name or ""
    try:
        paper = acts.add_paper(
            actor=actor_of(request), on=business_day(), dossier=dossier, upload=upload_of(one),
            item=told["item"], title=name.rpartition(".")[0][:200] or name, copy_form=told["copy_form"],
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.code == "access_denied":
            raise
        note(request, refusal)
        if not uploading.is_one_file(request):
            messages.error(request, str(refusal))
        return False
    messages.success(request, f"{name}: {paper.label}")
    return True


@signed_in
@require_GET
def take_files(request: HttpRequest, no: str) -> Any:
    """All files of a dossier as a ZIP."""
    content = reports.export_dossier_files(actor=actor_of(request), on=business_day(), no=no)
    return _zip(content, f"{no}.zip")


@signed_in
@require_GET
def take_package(request: HttpRequest, no: str) -> Any:
    """A dossier as an archival package."""
    content = reports.export_package(actor=actor_of(request), on=business_day(), no=no)
    return _zip(content, f"{no}-package.zip")


def _zip(content: IO[bytes], name: str) -> FileResponse:
    answer = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_GET
def labels(request: HttpRequest, no: str) -> HttpResponse:
    """The labels of a dossier's papers to print."""
    content = reports.export_labels(
        actor=actor_of(request), on=business_day(), no=no, labels=request.GET.getlist("label")
    )
    return file_answer(content, "labels", "pdf")


@signed_in
@require_POST
def check_properties(request: HttpRequest, no: str) -> HttpResponse:
    """Check the four properties now and show what was found."""
    dossier, checks = acts.check_properties(actor=actor_of(request), on=business_day(), no=no)
    tones = {"passed": "good", "failed": "bad", "open": "warn"}
    lines = [
        {
            "one": one,
            "group": reports.PROPERTY_GROUPS[one.group],
            "word": reports.PROPERTY_OUTCOMES[one.outcome],
            "tone": tones[one.outcome],
        }
        for one in checks
    ]
    told = {
        "dossier": dossier, "lines": lines, "overall": reports.PROPERTY_OUTCOMES[dossiers.worst(checks)],
        "may_export": actor_of(request).may("exports.read"),
    }  # fmt: skip
    return render(request, "dossiers/properties.html", told)


@signed_in
@require_GET
def properties_report(request: HttpRequest, no: str, form: str) -> HttpResponse:
    """The check of the four properties as a paper or for Excel."""
    if form not in ("pdf", "xlsx"):
        raise Http404
    kind: Any = form
    content = reports.export_properties(actor=actor_of(request), on=business_day(), no=no, form=kind)
    return file_answer(content, "four-properties", form)


@signed_in
@require_GET
def view_paper(request: HttpRequest, label: str) -> HttpResponse:
    """A paper page by page."""
    actor, on = actor_of(request), business_day()
    paper = _readable(dossiers.get_paper(actor, label, on=on))
    told = {
        "name": f"{paper.label} {paper.title}",
        "back": reverse("paper", args=[paper.label]),
        "back_name": paper.dossier.title,
        "take": reverse("take_paper", args=[paper.label]) if actor.may("archive.read") else "",
        "viewer": viewer(
            request, paper.document, lambda page: reverse("paper_page", args=[paper.label, page])
        ),
    }
    return render(request, "archive/view.html", told)


@signed_in
@require_GET
def paper_page(request: HttpRequest, label: str, page: int) -> HttpResponse:
    """The picture of one page of a paper."""
    paper = _readable(dossiers.get_paper(actor_of(request), label, on=business_day()))
    return page_image(request, paper.document, page, f"paper:{paper.label}")


def _readable(paper: Any) -> Any:
    if paper.document is None or paper.state == "destroyed":
        raise Http404
    return paper


urlpatterns = [
    path("dossiers/one/<str:no>/files/", files_page, name="dossier_files"),
    path("dossiers/one/<str:no>/files/zip/", take_files, name="take_dossier_files"),
    path("dossiers/one/<str:no>/files/package/", take_package, name="take_package"),
    path("dossiers/one/<str:no>/labels/", labels, name="dossier_labels"),
    path("dossiers/one/<str:no>/properties/", check_properties, name="check_properties"),
    path("dossiers/one/<str:no>/properties/<str:form>/", properties_report, name="properties_report"),
    path("dossiers/papers/<str:label>/view/", view_paper, name="view_paper"),
    path("dossiers/papers/<str:label>/view/<int:page>/", paper_page, name="paper_page"),
]
