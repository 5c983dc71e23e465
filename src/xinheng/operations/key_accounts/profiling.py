"""Who is a key account, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import queries as metering
from xinheng.operations.key_accounts import naming, policy, rules, selecting
from xinheng.operations.key_accounts.errors import KeyAccountInvalid
from xinheng.operations.key_accounts.models import Manager, Profile
from xinheng.operations.key_accounts.values import KeyRules, coded


@transaction.atomic
def keep_profile(*, actor: Actor, on: date, customer_no: str, told: Mapping[str, str]) -> Profile:
    """Keep what is known of a customer; whether it is a key account follows from the rules (VIP-01, VIP-04).

    told: by code of the attribute; blank takes it away, what is not named stays. The capacity by contract of
    its consumers is taken where nobody tells another. Refuses: AccessDenied, CustomerUnknown,
    KeyAccountInvalid naming the attribute.
    """
    require(actor, "key_accounts.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on)
    known = policy.in_force(on)
    held = selecting.profile_of(customer)
    kept = {**supplied(customer, on=on), **(held.attributes if held else {}), **_read(known, told)}
    kept = {code: value for code, value in kept.items() if value}
    rule = rules.matched(known, kept)
    if held is not None:
        Profile.objects.filter(pk=held.pk).update(until_on=on)
    profile = Profile.objects.create(
        customer=customer, attributes=kept, is_key=rule is not None, because=rule.code if rule else "",
        missing=rules.missing(known, kept), rules=f"{known.code}@{known.version}", from_on=on,
        manager=_manager(customer, known, on=on),
        told_by=actor.login,
    )  # fmt: skip
    after = {"attributes": kept, "is_key": profile.is_key, "because": profile.because}
    before = {"attributes": held.attributes, "is_key": held.is_key} if held else None
    told_of: dict[str, Any] = {"before": before} if before else {}
    record(
        actor=actor, act="key_accounts.keep_profile", subject=f"customer:{customer_no}", on=on, after=after,
        **told_of,
    )  # fmt: skip
    return profile


@transaction.atomic
def name_manager(*, actor: Actor, on: date, unit_code: str, level: str, login: str) -> Manager:
    """Say who answers for key accounts of a unit and all below at a level, from today on (VIP-01, VIP-05).

    Refuses: AccessDenied, KeyAccountInvalid.
    """
    require(actor, "key_accounts.decide", f"unit:{unit_code[:40]}")
    naming.check_code("level", coded(policy.in_force(on).levels, level))
    unit = naming.unit_id("unit_code", unit_code)
    person = naming.check_person("login", login)
    Manager.objects.filter(unit=unit, level=level, until_on__isnull=True).update(until_on=on)
    named = Manager.objects.create(unit_id=unit, level=level, login=person, from_on=on, told_by=actor.login)
    after = {"unit": unit_code, "level": level, "login": person}
    record(actor=actor, act="key_accounts.name_manager", subject=f"unit:{unit_code}", on=on, after=after)
    return named


def supplied(customer: Any, *, on: date) -> dict[str, str]:
    """What metering knows of a customer: the capacity by contract of all its consumers together."""
    total = metering.capacity_of(customer.pk, on=on)
    return {"capacity_kva": format(total.normalize(), "f")} if total else {}


def _manager(customer: Any, known: KeyRules, *, on: date) -> str:
    """Who answers for the account: of the highest level at which somebody is named for its region."""
    named = (selecting.manager_of(customer, level.code, on=on) for level in reversed(known.levels))
    return next((login for login in named if login), "")


def _read(known: KeyRules, told: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, text in told.items():
        attribute = naming.check_code(code[:30], coded(known.attributes, code))
        value = rules.read(attribute, text) if text.strip() else ""
        if value is None:
            raise KeyAccountInvalid(cause=_cause(attribute, text), field=code)
        found[code] = value
    return found


def _cause(attribute: Any, text: str) -> str:
    told = {"name": attribute.words, "text": text.strip()[:40]}
    if attribute.allowed:
        levels = ", ".join(str(one) for one in attribute.allowed)
        return _("%(name)s is one of %(levels)s %(unit)s, not %(text)s.") % {
            **told, "levels": levels, "unit": attribute.unit,
        }  # fmt: skip
    if attribute.unit:
        return _("%(name)s is a number in %(unit)s, not %(text)s.") % {**told, "unit": attribute.unit}
    return _("%(name)s: the rules do not know %(text)s.") % told
