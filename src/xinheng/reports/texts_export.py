"""What a search in papers found, as a workbook; the export itself is on the trail."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.texts import services as texts
from xinheng.facts.texts.values import Hit, Wanted
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.sheets import Column, Sheet, workbook

MOST = 1_000  # as many as one search tells apart


def export_found_papers(*, actor: Actor, on: date, wanted: Wanted) -> bytes:
    """The papers that a search finds, each with the place. Refuses: AccessDenied, WordsMissing."""
    access.require(actor, "exports.read", "texts")
    found = texts.search(actor=actor, on=on, wanted=wanted, a_page=MOST)
    tally = Tally(_row(hit) for hit in found.hits)
    told = {"words": " ".join(found.words.typed), **wanted.narrows}
    notes = notes_of(actor, on, told.items())
    content = workbook([Sheet(_("Papers found"), _columns(), tally)], notes=notes, about=_("About this file"))
    after = {**told, "rows": tally.rows}
    audit.record(actor=actor, act="exports.texts", subject="texts", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Label"), width=18), Column(_("Archive number"), width=26), Column(_("Title"), width=36),
        Column(_("Paper's day"), "date", 12), Column(_("Dossier no."), width=18),
        Column(_("Dossier"), width=32),
        Column(_("Customer no."), width=14), Column(_("Customer"), width=28), Column(_("Page"), "count", 8),
        Column(_("What it says"), width=70),
    ]  # fmt: skip


def _row(hit: Hit) -> tuple[Any, ...]:
    paper = hit.paper
    dossier, customer = paper.dossier, paper.dossier.customer
    return (
        paper.label, paper.number, paper.title, paper.formed_on, dossier.no, dossier.title,
        customer.no if customer else "", customer.name if customer else "", hit.page,
        "".join(piece.text for piece in hit.excerpt),
    )  # fmt: skip
