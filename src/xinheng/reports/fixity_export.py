"""The checks of the kept files as a workbook; the export itself is on the trail."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as archive
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import Column, Sheet, workbook

MOST_CHECKS, MOST_FAULTS = 1000, 100_000


def export_fixity(*, actor: Actor, on: date) -> bytes:
    """The checks, the newest first, and the files that the last one found at fault. Refuses: AccessDenied."""
    access.require(actor, "exports.read", "archive")
    checks = archive.fixity_runs(actor, most=MOST_CHECKS)
    faulty = archive.faulty(actor, most=MOST_FAULTS)
    told = Tally(
        (
            one.run, one.begun_on, one.begun_by, _("all") if one.of_all else _("sample"), one.documents,
            one.bytes, len(one.faults), _("yes") if one.is_finished else _("no"),
        )
        for one in checks
    )  # fmt: skip
    wrong = Tally(
        (one.sha256, one.sm3, one.fault, one.checked_on, one.size, one.kept_by, one.kept_on) for one in faulty
    )
    content = workbook(
        [
            Sheet(_("Checks of the kept files"), _check_columns(), told),
            Sheet(_("Files with a fault"), _fault_columns(), wrong),
        ],
        notes=notes_of(actor, on, ()),
        about=_("About this file"),
    )
    after = {"checks": told.rows, "faults": wrong.rows}
    audit.record(actor=actor, act="exports.fixity", subject="archive", on=on, after=after)
    return content


def _check_columns() -> list[Column]:
    return [
        Column(_("No."), "count", 8),
        Column(_("Begun on"), "date", 12),
        Column(_("Begun by"), width=16),
        Column(_("Of what"), width=12),
        Column(_("Files"), "count", 10),
        Column(_("Bytes"), "count", 16),
        Column(_("Faults"), "count", 10),
        Column(_("Is finished"), width=10),
    ]


def _fault_columns() -> list[Column]:
    return [
        Column("SHA-256", width=66),
        Column("SM3", width=66),
        Column(_("Fault"), width=14),
        Column(_("Found on"), "date", 12),
        Column(_("Bytes"), "count", 14),
        Column(_("Kept by"), width=16),
        Column(_("Kept on"), "date", 12),
    ]
