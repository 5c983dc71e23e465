"""The list of policies: versions by day, drafts, and shipped packs that wait to be adopted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.errors import PolicyUnknown
from xinheng.runs.services import business_day
from xinheng.web.pages.acting import day_field
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried

KIND = "rating"


@signed_in
@require_GET
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every version of every policy and which holds today; drafts; packs not adopted yet."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.read")
    rows = [
        {
            "document": one,
            "name": named(one),
            "holds": one.effective_from <= on and (one.effective_until is None or one.effective_until > on),
            "coming": one.effective_from > on,
        }
        for one in packs.documents(KIND)
    ]
    chosen = request.GET.get("state", "")
    told = {
        "rows": [row for row in rows if _is_chosen(row, chosen)],
        "chosen": chosen,
        "states": [("", _("all versions")), ("holds", _("in force")), ("coming", _("coming")),
                   ("ended", _("ended"))],
        "is_empty": not rows,
        "drafts": draft_rows(actor),
        "packs": _not_adopted(),
        "may_draft": actor.may("policies.draft"),
        "may_adopt": actor.may("policies.adopt"),
        "on": on,
    }  # fmt: skip
    return render(request, "policies/list.html", told)


def draft_rows(actor: Actor) -> list[dict[str, Any]]:
    """The drafts an actor may see, with their states in words."""
    return [
        {
            "draft": one,
            "name": named(one) or gettext("without a name"),
            "state": packs.DRAFT_STATES[one.state],
        }
        for one in packs.drafts(actor, KIND)
    ]


def named(one: Any) -> str:
    """The name of a version, a draft or a pack in the reader's language."""
    return str(one.name if reads_chinese() else one.name_en)


def _is_chosen(row: dict[str, Any], chosen: str) -> bool:
    holds, coming = bool(row["holds"]), bool(row["coming"])
    return {"holds": holds, "coming": coming, "ended": not holds and not coming}.get(chosen, True)


def _not_adopted() -> list[dict[str, Any]]:
    """The shipped packs whose very version is not kept here."""
    kept = set(packs.documents(KIND).values_list("code", "version"))
    return [
        {"pack": pack, "name": named(pack.header)}
        for pack in adopting.shipped()
        if pack.header.kind == KIND and (pack.header.code, pack.header.version) not in kept
    ]


class AdoptForm(forms.Form):
    """From which day a shipped pack holds; of a further version also why no chain approves it."""

    places = {"policy_day_taken": "effective_from"}
    effective_from = day_field(_("Holds from"), required=True)
    past_chain_why = forms.CharField(
        label=_("Why it cannot wait for approval"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands on the audit trail with your name."),
    )

    def __init__(self, *args: Any, is_further: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_further:
            del self.fields["past_chain_why"]
        dressed(self)


@signed_in
def adopt_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Adopt a shipped pack from a day on, once it is confirmed."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "policies.adopt", f"policy:{code}")
    pack = next((one["pack"] for one in _not_adopted() if one["pack"].header.code == code), None)
    if pack is None:
        raise PolicyUnknown(code=code, version="")
    held = packs.documents(KIND).filter(code=code).first()
    form = AdoptForm(
        request.POST if request.method == "POST" else None,
        initial={"effective_from": on}, is_further=held is not None,
    )  # fmt: skip
    if request.method == "POST":
        kept = tried(
            request,
            form,
            lambda: adopting.adopt(
                actor=actor, on=on, kind=KIND, text=pack.text,
                **form.cleaned_data,
            ),
        )  # fmt: skip
        if kept:
            told = {"name": named(kept), "version": kept.version, "day": kept.effective_from}
            messages.success(request, gettext("%(name)s %(version)s holds from %(day)s.") % told)
            return redirect("policy", kept.code, kept.version)
    told_ = {
        "form": form,
        "pack": pack,
        "name": named(pack.header),
        "on": on,
        "held": held,
        "may_draft": actor.may("policies.draft"),
        "may_pass": actor.may("emergency.adopt"),
    }
    return render(request, "policies/adopt.html", told_, status=422 if form.is_bound else 200)


urlpatterns = [
    path("policies/", policy_list, name="policies"),
    path("policies/adopt/<slug:code>/", adopt_pack, name="adopt_pack"),
]
