"""Forms whose act may be refused: the refusal is said beside the field it speaks of, and noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.http import HttpRequest

from xinheng.base.kernel.refusal import Refusal
from xinheng.web.pages.edge import note

Answer = TypeVar("Answer")
PLACES = {  # a refusal's code -> the field it speaks of
    "login_invalid": "login",
    "person_exists": "login",
    "password_weak": "password",
    "role_shipped": "code",
    "unit_exists": "code",
    "role_unknown": "role",
    "unit_unknown": "unit",
    "unit_closed": "unit",
    "permit_invalid": "permits",
    "token_term_invalid": "expires_on",
    "term_invalid": "from_on",
}


def tried(request: HttpRequest, form: forms.Form, act: Callable[[], Answer]) -> Answer | None:
    """What the act gave; None where the form is not valid or the act was refused, which the form then says.

    Who may not do the act at all is turned down by the edge, with a page of its own.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except Refusal as refusal:
        if refusal.code == "access_denied":
            raise
        note(request, refusal)
        own = getattr(form, "places", {})
        place = own.get(refusal.code) or PLACES.get(refusal.code) or refusal.params.get("field")
        form.add_error(place if place in form.fields else None, str(refusal))
        return None


def dressed(form: forms.Form) -> None:
    """Give the fields of a form the look of the house."""
    looks: dict[type, str] = {
        forms.CheckboxInput: "form-check-input",
        forms.CheckboxSelectMultiple: "xh-checks",
        forms.Select: "form-select",
    }
    for field in form.fields.values():
        field.widget.attrs.setdefault("class", looks.get(type(field.widget), "form-control"))
