"""API tokens: issued once in the open, listed by their beginning, revoked at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from xinheng.base.access import queries, services
from xinheng.base.kernel.actors import Actor
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.trying import dressed, tried

MONTH = timedelta(days=90)
SHOWN = 500


class TokenForm(forms.Form):
    """A token to be."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("Which program will use it."))
    expires_on = forms.DateField(
        label=_("Valid until"),
        help_text=_("The last day it is valid, at most a year from now."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    login = forms.ChoiceField(label=_("Acts for"), required=False)
    permits = forms.MultipleChoiceField(
        label=_("Rights"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than the person may do at the time."),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        until = business_day() + MONTH
        super().__init__(*args, **{"initial": {"expires_on": until.isoformat()}, **kwargs})
        rights = queries.rights_in(actor.permits)
        self.fields["permits"].choices = list(rights.items())  # type: ignore[attr-defined]
        if actor.may("people.write"):
            people = queries.people(actor).filter(is_active=True)
            others = [(one.login, f"{one.name} ({one.login})") for one in people if one.login != actor.login]
            self.fields["login"].choices = [("", gettext("Myself")), *others]  # type: ignore[attr-defined]
        else:
            del self.fields["login"]
        dressed(self)


@signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """The tokens within reach; a new one is shown this once."""
    actor, on = actor_of(request), business_day()
    if request.method == "POST" or not actor.may("tokens.read"):
        services.require(actor, "tokens.write")
    form = TokenForm(actor, request.POST if request.method == "POST" else None)
    issued = None
    if request.method == "POST":
        issued = tried(request, form, lambda: services.issue_token(actor=actor, on=on, **form.cleaned_data))
    listed = [_line(token, on, actor) for token in queries.tokens(actor)[:SHOWN]]
    told = {
        "lines": listed,
        "form": TokenForm(actor) if issued else form,
        "text": issued[0] if issued else "",
        "issued": issued[1] if issued else None,
        "is_open": form.is_bound and not issued,
        "may_write": actor.may("tokens.write"),
    }
    answer = render(request, "people/tokens.html", told, status=422 if told["is_open"] else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _line(token: Any, on: date, actor: Actor) -> dict[str, Any]:
    if token.revoked_on:
        state, tone = gettext("revoked"), "note"
    elif token.expires_on < on:
        state, tone = gettext("expired"), "note"
    else:
        state, tone = gettext("valid"), "good"
    rights = queries.rights_in(token.permits)
    may_end = tone == "good" and (token.person_id == actor.person_id or actor.may("people.write"))
    return {"token": token, "state": state, "tone": tone, "rights": rights, "may_end": may_end}


@signed_in
@require_POST
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token at once."""
    services.revoke_token(actor=actor_of(request), on=business_day(), token_id=min(token_id, 2**62))
    messages.success(request, gettext("The token is revoked."))
    return redirect("tokens")


urlpatterns = [
    path("tokens/", tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", revoke, name="revoke_token"),
]
