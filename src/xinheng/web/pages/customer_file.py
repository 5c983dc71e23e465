"""The credit file of one customer: six dimensions with their sources; people and parties around it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import services as access
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.values import FiledItem, Holdings, Item, ToldFact
from xinheng.facts.receivables import queries as receivables
from xinheng.reports import services as reports
from xinheng.reports.services import figure_text
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


CHANNELS: dict[str, Any] = {
    "customer": _("given by the customer"),
    "observation": _("contact and observation"),
    "registry": _("registries, tax, banks, intermediaries"),
    "own_dealings": _("own files and dealings"),
    "agency": _("commissioned agency"),
    "network": _("network centre"),
    "public": _("other public channels"),
    "mailed_form": _("form returned by mail"),
    "phone_mail": _("telephone or e-mail"),
    "bank": _("banks"),
    "trade": _("customers or trade bodies"),
    "colleagues": _("colleagues and affiliates, heard say"),
    "press": _("press, heard say"),
    "other": _("other"),
}
VERIFICATIONS: dict[str, Any] = {
    "declared": _("declared"),
    "verified": _("verified"),
    "disputed": _("disputed"),
}


def credit_file(seen: Seen, _request: HttpRequest) -> dict[str, Any]:
    """The six dimensions, each item with who told it, when, by which channel, and what is wrong with it.

    Who may see sensitive items sees them, and that is noted on the trail.
    """
    may_see = seen.actor.may("receivables.read")
    ledger = receivables.file_figures(seen.customer, as_of=seen.as_of) if may_see else {}
    file = files.read_file(actor=seen.actor, on=seen.on, no=seen.customer.no, as_of=seen.as_of, ledger=ledger)
    may_write = seen.actor.may("customers.write") and seen.customer.status == "active" and not seen.past
    dimensions = [
        {
            "name": one.dimension.name,
            "completeness": "" if one.completeness is None else figure_text(one.completeness, "share"),
            "percent": 0 if one.completeness is None else round(100 * one.completeness),
            "items": [_item(item, seen) for item in one.items if not item.missing],
            "missing": [(item.item.code, item.item.name) for item in one.items if item.missing],
        }
        for one in file.dimensions
    ]
    return {
        "completeness": "" if file.completeness is None else figure_text(file.completeness, "share"),
        "dimensions": dimensions,
        "unclassified": [_item(item, seen) for item in file.unclassified],
        "stale": len(file.stale),
        "contradictory": len(file.contradictory),
        "holdings": _holdings(file.holdings),
        "surveys": [
            (one, customers.form_of(one).name, CHANNELS.get(one.channel, one.channel))
            for one in customers.surveys(seen.customer).filter(begun_on__lte=seen.as_of)[:20]
        ],
        "may_write": may_write,
        "report": _report(seen) if seen.actor.may("exports.read") else None,
        "may_see_papers": seen.actor.may("archive.read"),
    }


def _report(seen: Seen) -> dict[str, Any]:
    """The depths a report of the file may have, the one of this customer first chosen."""
    depth = reports.file_report_depth(seen.actor, seen.customer, as_of=seen.as_of)
    return {"depths": reports.DEPTHS.items(), "depth": depth}


def _holdings(held: Holdings) -> dict[str, Any]:
    """Who owns the customer, and what part nobody was told to hold."""
    return {
        "known": [(one.name, figure_text(one.share, "share")) for one in held.known],
        "unknown": figure_text(held.unknown, "share") if held.known and held.unknown else "",
    }


def _item(filed: FiledItem, seen: Seen) -> dict[str, Any]:
    facts = [_fact(filed, fact, seen) for fact in filed.facts]
    return {
        "code": filed.item.code,
        "name": filed.item.name,
        "key": filed.key,
        "stale": filed.stale,
        "contradictory": filed.contradictory,
        "declared": filed.basis == "declared",
        "ledger": filed.basis == "ledger",
        "ledger_value": item_text(filed.item, filed.ledger_value) if filed.ledger_value else "",
        "facts": facts,
        "history": [_fact(filed, fact, seen) for fact in filed.history],
    }


def _fact(filed: FiledItem, fact: ToldFact, seen: Seen) -> dict[str, Any]:
    """One fact in words; judge: "settle" or "verify" where the reader may say whether it holds."""
    judge = ""
    if fact.id is not None and fact.told_by != seen.actor.login:
        judge = "settle" if filed.contradictory else "verify" if fact.verification == "declared" else ""
    return {
        "value": value_text(filed.item, fact),
        "fact": fact,
        "channel": CHANNELS.get(fact.channel, fact.channel),
        "verification": VERIFICATIONS.get(fact.verification, fact.verification),
        "judge": judge,
    }


def value_text(item: Item, fact: ToldFact) -> str:
    """A told value in words; a masked one stays masked."""
    return fact.value if fact.masked else item_text(item, fact.value)


def item_text(item: Item, text: str) -> str:
    """A told value in words: choices by name, money and shares written as everywhere."""
    return reports.told_word(item, text)


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
                "id": contact.pk,
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
        "codes": [
            (_("Unified social credit code"), one.uscc or ""),
            (_("Organisation code"), one.org_code),
            (_("ID number"), access.shown(seen.actor, "id_number", one.id_number or "")),
        ],
        "duties": list(customers.responsibilities(one)),
        "may_write": seen.actor.may("customers.write") and one.status == "active" and not seen.past,
    }


def _party(other: Any, reached: set[str], relation: Any) -> dict[str, Any]:
    """A customer of the group; one out of reach is not named."""
    seen = other.no in reached
    return {"relation": relation, "no": other.no if seen else "", "name": other.name if seen else ""}


def _link(link: Any, reached: set[str]) -> dict[str, Any]:
    no = link.other.no if link.other_id and link.other.no in reached else ""
    hidden = bool(link.other_id) and not no
    return {
        "id": link.pk,
        "relation": RELATIONS.get(link.relation, link.relation),
        "no": no,
        "name": "" if hidden else link.other_name or (link.other.name if no else ""),
        "share": "" if link.share is None else figure_text(Decimal(link.share), "share"),
        "from_on": link.from_on,
    }
