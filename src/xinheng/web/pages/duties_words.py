"""What is due in words and addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.base.access import queries as people
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.money import Money
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties.values import INCIDENT_STATES, RESULTS

STATES: dict[str, str | Promise] = {"open": _("to be done"), "late": _("late"), "done": _("done")}
NUMBERED = {  # first part of a subject -> the page of what has a number
    "task": "duty_task", "warning": "warning", "dispute": "dispute", "investigation": "investigation",
    "campaign": "campaign", "handover": "custody_handover", "loan": "custody_loan", "contract": "contract",
    "matter": "matter",
    "visit": "visit", "dossier": "dossier", "paper": "paper",
}  # fmt: skip
REPORT_TONES = {"waiting": "", "missing": "bad", "marked": "warn", "handed_in": "note", "verified": "good"}
FINE_TONES = {
    "proposed": "warn", "confirmed": "bad", "criticised": "note", "waived": "", "appealed": "warn",
    "settled": "good",
}  # fmt: skip


def address_of(one: Due) -> str:
    """Where something that is due is worked on; blank where no page shows it."""
    what, _colon, rest = one.subject.partition(":")
    if what == "customer":
        return reverse("customer", args=[rest.partition(":")[0]])
    if what == "report":
        return reverse("duty_reports")
    name = NUMBERED.get(what)
    if not name or not rest:
        return ""
    try:
        return reverse(name, args=[int(rest) if rest.isascii() and rest.isdigit() else rest])
    except NoReverseMatch:
        return ""


def due_lines(dues: Iterable[Due], *, on: date) -> list[dict[str, Any]]:
    """What is due with its words, tone and address."""
    held = list(dues)
    names = people.names_by_login({one.owner for one in held if one.owner})
    return [
        {
            "one": one, "kind": duties.kind_word(one.kind), "room": duties.room_word(one.kind),
            "owner": names.get(one.owner, one.owner), "address": address_of(one),
            "is_late": one.done_on is None and one.is_late(on), "tone": _tone(one, on),
            "state": STATES["done"] if one.done_on else STATES["late"] if one.is_late(on) else STATES["open"],
            "days": max(((one.done_on or on) - one.due_on).days, 0),
        }
        for one in held
    ]  # fmt: skip


def fine_lines(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Breaches with their words."""
    held, scope = list(rows), duties.scope_words()
    names = people.names_by_login({one.person for one in held})
    return [
        {
            "row": one, "state": INCIDENT_STATES[one.state], "tone": FINE_TONES[one.state],
            "person": names.get(one.person, one.person), "scope": scope(one),
            "fine": Money(one.fine_minor, one.currency), "cut": Money(one.cut_minor, one.currency),
            "result": RESULTS.get(one.appeal_result, ""),
        }
        for one in held
    ]  # fmt: skip


def percent(share: Any) -> str:
    """A rate in percent with one place; "n/a" where nothing was to be counted."""
    return str(_("n/a")) if share is None else f"{float(share) * 100:.1f} %"


def _tone(one: Due, on: date) -> str:
    if one.done_on:
        return "warn" if one.is_late(on) else "good"
    return "bad" if one.is_late(on) else ""
