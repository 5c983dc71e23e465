"""Who outside is told of what: webhooks, and what became of each telling."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.webhooks import queries, services
from xinheng.base.webhooks.values import EVERY, Wanted
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
TONES = {"waiting": "warn", "delivered": "good", "dead": "bad"}


class WebhookForm(forms.Form):
    """A webhook to be."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Which system is told."))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Where it listens, beginning with https:// or http://."),
    )
    events = forms.MultipleChoiceField(
        label=_("Events"), widget=forms.CheckboxSelectMultiple, initial=[EVERY]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = list(queries.events().items())  # type: ignore[attr-defined]
        dressed(self)


@signed_in
def webhooks(request: HttpRequest) -> HttpResponse:
    """Everybody who is told; a new one's secret is shown this once."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST":
        access.require(actor, "webhooks.write")
    form = WebhookForm(request.POST if request.method == "POST" else None)
    made = None
    if request.method == "POST":
        made = tried(request, form, lambda: services.subscribe(actor=actor, on=on, **form.cleaned_data))
    shown = {"form": WebhookForm() if made else form, "is_open": form.is_bound and not made}
    if made:
        shown |= {"secret": made[0], "of": made[1]}
    return _answer(request, shown)


def _answer(request: HttpRequest, shown: dict[str, Any]) -> HttpResponse:
    actor, words = actor_of(request), queries.events()
    lines = [
        {"one": one, "events": [words.get(event, event) for event in one.subscription.events]}
        for one in queries.subscriptions(actor)
    ]
    told = {
        "lines": lines,
        "may_write": actor.may("webhooks.write"),
        "any_host": settings.WEBHOOK_HOSTS == ["*"],
        "hosts": ", ".join(settings.WEBHOOK_HOSTS),
        **shown,
    }
    answer = render(request, "webhooks/list.html", told, status=422 if shown.get("is_open") else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@signed_in
@require_POST
def switch_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Stop telling, or begin again."""
    is_on = request.POST.get("is_on") == "1"
    services.switch(**_who(request), subscription_id=webhook_id, is_on=is_on)
    messages.success(
        request, gettext("The webhook is switched on.") if is_on else gettext("The webhook is switched off.")
    )
    return redirect("webhooks")


@signed_in
@require_POST
def renew_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Give another secret, shown this once."""
    secret = services.renew_secret(**_who(request), subscription_id=webhook_id)
    of = next(
        one.subscription
        for one in queries.subscriptions(actor_of(request))
        if one.subscription.pk == webhook_id
    )
    return _answer(request, {"form": WebhookForm(), "secret": secret, "of": of})


@signed_in
@require_POST
def try_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a trial event."""
    services.send_trial(**_who(request), subscription_id=webhook_id)
    messages.success(request, gettext("A trial event is on its way; its state stands below."))
    return redirect("webhook_deliveries")


@signed_in
@require_GET
def webhook_deliveries(request: HttpRequest) -> HttpResponse:
    """What was told, the newest first."""
    actor, wanted = actor_of(request), _asked(request)
    rows = list(queries.deliveries(actor, wanted)[: A_PAGE + 1])
    words = queries.events()
    told = {
        "lines": [
            {
                "row": row,
                "event": words.get(row.event.event, row.event.event),
                "state": queries.STATES[row.state],
                "tone": TONES[row.state],
                "fault": queries.fault_of(row),
            }
            for row in rows[:A_PAGE]
        ],
        "after": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None,
        "asked": {
            "q": wanted.text,
            "state": wanted.state,
            "webhook": wanted.subscription,
            "event": wanted.event,
        },
        "filtered": any((wanted.text, wanted.state, wanted.subscription, wanted.event)),
        "subscriptions": [one.subscription for one in queries.subscriptions(actor)],
        "states": queries.STATES,
        "events": {code: word for code, word in words.items() if code != EVERY},
        "may_write": actor.may("webhooks.write"),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "webhooks/deliveries.html", told)


@signed_in
@require_GET
def export_webhook_deliveries(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook, all of it."""
    actor, on, wanted = actor_of(request), business_day(), replace(_asked(request), after=None)
    content = reports.export_deliveries(actor=actor, on=on, wanted=wanted)
    return workbook_answer(content, f"webhooks-{on.isoformat()}.xlsx")


@signed_in
@require_POST
def send_webhook_again(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send again what could not be delivered."""
    services.send_again(**_who(request), delivery_id=min(delivery_id, 2**62))
    messages.success(request, gettext("The event is on its way again."))
    return redirect("webhook_deliveries")


def _who(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "on": business_day()}


def _asked(request: HttpRequest) -> Wanted:
    asked = request.GET
    webhook, after = (_number(asked.get(name, "")) for name in ("webhook", "after"))
    return Wanted(webhook, asked.get("state", ""), asked.get("event", ""), asked.get("q", ""), after)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


urlpatterns = [
    path("webhooks/", webhooks, name="webhooks"),
    path("webhooks/deliveries/", webhook_deliveries, name="webhook_deliveries"),
    path("webhooks/deliveries/export/", export_webhook_deliveries, name="export_webhook_deliveries"),
    path("webhooks/deliveries/<int:delivery_id>/again/", send_webhook_again, name="send_webhook_again"),
    path("webhooks/<int:webhook_id>/switch/", switch_webhook, name="switch_webhook"),
    path("webhooks/<int:webhook_id>/secret/", renew_webhook, name="renew_webhook"),
    path("webhooks/<int:webhook_id>/try/", try_webhook, name="try_webhook"),
]
