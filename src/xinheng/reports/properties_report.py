"""The four-property check of a dossier as a paper or a workbook."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.values import PropertyCheck
from xinheng.reports.exports import notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import Column, Sheet, workbook

GROUPS: dict[str, str | Promise] = {
    "authenticity": gettext_lazy("Authenticity"),
    "integrity": gettext_lazy("Integrity"),
    "usability": gettext_lazy("Usability"),
    "security": gettext_lazy("Safety"),
}
OUTCOMES: dict[str, str | Promise] = {
    "passed": gettext_lazy("passed"),
    "failed": gettext_lazy("does not pass"),
    "open": gettext_lazy("could not be told"),
}


def export_properties(*, actor: Actor, on: date, no: str, form: Literal["pdf", "xlsx"]) -> bytes:
    """Check a dossier now and give the report; the check stands on the trail.

    Refuses: AccessDenied, DossierUnknown, PrintFontMissing.
    """
    access.require(actor, "exports.read", f"dossier:{no[:40]}")
    dossier, checks = dossiers.check_properties(actor=actor, on=on, no=no)
    rows = [_row(one) for one in checks]
    if form == "xlsx":
        sheet = Sheet(_("Four-property check"), _columns(), rows)
        told = [("dossier", f"{dossier.no} {dossier.title}")]
        return workbook([sheet], notes=notes_of(actor, on, told), about=_("About this file"))
    title = _("Report on the four properties of electronic records")
    overall = _("Outcome: %(outcome)s") % {"outcome": OUTCOMES[queries.worst(checks)]}
    table = Table(
        name=title,
        title=title,
        columns=_columns(),
        rows=rows,
        left=f"{dossier.no} {dossier.title}",
        right=overall,
    )
    footer = _("Checked on %(on)s by %(name)s") % {"on": on.isoformat(), "name": actor.name}
    return print_pdf([table], title=title, footer=footer)


def _row(one: PropertyCheck) -> tuple[str, str, int, str, str]:
    return (str(GROUPS[one.group]), one.words, one.of, str(OUTCOMES[one.outcome]), "; ".join(one.found))


def _columns() -> list[Column]:
    return [
        Column(_("Property"), width=12), Column(_("What is checked"), width=40),
        Column(_("Checked"), "count", 8),
        Column(_("Outcome"), width=12), Column(_("Does not pass"), width=60),
    ]  # fmt: skip
