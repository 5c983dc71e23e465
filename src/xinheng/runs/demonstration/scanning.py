"""The demonstration company scans a letter: it has no text layer, so the worker recognises it at the first start."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pypdfium2 as pdfium
import typst

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.fonts import font_folder
from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.dossiers import services as acts

TITLE = "付款承诺函（扫描件）"
LETTER = """#set page(paper: "a5", margin: 16mm)
#set text(font: "Noto Sans CJK SC", size: 12pt)
= 付款承诺函
贵公司：我方确认截至上月末尚欠货款人民币壹拾贰万元整。

我方承诺自本月起分三期付清，每期人民币肆万元；逾期按日万分之五支付违约金。

特此承诺。
"""
DOTS_PER_INCH = 150


def scan_a_letter(*, actor: Actor, on: date) -> None:
    """Keep the scan of a promise in the first customer's file. Done once."""
    if dossiers.papers_visible(actor, on).filter(title=TITLE).exists():
        return
    found = dossiers.dossiers_visible(actor, on).filter(kind="general_customer", closed_on=None).first()
    if found is None:
        return
    acts.add_paper(
        actor=actor, on=on, dossier=found, upload=Upload("付款承诺函.jpg", _scan()), item="dunning", title=TITLE,
        copy_form="electronic", formed_on=on - timedelta(days=12),
    )  # fmt: skip


def _scan() -> bytes:
    """A picture of the letter, a little turned, as a scanner gives it."""
    made: Any = typst.compile(LETTER.encode(), font_paths=[str(font_folder())])  # type: ignore[misc]
    page = pdfium.PdfDocument(made)[0]
    picture = page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()
    file = io.BytesIO()
    picture.rotate(0.5, fillcolor=255).save(file, "JPEG", quality=80)
    return file.getvalue()
