"""The four properties of electronic records (DA/T 70): authentic, whole, usable, safe; asked of a dossier."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit import queries as trail
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.archive import queries as kept_files
from xinheng.facts.archive import services as archive
from xinheng.facts.dossiers import selecting
from xinheng.facts.dossiers.completing import lines_now
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.facts.dossiers.numbering import is_paper_number
from xinheng.facts.dossiers.opening import subject_of
from xinheng.facts.dossiers.values import PropertyCheck

PASSED, FAILED, OPEN = "passed", "failed", "open"
LONG_TERM = frozenset(
    {"application/pdf", "application/ofd", "image/tiff", "image/jpeg", "image/png", "text/plain", "text/csv"}
)
MOST_TOLD = 20  # papers that a check names
Wrong = Callable[[Paper], bool]


@transaction.atomic
def check_properties(*, actor: Actor, on: date, no: str) -> tuple[Dossier, list[PropertyCheck]]:
    """Check the four properties of a dossier's papers that the actor sees; the outcome stands on the trail.

    Every kept file is read and compared with its hashes. Refuses: AccessDenied, DossierUnknown.
    """
    require(actor, "dossiers.read", f"dossier:{no[:40]}")
    dossier = selecting.get_dossier(actor, no, on=on)
    rows = selecting.papers_visible(actor, on).filter(dossier=dossier).exclude(state="destroyed")
    papers = list(rows.select_related("document").order_by("pk"))
    kept = [one for one in papers if one.document is not None]
    checks = [*_authentic(papers, kept), *_whole(dossier, papers, on), *_usable(kept), *_safe(dossier, kept)]
    outcomes = Counter(one.outcome for one in checks)
    after = {"papers": len(papers), "files": len(kept), **outcomes}
    record(actor=actor, act="dossiers.check_properties", subject=subject_of(dossier), on=on, after=after)
    return dossier, checks


def _check(group: str, words: str, papers: Sequence[Paper], is_wrong: Wrong) -> PropertyCheck:
    found = [f"{one.label} {one.title}" for one in papers if is_wrong(one)]
    outcome = FAILED if found else PASSED
    return PropertyCheck(group, words, outcome, len(papers), tuple(found[:MOST_TOLD]))


def _authentic(papers: Sequence[Paper], kept: Sequence[Paper]) -> list[PropertyCheck]:
    group, filed = "authenticity", [one for one in papers if one.number]
    same = Counter(_folded(one.number) for one in filed)
    altered = kept_files.not_as_kept([one.document for one in kept if one.document is not None])
    return [
        _check(group, _("every file has the hashes it came in with"), kept,
               lambda one: one.document is not None and one.document.sha256 in altered),
        _check(group, _("archive numbers are written as DA/T 22 asks"), filed,
               lambda one: not is_paper_number(one.number)),
        _check(group, _("no archive number stands twice"), filed, lambda one: same[_folded(one.number)] > 1),
        _check(group, _("the year of the number is that of the paper"), filed,
               lambda one: f"·{one.formed_on.year}-" not in one.number),
        _check(group, _("days follow one another"), papers,
               lambda one: one.formed_on > one.received_on
               or bool(one.filed_on and one.filed_on < one.received_on)),
        _check(group, _("titles have no signs that cannot be read"), papers, _has_strange_signs),
    ]  # fmt: skip


def _whole(dossier: Dossier, papers: Sequence[Paper], on: date) -> list[PropertyCheck]:
    group = "integrity"
    lines = lines_now([dossier.pk], on).filter(pl.col("required"))
    gone = lines.filter(pl.col("state").is_in(["missing", "expired"]))["code"].to_list()
    added = {
        str((after or {}).get("paper"))
        for after in trail.search(act="dossiers.add_paper", subject=subject_of(dossier)).values_list(
            "after", flat=True
        )
    }
    return [
        _check(group, _("each paper has a file or a sheet that is kept"), papers,
               lambda one: one.document is None and not one.has_original),
        _check(group, _("title, form, grade, term and days are told"), papers,
               lambda one: not (one.title and one.copy_form and one.secrecy and one.retention)),
        _check(group, _("the trail tells how each paper came in"), papers,
               lambda one: one.label not in added),
        _check(group, _("papers filed on sheets have their pages counted"),
               [one for one in papers if one.has_original and one.filed_on], lambda one: not one.pages),
        PropertyCheck(group, _("every paper that the checklist asks for is there"),
                      FAILED if gone else PASSED, lines.height, tuple(gone[:MOST_TOLD])),
    ]  # fmt: skip


def _usable(kept: Sequence[Paper]) -> list[PropertyCheck]:
    group = "usability"
    shown = [one for one in kept if one.document is not None and archive.preview_way(one.document) != "none"]
    unreadable = kept_files.unreadable([one.document for one in shown if one.document is not None])
    return [
        _check(group, _("formats are fit to be kept for long"), kept,
               lambda one: one.document is not None and one.document.content_type not in LONG_TERM),
        _check(group, _("files open"), shown,
               lambda one: one.document is not None and one.document.sha256 in unreadable),
        _check(group, _("no file is locked or packed"), kept,
               lambda one: one.document is not None and one.document.content_type == "application/zip"),
    ]  # fmt: skip


def _safe(dossier: Dossier, kept: Sequence[Paper]) -> list[PropertyCheck]:
    group = "security"
    refused = trail.search(subject=subject_of(dossier), outcome="refused").count()
    scanned = bool(settings.ARCHIVE_CLAMD)
    infected = (
        kept_files.infected([one.document for one in kept if one.document is not None]) if scanned else set()
    )
    viruses = _check(group, _("no virus is found"), kept,
                     lambda one: one.document is not None and one.document.sha256 in infected)  # fmt: skip
    if not scanned and kept:
        viruses = PropertyCheck(group, viruses.words, OPEN, len(kept), (_("no scanner is set"),))
    words = _("no act on the dossier was refused")
    return [viruses, PropertyCheck(group, words, OPEN if refused else PASSED, refused)]


def _folded(number: str) -> str:
    return "".join(unicodedata.normalize("NFKC", number).split())


def _has_strange_signs(one: Paper) -> bool:
    return any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in one.title)


def worst(checks: Iterable[PropertyCheck]) -> str:
    """The outcome of all: failed where one failed, open where one could not be told."""
    outcomes = {one.outcome for one in checks}
    return FAILED if FAILED in outcomes else OPEN if OPEN in outcomes else PASSED
