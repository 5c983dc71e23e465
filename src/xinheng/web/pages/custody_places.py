"""Places of the archive: the tree, what lies where, putting, finding by bar code, and counting."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.base.kernel.refusal import Refusal
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import PLACE_KINDS, SCAN_WORDS, NewPlace
from xinheng.facts.dossiers import queries as dossiers
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import custody_forms as sheets
from xinheng.web.pages.edge import actor_of, note, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trying import tried

A_PAGE = 100
LARGEST_FILE = 2_000_000  # bytes of codes
SHOWN = 30  # scans beside the reader
BAD = ("missing", "misplaced", "unexpected", "unknown", "on_loan")


@signed_in
def place_list(request: HttpRequest) -> HttpResponse:
    """The tree of places with how much lies in each; forms to put papers and to add a place."""
    actor, on = actor_of(request), business_day()
    text = request.GET.get("q", "").strip()[:40]
    if request.method == "POST":
        access.require(actor, "custody.write", "places")
    sent = request.POST if request.method == "POST" else None
    putting = sheets.PutForm(sent if sent and "put" in sent else None)
    adding = sheets.PlaceForm(sent if sent and "add" in sent else None)
    choices: Any = adding.fields["unit"]
    choices.choices = sheets.unit_choices(on)
    if (
        putting.is_bound
        and tried(request, putting, lambda: _put(actor, on, putting.cleaned_data)) is not None
    ):
        messages.success(request, _("It lies there now."))
        return redirect("custody_places")
    if adding.is_bound and tried(request, adding, lambda: _add(actor, on, adding.cleaned_data)) is not None:
        messages.success(request, _("The place is added."))
        return redirect("custody_places")
    page = Paginator(custody.places(actor, text), A_PAGE).get_page(request.GET.get("page"))
    told = {
        **sheets.tabs(actor, "places"), "page": page, "text": text, "putting": putting, "adding": adding,
        "lines": [{"row": one, "kind": PLACE_KINDS[one.kind], "depth": one.path.count("/") - 2,
                   "is_full": one.capacity is not None and getattr(one, "lies", 0) >= one.capacity}
                  for one in page],
        "may_write": actor.may("custody.write"),
        "may_export": actor.may("exports.read"),
    }  # fmt: skip
    status = 422 if putting.is_bound or adding.is_bound else 200
    return render(request, "custody/places.html", told, status=status)


@signed_in
@require_GET
def place_page(request: HttpRequest, code: str) -> HttpResponse:
    """What lies at a place and inside it, as far as one may see it."""
    actor, on = actor_of(request), business_day()
    place = custody.place(actor, code)
    page = Paginator(custody.contents(actor, place, on=on), A_PAGE).get_page(request.GET.get("page"))
    told = {
        **sheets.tabs(actor, "places"), "place": place, "kind": PLACE_KINDS[place.kind], "page": page,
        "may_write": actor.may("custody.write"),
    }  # fmt: skip
    return render(request, "custody/place.html", told)


@signed_in
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Where the thing with a bar code is: its page."""
    actor, on = actor_of(request), business_day()
    what, found = custody.find(actor, request.GET.get("code", ""), on=on)
    if what == "place":
        return redirect("custody_place", found.code)
    return redirect("dossier", found.no if what == "dossier" else found.dossier.no)


@signed_in
@require_GET
def where(request: HttpRequest, no: str) -> HttpResponse:
    """Where a dossier and its originals are, and how they may be consulted: a card on the dossier's page."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.read")
    dossier = dossiers.get_dossier(actor, no, on=on)
    papers = [one for one in dossiers.papers_of(actor, dossier, on) if one.has_original]
    places = custody.where([one.pk for one in papers], on=on)
    bag = custody.moves(actor, on=on, dossier=dossier)
    told = {
        "dossier": dossier,
        "bag": next((one for one in bag if one.until is None), None),
        "papers": [{"row": one, "where": places.get(one.pk)} for one in papers],
        "may_borrow": actor.may("custody.borrow"),
    }
    return render(request, "custody/where_card.html", told)


@signed_in
def count_list(request: HttpRequest) -> HttpResponse:
    """The stock-takes, and a form to open one."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "custody.write", "stock_takes")
    form = sheets.CountForm(request.POST if request.method == "POST" else None)

    def do() -> Any:
        return acts.open_stock_take(actor=actor, on=on, place=form.cleaned_data["place"])

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        return redirect("custody_count", kept.pk)
    page = Paginator(custody.stock_takes(actor), A_PAGE).get_page(request.GET.get("page"))
    lines = [{"row": one, "wrong": sum(one.counts.get(kind, 0) for kind in BAD)} for one in page]
    told = {
        **sheets.tabs(actor, "counts"),
        "page": page,
        "form": form,
        "lines": lines,
        "may_write": actor.may("custody.write"),
    }
    return render(request, "custody/counts.html", told, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def count_page(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """One stock-take: the reader while it is open, its differences once it is closed."""
    actor, on = actor_of(request), business_day()
    kept = custody.stock_take(actor, stock_take_id)
    found = custody.differences(actor, kept, on=on)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    told = {
        **sheets.tabs(actor, "counts"), "row": kept, "page": page,
        "scans": custody.scans(kept)[:SHOWN], "read": custody.scans(kept).count(),
        "counts": [(SCAN_WORDS[code], number, code in BAD) for code, number in kept.counts.items()],
        "lines": [{"row": one, "word": SCAN_WORDS[one.kind], "thing": one.paper or one.dossier}
                  for one in page],
        "may_write": actor.may("custody.write"), "may_export": actor.may("exports.read"),
    }  # fmt: skip
    return render(request, "custody/count.html", told)


@signed_in
@require_POST
def scan(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """Read one code; answers at once, as JSON to the reader and as the page without it."""
    actor, on, sent = actor_of(request), business_day(), request.POST
    told: dict[str, Any] = {"actor": actor, "on": on, "at": timestamp(), "stock_take_id": stock_take_id}
    wants_json = "application/json" in request.headers.get("Accept", "")
    try:
        found = acts.scan(**told, code=sent.get("code", ""), place=sent.get("place", ""))
    except Refusal as refusal:
        if not wants_json:
            raise
        note(request, refusal)
        return JsonResponse({"word": str(refusal), "result": "refused"}, status=refusal.status)
    answer = {
        "code": found.code, "result": found.result, "word": str(SCAN_WORDS[found.result]),
        "title": found.title, "place": found.place, "belongs": found.belongs, "is_bad": found.result in BAD,
    }  # fmt: skip
    if wants_json:
        return JsonResponse(answer)
    messages.info(request, f"{found.code}: {answer['word']} {found.title}")
    return redirect("custody_count", stock_take_id)


@signed_in
@require_POST
def read_file(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """Read a file of codes, a row a code and the place where it lay: what a reader without network kept."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.write")
    sent: Any = request.FILES.get("file")
    text = sent.read(LARGEST_FILE).decode("utf-8-sig", "replace") if sent else ""
    rows = [(row[0], row[1] if len(row) > 1 else "") for row in csv.reader(io.StringIO(text)) if row]
    new = acts.read_codes(actor=actor, on=on, at=timestamp(), stock_take_id=stock_take_id, codes=rows)
    messages.success(request, _("%(new)s codes are read.") % {"new": new})
    return redirect("custody_count", stock_take_id)


@signed_in
@require_POST
def close_count(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """End counting."""
    acts.close_stock_take(actor=actor_of(request), on=business_day(), stock_take_id=stock_take_id)
    messages.success(request, _("The stock-take is closed; what differs stands below."))
    return redirect("custody_count", stock_take_id)


@signed_in
@require_POST
def settle(request: HttpRequest, difference_id: int) -> HttpResponse:
    """Say what was done about a difference."""
    told = request.POST
    kept = acts.settle_difference(
        actor=actor_of(request), on=business_day(), at=timestamp(), difference_id=difference_id,
        what=told.get("what", "")[:300], move=told.get("move") == "1",
    )  # fmt: skip
    messages.success(request, _("The difference is settled."))
    return redirect("custody_count", kept.stock_take_id)


@signed_in
@require_GET
def export_count(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """The differences as Excel."""
    content = room.export_stock_take(actor=actor_of(request), on=business_day(), stock_take_id=stock_take_id)
    return workbook_answer(content, f"stock-take-{stock_take_id}.xlsx")


@signed_in
@require_GET
def print_count(request: HttpRequest, stock_take_id: int) -> HttpResponse:
    """The stock-take on paper, to be signed."""
    content = room.print_stock_take(actor=actor_of(request), on=business_day(), stock_take_id=stock_take_id)
    return file_answer(content, f"stock-take-{stock_take_id}", "pdf")


@signed_in
@require_GET
def place_labels(request: HttpRequest) -> HttpResponse:
    """Bar codes of places to print."""
    actor = actor_of(request)
    access.require(actor, "custody.read")
    content = room.export_place_labels(actor=actor, on=business_day(), text=request.GET.get("q", "")[:60])
    return file_answer(content, "places", "pdf")


def _put(actor: Any, on: Any, values: dict[str, Any]) -> Any:
    return acts.put(actor=actor, on=on, at=timestamp(), **values)


def _add(actor: Any, on: Any, values: dict[str, Any]) -> Any:
    told = dict(values)
    unit = sheets.unit_named(told.pop("unit"))
    return acts.add_place(actor=actor, on=on, unit=unit, new=NewPlace(**told))


urlpatterns = [
    path("custody/places/", place_list, name="custody_places"),
    path("custody/places/at/<str:code>/", place_page, name="custody_place"),
    path("custody/places/labels/", place_labels, name="custody_place_labels"),
    path("custody/find/", find, name="custody_find"),
    path("custody/where/<str:no>/", where, name="custody_where"),
    path("custody/counts/", count_list, name="custody_counts"),
    path("custody/counts/<int:stock_take_id>/", count_page, name="custody_count"),
    path("custody/counts/<int:stock_take_id>/scan/", scan, name="custody_scan"),
    path("custody/counts/<int:stock_take_id>/file/", read_file, name="custody_scan_file"),
    path("custody/counts/<int:stock_take_id>/close/", close_count, name="custody_close_count"),
    path("custody/counts/<int:stock_take_id>/export/", export_count, name="export_stock_take"),
    path("custody/counts/<int:stock_take_id>/print/", print_count, name="print_stock_take"),
    path("custody/differences/<int:difference_id>/", settle, name="custody_settle"),
]
