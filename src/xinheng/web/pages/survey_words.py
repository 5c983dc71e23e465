"""States, points and files of questionnaires and investigations in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from xinheng.facts.archive.values import Attached

MASKED = "****"
STATES: dict[str, Any] = {
    "open": _("unfinished"),
    "handed_in": _("handed in"),
    "accepted": _("accepted"),
    "filed": _("filed with finance"),
    "rejected": _("rejected"),
    "not_answered": _("not answered"),
}
TONES = {
    "open": "warn",
    "handed_in": "good",
    "accepted": "good",
    "filed": "good",
    "rejected": "bad",
    "not_answered": "bad",
}
POINTS: dict[str, Any] = {
    "contradictions": _("Contradictions between data"),
    "dealings": _("Our dealings with the customer"),
    "credit_record": _("The credit record of these dealings"),
    "other": _("Other"),
}
ORDERS: dict[str, Any] = {"ordered": _("ordered"), "done": _("done"), "cancelled": _("called off")}
ORDER_TONES = {"ordered": "warn", "done": "good", "cancelled": "bad"}
KINDS: dict[str, Any] = {"daily": _("daily report"), "urgent": _("urgent report")}


def attached_line(one: Attached, address: str, *, beside: str = "") -> dict[str, Any]:
    """A kept file as a page lists it. beside: the answer it stands beside."""
    return {"file": one, "address": address, "beside": beside, "kilobytes": max(1, round(one.size / 1024))}
