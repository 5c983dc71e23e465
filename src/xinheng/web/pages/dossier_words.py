"""Words and lines of the pages of dossiers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers.values import ONLY, SORTS, Completeness, Kind, LineNow, Wanted

COLUMNS: list[tuple[str, Any, str]] = [
    ("no", _("Dossier no."), ""), ("title", _("Title of the dossier"), ""),
    ("kind", _("Kind of dossier"), ""),
    ("", _("Kept by unit"), ""), ("custodian", _("Custodian"), ""), ("", _("Share there"), "xh-num"),
    ("", _("Missing papers"), "xh-num"), ("touched", _("Last touched"), ""),
]  # fmt: skip
WORK_LISTS: dict[str, str | Promise] = {
    "incomplete": _("papers missing"),
    "expiring": _("papers running out"),
    "without_custodian": _("without custodian"),
    "drafts": _("drafts to confirm"),
    "unsorted": _("papers to sort in"),
    "stale": _("not kept up"),
    "undated": _("days of the object not told"),
}
TONES = {
    "present": "good", "flagged": "warn", "missing": "bad", "expired": "bad", "later": "note",
    "not_applicable": "note", "absent": "note",
}  # fmt: skip
PAPER_TONES = {"in_force": "good", "lost": "bad", "destroyed": "note"}
SUBJECTS: dict[str, str | Promise] = {
    "customer": _("customer"),
    "contract": _("contract"),
    "vehicle": _("vehicle"),
    "unit": _("dwelling unit"),
    "project": _("project"),
    "volume": _("volume of files"),
}


def asked(request: HttpRequest) -> Wanted:
    """The filters and the order that the address names; anything else in it is passed over."""
    told, sort = request.GET, request.GET.get("sort", "no")
    only = told.get("only", "")
    return Wanted(
        text=told.get("q", "").replace("\x00", "").strip()[:100],
        kind=told.get("kind", "")[:40],
        unit=told.get("unit", "")[:40],
        customer=told.get("customer", "")[:40],
        only=only if only in ONLY else "",
        sort=sort if sort.removeprefix("-") in SORTS else "no",
    )


def share_text(state: Completeness | None) -> str:
    """How complete, as a per cent cut off so that only what is whole says 100; "—" where nothing is asked."""
    if state is None or not state.asked:
        return "—"
    return f"{state.present * 100 // state.asked}%"


def row(dossier: Any, kinds: Mapping[str, Kind], states: Mapping[int, Completeness]) -> dict[str, Any]:
    """A dossier as a row of a list."""
    kind, state = kinds.get(dossier.kind), states.get(dossier.pk)
    return {
        "one": dossier,
        "kind": kind.words if kind else dossier.kind,
        "share": share_text(state),
        "state": state,
        "is_draft": bool(kind and kind.confirmed_by_director and not dossier.confirmed_on),
    }


def line(now: LineNow) -> dict[str, Any]:
    """A line of a checklist with its papers as they are shown."""
    return {
        "now": now,
        "state": dossiers.line_word(now.state),
        "tone": TONES[now.state],
        "stage": dossiers.stage_word(now.stage),
        "forms": ", ".join(dossiers.form_word(form) for form in now.line.forms),
        "papers": [paper(one) for one in now.papers],
    }


def paper(one: Any) -> dict[str, Any]:
    """A paper as it is shown."""
    return {
        "one": one,
        "form": dossiers.form_word(one.copy_form),
        "state": dossiers.paper_word(one.state),
        "tone": PAPER_TONES.get(one.state, "note"),
    }


def kind_choices(kinds: Mapping[str, Kind]) -> list[tuple[str, str]]:
    """Every kind, to choose from."""
    return [(code, kind.words) for code, kind in kinds.items()]
