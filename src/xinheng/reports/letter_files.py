"""A letter as a file: PDF, or Word to be edited before it is sent."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from xinheng.reports.printing import pdf
from xinheng.reports.values import Letter

TYPE = "Microsoft YaHei"  # on every Windows; Word takes another where it is missing


def letter_pdf(letter: Letter) -> bytes:
    """The letter on paper. Refuses: PrintFontMissing."""
    return pdf("letter", asdict(letter))


def letter_docx(letter: Letter) -> bytes:
    """The letter for Word, A4."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = TYPE, Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), TYPE)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.4)
    _line(document, letter.company, bold=True, size=15, align=WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, f"{letter.reference}\t{letter.day}")
    _line(document, letter.addressee)
    _line(document, letter.subject, bold=True, size=13, align=WD_ALIGN_PARAGRAPH.CENTER)
    for part in letter.parts:
        _line(document, part.text, bold=part.kind == "list")
        for item in part.items:
            document.add_paragraph(item, style="List Bullet")
    for line in letter.closing:
        _line(document, line)
    for line in letter.signed:
        _line(document, line, align=WD_ALIGN_PARAGRAPH.RIGHT)
    foot = page.footer.paragraphs[0]
    foot.add_run(letter.footer).font.size = Pt(8)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _line(
    document: Any, text: str, *, bold: bool = False, size: float = 10.5, align: int | None = None
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    if align is not None:
        paragraph.alignment = align
