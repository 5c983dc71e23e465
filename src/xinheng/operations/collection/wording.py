"""Collection in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from xinheng.operations.collection import policy as policies
from xinheng.operations.collection.values import text_of

Words = str | Lazy
WAYS: Mapping[str, Words] = {
    "phone": _("telephone"),
    "visit": _("visit"),
    "letter": _("letter"),
    "email": _("e-mail"),
    "sms": _("short message"),
    "chat": _("enterprise chat"),
}
PROMISES: Mapping[str, Words] = {
    "open": _("promise open"),
    "kept": _("promise kept"),
    "part": _("promise kept in part"),
    "broken": _("promise broken"),
    "withdrawn": _("promise withdrawn"),
}
PLANS: Mapping[str, Words] = {
    "running": _("plan runs"),
    "kept": _("plan kept"),
    "broken": _("plan broken"),
    "withdrawn": _("plan withdrawn"),
}
CONSEQUENCES: Mapping[str, Words] = {
    "raise_level": _("the level of reminders was raised"),
    "warn": _("a warning was given"),
    "block_orders": _("orders are blocked"),
    "charge_interest": _("interest was charged"),
}
HOWS: Mapping[str, Words] = {"plan": _("by plan"), "hand": _("by hand")}


def result_word(code: str, *, on: date) -> str:
    """The result of a contact in words; the code where the policy of the day does not know it."""
    found = policies.in_force(on).result(code)
    return text_of(found) if found else code


def step_word(code: str, *, on: date) -> str:
    """A step of the law in words."""
    found = policies.in_force(on).step(code)
    return text_of(found) if found else code


def interruption_word(code: str, *, on: date) -> str:
    """A kind of interruption in words."""
    found = policies.in_force(on).interruption(code)
    return text_of(found) if found else code


def clock_word(code: str, *, on: date) -> str:
    """Another time of the law in words."""
    found = policies.in_force(on).other(code)
    return text_of(found) if found else code
