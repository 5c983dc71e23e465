"""A credit report as a file: PDF set by typst, Word with real headings, Excel with a sheet a section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from xinheng.reports.credit_values import CreditReport, Pairs, Section, Words
from xinheng.reports.letters import day_told
from xinheng.reports.printing import pdf
from xinheng.reports.sheets import Column, Sheet, workbook
from xinheng.reports.word_pages import (
    head_and_foot,
    heading,
    new_document,
    paragraph,
    saved,
    table,
)


def report_pdf(report: CreditReport) -> bytes:
    """The report on paper: cover, numbered sections, page x of y, watermark. Refuses: PrintFontMissing."""
    return pdf("credit_report", {
        "title": title(), "words": _words(), "cover": cover(report), "name": report.customer_name,
        "number": report.number or _("not sealed"), "watermark": report.watermark,
        "depth": report.depth_word,
        "headline": [list(row) for row in report.headline],
        "sections": [
            {"title": _title(place, section), "blocks": [_plain(one) for one in section.blocks]}
            for place, section in enumerate(report.sections, 1)
        ],
        "left_out": [[one.what, one.why] for one in report.left_out],
    })  # fmt: skip


def report_docx(report: CreditReport) -> bytes:
    """The report for Word, A4."""
    document = new_document()
    head_and_foot(document, f"{title()}　{report.customer_name}", report.watermark)
    heading(document, title(), 0)
    paragraph(document, report.customer_name, align="center")
    for name, value in cover(report):
        paragraph(document, f"{name}：{value}", align="center", soft=True)
    for place, section in enumerate(report.sections, 1):
        heading(document, _title(place, section), 1)
        for block in section.blocks:
            _put(document, block)
    heading(document, _words()["left_out"], 1)
    head = [_("Left out"), _("Why")]
    table(document, head, [(one.what, one.why) for one in report.left_out])
    return saved(document)


def report_xlsx(report: CreditReport, notes: Sequence[tuple[str, str]]) -> bytes:
    """The report for Excel: a sheet a section, what is left out on a sheet of its own."""
    sheets = [Sheet(_("Cover"), [Column("", width=24), Column("", width=60)], cover(report))]
    sheets += [
        Sheet(f"{place} {section.title}", _columns(section), _rows(section))
        for place, section in enumerate(report.sections, 1)
    ]
    left_out = [(one.what, one.why) for one in report.left_out]
    sheets.append(
        Sheet(_words()["left_out"], [Column(_("Left out"), width=40), Column(_("Why"), width=40)], left_out)
    )
    return workbook(sheets, notes=[*notes, (_("Watermark"), report.watermark)], about=_("About this file"))


def title() -> str:
    """What the report calls itself; never a report of a credit bureau."""
    return _("Credit file report of a customer")


def cover(report: CreditReport) -> list[tuple[str, str]]:
    """What stands on the cover."""
    return [
        (_("Report no."), report.number or _("not sealed")),
        (_("Customer no."), report.customer_no),
        (_("Depth of the report"), report.depth_word),
        (_("As of"), day_told(report.as_of)),
        (_("Report made on"), day_told(report.made_on)),
        (_("Made by"), report.made_by),
    ]


def _title(place: int, section: Section) -> str:
    return f"{_chinese(place)}、{section.title}"


def _words() -> dict[str, str]:
    return {
        "left_out": _("What this report leaves out"), "what": _("Left out"), "why": _("Why"),
        "contents": _("Contents"), "secret": _("Internal; not to be passed on"),
    }  # fmt: skip


def _plain(block: Any) -> dict[str, Any]:
    if block.kind == "pairs":
        return {"kind": "pairs", "rows": [list(row) for row in block.rows]}
    if block.kind == "words":
        return {"kind": "words", "rows": list(block.rows)}
    return {
        "kind": "grid", "title": block.title, "head": list(block.head), "aligned": block.aligned,
        "rows": [list(row) for row in block.rows], "note": block.note,
        "widths": _widths(block.head, block.rows),
    }  # fmt: skip


def _widths(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is, by its longest text, between bounds."""
    longest = [max([_wide(name), *(_wide(row[place]) for row in rows)]) for place, name in enumerate(head)]
    return [min(max(one, 13), 44) for one in longest]


def _wide(text: str) -> int:
    """How many places a text takes; a Chinese character takes two."""
    return sum(2 if ord(one) > 0x2E7F else 1 for one in text)


def _put(document: Any, block: Any) -> None:
    if block.kind == "words":
        for line in block.rows:
            paragraph(document, line)
    elif block.kind == "pairs":
        table(document, [_("File item"), _("What is told")], block.rows)
        paragraph(document, "")
    else:
        if block.title:
            heading(document, block.title, 2)
        table(document, block.head, block.rows, aligned=block.aligned)
        paragraph(document, block.note, soft=True)


def _columns(section: Section) -> list[Column]:
    widest = max(len(row) for row in _rows(section))
    return [Column("", width=26) for _place in range(widest)]


def _rows(section: Section) -> list[tuple[str, ...]]:
    """Blocks below each other, as wide as the widest of them."""
    lines: list[tuple[str, ...]] = []
    for block in section.blocks:
        if isinstance(block, Words):
            lines += [(line,) for line in block.rows]
        elif isinstance(block, Pairs):
            lines += [tuple(row) for row in block.rows]
        else:
            lines += [(block.title,)] if block.title else []
            lines += [tuple(block.head), *(tuple(row) for row in block.rows)]
            lines += [(block.note,)] if block.note else []
    widest = max((len(row) for row in lines), default=1)
    return [(*row, *[""] * (widest - len(row))) for row in lines]


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
