"""Words of retention on its pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
STATE_WORDS: dict[str, Words] = {
    "due": _("term is over"),
    "coming": _("ends within a year"),
    "kept": _("still kept"),
    "open": _("not counted yet"),
    "permanent": _("kept for ever"),
}
TONES = {"due": "warn", "coming": "note", "kept": "good", "open": "note", "permanent": "good"}
LIST_TONES = {
    "draft": "note", "submitted": "warn", "approved": "warn", "destroyed": "good", "rejected": "bad",
    "withdrawn": "note",
}  # fmt: skip
VERDICT_WORDS: dict[str, Words] = {"keep": _("keep longer"), "destroy": _("destroy")}
SECTIONS: dict[str, tuple[Words, Words]] = {
    "retention": (
        _("Terms of retention"),
        _(
            "How long each filed paper is kept. What is over goes before a group, then on a list of "
            "destruction."
        ),
    ),
    "retention_appraisals": (
        _("Appraisals"),
        _("A group says of each paper whose term is over whether it is kept longer or destroyed."),
    ),
    "retention_lists": (
        _("Destruction lists"),
        _("Approved by grade, compared with the papers, watched by two people, certified."),
    ),
    "retention_holds": (
        _("Holds on papers"),
        _("Nothing that is held is destroyed, whatever else was decided."),
    ),
    "retention_register": (
        _("Register of destruction"),
        _("Kept for ever. Each line is sealed onto the one before it."),
    ),
    "retention_schedule": (
        _("Schedule of terms"),
        _("The rules of the day. A new version never shortens a term that was fixed."),
    ),
}
