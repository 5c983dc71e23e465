"""One line of the register, one visit, one matter, one leaving: what is told of it and what is done next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.facts.archive import queries as papers
from xinheng.facts.archive import services as archive
from xinheng.facts.archive.values import Upload
from xinheng.operations.care import queries as care
from xinheng.operations.care import services as acts
from xinheng.operations.care.values import Record
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import care_forms as shapes
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.survey_acts import file_answer
from xinheng.web.pages.trying import tried

Told = dict[str, Any]
LISTS = room.CARE_LISTS


@dataclass(frozen=True)
class CareAct:
    """Something done on a page of one row. do: told (actor, day), the row, the valid form."""

    label: Any
    button: Any
    form: type[shapes.CareForm]
    do: Callable[[Told, Any, Any], object]
    confirm: Any = ""


@dataclass(frozen=True)
class Kind:
    """One kind of page: its list, how a row is found, which acts are offered now, more of what is told."""

    what: str
    route: str
    find: Callable[[Any, Any, Any], Any]
    offered: Callable[[Any, Any], dict[str, CareAct]]


def _record(told: Told, row: Any, form: Any) -> object:
    values = form.cleaned_data
    at = values["verified_at"]
    moment = timezone.make_aware(datetime.combine(values["happened_on"], at)) if at else None
    people = tuple(name.strip() for name in values["people"].replace("，", ",").split(",") if name.strip())
    record = Record(values["happened_on"], values["report"], people, values["met"], moment)
    return acts.record_visit(**told, visit_id=row.pk, told=record)


def _paper(told: Told, row: Any, form: Any) -> object:
    file = form.cleaned_data["file"]
    return acts.keep_paper(**told, no=row.no, upload=Upload(file.name, file.read()))


JOIN = CareAct(
    _("Join to the file of a customer"), _("Join"), shapes.JoinForm,
    lambda told, row, form: acts.join(**told, no=row.no, **form.cleaned_data),
)  # fmt: skip
PAPER = CareAct(_("Add the paper itself"), "", shapes.PaperForm, _paper)
RECORD = CareAct(_("Write the report"), "", shapes.RecordForm, _record)
CALL_OFF = CareAct(
    _("Call the visit off"), _("Call off"), shapes.WhyForm,
    lambda told, row, form: acts.call_off_visit(**told, visit_id=row.pk, **form.cleaned_data),
    _("A visit that was called off is not opened again. Call it off?"),
)  # fmt: skip
CONFIRM = CareAct(
    _("The customer confirms the result"), "", shapes.ConfirmForm,
    lambda told, row, form: acts.confirm_matter(**told, no=row.no, **form.cleaned_data),
)  # fmt: skip
CLOSE = CareAct(
    _("Close the matter"), _("Close the matter"), shapes.ResultForm,
    lambda told, row, form: acts.close_matter(**told, no=row.no, **form.cleaned_data),
    _("A closed matter is not opened again. Close it?"),
)  # fmt: skip
ADD = CareAct(
    _("Add an item that the system does not know"), "", shapes.ItemForm,
    lambda told, row, form: acts.add_item(**told, departure_id=row.pk, **form.cleaned_data),
)  # fmt: skip
SIGN = CareAct(
    _("Sign for an item"), _("Sign"), shapes.SignForm,
    lambda told, _row, form: acts.sign_item(
        **told, item_id=form.cleaned_data["item"], missing=form.cleaned_data["missing"]
    ),
)  # fmt: skip
FINISH = CareAct(
    _("Finish the leaving"), _("Finish the leaving"), shapes.CareForm,
    lambda told, row, _form: acts.finish_departure(**told, departure_id=row.pk),
    _("All customers pass to the successor and are told so. Finish?"),
)  # fmt: skip


def _entry_acts(row: Any, _on: Any) -> dict[str, CareAct]:
    return {"paper": PAPER} if row.customer_id else {"join": JOIN, "paper": PAPER}


def _visit_acts(row: Any, _on: Any) -> dict[str, CareAct]:
    return {} if row.recorded_on or row.called_off_why else {"record": RECORD, "call_off": CALL_OFF}


def _matter_acts(row: Any, on: Any) -> dict[str, CareAct]:
    if row.closed_on:
        return {}
    kind = care.in_force(on).matter(row.kind)
    asks = kind is not None and kind.by_customer and not row.confirmed_on
    return {"confirm": CONFIRM} if asks else {"close": CLOSE}


def _departure_acts(row: Any, _on: Any) -> dict[str, CareAct]:
    return {} if row.done_on else {"add": ADD, "sign": SIGN, "finish": FINISH}


def _departure(actor: Any, key: Any, _on: Any) -> Any:
    return care.departure(actor, int(key))


KINDS = {
    "entry": Kind(
        "register", "care_entry", lambda actor, key, on: care.entry(actor, key, on=on), _entry_acts
    ),
    "visit": Kind(
        "visits", "care_visit", lambda actor, key, on: care.visit(actor, int(key), on=on), _visit_acts
    ),
    "matter": Kind(
        "matters", "care_matter", lambda actor, key, on: care.matter(actor, key, on=on), _matter_acts
    ),
    "departure": Kind("departures", "care_departure", _departure, _departure_acts),
}


@signed_in
@require_GET
def one(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """The page of one row."""
    return _shown(request, kind, key)


@signed_in
def act_on(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "care.write", f"{kind}:{key}")
    page = KINDS[kind]
    row = page.find(actor, key, on)
    code = request.POST.get("act", "")
    offered = page.offered(row, on)
    if request.method != "POST" or code not in offered:
        raise FieldsRefused(fields=code)
    form = offered[code].form(request.POST, request.FILES, on=on)
    told = {"actor": actor, "on": on}
    if tried(request, form, lambda: offered[code].do(told, row, form) or True) is None:
        return _shown(request, kind, key, **{code: form})
    messages.success(request, _("It is kept."))
    return redirect(page.route, key)


@signed_in
@require_GET
def take_paper(request: HttpRequest, key: str, paper_id: int) -> HttpResponse:
    """The paper of a line of the register."""
    actor, on = actor_of(request), business_day()
    row = care.entry(actor, key, on=on)
    told: Told = {"attachment_id": paper_id, "subject": f"entry:{row.no}"}
    return file_answer(archive.read(actor=actor, on=on, **told))


def _shown(request: HttpRequest, kind: str, key: str, **bound: shapes.CareForm) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    page = KINDS[kind]
    row = page.find(actor, key, on)
    listed = LISTS[page.what]
    values = zip(listed.columns, listed.cells(row, actor, on), strict=True)
    pairs = [(column.title, room.in_words(value, column.kind)) for column, value in values]
    offered = page.offered(row, on) if actor.may("care.write") else {}
    readable = kind != "entry" or care.may_read(actor, row)
    told = {
        "kind": kind, "row": row, "what": page.what, "list_title": listed.title, "pairs": pairs,
        "where": reverse(f"{page.route}_act", args=[key]),
        "note": getattr(row, "note", "") if readable else "",
        "papers": papers.beside([f"entry:{row.no}"]) if kind == "entry" and readable else [],
        "may_take": actor.may("archive.read"),
        "items": list(care.handed_by(row)) if kind == "departure" else [],
        "may_sign": "sign" in offered,
        "sign_refusal": bound.get("sign"),
        "forms": [
            {"code": code, "act": act, "form": bound.get(code) or act.form(initial=_first(row, on), on=on),
             "is_open": code in bound}
            for code, act in offered.items() if code != "sign"
        ],
    }  # fmt: skip
    return render(request, "care/one.html", told, status=422 if bound else 200)


def _first(row: Any, on: Any) -> Told:
    return {"happened_on": getattr(row, "planned_on", on) if getattr(row, "planned_on", on) <= on else on}


ROUTES = {"entry": "register", "visit": "visits", "matter": "matters", "departure": "departures"}
urlpatterns = [
    path("care/register/<str:key>/papers/<int:paper_id>/", take_paper, name="care_paper"),
    *(
        route
        for kind, place in ROUTES.items()
        for route in (
            path(f"care/{place}/<str:key>/", one, {"kind": kind}, name=f"care_{kind}"),
            path(f"care/{place}/<str:key>/do/", act_on, {"kind": kind}, name=f"care_{kind}_act"),
        )
    ),
]
