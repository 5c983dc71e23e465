"""Rounds of confirmations, quarterly and yearly: whom they ask, how far they are, reminders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.operations.confirmations import queries as confirmations
from xinheng.operations.confirmations import services as acts
from xinheng.operations.confirmations.values import Wanted
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text
from xinheng.runs.services import business_day
from xinheng.web.pages.confirmations import lines_of
from xinheng.web.pages.confirmations_forms import CampaignForm
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import tried

A_PAGE = 50
SELECTION = {
    "least": _("Balance of at least"),
    "unit": _("Unit of the company"),
    "region": _("Region"),
    "salesperson": _("Salesperson"),
    "owing_only": _("Only who owes us"),
}


@signed_in
@require_GET
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Every round, the newest first, with how far each is within reach."""
    actor, on = actor_of(request), business_day()
    page = Paginator(confirmations.campaigns(actor), A_PAGE).get_page(request.GET.get("page"))
    told = {
        "page": page,
        "lines": [
            {
                "row": one,
                "kind": confirmations.KINDS[one.kind],
                "coverage": _coverages(actor, one, on),
                "is_late": one.closed_on is None and one.reply_by < on,
            }
            for one in page
        ],
        "may_write": actor.may("confirmations.write"),
    }
    return render(request, "confirmations/campaigns.html", told)


def _coverages(actor: Any, campaign: Any, on: Any) -> list[dict[str, Any]]:
    return [
        {
            "one": one,
            "answered": figure_text(one.answered_share, "share"),
            "confirmed": figure_text(one.confirmed_share, "share"),
        }
        for one in confirmations.coverage(actor, campaign, on=on)
    ]


@signed_in
def open_campaign(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "confirmations.write", "campaign")
    sent = request.POST if request.method == "POST" else None
    form = CampaignForm(sent, initial=None if sent else CampaignForm.at_first(on))

    def begin() -> Any:
        return acts.open_campaign(actor=actor, on=on, new=form.new())

    done = tried(request, form, begin) if sent is not None else None
    if done is not None:
        messages.success(request, gettext("The letters are drawn up. Print them to seal them."))
        return redirect("campaign", done.pk)
    return render(
        request, "confirmations/open_campaign.html", {"form": form}, status=422 if form.is_bound else 200
    )


@signed_in
@require_GET
def campaign_page(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One round: its coverage, and its letters, those without an answer first."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "confirmations.read")
    campaign = confirmations.get_campaign(campaign_id)
    state = request.GET.get("state", "")
    chosen = state if state in confirmations.STATES else ""
    wanted = Wanted(campaign=campaign_id, sort="customer", state=chosen)
    rows = confirmations.confirmations(actor, wanted, on=on)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    told = {
        "row": campaign,
        "kind": confirmations.KINDS[campaign.kind],
        "selection": [
            (SELECTION[name], gettext("yes") if value is True else value)
            for name, value in campaign.selection.items()
        ],
        "coverage": _coverages(actor, campaign, on),
        "page": page,
        "lines": lines_of(list(page), on=on),
        "states": list(confirmations.STATES.items()),
        "state": chosen,
        "ways": list(confirmations.WAYS.items()),
        "is_late": campaign.reply_by < on,
        "may_write": actor.may("confirmations.write") and campaign.closed_on is None,
    }
    return render(request, "confirmations/campaign.html", told)


@signed_in
@require_POST
def act_on_campaign(request: HttpRequest, campaign_id: int, act: str) -> HttpResponse:
    """Seal, send, remind or close a round."""
    told: dict[str, Any] = {"actor": actor_of(request), "on": business_day(), "campaign_id": campaign_id}
    access.require(told["actor"], "confirmations.write", f"campaign:{campaign_id}")
    way = request.POST.get("way", "")
    if act == "seal":
        left = reports.seal_round(**told)
        words = gettext("Printed and sealed; %(left)s letters are left.") % {"left": left}
    elif act in ("send", "remind"):
        does = acts.send_round if act == "send" else acts.remind_silent
        sent, without = does(**told, way=way)
        words = gettext("%(sent)s letters stand in the sent list; %(without)s customers have no address.") % {
            "sent": sent, "without": without,
        }  # fmt: skip
    elif act == "close":
        acts.close_campaign(**told)
        words = gettext("The round is closed.")
    else:
        raise FieldsRefused(fields=act)
    messages.success(request, words)
    return redirect("campaign", campaign_id)


urlpatterns = [
    path("campaigns/", campaign_list, name="campaigns"),
    path("campaigns/new/", open_campaign, name="open_campaign"),
    path("campaigns/<int:campaign_id>/", campaign_page, name="campaign"),
    path("campaigns/<int:campaign_id>/do/<str:act>/", act_on_campaign, name="campaign_act"),
]
