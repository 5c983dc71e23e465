"""Slips and loans: asking, handing out, taking back, what is overdue, and consulting on screen."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.base.secrecy import queries as grades
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import SLIP_STATES, WAY_WORDS, Back, NewSlip, WantedLoans
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import custody_forms as sheets
from xinheng.web.pages.custody_forms import RoomAct
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
COLUMNS: list[tuple[str, Any, str]] = [
    ("paper", _("Paper lent"), ""), ("", _("Dossier no."), ""), ("holder", _("Holder"), ""),
    ("", _("Way of use"), ""), ("out", _("Out at"), ""), ("due", _("Due at"), ""), ("", _("Back at"), ""),
    ("", _("Damage"), ""),
]  # fmt: skip
SLIP_ACTS = {
    "hand_out": RoomAct(
        "custody.write", _("Hand the papers out"), _("The papers are handed out."), sheets.HandOutForm,
        lambda told, values: acts.hand_out(**told, at=timestamp(), until=values["until"]),
    ),
    "withdraw": RoomAct(
        "custody.borrow", _("Take the slip back"), _("The slip is taken back."), sheets.WhyForm,
        lambda told, values: acts.withdraw_slip(**told, reason=values["why"]),
        _("A slip that is taken back ends. Take it back?"),
    ),
}  # fmt: skip
LOAN_ACTS = {
    "back": RoomAct(
        "custody.write", _("Take it back"), _("The return is noted."), sheets.BackForm,
        lambda told, values: acts.take_back(**told, at=timestamp(), back=Back(**values)),
    ),
    "renew": RoomAct(
        "custody.borrow", _("Renew the loan"), _("The loan is renewed."), sheets.EmptyForm,
        lambda told, _values: acts.renew(**told, at=timestamp()),
    ),
}  # fmt: skip


@signed_in
@require_GET
def slip_list(request: HttpRequest) -> HttpResponse:
    """The slips one wrote, and of the dossiers one keeps."""
    actor, on, told = actor_of(request), business_day(), request.GET
    wanted = {"state": told.get("state", ""), "text": told.get("q", "").strip()[:100]}
    page = Paginator(custody.slips(actor, on=on, **wanted), A_PAGE).get_page(told.get("page"))
    names, marks = people.names_by_login([one.reader for one in page]), grades.grade_names(on)
    shown = {
        **sheets.tabs(actor, "slips"),
        "page": page,
        "lines": [_slip(one, names, marks) for one in page],
        "wanted": wanted,
        "states": list(SLIP_STATES.items()),
        "may_ask": actor.may("custody.borrow"),
    }
    return render(request, "custody/slips.html", shown)


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask to read or borrow papers of a dossier."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.borrow")
    first = {"dossier_no": request.GET.get("dossier", ""), "labels": request.GET.get("paper", "")}
    form = sheets.SlipForm(request.POST if request.method == "POST" else None, initial=first)

    def do() -> Any:
        told = form.cleaned_data
        new = NewSlip(told["dossier_no"].strip(), told["purpose"], told["way"], tuple(told["labels"].split()))
        return acts.ask_for_papers(actor=actor, on=on, new=new)

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The slip is written."))
        return redirect("custody_slip", kept.pk)
    status = 422 if form.is_bound else 200
    return render(request, "custody/ask.html", {"form": form, **sheets.tabs(actor, "slips")}, status=status)


@signed_in
@require_GET
def slip_page(request: HttpRequest, slip_id: int) -> HttpResponse:
    """One slip with its papers and where they are."""
    return _slip_shown(request, slip_id)


@signed_in
@require_POST
def act_on_slip(request: HttpRequest, slip_id: int, act: str) -> HttpResponse:
    """Hand out what a slip asks for, or take it back."""
    return _acted(request, SLIP_ACTS, act, {"slip_id": slip_id}, _slip_shown, ("custody_slip", slip_id))


@signed_in
@require_GET
def slip_paper(request: HttpRequest, slip_id: int) -> HttpResponse:
    """A slip as PDF."""
    content = room.print_slip(actor=actor_of(request), on=business_day(), slip_id=slip_id)
    return file_answer(content, f"slip-{slip_id}", "pdf")


@signed_in
@require_GET
def loan_list(request: HttpRequest) -> HttpResponse:
    """The loans within reach that pass the filters; mine: one's own."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    now = timestamp()
    found = custody.loans(actor, wanted, on=on, at=now)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    names = people.names_by_login([one.holder for one in page])
    told = {
        **sheets.tabs(actor, "loans"),
        "page": page,
        "lines": [_loan(one, names, now) for one in page],
        "wanted": wanted,
        "is_mine": wanted.holder == actor.login,
        "ways_of_use": [(code, WAY_WORDS[code]) for code in ("read", "lend", "copy")],
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_ask": actor.may("custody.borrow"),
    }
    return render(request, "custody/loans.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered loans as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_loans(actor=actor, on=on, at=timestamp(), wanted=asked(request))
    return workbook_answer(content, f"loans-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def loan_page(request: HttpRequest, loan_id: int) -> HttpResponse:
    """One loan, and what may be done with it."""
    return _loan_shown(request, loan_id)


@signed_in
@require_POST
def act_on_loan(request: HttpRequest, loan_id: int, act: str) -> HttpResponse:
    """Take a paper back, or renew its loan."""
    return _acted(request, LOAN_ACTS, act, {"loan_id": loan_id}, _loan_shown, ("custody_loan", loan_id))


@signed_in
def consult(request: HttpRequest) -> HttpResponse:
    """Look into a file on screen, and be noted; below, who looked into what."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "custody.borrow")
    first = {"dossier_no": request.GET.get("dossier", "")}
    form = sheets.ConsultForm(request.POST if request.method == "POST" else None, initial=first)

    def do() -> Any:
        return acts.consult(actor=actor, on=on, at=timestamp(), **form.cleaned_data)

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The consultation is noted."))
        return redirect("dossier", kept.dossier.no)
    text = request.GET.get("q", "").strip()[:100]
    page = Paginator(custody.consultations(actor, on=on, text=text), A_PAGE).get_page(request.GET.get("page"))
    names = people.names_by_login([one.login for one in page])
    told = {
        **sheets.tabs(actor, "consult"), "form": form, "page": page, "text": text, "login": actor.login,
        "may_ask": actor.may("custody.borrow"),
        "lines": [{"row": one, "name": names.get(one.login, one.login), "way": WAY_WORDS.get(one.way, "")}
                  for one in page],
    }  # fmt: skip
    return render(request, "custody/consult.html", told, status=422 if form.is_bound else 200)


@signed_in
def correct(request: HttpRequest, consultation_id: int) -> HttpResponse:
    """Note what a consultation found wrong, with the old value and the new one."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.borrow")
    form = sheets.CorrectionForm(request.POST if request.method == "POST" else None)

    def do() -> Any:
        return acts.correct(actor=actor, on=on, consultation_id=consultation_id, **form.cleaned_data)

    if form.is_bound and tried(request, form, do) is not None:
        messages.success(request, _("The correction is noted."))
        return redirect("custody_consult")
    told = {"form": form, **sheets.tabs(actor, "consult")}
    return render(request, "custody/correct.html", told, status=422 if form.is_bound else 200)


def asked(request: HttpRequest) -> WantedLoans:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    mine = actor_of(request).login if told.get("mine") == "1" else ""
    return WantedLoans(
        text=told.get("q", "").strip()[:100],
        holder=mine,
        out=told.get("out") == "1",
        overdue=told.get("overdue") == "1",
        way=told.get("way", "")[:10],
        sort=told.get("sort", "due")[:20],
    )


def _acted(
    request: HttpRequest, known: dict[str, RoomAct], act: str, what: dict[str, int], *leads: Any
) -> HttpResponse:
    shown, (name, key) = leads
    actor, on = actor_of(request), business_day()
    if act not in known:
        raise FieldsRefused(fields=act)
    access.require(actor, known[act].right, name)
    form: Any = known[act].form(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, **what}
    if tried(request, form, lambda: known[act].do(told, form.cleaned_data) or True) is None:
        answer: HttpResponse = shown(request, key, **{act: form})
        return answer
    messages.success(request, str(known[act].done))
    return redirect(name, key)


def _slip_shown(request: HttpRequest, slip_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    slip = custody.slip(actor, slip_id, on=on)
    papers = custody.papers_of(slip)
    places = custody.where([one.pk for one in papers], on=on)
    offered = {"hand_out": SLIP_ACTS["hand_out"]} if slip.state == "approved" else {}
    if slip.state in ("asked", "returned") and slip.reader == actor.login:
        offered["withdraw"] = SLIP_ACTS["withdraw"]
    names = people.names_by_login([slip.reader])
    told = {
        **_slip(slip, names, grades.grade_names(on)),
        **sheets.tabs(actor, "slips"),
        "papers": [{"row": one, "where": places.get(one.pk)} for one in papers],
        "loans": custody.loans(actor, WantedLoans(), on=on, at=timestamp()).filter(slip=slip),
        "forms": sheets.cards(offered, actor, bound, {}),
        "may_print": actor.may("exports.read"),
    }
    return render(request, "custody/slip.html", told, status=422 if bound else 200)


def _loan_shown(request: HttpRequest, loan_id: int, **bound: Any) -> HttpResponse:
    actor, on, now = actor_of(request), business_day(), timestamp()
    loan = custody.loan(actor, loan_id, on=on, at=now)
    offered = LOAN_ACTS if loan.returned_at is None else {}
    if loan.way != "lend":
        offered = {code: act for code, act in offered.items() if code != "renew"}
    told = {
        **_loan(loan, people.names_by_login([loan.holder]), now),
        **sheets.tabs(actor, "loans"),
        "forms": sheets.cards(offered, actor, bound, {"pages": loan.pages_out}),
    }
    return render(request, "custody/loan.html", told, status=422 if bound else 200)


def _slip(one: Any, names: dict[str, str], marks: dict[str, str]) -> dict[str, Any]:
    tones = {"asked": "warn", "approved": "good", "rejected": "bad"}
    return {
        "row": one, "name": names.get(one.reader, one.reader), "way": WAY_WORDS[one.way],
        "grade": marks.get(one.secrecy, one.secrecy), "state": SLIP_STATES[one.state],
        "tone": tones.get(one.state, "note"),
    }  # fmt: skip


def _loan(one: Any, names: dict[str, str], now: Any) -> dict[str, Any]:
    return {
        "row": one, "name": names.get(one.holder, one.holder), "way": WAY_WORDS[one.way],
        "is_late": (one.returned_at or now) > one.due_at, "is_out": one.returned_at is None,
    }  # fmt: skip


urlpatterns = [
    path("custody/slips/", slip_list, name="custody_slips"),
    path("custody/slips/ask/", ask, name="custody_ask"),
    path("custody/slips/<int:slip_id>/", slip_page, name="custody_slip"),
    path("custody/slips/<int:slip_id>/do/<str:act>/", act_on_slip, name="custody_slip_act"),
    path("custody/slips/<int:slip_id>/paper/", slip_paper, name="custody_slip_paper"),
    path("custody/loans/", loan_list, name="custody_loans"),
    path("custody/loans/export/", export, name="export_loans"),
    path("custody/loans/<int:loan_id>/", loan_page, name="custody_loan"),
    path("custody/loans/<int:loan_id>/do/<str:act>/", act_on_loan, name="custody_loan_act"),
    path("custody/consultations/", consult, name="custody_consult"),
    path("custody/consultations/<int:consultation_id>/correct/", correct, name="custody_correct"),
]
