"""Roles: what each allows and how far it reaches, and roles of the site's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from xinheng.base.access import queries, services
from xinheng.base.access.errors import RoleShipped, RoleUnknown
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.people import role_name
from xinheng.web.pages.trying import dressed, tried

REACHES: dict[str, str | Promise] = {
    "everything": _("all customers"),
    "unit": _("the customers of the unit and of those below it"),
    "own": _("own customers only"),
}


class RoleForm(forms.Form):
    """A role of the site's own."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_("Small letters, digits, - and _. It stays as it is."),
    )
    name = forms.CharField(label=_("Chinese name"), max_length=60)
    name_en = forms.CharField(label=_("English name"), max_length=60)
    reach = forms.ChoiceField(label=_("Reaches"))
    permits = forms.MultipleChoiceField(label=_("Rights"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reach"].choices = [(code, str(words)) for code, words in REACHES.items()]  # type: ignore[attr-defined]
        self.fields["permits"].choices = list(queries.rights().items())  # type: ignore[attr-defined]
        dressed(self)


@signed_in
@require_GET
def role_list(request: HttpRequest) -> HttpResponse:
    """All roles, what each may, and how many people hold it today."""
    actor, on = actor_of(request), business_day()
    held = queries.assignments(actor, on=on).order_by().values_list("role_id")
    holders = dict(held.annotate(people=Count("person_id", distinct=True)))
    everything = len(queries.rights())
    shipped = services.shipped_role_codes()
    rows = []
    for role in queries.roles(actor):
        rights = queries.rights_in(role.permits)
        rows.append(
            {
                "role": role,
                "name": role_name(role),
                "reach": REACHES.get(role.reach, role.reach),
                "rights": list(rights.values()),
                "is_everything": len(rights) == everything,
                "people": holders.get(role.pk, 0),
                "is_shipped": role.code in shipped,
            }
        )
    return render(request, "people/roles.html", {"rows": rows, "may_write": actor.may("people.write")})


@signed_in
def edit_role(request: HttpRequest, code: str = "") -> HttpResponse:
    """Make a role of the site's own, or change one."""
    actor = actor_of(request)
    services.require(actor, "people.write", f"role:{code}")
    form = RoleForm(request.POST if request.method == "POST" else None, initial=_kept(request, code))
    if code:
        form.fields["code"].widget.attrs["readonly"] = True
    if request.method == "POST":
        saved = tried(
            request,
            form,
            lambda: services.save_role(
                actor=actor, on=business_day(), **{**form.cleaned_data, **({"code": code} if code else {})}
            ),
        )
        if saved:
            messages.success(request, gettext("The role is saved. It holds at once for all who have it."))
            return redirect("roles")
    told = {"form": form, "code": code}
    return render(request, "people/role.html", told, status=422 if form.is_bound else 200)


def _kept(request: HttpRequest, code: str) -> dict[str, Any]:
    if not code:
        return {}
    if code in services.shipped_role_codes():
        raise RoleShipped(role=code)
    role = queries.roles(actor_of(request)).filter(code=code).first()
    if role is None:
        raise RoleUnknown(role=code)
    fields = {name: getattr(role, name) for name in ("code", "name", "name_en", "reach")}
    return {**fields, "permits": list(queries.rights_in(role.permits))}


urlpatterns = [
    path("roles/", role_list, name="roles"),
    path("roles/new/", edit_role, name="new_role"),
    path("roles/role/<slug:code>/", edit_role, name="role"),
]
