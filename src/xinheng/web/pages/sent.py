"""Letters and messages: what was sent to whom by which way, what became of it, and how each way is set up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import services as access
from xinheng.base.messages import queries as sent
from xinheng.base.messages import services as acts
from xinheng.base.messages.values import FORMS_OF, ChannelWanted, Wanted
from xinheng.facts.customers import queries as customers
from xinheng.reports import services as reports
from xinheng.runs.services import business_day
from xinheng.web.pages import sent_words
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.exports import workbook_answer
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
DONE: dict[str, Any] = {
    "sent": gettext_lazy("handed to the post"),
    "delivered": gettext_lazy("received"),
    "bounced": gettext_lazy("came back"),
    "failed": gettext_lazy("not done"),
}


class DoneForm(forms.Form):
    """What became of a letter or a call."""

    state = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=list(DONE.items()))
    note = forms.CharField(
        label=gettext_lazy("Number of the posting, or note"), max_length=300, required=False
    )


class WithdrawForm(forms.Form):
    """Why a message is taken back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class ChannelForm(forms.Form):
    """How a way is set up."""

    way = forms.CharField(widget=forms.HiddenInput)
    form = forms.ChoiceField(label=gettext_lazy("Sent as"))
    url = forms.CharField(
        label=gettext_lazy("Address of the gateway"), max_length=500, required=False,
        help_text=gettext_lazy("{secret} stands for the secret of a vendor's robot, from the environment."),
    )  # fmt: skip
    is_on = forms.BooleanField(label=gettext_lazy("Switched on"), required=False)
    quiet_from = forms.TimeField(label=gettext_lazy("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=gettext_lazy("Quiet until"), required=False)
    gap_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between two messages to one address"), min_value=0, max_value=129_600
    )

    def __init__(self, way: str, sent_form: Any = None, initial: Any = None) -> None:
        super().__init__(sent_form, prefix=way, initial=initial)
        self.fields["form"].choices = [(one, sent.FORMS[one]) for one in FORMS_OF[way]]  # type: ignore[attr-defined]
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        dressed(self)


def asked(request: HttpRequest) -> Wanted:
    """The filters that the address names."""
    told, after = request.GET, request.GET.get("after", "")
    return Wanted(
        way=told.get("way", ""),
        state=told.get("state", ""),
        text=told.get("q", "").strip()[:100],
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None,
    )


@signed_in
@require_GET
def message_list(request: HttpRequest) -> HttpResponse:
    """The messages about visible customers that pass the filters, the newest first."""
    actor, on, wanted = actor_of(request), business_day(), asked(request)
    rows = list(sent.messages(actor, wanted, customers.visible(actor, on=on))[: A_PAGE + 1])
    told = {
        "lines": [sent_words.line(actor, row) for row in rows[:A_PAGE]],
        "after": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else None,
        "wanted": wanted,
        "ways": list(sent.WAYS.items()),
        "states": list(sent.STATES.items()),
        "filtered": bool(wanted.way or wanted.state or wanted.text),
        "may_write": actor.may("messages.write"),
        "may_export": actor.may("exports.read"),
    }
    return render(request, "messages/list.html", told)


@signed_in
@require_GET
def export_messages(request: HttpRequest) -> HttpResponse:
    """The filtered messages as Excel."""
    actor, on = actor_of(request), business_day()
    content = reports.export_messages(actor=actor, on=on, wanted=asked(request))
    return workbook_answer(content, f"messages-{on.isoformat()}.xlsx")


@signed_in
@require_GET
def message_page(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message with all that became of it."""
    return _shown(request, message_id, DoneForm(), WithdrawForm())


def _shown(request: HttpRequest, message_id: int, done: forms.Form, taken_back: forms.Form) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    row = sent.message(actor, message_id, customers.visible(actor, on=on))
    may = actor.may("messages.write")
    dressed(done)
    dressed(taken_back)
    told = {
        **sent_words.line(actor, row),
        "steps": [{"row": one, "what": sent.STEPS[one.what]} for one in sent.steps(row.pk)],
        "done": done if may and row.way in ("letter", "phone") and row.state in ("to_do", "sent") else None,
        "taken_back": taken_back if may and row.state in ("waiting", "to_do") else None,
        "may_send_again": may and row.state in ("failed", "bounced"),
    }
    return render(
        request, "messages/one.html", told, status=422 if done.is_bound or taken_back.is_bound else 200
    )


@signed_in
@require_POST
def note_done(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note what became of a letter or a call."""
    form = DoneForm(request.POST)
    told = _who(request, message_id)
    if tried(request, form, lambda: acts.note_done(**told, **form.cleaned_data)) is None:
        return _shown(request, message_id, form, WithdrawForm())
    messages.success(request, _("Kept."))
    return redirect("message", message_id)


@signed_in
@require_POST
def withdraw(request: HttpRequest, message_id: int) -> HttpResponse:
    """Take back what has not gone out."""
    form = WithdrawForm(request.POST)
    told = _who(request, message_id)
    if tried(request, form, lambda: acts.withdraw(**told, **form.cleaned_data)) is None:
        return _shown(request, message_id, DoneForm(), form)
    messages.success(request, _("The message was withdrawn."))
    return redirect("message", message_id)


@signed_in
@require_POST
def send_again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Send again what failed or came back."""
    acts.send_again(**_who(request, message_id))
    messages.success(request, _("It is on its way again."))
    return redirect("message", message_id)


def _who(request: HttpRequest, message_id: int) -> dict[str, Any]:
    """Who acts on which message, once it was found within reach."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "messages.write", f"message:{message_id}")
    sent.message(actor, message_id, customers.visible(actor, on=on))
    return {"actor": actor, "on": on, "message_id": message_id}


@signed_in
@require_GET
def way_list(request: HttpRequest) -> HttpResponse:
    """How each way is set up, and whether something can be sent by it."""
    return _ways(request, {})


def _ways(request: HttpRequest, bound: dict[str, forms.Form], shown: str = "") -> HttpResponse:
    actor = actor_of(request)
    access.require(actor, "messages.read")
    may = actor.may("messages.write") and actor.scope.reach == "everything"
    told = {
        "lines": [
            {
                "now": now,
                "way": sent.WAYS[now.way],
                "form_words": sent.FORMS[now.form],
                "fault": sent.FAULTS.get(now.fault, ""),
                "form": (bound.get(now.way) or _form(now)) if may else None,
                "may_try": may and now.way not in ("letter", "phone"),
                "has_secret": may and (now.form == "smtp" or (now.form == "signed" and now.url)),
                "is_open": now.way in bound,
            }
            for now in sent.channels()
        ],
        "secret": shown,
    }
    answer = render(request, "messages/ways.html", told, status=422 if bound else 200)
    if shown:
        answer["Cache-Control"] = "no-store"
    return answer


def _form(now: Any) -> ChannelForm:
    names = ("way", "form", "url", "is_on", "quiet_from", "quiet_until", "gap_minutes")
    return ChannelForm(now.way, initial={name: getattr(now, name) for name in names})


@signed_in
@require_POST
def set_way(request: HttpRequest, way: str) -> HttpResponse:
    """Set up a way; a new secret is shown this once."""
    actor, on = actor_of(request), business_day()
    access.require(actor, "messages.write", f"channel:{way}")
    if way not in FORMS_OF:
        raise FieldsRefused(fields="way")
    form = ChannelForm(way, request.POST)
    found: list[str] = []

    def keep() -> bool:
        wanted = ChannelWanted(**{**form.cleaned_data, "way": way})
        found.append(acts.set_channel(actor=actor, on=on, wanted=wanted))
        return True

    if tried(request, form, keep) is None:
        return _ways(request, {way: form})
    messages.success(request, _("Kept."))
    return _ways(request, {}, found[0]) if found[0] else redirect("message_ways")


@signed_in
@require_POST
def renew_way(request: HttpRequest, way: str) -> HttpResponse:
    """Give a way another secret, shown this once."""
    secret = acts.renew_channel_secret(actor=actor_of(request), on=business_day(), way=way)
    return _ways(request, {}, secret)


@signed_in
@require_POST
def try_way(request: HttpRequest, way: str) -> HttpResponse:
    """Send a trial to an address."""
    address = request.POST.get("address", "")
    made = acts.send_trial(actor=actor_of(request), on=business_day(), way=way, address=address)
    messages.success(request, _("The trial is on its way."))
    return redirect("message", made.pk)


urlpatterns = [
    path("messages/", message_list, name="messages"),
    path("messages/export/", export_messages, name="export_messages"),
    path("messages/ways/", way_list, name="message_ways"),
    path("messages/ways/<str:way>/set/", set_way, name="set_message_way"),
    path("messages/ways/<str:way>/secret/", renew_way, name="renew_message_way"),
    path("messages/ways/<str:way>/try/", try_way, name="try_message_way"),
    path("messages/<int:message_id>/", message_page, name="message"),
    path("messages/<int:message_id>/done/", note_done, name="note_message_done"),
    path("messages/<int:message_id>/withdraw/", withdraw, name="withdraw_message"),
    path("messages/<int:message_id>/again/", send_again, name="send_message_again"),
]
