"""The page of one contract: its days, its way from draft to end, its hand-overs, and what may be done."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts.values import EVENT_WORDS, PARTY_WORDS, RECORD_WORDS
from xinheng.facts.custody import queries as custody
from xinheng.facts.custody.values import WantedHandovers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import services as room
from xinheng.runs.services import business_day
from xinheng.web.pages.contracts import line_of
from xinheng.web.pages.contracts_forms import ACTS, act_form, offered
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import tried

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@signed_in
@require_GET
def contract_page(request: HttpRequest, contract_id: int) -> HttpResponse:
    """One contract."""
    return _shown(request, contract_id)


@signed_in
@require_POST
def act_on(request: HttpRequest, contract_id: int, act: str) -> HttpResponse:
    """Do one of the acts of the page."""
    actor, on = actor_of(request), business_day()
    if act not in ACTS:
        raise FieldsRefused(fields=act)
    access.require(actor, ACTS[act].right, f"contract:{contract_id}")
    row = contracts.get_contract(actor, contract_id, on=on)
    form = act_form(act, row, on, request.POST)
    told: dict[str, Any] = {"actor": actor, "on": on, "contract_id": contract_id}
    if tried(request, form, lambda: ACTS[act].do(told, form, row.currency) or True) is None:
        return _shown(request, contract_id, **{act: form})
    messages.success(request, str(ACTS[act].done))
    return redirect("contract", contract_id)


@signed_in
@require_GET
def take_draft(request: HttpRequest, contract_id: int) -> HttpResponse:
    """The draft as a Word document, from the template of its kind."""
    actor, on = actor_of(request), business_day()
    content = room.contract_draft(actor=actor, on=on, contract_id=contract_id)
    no = contracts.get_contract(actor, contract_id, on=on).no
    answer = HttpResponse(content, content_type=WORD)
    answer["Content-Disposition"] = f'attachment; filename="{no}.docx"'
    return answer


def _shown(request: HttpRequest, contract_id: int, **bound: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    row = contracts.get_contract(actor, contract_id, on=on)
    codes = offered(row, actor)
    rules = contracts.held(row.kind, on)
    told = {
        **line_of(row, contracts.kinds(on), on),
        "steps": timeline(row, actor, on),
        "parties": [(PARTY_WORDS[one.role], one) for one in contracts.parties_of(row)],
        "changes": contracts.changes_of(row),
        "records": [
            {"row": one, "kind": RECORD_WORDS[one.kind], "amount": Money(one.amount_minor, row.currency)}
            for one in contracts.records_of(row)
        ],
        "paid": Money(contracts.paid_of(row), row.currency),
        "arrears": _arrears(row, actor, on),
        "file": _file(row, actor, on),
        "process": rules.process,
        "has_template": contracts.template_of(row.kind, on) is not None,
        "forms": [
            {"code": code, "act": ACTS[code], "form": bound.get(code) or act_form(code, row, on),
             "is_open": code in bound}
            for code in codes if _makes_sense(code, row, rules)
        ],
    }  # fmt: skip
    return render(request, "contracts/one.html", told, status=422 if bound else 200)


def _makes_sense(code: str, row: Any, rules: Any) -> bool:
    """Whether an act that the state allows is of use to this contract."""
    ends_with_notice = bool(rules.process and rules.process.ends_with_notice)
    asked = {
        "countersign": row.request is None or row.request.state != "open",
        "performed": row.performed_on is None,
        "notice": ends_with_notice,
        "process": rules.process is not None and row.process_ended_on is None,
        "cure": contracts.records_of(row).filter(kind="breach", cured_on__isnull=True).exists()
        if code == "cure" else True,
        "file": contracts.file_of(row) is None if code == "file" else True,
    }  # fmt: skip
    return asked.get(code, True)


def timeline(row: Any, actor: Any, on: date) -> list[dict[str, Any]]:
    """What happened to a contract, day by day, with the hand-over that each event started."""
    steps = [{"day": row.drafted_on, "words": _("drafted"), "more": row.handler, "tone": "note"}]
    steps += [
        {
            "day": one.checked_on,
            "words": _("legal check passed") if one.is_ok else _("legal check: comments"),
            "more": f"{one.checked_by} {one.comments}".strip(), "tone": "good" if one.is_ok else "warn",
        }
        for one in contracts.checks_of(row)
    ]  # fmt: skip
    events = list(contracts.events_of(row))
    clocks = _clocks(events, actor, on)
    for one in events:
        clock = clocks.get(contracts.event_subject(one))
        steps.append({
            "day": one.finished_on, "words": EVENT_WORDS[one.kind], "more": one.told_by,
            "tone": "note" if one.reopened_on else "good", "clock": clock, "reopened": one,
            "is_late": bool(clock and clock.state in ("open", "returned") and clock.due_on < on),
        })  # fmt: skip
    if row.archived_on:
        steps.append({"day": row.archived_on, "words": _("archived"), "more": "", "tone": "note"})
    return sorted(steps, key=lambda step: step["day"])


def _clocks(events: list[Any], actor: Any, on: date) -> dict[str, Any]:
    if not (actor.may("custody.read") or actor.may("custody.borrow")):
        return {}
    names = [contracts.event_subject(one) for one in events]
    return {
        one.subject: one for one in custody.handovers(actor, on, WantedHandovers()).filter(subject__in=names)
    }


def _file(row: Any, actor: Any, on: date) -> dict[str, Any] | None:
    if not actor.may("dossiers.read"):
        return None
    found = dossiers.dossier_of(actor, on, "ctr_contract", f"contract:{row.pk}")
    if found is None:
        return None
    told = dossiers.of_dossiers([found.pk], on).get(found.pk)
    return {"row": found, "share": f"{told.share:.0%}" if told and told.share is not None else ""}


def _arrears(row: Any, actor: Any, on: date) -> list[Money]:
    """What the customer owes now, for who may see it."""
    if not actor.may("receivables.read"):
        return []
    return [one for one in receivables.open_balance(row.customer, as_of=on) if one.minor > 0]


urlpatterns = [
    path("contracts/<int:contract_id>/", contract_page, name="contract"),
    path("contracts/<int:contract_id>/draft.docx", take_draft, name="contract_draft"),
    path("contracts/<int:contract_id>/do/<str:act>/", act_on, name="contract_act"),
]
