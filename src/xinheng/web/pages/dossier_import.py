"""Files of a packed folder into dossiers by a mapping sheet, and packages looked into."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts
from xinheng.facts.dossiers.values import Imported
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

SHOWN = 200


class FolderForm(forms.Form):
    """A packed folder, and the sheet that says where each of its files goes."""

    places = {"folder_unusable": "folder", "map_faulty": "sheet"}
    folder = forms.FileField(label=_("Folder as ZIP"))
    sheet = forms.FileField(
        label=_("Mapping sheet"), required=False, help_text=_("Without one you get a sheet with guesses.")
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        dressed(self)


class PackageForm(forms.Form):
    """An archival package."""

    places = {"package_unreadable": "package"}
    package = forms.FileField(label=_("Archival package"))

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        dressed(self)


@signed_in
def import_page(request: HttpRequest) -> HttpResponse:
    """Get a sheet for a folder, try it, and take the files in."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "dossiers.write", "dossiers")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FolderForm(*sent)
    told: dict[str, Any] = {"form": form, "may_take": actor.may("archive.write")}
    answer = tried(request, form, lambda: _done(request, form)) if sent else None
    if isinstance(answer, bytes):
        return workbook_answer(answer, f"mapping-{on.isoformat()}.xlsx")
    if answer is not None:
        told |= {"found": answer, "faults": answer.faults[:SHOWN], "is_done": "take" in request.POST}
        if told["is_done"]:
            messages.success(request, gettext("%(new)s papers were taken in.") % {"new": answer.new})
    return render(request, "dossiers/import.html", told, status=422 if form.errors else 200)


def _done(request: HttpRequest, form: FolderForm) -> Imported | bytes:
    """The sheet where none was sent; else what the import would do, or did."""
    who: dict[str, Any] = {"actor": actor_of(request), "on": business_day()}
    sheet = form.cleaned_data["sheet"]
    with _on_disk(form.cleaned_data["folder"]) as top:
        if not sheet:
            return reports.export_map(**who, top=top)
        rows = reports.read_map(sheet.read(), sheet.name or "")
        return (acts.take_in if "take" in request.POST else acts.try_map)(**who, top=top, rows=rows)


@signed_in
def package_page(request: HttpRequest) -> HttpResponse:
    """Whether an archival package is still what it says."""
    access.require(actor_of(request), "dossiers.read", "dossiers")
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PackageForm(*sent)

    def looked() -> Any:
        with _on_disk(form.cleaned_data["package"]) as top:
            return dossiers.check_package(top)

    answer = tried(request, form, looked) if sent else None
    told: dict[str, Any] = {"form": form}
    if answer is not None:
        told |= {"package": answer[0], "files": len(answer[0]["files"]), "faults": answer[1][:SHOWN]}
    return render(request, "dossiers/package.html", told, status=422 if form.errors else 200)


@contextmanager
def _on_disk(sent: UploadedFile[Any]) -> Iterator[Path]:
    """A file of a form as one on the disk."""
    if isinstance(sent, TemporaryUploadedFile):
        yield Path(sent.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(suffix=".zip") as held:
        for piece in sent.chunks():
            held.write(piece)
        held.flush()
        yield Path(held.name)


urlpatterns = [
    path("dossiers/import/", import_page, name="import_dossiers"),
    path("dossiers/check-package/", package_page, name="check_package"),
]
