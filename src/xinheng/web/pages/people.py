"""People: the list, a new one, and one person with roles by date, password and door."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries, services
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.language import reads_chinese
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.trying import dressed, tried

A_PAGE = 50
ACTS = ("rename", "assign", "end", "password", "deactivate", "reactivate", "unlock")


class PersonForm(forms.Form):
    """A person to be, with the first role."""

    login = forms.CharField(label=_("Login"), max_length=150)
    name = forms.CharField(label=_("Full name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Organisation unit"))
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        strip=False,
        help_text=_("Pass it on in private. It must be changed at the first sign-in."),
    )
    language = forms.ChoiceField(label=_("Language"))

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"password": secrets.token_urlsafe(10)}, **kwargs})
        _offer(self, actor)
        self.fields["login"].widget.attrs.update({"autocomplete": "off", "autocapitalize": "none"})
        self.fields["password"].widget.attrs["autocomplete"] = "off"
        languages = [("zh-hans", gettext("Simplified Chinese")), ("en", gettext("English"))]
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
        dressed(self)


class AssignForm(forms.Form):
    """A role in a unit for a time."""

    role = forms.ChoiceField(label=_("Role"))
    unit = forms.ChoiceField(label=_("Organisation unit"))
    from_on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    until_on = forms.DateField(
        label=_("Until"),
        required=False,
        help_text=_("The first day it no longer holds; empty for good."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"from_on": business_day().isoformat()}, **kwargs})
        _offer(self, actor)
        dressed(self)


class NameForm(forms.Form):
    """A person's name."""

    name = forms.CharField(label=_("Full name"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class NewPasswordForm(forms.Form):
    """A password given by somebody else."""

    password = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=_("Pass it on in private. It must be changed at the next sign-in; open sessions end."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"password": secrets.token_urlsafe(10)}, **kwargs})
        self.fields["password"].widget.attrs["autocomplete"] = "off"
        dressed(self)


class ReasonForm(forms.Form):
    """Why a person is shut out."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class EndForm(forms.Form):
    """The assignment that ends, and when; at once without a day."""

    assignment = forms.IntegerField(min_value=1, max_value=2**62)
    until_on = forms.DateField(required=False)


def role_name(role: Any) -> str:
    """A role's name in the reader's language."""
    return str(role.name if reads_chinese() else role.name_en)


def _offer(form: forms.Form, actor: Actor) -> None:
    """The roles and the units within reach."""
    units = queries.units(actor, on=business_day())
    roles = [(role.code, role_name(role)) for role in queries.roles(actor)]
    form.fields["role"].choices = [("", gettext("Choose…")), *roles]  # type: ignore[attr-defined]
    depth = "\u2003"
    form.fields["unit"].choices = [  # type: ignore[attr-defined]
        (unit.code, f"{depth * (unit.path.count('/') - 2)}{unit.name}") for unit in units
    ]


@signed_in
@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """The people within reach, with the roles they hold today."""
    actor, on = actor_of(request), business_day()
    text = request.GET.get("q", "").strip()[:100]
    state, role = request.GET.get("state", ""), request.GET.get("role", "")[:40]
    found, held = queries.people(actor), queries.assignments(actor, on=on)
    if text:
        found = found.filter(Q(login__icontains=text) | Q(name__icontains=text))
    if state in ("active", "deactivated"):
        found = found.filter(is_active=state == "active")
    if role:
        found = found.filter(Exists(held.filter(person=OuterRef("pk"), role__code=role).order_by()))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    duties: dict[int, list[str]] = {}
    for one in held.filter(person__in=[person.pk for person in page]):
        duties.setdefault(one.person_id, []).append(f"{role_name(one.role)} · {one.unit.name}")
    told = {
        "page": page,
        "rows": [{"person": person, "duties": duties.get(person.pk, [])} for person in page],
        "roles": [(one.code, role_name(one)) for one in queries.roles(actor)],
        "asked": {"q": text, "state": state, "role": role},
        "may_write": actor.may("people.write"),
    }
    return render(request, "people/list.html", told)


@signed_in
def new_person(request: HttpRequest) -> HttpResponse:
    """Make a person who may sign in."""
    actor = actor_of(request)
    services.require(actor, "people.write")
    form = PersonForm(actor, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        made = tried(
            request,
            form,
            lambda: services.create_person(
                actor=actor, on=business_day(), must_change_password=True, **form.cleaned_data
            ),
        )
        if made:
            messages.success(request, gettext("%(name)s may sign in now.") % {"name": made.name})
            return redirect("person", made.login)
    return render(request, "people/new.html", {"form": form}, status=422 if form.is_bound else 200)


@signed_in
@require_GET
def person(request: HttpRequest, login: str) -> HttpResponse:
    """One person: roles by date and what may be done."""
    return _person_page(request, login, {})


@signed_in
@require_POST
def person_act(request: HttpRequest, login: str, act: str) -> HttpResponse:
    """Do one act on a person; a refusal is said beside its form."""
    actor = actor_of(request)
    services.require(actor, "people.write", f"person:{login}")
    form = _form(act, actor, login, request.POST)
    if tried(request, form, lambda: _do(act, form.cleaned_data, actor, login)) is None:
        return _person_page(request, login, {act: form}, status=422)
    messages.success(request, str(DONE[act]))
    return redirect("person", login)


DONE: dict[str, str | Promise] = {
    "rename": _("The name is corrected."),
    "assign": _("The role is given."),
    "end": _("The role is taken."),
    "password": _("The password is set."),
    "deactivate": _("The person is shut out."),
    "reactivate": _("The person may sign in again."),
    "unlock": _("The login is open again."),
}


def _form(act: str, actor: Actor, login: str, sent: Any = None) -> forms.Form:
    match act:
        case "rename":
            return NameForm(sent, initial={"name": queries.person(actor, login).name})
        case "assign":
            return AssignForm(actor, sent)
        case "end":
            return EndForm(sent)
        case "password" | "reactivate":
            return NewPasswordForm(sent)
        case "deactivate":
            return ReasonForm(sent)
        case "unlock":
            return forms.Form(sent)
    raise FieldsRefused(fields="act")


def _do(act: str, told: dict[str, Any], actor: Actor, login: str) -> object:
    on = business_day()
    if act == "end":
        assignment, until_on = told["assignment"], told["until_on"]
        return services.end_assignment(actor=actor, on=on, assignment_id=assignment, until_on=until_on)
    acts: dict[str, Callable[..., object]] = {
        "rename": services.rename_person,
        "assign": services.assign,
        "password": services.set_password,
        "deactivate": services.deactivate,
        "reactivate": services.reactivate,
        "unlock": services.unlock,
    }
    return acts[act](actor=actor, on=on, login=login, **told)


def _person_page(
    request: HttpRequest, login: str, forms_sent: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    seen = queries.person(actor, login)
    may_write = actor.may("people.write")
    held = queries.assignments(actor).filter(person=seen).order_by("-from_on", "-id")
    own = {act: _form(act, actor, login) for act in ACTS} | forms_sent if may_write else {}
    for act, form in own.items():
        form.auto_id = f"id_{act}_%s"
    told = {
        "person": seen,
        "lines": [_duty(one, on) for one in held],
        "forms": own,
        "may_write": may_write,
        "may_trail": actor.may("audit.read"),
    }
    return render(request, "people/person.html", told, status=status)


def _duty(one: Any, on: date) -> dict[str, Any]:
    if one.until_on and one.until_on <= on:
        state, tone = gettext("ended"), "note"
    elif one.from_on > on:
        state, tone = gettext("to come"), "warn"
    else:
        state, tone = gettext("held today"), "good"
    is_over = bool(one.until_on and one.until_on <= on)
    return {"duty": one, "role": role_name(one.role), "state": state, "tone": tone, "is_over": is_over}


urlpatterns = [
    path("people/", people_list, name="people"),
    path("people/new/", new_person, name="new_person"),
    path("people/person/<str:login>/", person, name="person"),
    path("people/person/<str:login>/<slug:act>/", person_act, name="person_act"),
]
