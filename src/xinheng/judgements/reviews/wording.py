"""Stages, kinds and selections in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.reviews.values import Wanted

STAGES: dict[str, str | Promise] = {
    "open": _("to be reviewed"),
    "reviewed": _("reviewed, not submitted yet"),
    "submitted": _("on a grade summary"),
    "approved": _("in force by approval"),
    "rejected": _("turned down"),
    "superseded": _("superseded by a later run"),
}
KINDS: dict[str, str | Promise] = {
    "accepted": _("as proposed"),
    "override": _("override"),
    "exception": _("exception to a soft rule"),
    "fallback": _("back to the proposed grade"),
    "event": _("lowered by an event"),
}
STALE: dict[str, str | Promise] = {  # which data behind a grade are stale
    "answers": _("no new answer since the last closed period began"),
    "statements": _("the last statement is too old, or missing"),
    "file": _("no new fact in the file since the last closed period began"),
    "figures": _("nothing measured since the last closed period began"),
}
HELD: dict[str, str | Promise] = {
    "veto": _("held by a veto"),
    "cap": _("held by a hard cap"),
    "soft": _("held in principle (soft cap)"),
}


def stage(code: str) -> str:
    """A stage in the reader's language."""
    return str(STAGES.get(code, code))


def selection(wanted: Wanted) -> dict[str, Any]:
    """A selection as the trail keeps it: what was asked for."""
    told = {name: value for name, value in asdict(wanted).items() if value}
    if ids := told.get("ids"):
        told["ids"] = len(ids)
    return told
