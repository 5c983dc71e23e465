"""The organisation tree: units below units, and what may be done with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from xinheng.base.access import queries, services
from xinheng.base.access.errors import UnitUnknown
from xinheng.base.kernel.actors import Actor
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import actor_of, signed_in
from xinheng.web.pages.errors import FieldsRefused
from xinheng.web.pages.people import role_name
from xinheng.web.pages.trying import dressed, tried

ACTS = ("rename", "add", "move", "close")
DONE: dict[str, str | Promise] = {
    "rename": _("The unit is renamed."),
    "add": _("The unit is opened."),
    "move": _("The unit is moved, with all below it."),
    "close": _("The unit is closed."),
}


class UnitForm(forms.Form):
    """A unit to be."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"kind": "department"}, **kwargs})
        self.fields["kind"].choices = [(code, str(word)) for code, word in KINDS.items()]  # type: ignore[attr-defined]
        dressed(self)


KINDS: dict[str, str | Promise] = {
    "group": pgettext_lazy("kind of unit", "Group"),
    "company": pgettext_lazy("kind of unit", "Company"),
    "department": pgettext_lazy("kind of unit", "Department"),
}


class UnitNameForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name"), max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dressed(self)


class MoveForm(forms.Form):
    """The unit to stand below."""

    parent = forms.ChoiceField(label=_("Below"))

    def __init__(self, actor: Actor, unit: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = queries.units(actor, on=business_day()).exclude(path__startswith=unit.path)
        self.fields["parent"].choices = [  # type: ignore[attr-defined]
            (one.code, "\u2003" * (one.path.count("/") - 2) + one.name) for one in places
        ]
        dressed(self)


@signed_in
def organisation(request: HttpRequest) -> HttpResponse:
    """The tree, and a new root for who reaches everything."""
    actor, on = actor_of(request), business_day()
    may_write = actor.may("people.write")
    units = list(queries.units(actor))
    form = UnitForm(request.POST if request.method == "POST" else None, initial={"kind": "company"})
    if request.method == "POST":
        services.require(actor, "people.write")
        if tried(request, form, lambda: services.create_unit(actor=actor, on=on, **form.cleaned_data)):
            messages.success(request, str(DONE["add"]))
            return redirect("organisation")
    held = queries.assignments(actor, on=on).filter(person__is_active=True).order_by().values_list("unit_id")
    told = {
        "trees": _trees(units, dict(held.annotate(people=Count("person_id", distinct=True)))),
        "form": form if may_write and actor.scope.reach == "everything" else None,
        "may_write": may_write,
    }
    return render(request, "people/organisation.html", told, status=422 if form.is_bound else 200)


def _trees(units: list[Any], people: dict[int, int]) -> list[dict[str, Any]]:
    """Units below units; one whose parent is out of reach stands as a root."""
    nodes: dict[int, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    for unit in units:  # parents come before their children
        kind = KINDS.get(unit.kind, unit.kind)
        node = {"unit": unit, "kind": kind, "people": people.get(unit.pk, 0), "below": []}
        nodes[unit.pk] = node
        above = nodes.get(unit.parent_id)
        (above["below"] if above else roots).append(node)
    return roots


@signed_in
@require_GET
def unit(request: HttpRequest, unit_id: int) -> HttpResponse:
    """One unit: who works there and what may be done."""
    return _unit_page(request, unit_id, {})


@signed_in
@require_POST
def unit_act(request: HttpRequest, unit_id: int, act: str) -> HttpResponse:
    """Do one act on a unit; a refusal is said beside its form."""
    actor = actor_of(request)
    seen = _reached(actor, unit_id)
    services.require(actor, "people.write", f"unit:{seen.code}")
    form = _form(act, actor, seen, request.POST)
    if tried(request, form, lambda: _do(act, form.cleaned_data, actor, seen.code)) is None:
        return _unit_page(request, unit_id, {act: form}, status=422)
    messages.success(request, str(DONE[act]))
    return redirect("organisation")


def _reached(actor: Actor, unit_id: int) -> Any:
    found = queries.units(actor).select_related("parent").filter(pk=min(unit_id, 2**62)).first()
    if found is None:
        raise UnitUnknown(unit=unit_id)
    return found


def _form(act: str, actor: Actor, seen: Any, sent: Any = None) -> forms.Form:
    match act:
        case "rename":
            return UnitNameForm(sent, initial={"name": seen.name})
        case "add":
            return UnitForm(sent)
        case "move":
            return MoveForm(actor, seen, sent, initial={"parent": seen.parent.code if seen.parent else ""})
        case "close":
            return forms.Form(sent)
    raise FieldsRefused(fields="act")


def _do(act: str, told: dict[str, Any], actor: Actor, code: str) -> object:
    on = business_day()
    match act:
        case "rename":
            return services.rename_unit(actor=actor, on=on, code=code, name=told["name"])
        case "add":
            return services.create_unit(actor=actor, on=on, parent=code, **told)
        case "move":
            return services.move_unit(actor=actor, on=on, code=code, parent=told["parent"])
    return services.close_unit(actor=actor, on=on, code=code)


def _unit_page(
    request: HttpRequest, unit_id: int, forms_sent: dict[str, forms.Form], status: int = 200
) -> HttpResponse:
    actor, on = actor_of(request), business_day()
    seen = _reached(actor, unit_id)
    may_write = actor.may("people.write") and not seen.closed_on
    held = queries.assignments(actor, on=on).filter(unit=seen)
    own = {act: _form(act, actor, seen) for act in ACTS} | forms_sent if may_write else {}
    for act, form in own.items():
        form.auto_id = f"id_{act}_%s"
    told = {
        "unit": seen,
        "kind": KINDS.get(seen.kind, seen.kind),
        "lines": [{"duty": one, "role": role_name(one.role)} for one in held],
        "forms": own,
        "may_write": may_write,
    }
    return render(request, "people/unit.html", told, status=status)


urlpatterns = [
    path("organisation/", organisation, name="organisation"),
    path("organisation/<int:unit_id>/", unit, name="unit"),
    path("organisation/<int:unit_id>/<slug:act>/", unit_act, name="unit_act"),
]
