"""What is due of key accounts, and the market they make (VIP-08, VIP-09)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.facts.customers import queries as customers
from xinheng.operations.key_accounts import policy, selecting
from xinheng.operations.key_accounts.models import Profile
from xinheng.operations.key_accounts.rules import number_of
from xinheng.operations.key_accounts.values import Market, Wanted, coded


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """Requests to be closed by these days, and profiles to be completed. Refuses: AccessDenied."""
    found = []
    for row in selecting.requests(actor, Wanted(), on=until).filter(close_by__range=(since, until)):
        told = {"kind": words_of("services", row.kind, until), "name": row.customer.name}
        words = _("%(kind)s of %(name)s") % told
        found.append(
            Due("key_accounts.request", f"key_request:{row.pk}", words, row.close_by, row.owner,
                done_on=row.closed_on, is_assumed=True)
        )  # fmt: skip
    incomplete = selecting.profiles(actor, Wanted(state="incomplete"), on=until).filter(is_key=True)
    for profile in incomplete.filter(from_on__range=(since, until)):
        words = _("Complete the profile of %(name)s") % {"name": profile.customer.name}
        subject = f"customer:{profile.customer.no}"
        found.append(Due("key_accounts.profile", subject, words, profile.from_on, profile.manager))
    return found


def market(actor: Actor, *, on: date) -> list[Market]:
    """Key accounts within reach by region and trade, the most energy first. Refuses: AccessDenied."""
    rows = list(selecting.profiles(actor, Wanted(state="key"), on=on))
    answering = customers.responsible([row.customer for row in rows], on=on)
    groups: dict[tuple[str, str], list[Profile]] = defaultdict(list)
    for row in rows:
        who = answering.get(row.customer_id)
        unit = who.unit.name if who and who.unit else ""
        groups[unit, row.attributes.get("trade", "")].append(row)
    found = [
        Market(unit, trade, len(those), _total(those, "year_kwh"), _total(those, "year_sales"))
        for (unit, trade), those in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.year_kwh, one.unit, one.trade))


def words_of(what: str, code: str, on: date) -> str:
    """A code of the rules in words; the code itself where the rules of the day do not know it."""
    known = policy.in_force(on)
    rows = {
        "services": (*known.services, known.enquiry), "levels": known.levels, "rules": known.rules,
        "attributes": known.attributes, "pauses": known.pauses,
    }[what]  # fmt: skip
    found = coded(rows, code)
    return found.words if found else code


def value_words(code: str, value: str, on: date) -> str:
    """What is told of an attribute in words: the name of a choice, a number with its unit."""
    attribute = coded(policy.in_force(on).attributes, code)
    if attribute is None:
        return value
    if choice := coded(attribute.choices, value):
        return choice.words
    return f"{value} {attribute.unit}".strip()


def _total(rows: list[Profile], code: str) -> Decimal:
    return sum((number_of(row.attributes.get(code, "")) or Decimal(0) for row in rows), Decimal(0))
