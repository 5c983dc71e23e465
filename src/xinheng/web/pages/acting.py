"""What a person may do to one customer: an act a page, offered where its subject is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from django import forms
from django.utils.functional import Promise

from xinheng.facts.customers import queries as customers
from xinheng.web.pages.seen import Seen
from xinheng.web.pages.trying import dressed

Words = str | Promise


class ActForm(forms.Form):
    """The fields of one act; what the address names stands in them at first.

    places: where a refusal is said, by its code, when the refusal itself names no field.
    """

    places: ClassVar[Mapping[str, str]] = {}

    def __init__(self, seen: Seen, asked: Mapping[str, Any], sent: Any = None) -> None:
        self.seen, self.asked = seen, asked
        known = {name: asked[name] for name in self.base_fields if name in asked}
        super().__init__(sent, initial=self.at_first() | known)
        self.prepare()
        dressed(self)

    def at_first(self) -> dict[str, Any]:
        """What stands in the fields before anybody typed."""
        return {}

    def prepare(self) -> None:
        """Offer choices, add and take away fields."""

    def subject(self) -> list[tuple[Words, Words]]:
        """What the act is about, as pairs of a name and a text, shown above the fields."""
        return []


@dataclass(frozen=True)
class Act:
    """One act on a customer.

    place: the card of the customer's page that offers it; blank where a row of a card does. tab: the part one
    comes back to. do: the service, given who acts on which customer and the form's values. confirm: asked
    once more before it is done. when: for open customers, for closed ones or for both. leads: the address
    one goes to with what was done, where that is not the customer's page.
    """

    code: str
    right: str
    tab: str
    label: Words
    button: Words
    done: Words
    form: type[ActForm]
    do: Callable[[Seen, dict[str, Any]], object]
    place: str = ""
    hint: Words = ""
    confirm: Words = ""
    when: Literal["open", "closed", "ever"] = "open"
    leads: Callable[[Seen, Any], str] | None = None


def day_field(label: Any, *, required: bool = False, hint: Any = "") -> forms.DateField:
    """A day, chosen in a calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=hint, widget=widget)


def customer_named(seen: Seen, text: str) -> Any:
    """The customer within reach that a number or a whole name means; None where none or several are meant."""
    reach = customers.visible(seen.actor, on=seen.on)
    if by_no := reach.filter(no__iexact=text).first():
        return by_no
    by_name = list(reach.filter(name=text)[:2])
    return by_name[0] if len(by_name) == 1 else None


def perhaps_meant(seen: Seen, text: str) -> str:
    """Some customers that a text might mean, in words; blank where it finds none."""
    found: Iterable[Any] = customers.search(seen.actor, text, on=seen.on)[:5]
    return ", ".join(f"{one.no} {one.name}" for one in found)
