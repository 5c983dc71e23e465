"""Words of stages, forms and states in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAGES: dict[str, str | Promise] = {
    "": _("nothing there yet"),
    "collect": _("collected"),
    "arrange": _("arranged"),
    "file": _("filed away"),
    "use": _("being used"),
}
FORMS: dict[str, str | Promise] = {
    "original": _("original"),
    "duplicate": _("duplicate"),
    "copy": _("photocopy"),
    "electronic": _("electronic file"),
}
LINES: dict[str, str | Promise] = {
    "present": _("there"),
    "flagged": _("there in another form"),
    "missing": _("not there"),
    "expired": _("run out"),
    "later": _("comes later"),
    "not_applicable": _("is not applicable"),
    "absent": _("optional, not there"),
}
PAPERS: dict[str, str | Promise] = {
    "in_force": _("valid"),
    "superseded": _("replaced by a newer version"),
    "withdrawn": _("taken out of the dossier"),
    "lost": _("the paper is lost"),
    "destroyed": _("destroyed"),
}


def stage_word(stage: str) -> str:
    """A stage in the reader's language."""
    return str(STAGES.get(stage, stage))


def form_word(form: str) -> str:
    """A form of a paper in the reader's language."""
    return str(FORMS.get(form, form))


def line_word(state: str) -> str:
    """How a line stands, in the reader's language."""
    return str(LINES.get(state, state))


def paper_word(state: str) -> str:
    """The state of a paper in the reader's language."""
    return str(PAPERS.get(state, state))
