"""The credit file of one customer: six dimensions with their sources, and the people and parties around it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.web.pages.figures import figure_text
from xinheng.web.pages.seen import Seen

RELATIONS: dict[str, Any] = {
    "shareholder": _("shareholder"),
    "subsidiary": _("subsidiary"),
    "guarantor": _("guarantor"),
    "manager": _("manager"),
    "controller": _("controller"),
    "direct": _("direct customer"),
    "other": _("other"),
}


def parties(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """Contacts, the group, related parties, names of before, and who answered for the customer when."""
    one, on = seen.customer, seen.as_of
    reach = customers.visible(seen.actor, on=seen.on)
    linked = list(customers.related_parties(one, on=on))
    group = [one.parent] if one.parent_id else []
    below = list(customers.subsidiaries(one)[:50])
    asked = [*group, *below, *(link.other for link in linked if link.other_id)]
    reached = set(reach.filter(pk__in=[other.pk for other in asked]).values_list("no", flat=True))
    return {
        "contacts": [
            {
                "name": contact.name,
                "post": contact.post,
                "phone": access.shown(seen.actor, "phone", contact.phone),
                "email": access.shown(seen.actor, "email", contact.email),
            }
            for contact in customers.contacts(one, on=on)
        ],
        "group": [_party(other, reached, _("parent")) for other in group]
        + [_party(other, reached, _("subsidiary")) for other in below],
        "links": [_link(link, reached) for link in linked],
        "names": list(customers.former_names(one)),
        "duties": list(customers.responsibilities(one)),
    }


def _party(other: Any, reached: set[str], relation: Any) -> dict[str, Any]:
    """A customer of the group; one out of reach is not named."""
    seen = other.no in reached
    return {"relation": relation, "no": other.no if seen else "", "name": other.name if seen else ""}


def _link(link: Any, reached: set[str]) -> dict[str, Any]:
    no = link.other.no if link.other_id and link.other.no in reached else ""
    hidden = bool(link.other_id) and not no
    return {
        "relation": RELATIONS.get(link.relation, link.relation),
        "no": no,
        "name": "" if hidden else link.other_name or (link.other.name if no else ""),
        "share": "" if link.share is None else figure_text(Decimal(link.share), "share"),
        "from_on": link.from_on,
    }
