"""The register of hand-overs: what waits, one hand-over, what the archivist found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.clock import timestamp
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody import services as acts
from xinheng.facts.custody.values import (
    HANDOVER_STATES,
    SIDES,
    STEP_WORDS,
    Finding,
    WantedHandovers,
)
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages import custody_forms as sheets
from xinheng.web.pages.custody_forms import RoomAct
from xinheng.web.pages.custody_signing import list_line, number_in
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.hold_words import headings
from xinheng.web.pages.papers import file_answer
from xinheng.web.pages.trying import tried

A_PAGE = 50
COLUMNS: list[tuple[str, Any, str]] = [
    ("scheme", _("Hand-over"), ""), ("subject", _("About what"), ""), ("", _("From and to"), ""),
    ("", _("Owner"), ""), ("started", _("Event on"), ""), ("due", _("Due on"), ""),
    ("accepted", _("Accepted on"), ""), ("state", _("State"), ""),
]  # fmt: skip


def _step(told: dict[str, Any], values: dict[str, Any], step: str) -> object:
    return acts.do_step(**told, at=timestamp(), step=step, place=values.get("place", ""))


ACTS = {
    "check": RoomAct(
        "custody.borrow", _("Checked by the giver"), _("The check is noted."), sheets.NoteForm,
        lambda told, values: acts.check_before(**told, note=values["note"]),
    ),
    "nil": RoomAct(
        "custody.borrow", _("Nothing to hand over"), _("The nil return is noted; both sides sign for it."),
        sheets.EmptyForm, lambda told, _values: acts.hand_in_nil(**told),
    ),
    "scan": RoomAct(
        "custody.write", _("Copied and scanned"), _("The step is noted."), sheets.EmptyForm,
        lambda told, values: _step(told, values, "scan"),
    ),
    "shelve": RoomAct(
        "custody.write", _("Put originals in their place"), _("The step is noted."), sheets.StepForm,
        lambda told, values: _step(told, values, "shelve"),
    ),
    "record": RoomAct(
        "custody.write", _("Electronic file filled in"), _("The step is noted."), sheets.EmptyForm,
        lambda told, values: _step(told, values, "record"),
    ),
    "cancel": RoomAct(
        "custody.write", _("Call the hand-over off"), _("The hand-over is called off."), sheets.WhyForm,
        lambda told, values: acts.cancel_handover(**told, why=values["why"]),
        _("A hand-over that is called off is not opened again. Call it off?"),
    ),
}  # fmt: skip


def asked(request: HttpRequest) -> WantedHandovers:
    """The filters and the order that the address names; anything else in it is passed over."""
    told = request.GET
    state = told.get("state", "")
    return WantedHandovers(
        text=told.get("q", "").strip()[:100],
        state=state if state in HANDOVER_STATES else "",
        scheme=told.get("scheme", "")[:40],
        late=told.get("late") == "1",
        sort=told.get("sort", "due")[:20],
    )


@signed_in
@require_GET
def handover_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs within reach that pass the filters."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    schemes = custody.schemes(on)
    page = Paginator(custody.handovers(actor, on, wanted), A_PAGE).get_page(request.GET.get("page"))
    told = {
        **sheets.tabs(actor, "handovers"),
        "page": page,
        "lines": [_line(one, schemes, on) for one in page],
        "wanted": wanted,
        "states": list(HANDOVER_STATES.items()),
        "schemes": [(code, one.words) for code, one in schemes.items()],
        "columns": headings(request, COLUMNS, wanted.sort),
        "query": request.GET.urlencode(),
        "late": custody.late_count(actor, on=on),
        "may_export": actor.may("exports.read"),
        "may_write": actor.may("custody.write"),
    }
    return render(request, "custody/handovers.html", told)


@signed_in
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered hand-overs as Excel."""
    actor, on = actor_of(request), business_day()
    content = room.export_handovers(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"handovers-{on.isoformat()}.xlsx")


@signed_in
def open_handover(request: HttpRequest) -> HttpResponse:
    """Tell that something is to be handed over."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.write")
    first = {
        "started_on": on,
        "subject": request.GET.get("subject", ""),
        "dossier_no": request.GET.get("dossier", ""),
    }
    form = sheets.HandoverForm(request.POST if request.method == "POST" else None, initial=first)
    choices: Any = form.fields
    choices["scheme"].choices = [(code, one.words) for code, one in custody.schemes(on).items()]
    choices["from_unit"].choices = choices["to_unit"].choices = sheets.unit_choices(on)

    def do() -> Any:
        told = dict(form.cleaned_data)
        units = {name: sheets.unit_named(told.pop(name)) for name in ("from_unit", "to_unit")}
        return acts.open_handover(actor=actor, on=on, **told, **units)

    kept = tried(request, form, do) if form.is_bound else None
    if kept is not None:
        messages.success(request, _("The hand-over is expected."))
        return redirect("custody_handover", kept.pk)
    status = 422 if form.is_bound else 200
    return render(
        request, "custody/open.html", {"form": form, **sheets.tabs(actor, "handovers")}, status=status
    )


@signed_in
@require_GET
def handover_page(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One hand-over with its list, its signatures and its steps."""
    return _shown(request, handover_id)


@signed_in
@require_POST
def act_on(request: HttpRequest, handover_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    access.require(actor, ACTS[act].right, f"handover:{handover_id}")
    form: Any = ACTS[act].form(request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "handover_id": handover_id}
    if tried(request, form, lambda: ACTS[act].do(told, form.cleaned_data) or True) is None:
        return _shown(request, handover_id, **{act: form})
    messages.success(request, str(ACTS[act].done))
    return redirect("custody_handover", handover_id)


@signed_in
@require_POST
def verify(request: HttpRequest, handover_id: int) -> HttpResponse:
    """What the archivist found of each line: verified, or sent back for correction."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "custody.write", f"handover:{handover_id}")
    kept, sent = custody.handover(actor, handover_id, on=on), request.POST
    findings = [
        Finding(one.pk, sent[f"right-{one.pk}"] == "yes", sent.get(f"found-{one.pk}", "")[:200],
                number_in(sent.get(f"pages-{one.pk}", "")))
        for one in custody.lines_of(kept)
        if sent.get(f"right-{one.pk}") in ("yes", "no")
    ]  # fmt: skip
    form = sheets.VerifyForm(sent)
    told: dict[str, Any] = {"actor": actor, "on": on, "handover_id": handover_id, "findings": findings}

    def do() -> Any:
        words = form.cleaned_data["exception"]
        if sent.get("back"):
            return acts.send_back(**told, why=words)
        return acts.verify(**told, exception=words)

    if tried(request, form, do) is None:
        return _shown(request, handover_id, verify=form)
    done = (
        _("The list is sent back; its deadline stands.") if sent.get("back") else _("The list is verified.")
    )
    messages.success(request, done)
    return redirect("custody_handover", handover_id)


@signed_in
@require_GET
def register_page(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One page of the register as PDF."""
    content = room.print_handover(actor=actor_of(request), on=business_day(), handover_id=handover_id)
    return file_answer(content, f"handover-{handover_id}", "pdf")


def _shown(request: HttpRequest, handover_id: int, **bound: Any) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    kept = custody.handover(actor, handover_id, on=on)
    schemes = custody.schemes(on)
    rule = schemes.get(kept.scheme)
    done, signed = custody.steps_done(kept), custody.sides_signed(kept)
    is_open, left = (
        kept.state in ("open", "returned"),
        [one for one in rule.steps if one not in done] if rule else [],
    )
    offered: dict[str, RoomAct] = {}
    if left and left[0] in ACTS and kept.state != "cancelled":
        offered[left[0]] = ACTS[left[0]]
    if is_open and not signed:
        if rule and rule.nil_allowed and not kept.is_nil:
            offered["nil"] = ACTS["nil"]
        offered["cancel"] = ACTS["cancel"]
    told = {
        **_line(kept, schemes, on),
        **sheets.tabs(actor, "handovers"),
        "rule": rule,
        "rows": [list_line(one, on) for one in custody.lines_of(kept)],
        "signatures": custody.signatures_of(kept),
        "steps": [(STEP_WORDS[one], one in done) for one in rule.steps] if rule else [],
        "history": [(STEP_WORDS.get(one.step, one.step), one) for one in custody.steps_of(kept)],
        "to_sign": [(side, words) for side, words in SIDES.items() if side not in signed]
        if is_open and left and left[0] == "sign" and actor.may("custody.borrow") else [],
        "may_list": is_open and not signed and actor.may("custody.borrow"),
        "to_verify": left[:1] == ["verify"] and kept.state == "received" and actor.may("custody.write"),
        "verify_form": bound.pop("verify", None) or sheets.VerifyForm(),
        "forms": sheets.cards(offered, actor, bound, {}),
        "may_print": actor.may("exports.read"),
    }  # fmt: skip
    told["is_refused"] = bool(bound) or told["verify_form"].is_bound
    return render(request, "custody/handover.html", told, status=422 if told["is_refused"] else 200)


def _line(one: Any, schemes: dict[str, Any], on: Any) -> dict[str, Any]:
    rule = schemes.get(one.scheme)
    waits = one.state in ("open", "returned")
    return {
        "row": one,
        "scheme": rule.words if rule else one.scheme,
        "state": HANDOVER_STATES[one.state],
        "tone": "warn" if waits else "good" if one.state == "done" else "note",
        "is_late": (waits and one.due_on < on) or bool(one.accepted_on and one.accepted_on > one.due_on),
    }


urlpatterns = [
    path("custody/", handover_list, name="custody"),
    path("custody/export/", export, name="export_handovers"),
    path("custody/open/", open_handover, name="open_handover"),
    path("custody/handovers/<int:handover_id>/", handover_page, name="custody_handover"),
    path("custody/handovers/<int:handover_id>/verify/", verify, name="custody_verify"),
    path("custody/handovers/<int:handover_id>/do/<str:act>/", act_on, name="custody_act"),
    path("custody/handovers/<int:handover_id>/register/", register_page, name="custody_register"),
]
