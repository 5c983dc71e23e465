"""Files of consumers, meters and measured values: handed in, looked at, posted, or corrected."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, cast

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as acts
from xinheng.facts.metering.values import CAUSES, KINDS, STATES, NewFile
from xinheng.reports import services as room
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.metering_forms import FileForm
from xinheng.web.pages.trying import tried

A_PAGE = 50
TONES = {"posted": "good", "refused": "bad", "previewed": "note", "waiting": "", "cancelled": ""}
WORK = ("waiting", "running")


@signed_in
@require_GET
def file_list(request: HttpRequest) -> HttpResponse:
    """The files taken in, the newest first."""
    actor = actor_of(request)
    page = Paginator(metering.batches(actor), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "here": "files",
        "page": page,
        "may_write": actor.may("metering.write"),
        "lines": [
            {"one": one, "kind": KINDS[one.kind], "state": STATES[one.state], "tone": TONES[one.state]}
            for one in page
        ],
    }
    return render(request, "metering/files.html", told)


@signed_in
def new_file(request: HttpRequest) -> HttpResponse:
    """Hand a file in; it is read and checked before anything is kept."""
    actor = actor_of(request)
    access.require(actor, "metering.write", "files")
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        batch = tried(request, form, lambda: _received(actor, form))
        if batch is not None:
            return _followed(batch.pk, runs.enqueue_metering_check(batch.pk, actor.login))
    status = 422 if form.is_bound else 200
    return render(request, "metering/new_file.html", {"form": form}, status=status)


def _received(actor: Actor, form: FileForm) -> Any:
    sent = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "file"
        with kept.open("wb") as target:
            for piece in sent.chunks():
                target.write(piece)
        kind = cast(Any, form.cleaned_data["kind"])
        name = Path(sent.name or "file").name
        told = NewFile(kept, kind, options=form.options(), file_name=name)
        return acts.receive(actor=actor, on=runs.business_day(), file=told)


@signed_in
@require_GET
def one_file(request: HttpRequest, batch_no: int) -> HttpResponse:
    """What a file would do, or did: what is new, changed, marked, and every value that is not taken."""
    return render(request, "metering/file.html", _told(request, batch_no))


@signed_in
@require_GET
def file_progress(request: HttpRequest, batch_no: int) -> HttpResponse:
    """The part of the page that follows the work; asked every second while it goes on."""
    return render(request, "metering/file_state.html", _told(request, batch_no))


def _told(request: HttpRequest, batch_no: int) -> dict[str, Any]:
    actor = actor_of(request)
    batch = metering.batch_of(actor, batch_no)
    asked = request.GET.get("job", "")[:60]
    job = runs.job_state(asked) if asked else None
    is_busy = job is not None and job.state in WORK
    outcome = metering.preview(actor, batch_no)
    return {
        "batch": batch,
        "outcome": outcome,
        "kind": KINDS[batch.kind],
        "state": STATES[batch.state],
        "tone": TONES[batch.state],
        "is_busy": is_busy,
        "job": asked,
        "progress": acts.progress(batch_no),
        "trouble": job.detail if job and job.state in ("refused", "failed") else "",
        "causes": [(CAUSES.get(code, code), count) for code, count in outcome.causes.items()],
        "marks": room.counted_marks(outcome.marks),
        "columns": list(outcome.columns.items())[:40],
        "rejected": metering.rejected(actor, batch_no, limit=A_PAGE) if outcome.rejected else [],
        "may_write": actor.may("metering.write"),
        "may_export": actor.may("exports.read"),
    }


@signed_in
@require_POST
def act_on_file(request: HttpRequest, batch_no: int) -> HttpResponse:
    """What a person decides of a checked file: post it, take the good values only, give it up."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "metering.write", f"metering_batch:{batch_no}")
    metering.batch_of(actor, batch_no)
    match request.POST.get("act"):
        case "post":
            return _followed(batch_no, runs.enqueue_metering_post(batch_no, actor.login))
        case "good":
            acts.choose_mode(actor=actor, on=on, batch_no=batch_no, mode="good_rows")
            return _followed(batch_no, runs.enqueue_metering_post(batch_no, actor.login))
        case "check":
            return _followed(batch_no, runs.enqueue_metering_check(batch_no, actor.login))
        case "cancel":
            acts.cancel(actor=actor, on=on, batch_no=batch_no)
        case _:
            raise FieldsRefused(fields=_("What is to be done"))
    return redirect("metering_file", batch_no)


def _followed(batch_no: int, job: str) -> HttpResponse:
    """Go to the page of the file, which follows the queued work."""
    return redirect(f"{reverse('metering_file', args=[batch_no])}?job={job}")


@signed_in
@require_GET
def rejected_values(request: HttpRequest, batch_no: int) -> HttpResponse:
    """The values that are not taken, as Excel to correct."""
    actor, on = actor_of(request), runs.business_day()
    content = room.export_metering_rejected(actor=actor, on=on, batch_no=batch_no)
    return workbook_answer(content, f"rejected-{batch_no}.xlsx")


urlpatterns = [
    path("metering/files/", file_list, name="metering_files"),
    path("metering/files/new/", new_file, name="new_metering_file"),
    path("metering/files/<int:batch_no>/", one_file, name="metering_file"),
    path("metering/files/<int:batch_no>/progress/", file_progress, name="metering_file_progress"),
    path("metering/files/<int:batch_no>/act/", act_on_file, name="metering_file_act"),
    path("metering/files/<int:batch_no>/rejected.xlsx", rejected_values, name="metering_file_rejected"),
]
