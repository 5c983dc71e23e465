"""Files taken in: hand one in, assign its columns, see what would happen, post, follow, correct."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.intake import queries as batches
from xinheng.facts.intake import services as intake
from xinheng.facts.intake.values import Look
from xinheng.runs import services as runs
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.import_forms import HandInForm, ReadingForm
from xinheng.web.pages.import_words import STATES, batch_line, preview_words

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
A_PAGE = 50
BUSY = ("waiting", "reading", "posting")


@signed_in
@require_GET
def import_list(request: HttpRequest) -> HttpResponse:
    """The files taken in, the newest first."""
    actor = actor_of(request)
    found = batches.batches(actor)
    labels = {card.code: card.label for card in batches.kinds()}
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    if state in STATES:
        found = found.filter(state=state)
    if kind in labels:
        found = found.filter(kind=kind)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [batch_line(batch, labels) for batch in page],
        "states": STATES,
        "kinds": labels,
        "state": state,
        "kind": kind,
        "may_write": actor.may("intake.write"),
    }
    return render(request, "imports/list.html", told)


@signed_in
def hand_in(request: HttpRequest) -> HttpResponse:
    """Take a file in; what is wrong with it as a whole is said beside the form."""
    actor = actor_of(request)
    access.require(actor, "intake.write")
    form = HandInForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = _receive(actor, form)
        except Refusal as refusal:
            if refusal.status == 403:
                raise
            note(request, refusal)
            form.add_error("file", str(refusal))
        else:
            if batch.state == "posted":
                return redirect("import", batch.pk)
            if intake.preview(batch.pk).columns:  # opened already; a long workbook is opened by the worker
                look = intake.look(batch.pk)
                if look.missing or look.contested:
                    return redirect("import_columns", batch.pk)
            return _followed(batch.pk, runs.enqueue_import(batch.pk, actor.login))
    status = 422 if form.is_bound else 200
    return render(request, "imports/new.html", {"form": form, "kinds": batches.kinds()}, status=status)


def _receive(actor: Actor, form: HandInForm) -> Any:
    told, sent = form.cleaned_data, form.cleaned_data["file"]
    assert isinstance(sent, UploadedFile)
    name = Path(sent.name or "file").name
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "file"
        with kept.open("wb") as target:
            for piece in sent.chunks():
                target.write(piece)
        return intake.receive(
            actor=actor, on=runs.business_day(), path=kept, kind=told["kind"],
            source=told["source"], new_source=told["new_source"], file_name=name,
        )  # fmt: skip


@signed_in
def columns(request: HttpRequest, batch_no: int) -> HttpResponse:
    """Which column of the file is which field, and how its values are to be read."""
    actor = actor_of(request)
    batch = batches.batch(actor, batch_no)
    found = intake.look(batch_no)
    form = ReadingForm(request.POST or None, look=found, kind=batch.kind, form=batch.format)
    cause = ""
    if request.method == "POST":
        access.require(actor, "intake.write", f"batch:{batch_no}")
        cause = gettext("Something here cannot be read.")
        if form.is_valid():
            cause = _assigned(request, actor, batch_no, found, form)
            found = intake.look(batch_no)
            if not cause:
                return _followed(batch_no, runs.enqueue_import(batch_no, actor.login))
    rows = [
        {
            "column": column,
            "at": at,
            "field": found.mapping.get(column, ""),
            "samples": [row[at] for row in found.rows][:3],
        }
        for at, column in enumerate(found.columns)
    ]
    told = {"batch": batch, "look": found, "rows": rows, "cause": cause, "form": form, "step": 2}
    return render(request, "imports/columns.html", told, status=422 if cause else 200)


def _assigned(request: HttpRequest, actor: Actor, batch_no: int, found: Look, form: ReadingForm) -> str:
    """Assign the columns as asked; gives why the file cannot be checked yet, or nothing."""
    given = {column: request.POST.get(f"column-{at}", "") for at, column in enumerate(found.columns)}
    try:
        intake.set_mapping(
            actor=actor, on=runs.business_day(), batch_no=batch_no, mapping=given, settings=form.settings()
        )
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        note(request, refusal)
        return str(refusal)
    now = intake.look(batch_no)
    if now.columns != found.columns:
        return gettext("The file has other columns when it is read so. Look at them once more.")
    return gettext("Every required field needs a column.") if now.missing else ""


@signed_in
@require_GET
def one_import(request: HttpRequest, batch_no: int) -> HttpResponse:
    """One file: how far it is, what would happen, what became of it."""
    return render(request, "imports/one.html", _told(request, batch_no))


@signed_in
@require_GET
def import_progress(request: HttpRequest, batch_no: int) -> HttpResponse:
    """The part of the page that follows the work; asked every second while it goes on."""
    return render(request, "imports/state.html", _told(request, batch_no))


def _told(request: HttpRequest, batch_no: int) -> dict[str, Any]:
    actor = actor_of(request)
    batch = batches.batch(actor, batch_no)
    progress = intake.progress(batch_no)
    labels = {card.code: card.label for card in batches.kinds()}
    asked = request.GET.get("job", "")[:60]
    job = runs.job_state(asked) if asked else None
    is_queued = job is not None and job.state in ("waiting", "running")
    is_busy = batch.state in BUSY or is_queued
    rejected = None
    if not is_busy and batch.rows_rejected:
        rejected = Paginator(batches.rejected_rows(actor, batch_no), A_PAGE).get_page(request.GET.get("page"))
    return {
        "batch": batch,
        "line": batch_line(batch, labels),
        "work": gettext("queued") if is_queued and batch.state not in BUSY else "",
        "progress": progress,
        "is_busy": is_busy,
        "is_stuck": batch.state in ("reading", "posting") and not progress.running and not is_queued,
        "job": asked,
        "trouble": job.detail if job and job.state in ("refused", "failed") else "",
        "preview": None if is_busy else preview_words(intake.preview(batch_no)),
        "page": rejected,
        "rejected": batches.worded(list(rejected), batch.kind) if rejected else [],
        "may_write": actor.may("intake.write"),
        "step": 4 if batch.state == "posted" else 3,
    }


@signed_in
@require_POST
def act(request: HttpRequest, batch_no: int) -> HttpResponse:
    """What a person decides of a checked file: good rows or all, post, cancel, go on."""
    actor, on = actor_of(request), runs.business_day()
    access.require(actor, "intake.write", f"batch:{batch_no}")
    batches.batch(actor, batch_no)
    match request.POST.get("act"):
        case "mode":
            intake.choose_mode(actor=actor, on=on, batch_no=batch_no, mode=request.POST.get("mode", ""))
        case "post":
            if mode := request.POST.get("mode"):
                intake.choose_mode(actor=actor, on=on, batch_no=batch_no, mode=mode)
            return _followed(batch_no, runs.enqueue_post(batch_no, actor.login))
        case "check":
            return _followed(batch_no, runs.enqueue_import(batch_no, actor.login))
        case "cancel":
            intake.cancel(actor=actor, on=on, batch_no=batch_no)
        case "resume":
            return _followed(batch_no, runs.enqueue_resuming(batch_no, actor.login))
        case _:
            raise FieldsRefused(fields="act")
    return redirect("import", batch_no)


@signed_in
@require_GET
def rejected_workbook(request: HttpRequest, batch_no: int) -> HttpResponse:
    """The rejected rows as a workbook to correct and hand in again."""
    batches.batch(actor_of(request), batch_no)
    return _workbook(intake.rejects_workbook(batch_no), f"rejected-{batch_no}.xlsx")


@signed_in
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty workbook to fill in."""
    access.require(actor_of(request), "intake.read")
    return _workbook(intake.template(kind), f"{kind}.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _followed(batch_no: int, job: str) -> HttpResponse:
    """Go to the page of the file, which follows the queued work."""
    return redirect(f"{reverse('import', args=[batch_no])}?job={job}")


urlpatterns = [
    path("imports/", import_list, name="imports"),
    path("imports/new/", hand_in, name="new_import"),
    path("imports/template/<slug:kind>.xlsx", template, name="import_template"),
    path("imports/<int:batch_no>/", one_import, name="import"),
    path("imports/<int:batch_no>/columns/", columns, name="import_columns"),
    path("imports/<int:batch_no>/progress/", import_progress, name="import_progress"),
    path("imports/<int:batch_no>/act/", act, name="import_act"),
    path("imports/<int:batch_no>/rejected.xlsx", rejected_workbook, name="import_rejected"),
]
