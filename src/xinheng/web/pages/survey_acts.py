"""What is done to a questionnaire beside answering it: files, reminders, review, filing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.facts.archive.values import Content, Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused


def uploads_of(request: HttpRequest) -> list[Upload]:
    """The files a form sent, with the note that goes with them. Refuses: FieldsRefused without any."""
    sent = request.FILES.getlist("files")
    if not sent:
        raise FieldsRefused(fields=gettext("Files"))
    note = request.POST.get("note", "")[:200]
    return [upload_of(one, note) for one in sent]


def upload_of(sent: UploadedFile[Any], note: str = "") -> Upload:
    """A file of a form; a large one stays on the disk where it arrived."""
    if isinstance(sent, TemporaryUploadedFile):
        return Upload(sent.name or "", note=note, path=Path(sent.temporary_file_path()))
    return Upload(sent.name or "", sent.read(), note)


def file_answer(kept: Content) -> HttpResponse:
    """A kept file to take away; no browser runs it."""
    answer = HttpResponse(kept.content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _disposition(kept.attached.file_name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if kept.is_original:
        answer.headers["X-Content-SHA256"] = kept.attached.sha256
    return answer


def _disposition(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def _of(request: HttpRequest, no: str, survey_id: int) -> Any:
    """The survey, where it is one of this customer's."""
    customer = customers.get(actor_of(request), no, on=business_day())
    found = customers.surveys(customer).filter(pk=survey_id).first()
    if found is None:
        raise Http404
    return found


@signed_in
@require_POST
def attach(request: HttpRequest, no: str, survey_id: int) -> HttpResponse:
    """Keep files beside the survey."""
    _of(request, no, survey_id)
    kept = files.attach_to_survey(
        actor=actor_of(request),
        on=business_day(),
        survey_id=survey_id,
        uploads=uploads_of(request),
        item=request.POST.get("item", "")[:60],
    )
    messages.success(request, gettext("%(number)s files are kept unchanged.") % {"number": len(kept)})
    return redirect("survey", no, survey_id)


@signed_in
@require_GET
def take_file(request: HttpRequest, no: str, survey_id: int, attachment_id: int) -> HttpResponse:
    """One file beside the survey; it is not given out where its hash no longer holds."""
    _of(request, no, survey_id)
    kept = files.read_survey_file(
        actor=actor_of(request), on=business_day(), survey_id=survey_id, attachment_id=attachment_id
    )
    return file_answer(kept)


@signed_in
@require_POST
def move(request: HttpRequest, no: str, survey_id: int) -> HttpResponse:
    """Return, accept or file a report; remind of one, or keep it as not answered."""
    _of(request, no, survey_id)
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "survey_id": survey_id}
    step, note = request.POST.get("step", ""), request.POST.get("note", "")
    match step:
        case "return":
            files.return_survey(**told, reason=note)
        case "accept":
            points = request.POST.getlist("point")
            notes = {point: request.POST.get(f"note-{point}", "") for point in points}
            files.accept_survey(**told, looked_at=points, note=note, notes=notes)
        case "reject":
            files.reject_survey(**told, reason=note)
        case "file":
            files.file_survey(**told)
        case "remind":
            files.remind_survey(**told)
        case "give_up":
            files.give_up_survey(**told)
        case _:
            raise Http404
    messages.success(request, _done()[step])
    return redirect(reverse("survey", args=[no, survey_id]))


def _done() -> dict[str, str]:
    return {
        "return": gettext("The report is returned to be corrected."),
        "accept": gettext("The report is accepted."),
        "reject": gettext("The report is rejected; what it told is disputed."),
        "file": gettext("The report is filed with finance."),
        "remind": gettext("The reminder is noted."),
        "give_up": gettext("Kept as not answered."),
    }


@signed_in
@require_GET
def survey_of(request: HttpRequest, survey_id: int) -> HttpResponse:
    """The page of a survey known by its number alone, as approvals name it."""
    found = customers.survey(actor_of(request), survey_id, on=business_day())
    return redirect("survey", found.customer.no, survey_id)


urlpatterns = [
    path("surveys/<int:survey_id>/", survey_of, name="survey_of"),
    path("customers/file/<path:no>/survey/<int:survey_id>/files/", attach, name="attach_to_survey"),
    path(
        "customers/file/<path:no>/survey/<int:survey_id>/files/<int:attachment_id>/",
        take_file,
        name="survey_file",
    ),
    path("customers/file/<path:no>/survey/<int:survey_id>/step/", move, name="move_survey"),
]
