"""Breaches and fines: told, decided, contested, settled; the sheet of a month and figures of departments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import month_of
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import INCIDENT_STATES, SORTS, FinesWanted
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import duties_forms as fields
from xinheng.web.pages.duties_words import fine_lines, percent
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.trying import tried

A_PAGE = 50
COLUMNS: list[tuple[str, Any, str]] = [
    ("happened", _("Happened on"), ""), ("", _("What happened"), ""), ("person", _("Person answerable"), ""),
    ("", _("Line of work"), ""), ("", _("Penalty of the month"), "xh-num"), ("fine", _("Fine"), "xh-num"),
    ("state", _("State"), ""),
]  # fmt: skip
Act = tuple[Any, Any, type[fields.Plain], Any, str]  # label, button, form, what is asked once more, right
ACTS: dict[str, Act] = {
    "confirm": (_("Confirm"), _("Confirm the fine"), fields.ConfirmForm, "", "duties.decide"),
    "waive": (
        _("Waive"),
        _("Waive the fine"),
        fields.WhyForm,
        _("A waived fine is over. Waive it?"),
        "duties.decide",
    ),
    "order": (_("Order it put right"), _("Order the correction"), fields.Plain, "", "duties.write"),
    "corrected": (_("Put right"), _("Note it"), fields.CorrectedForm, "", "duties.write"),
    "appeal": (_("Contest"), _("Contest the fine"), fields.AppealForm, "", "duties.read"),
    "decide": (_("Decide the appeal"), _("Decide"), fields.AppealDecisionForm, "", "duties.decide"),
    "settle": (_("Settle the fine"), _("Note it as settled"), fields.SettleForm, "", "duties.decide"),
}


def asked(request: HttpRequest) -> FinesWanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "-happened")
    return FinesWanted(
        text=told.get("q", "").strip()[:100],
        pack=told.get("pack", "")[:40],
        state=told.get("state", "") if told.get("state") in INCIDENT_STATES else "",
        person=told.get("person", "")[:150],
        month=_month(request),
        sort=sort if sort.removeprefix("-") in SORTS else "-happened",
    )


def _month(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return None


@signed_in
@require_GET
def fine_list(request: HttpRequest) -> HttpResponse:
    """The breaches within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    page = Paginator(duties.fines(actor, wanted), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": fine_lines(page),
        "wanted": wanted,
        "states": list(INCIDENT_STATES.items()),
        "packs": [(code, duties.worded(one.name)) for code, one in duties.schemes(on).items()],
        "month": request.GET.get("month", "") if wanted.month else "",
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("duties.write"),
    }
    return render(request, "duties/fines.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered breaches as Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    content = room.export_fines(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"fines-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """The sheet of a month to sign, PDF or Excel."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.read")
    month = month_of(_month(request) or on)
    form = "xlsx" if request.GET.get("form") == "xlsx" else "pdf"
    content = room.print_fines(actor=actor, on=on, month=month, form=form)  # type: ignore[arg-type]
    name = f"fines-{month.first:%Y-%m}.{form}"
    if form == "xlsx":
        return workbook_answer(content, name)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
def propose(request: HttpRequest) -> HttpResponse:
    """Tell a breach."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "duties.write")
    form = fields.BreachForm(
        request.POST if request.method == "POST" else None, on=on, initial={"happened_on": on}
    )
    kept = (
        tried(request, form, lambda: acts.propose_fine(actor=actor, on=on, new=form.new()))
        if form.is_bound
        else None
    )
    if kept is not None:
        messages.success(request, _("The breach is told; a fine is proposed."))
        return redirect("fine", kept.pk)
    return render(request, "duties/propose.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def fine_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One breach: what it costs and why, and what may be done."""
    return _shown(request, incident_id)


def _shown(request: HttpRequest, incident_id: int, **bound: Any) -> HttpResponse:
    actor = actor_of(request)
    row = duties.get_incident(actor, incident_id)
    scheme, lines = duties.scheme_of(row), duties.lines_of(row)
    reckoned = duties.reckon(lines, scheme, scope=row.scope, nth=row.nth)
    told = {
        **fine_lines([row])[0],
        "scheme": scheme,
        "scheme_name": duties.worded(scheme.name),
        "lines": [
            {"line": one, "words": duties.worded(scheme.of(one.kind)), "defects": _defects(scheme, one)}
            for one in reckoned.lines
        ],
        "base": Money(row.base_minor, row.currency),
        "extra": Money(row.extra_minor, row.currency),
        "pay": None if row.pay_minor is None else Money(row.pay_minor, row.currency),
        "share": None if row.cut_share is None else percent(row.cut_share),
        "severity": next(
            (duties.worded(one) for kind in scheme.kinds
            for one in kind.severities if one.code == row.severity), ""
        ),
        "repeats": fine_lines(duties.repeats_of(row)),
        "appeal_until": duties.appeal_until(row)
        if row.state == "confirmed" and not row.appeal_result else None,
        "forms": [
            {"code": code, "act": _told(code), "form": bound.get(code) or _form(code, row),
            "is_open": code in bound}
            for code in _offered(actor, row, scheme, lines)
        ],
    }  # fmt: skip
    return render(request, "duties/fine.html", told, status=422 if bound else 200)


def _defects(scheme: Any, line: Any) -> str:
    kind = scheme.of(line.kind)
    return str(_(", ")).join(duties.worded(one) for one in kind.defects if one.code in line.defects)


def _told(code: str) -> dict[str, Any]:
    label, button, _form_class, confirm, _right = ACTS[code]
    return {"label": label, "button": button, "confirm": confirm}


def _offered(actor: Any, row: Any, scheme: Any, lines: Any) -> list[str]:
    """The acts that the state of a breach and the rights of the reader leave."""
    own = row.person == actor.login
    repeats = any(scheme.of(one.kind).repeats for one in lines) and row.repeats_id is None
    open_ = {
        "confirm": row.state == "proposed" and not own, "waive": row.state == "proposed" and not own,
        "order": repeats and row.ordered_on is None and row.state != "waived",
        "corrected": row.ordered_on is not None and row.corrected_on is None,
        "appeal": row.state == "confirmed" and not row.appeal_result and (own or actor.may("duties.write")),
        "decide": row.state == "appealed" and not own and row.decided_by != actor.login,
        "settle": row.state == "confirmed" and not own,
    }  # fmt: skip
    return [code for code, is_open in open_.items() if is_open and actor.may(ACTS[code][4])]


def _form(code: str, row: Any, sent: Any = None) -> fields.Plain:
    form = ACTS[code][2](sent, initial={"corrected_on": business_day()})
    if isinstance(form, fields.ConfirmForm):
        scheme = duties.scheme_of(row)
        kinds = {one.kind for one in duties.lines_of(row)}
        form.ask([kind for kind in scheme.kinds if kind.code in kinds], scheme.scope(row.scope))
    return form


@signed_in
@require_POST
def act_on(request: HttpRequest, incident_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    access.require(actor, ACTS[act][4], f"incident:{incident_id}")
    row = duties.get_incident(actor, incident_id)
    form: Any = _form(act, row, request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "incident_id": incident_id}
    does: dict[str, Callable[[], object]] = {
        "confirm": lambda: acts.confirm_fine(**told, decision=form.decision(row.currency)),
        "waive": lambda: acts.waive_fine(**told, **form.cleaned_data),
        "order": lambda: acts.order_correction(**told),
        "corrected": lambda: acts.note_corrected(**told, **form.cleaned_data),
        "appeal": lambda: acts.appeal_fine(**told, **form.cleaned_data),
        "decide": lambda: acts.decide_appeal(**told, **_result(form.cleaned_data, row.currency)),
        "settle": lambda: acts.settle_fine(**told, **form.cleaned_data),
    }
    if tried(request, form, does[act]) is None:
        return _shown(request, incident_id, **{act: form})
    messages.success(request, _("It is noted."))
    return redirect("fine", incident_id)


def _result(told: dict[str, Any], currency: str) -> dict[str, Any]:
    amount = None if told["amount"] is None else Money.of(told["amount"], currency)
    return {"result": told["result"], "why": told["why"], "amount": amount}


@signed_in
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """Punctuality and completeness by department and person, with their trend; the month's fines."""
    actor, on = actor_of(request), business_day()
    month = month_of(_month(request) or on)
    schemes = duties.schemes(on)
    trend = duties.trend(actor, on=month.last)
    told = {
        "month": month,
        "units": [_rate(one) for one in duties.rates(actor, month, on=on)],
        "persons": [_rate(one) for one in duties.rates(actor, month, on=on, by="person")],
        "sheet": duties.month_sheet(actor, month),
        "chart": room.rate_trend(trend) if any(one.due for one in trend) else None,
        "schemes": [
            {"name": duties.worded(one.name),
            "rows": [_answered(row) for row in duties.responsibilities(actor, one, month, on=on)]}
            for one in schemes.values()
        ],
        "may_export": actor.may("exports.read"),
    }  # fmt: skip
    return render(request, "duties/figures.html", told)


def _rate(one: Any) -> dict[str, Any]:
    return {"one": one, "on_time": percent(one.on_time_rate), "complete": percent(one.complete_rate)}


def _answered(row: dict[str, Any]) -> dict[str, Any]:
    rates = row["rates"]
    told = _rate(rates) if rates else {"on_time": "—", "complete": "—"}
    return {**row, "on_time": told["on_time"], "complete": told["complete"]}


urlpatterns = [
    path("duties/fines/", fine_list, name="fines"),
    path("duties/fines/export/", export, name="export_fines"),
    path("duties/fines/sheet/", sheet, name="fines_sheet"),
    path("duties/fines/propose/", propose, name="propose_fine"),
    path("duties/fines/<int:incident_id>/", fine_page, name="fine"),
    path("duties/fines/<int:incident_id>/do/<str:act>/", act_on, name="fine_act"),
    path("duties/figures/", figures, name="duty_figures"),
]
