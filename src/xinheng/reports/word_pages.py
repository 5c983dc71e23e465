"""Documents for Word: A4, Chinese type, real headings, tables with a head that repeats, page x of y."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

SONG, HEI = "SimSun", "SimHei"  # on every Chinese Windows; Word takes another where one is missing
INK = RGBColor(0x1F, 0x29, 0x37)
ALIGNED = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
SIZES = {0: 20, 1: 15, 2: 12.5, 3: 11}


def new_document() -> Any:
    """An empty A4 document in Chinese type."""
    document = Document()
    _typed(document.styles["Normal"], SONG, 10.5)
    for level, size in SIZES.items():
        style = document.styles["Title" if level == 0 else f"Heading {level}"]
        _typed(style, HEI, size)
        style.font.color.rgb = INK
        style.font.bold = True
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin = page.bottom_margin = Cm(2.2)
    return document


def heading(document: Any, text: str, level: int) -> None:
    """A heading that Word's outline knows."""
    made = document.add_heading(text, level)
    if level == 0:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER


def paragraph(document: Any, text: str, *, align: str = "left", soft: bool = False) -> None:
    """A paragraph; soft: smaller and grey, for remarks."""
    made = document.add_paragraph()
    run = made.add_run(text)
    made.alignment = ALIGNED[align]
    if soft:
        run.font.size, run.font.color.rgb = Pt(9), RGBColor(0x6B, 0x72, 0x80)


def table(
    document: Any, head: Sequence[str], rows: Sequence[Sequence[str]], *, aligned: Sequence[str] = ()
) -> None:
    """A table with lines; its head stands again on each page."""
    made = document.add_table(rows=1, cols=len(head))
    made.style = "Table Grid"
    for cell, text in zip(made.rows[0].cells, head, strict=True):
        _fill(cell, text, bold=True)
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), "E9EFF8")
        cell._tc.get_or_add_tcPr().append(shade)
    _mark(made.rows[0]._tr.get_or_add_trPr(), "w:tblHeader")
    for row in rows:
        line = made.add_row()
        _mark(line._tr.get_or_add_trPr(), "w:cantSplit")
        for place, text in enumerate(row):
            _fill(line.cells[place], text, align=aligned[place] if aligned else "left")


def head_and_foot(document: Any, head: str, foot: str) -> None:
    """A line at the head and one at the foot of every page, with the page and how many there are."""
    section = document.sections[0]
    top = section.header.paragraphs[0]
    top.add_run(head).font.size = Pt(8.5)
    bottom = section.footer.paragraphs[0]
    bottom.add_run(f"{foot}　").font.size = Pt(8.5)
    for before, code in (("第 ", "PAGE"), (" 页 / 共 ", "NUMPAGES")):
        bottom.add_run(before).font.size = Pt(8.5)
        _field(bottom, code)
    bottom.add_run(" 页").font.size = Pt(8.5)


def saved(document: Any) -> bytes:
    """The file."""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _typed(style: Any, name: str, size: float) -> None:
    style.font.name, style.font.size = name, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for part in ("w:eastAsia", "w:ascii", "w:hAnsi"):
        fonts.set(qn(part), name)


def _fill(cell: Any, text: str, *, bold: bool = False, align: str = "left") -> None:
    made = cell.paragraphs[0]
    run = made.add_run(text)
    run.bold, run.font.size = bold, Pt(9)
    made.alignment = ALIGNED[align]


def _mark(properties: Any, name: str) -> None:
    properties.append(OxmlElement(name))


def _field(where: Any, code: str) -> None:
    run = where.add_run()
    run.font.size = Pt(8.5)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
