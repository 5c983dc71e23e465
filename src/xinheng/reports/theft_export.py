"""Suspects with their evidence as Excel and as PDF, within the reach of who takes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.judgements.theft import queries as theft
from xinheng.judgements.theft.values import SUSPECT, Wanted
from xinheng.reports.errors import TooManyRows
from xinheng.reports.exports import Tally, notes_of
from xinheng.reports.printed import Table
from xinheng.reports.printing import print_pdf
from xinheng.reports.sheets import MOST_ROWS, Column, Sheet, workbook
from xinheng.reports.words import SECTIONS

MOST_PRINTED = 2000  # rows on paper


def industry_words(code: str) -> str:
    """An industry of GB/T 4754 in words; "" is unknown."""
    if not code:
        return _("unknown")
    section = customers.section_of(code) if customers.normal_code(code) else ""
    name = str(SECTIONS.get(section, ""))
    return name if code == section else f"{code} {name}".strip()


def export_suspects(*, actor: Actor, on: date, run: int | None, wanted: Wanted) -> bytes:
    """The suspects of a ranking that pass the filters, each with its evidence; by industry on a second sheet.

    Refuses: AccessDenied, NotRanked, TooManyRows.
    """
    access.require(actor, "exports.read", "theft")
    ranking = theft.run(actor, run)
    rows = theft.suspects(actor, ranking.pk, wanted)
    if (number := rows.count()) > MOST_ROWS:
        raise TooManyRows(rows=number, most=MOST_ROWS)
    tally = Tally(_cells(row) for row in rows.iterator(chunk_size=2000))
    counts = [
        (industry_words(one.industry), one.high, one.medium, one.low, one.total)
        for one in theft.by_industry(actor, ranking.pk)
    ]
    asked = {name: value for name, value in asdict(wanted).items() if value not in {None, ""}}
    content = workbook(
        [
            Sheet(_("Suspects"), _columns(), tally),
            Sheet(
                _("By industry"),
                [Column(_("Industry"), width=30),
                 *(Column(str(theft.LEVEL_WORDS[level]), "count") for level in SUSPECT),
                 Column(_("Total"), "count")],
                counts,
            ),
        ],
        notes=notes_of(actor, on, [*asked.items(), ("run", ranking.pk), ("as_of", ranking.as_of)]),
        about=_("About this file"),
    )  # fmt: skip
    after = {**asked, "run": ranking.pk, "rows": tally.rows}
    audit.record(actor=actor, act="exports.suspects", subject=f"ranking:{ranking.pk}", on=on, after=after)
    return content


def print_suspects(*, actor: Actor, on: date, run: int | None, wanted: Wanted) -> bytes:
    """The same as PDF, to be taken to the inspection: at most some thousand rows.

    Refuses: AccessDenied, NotRanked, TooManyRows, PrintFontMissing.
    """
    access.require(actor, "exports.read", "theft")
    ranking = theft.run(actor, run)
    rows = theft.suspects(actor, ranking.pk, wanted)
    if (number := rows.count()) > MOST_PRINTED:
        raise TooManyRows(rows=number, most=MOST_PRINTED)
    title = _("Suspects of theft of electricity, with evidence")
    table = Table(
        name=_("Suspects"), title=title, left=_("Ranking %(number)s") % {"number": ranking.pk},
        right=f"{ranking.since}…{ranking.as_of}", columns=_columns(), rows=[_cells(row) for row in rows],
        note=_("A suspicion is no finding: only an inspection finds."),
    )  # fmt: skip
    content = print_pdf([table], title=title, footer=_("Taken by %(who)s") % {"who": actor.name})
    after = {"run": ranking.pk, "rows": number}
    audit.record(actor=actor, act="exports.suspects", subject=f"ranking:{ranking.pk}", on=on, after=after)
    return content


def _columns() -> list[Column]:
    return [
        Column(_("Rank"), "count", 8), Column(_("Consumer no."), width=16), Column(_("Consumer"), width=26),
        Column(_("Industry"), width=20), Column(_("Area of the grid"), width=14), Column(_("Suspicion")),
        Column(_("Score"), "share", 10), Column(_("Evidence"), width=80),
    ]  # fmt: skip


def _cells(row: Any) -> tuple[Any, ...]:
    told = row.suspicion
    return (
        row.rank, row.consumer_no, row.name, industry_words(row.industry), row.area,
        str(theft.LEVEL_WORDS[row.level]), row.score, "；".join(evidence_lines(told.evidence)),
    )  # fmt: skip


def evidence_lines(evidence: Any) -> Iterator[str]:
    """Each piece of evidence in words, with the days it speaks of."""
    for one in evidence:
        days = f" ({one.since}…{one.until})" if one.since and one.until else ""
        yield f"{one.words}{days}"
