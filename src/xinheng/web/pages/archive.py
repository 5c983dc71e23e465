"""The kept files as a whole: what is held, when it was last proven, and what is wrong with which."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.facts.archive import queries as archive
from xinheng.facts.archive.values import Fixity
from xinheng.reports import services as reports
from xinheng.runs import services as runs
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer

FAULTS: dict[str, str | Promise] = {
    "altered": _("altered"),
    "missing": _("gone"),
    "copy_altered": _("second copy altered"),
    "copy_missing": _("second copy gone"),
}


@signed_in
@require_GET
def archive_page(request: HttpRequest) -> HttpResponse:
    """What the archive holds, the last checks and the files with a fault."""
    actor = actor_of(request)
    checks = archive.fixity_runs(actor)
    held = archive.holding(actor)
    told = {
        "held": held,
        "gigabytes": round(held.bytes / 1e9, 2),
        "checks": [_line(one) for one in checks],
        "under_way": any(not one.is_finished for one in checks),
        "faulty": [(one, FAULTS[one.fault]) for one in archive.faulty(actor)],
        "may_export": actor.may("exports.read"),
        "may_check": actor.may("archive.check"),
    }
    return render(request, "archive/page.html", told)


def _line(one: Fixity) -> dict[str, Any]:
    speed = one.bytes_a_second
    return {
        "one": one,
        "megabytes": round(one.bytes / 1e6, 1),
        "speed": "" if speed is None else round(speed / 1e6),
    }


@signed_in
@require_POST
def begin_check(request: HttpRequest) -> HttpResponse:
    """Queue a check of every kept file; one that was cut off goes on where it stood."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "archive.check", "archive")
    runs.enqueue_archive_check(on, actor.login)
    messages.success(request, gettext("The check is queued. This page shows how far it is."))
    return redirect("archive")


@signed_in
@require_GET
def export_faults(request: HttpRequest) -> HttpResponse:
    """The checks and the files with a fault, for Excel."""
    on = business_day()
    content = reports.export_fixity(actor=actor_of(request), on=on)
    return workbook_answer(content, f"fixity-{on.isoformat()}.xlsx")


urlpatterns = [
    path("archive/", archive_page, name="archive"),
    path("archive/check/", begin_check, name="begin_archive_check"),
    path("archive/export/", export_faults, name="export_fixity"),
]
