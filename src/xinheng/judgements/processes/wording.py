"""States, acts and proofs in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
STATES: dict[str, Words] = {
    "open": _("under way"),
    "done": _("completed"),
    "cancelled": _("case cancelled"),
}
ACTS: dict[str, Words] = {
    "start": _("case begun"),
    "close": _("step closed"),
    "return": _("sent back"),
    "cancel": _("case cancelled"),
}
PROOFS: dict[str, Words] = {
    "survey": _("a questionnaire handed in"),
    "investigation": _("an investigation with its report"),
    "field_report": _("a report from the field"),
    "dealings": _("bills in the ledger"),
    "rated": _("a rating run that holds the customer"),
    "proposed": _("a proposed grade under review"),
    "reviewed": _("a reviewed grade"),
    "approved": _("a grade approved by the chain"),
    "paper": _("a paper kept with the case"),
    "note": _("what is written when the step is closed"),
}
MARKS: dict[str, Words] = {
    "given": _("given in the source"),
    "assumed": _("assumed: lost in the source"),
    "lost": _("lost in the source and not set"),
}
