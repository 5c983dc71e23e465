"""Papers to read: printed, scanned and packed, and a small company whose files they lie in."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pypdfium2 as pdfium
import typst
import xlsxwriter
from docx import Document as WordDocument
from PIL import Image

from tests.seats import seat
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.fonts import font_folder
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.dossiers.models import Dossier, Paper

START = date(2026, 1, 1)
SYSTEM = system_actor()
CLAUSES = (
    "甲方应于二〇二六年六月三十日前付清货款人民币壹拾贰万元整。",
    "逾期付款的，按日万分之五计收违约金。",
    "质保金为合同金额的百分之五，期满退还。",
)


@cache
def printed(*pages: str) -> bytes:
    """A PDF with a text layer, a text a page."""
    head = '#set page(width: 150mm, height: 80mm, margin: 9mm)\n#set text(font: "Noto Sans CJK SC", size: 12pt)\n'
    body = "\n#pagebreak()\n".join(text.replace("\n", "\n\n") for text in pages)
    return typst.compile((head + body).encode(), font_paths=[str(font_folder())])


@cache
def scanned(text: str, *, turned: float = 0.6, noise: int = 14, form: str = "PNG") -> bytes:
    """The same page as a scanner gives it: 200 dots an inch, a little turned, with noise, without a text layer."""
    page = pdfium.PdfDocument(printed(text))[0]
    grey = page.render(scale=200 / 72, grayscale=True).to_pil().rotate(turned, expand=True, fillcolor=255)
    dots = np.asarray(grey).astype(int) + np.random.default_rng(7).normal(0, noise, (grey.height, grey.width))
    return saved(Image.fromarray(np.clip(dots, 0, 255).astype("uint8")), form)


def saved(picture: Image.Image, form: str, **told: Any) -> bytes:
    """The bytes of a picture file."""
    file = io.BytesIO()
    picture.save(file, form, **told)
    return file.getvalue()


def word(*paragraphs: str) -> bytes:
    """A Word file with a table at its end."""
    document, file = WordDocument(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "开户银行", "苏州银行园区支行"
    document.save(file)
    return file.getvalue()


def workbook() -> bytes:
    """Two sheets; a figure that is whole and one that is not."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    first, second = book.add_worksheet("资产负债"), book.add_worksheet("利润")
    first.write_row(0, 0, ["货币资金", 1200000, 3.5])
    second.write_row(0, 0, ["营业收入", 88])
    book.close()
    return file.getvalue()


def ofd(*pages: str) -> bytes:
    """An electronic invoice as OFD keeps it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("OFD.xml", "<OFD/>")
        for at, text in enumerate(pages):
            told = f'<P xmlns="http://www.ofdspec.org/2016"><TextCode X="1">{text}</TextCode></P>'
            packed.writestr(f"Doc_0/Pages/Page_{at}/Content.xml", told)
    return file.getvalue()


def company() -> dict[str, Actor]:
    """An archivist, a general manager, and two salespeople with a customer each."""
    people = {login: seat(login, role, on=START) for login, role in (
        ("dang", "archivist"), ("zong", "general_manager"), ("wang", "salesperson"), ("li", "salesperson"),
    )}  # fmt: skip
    told = {"kind": "company", "region": "江苏", "unit_code": "HQ"}
    rows = [
        {"no": "C-1", "name": "苏州华信建材有限公司", "person_login": "wang", **told},
        {"no": "C-2", "name": "南京东方机电有限公司", "person_login": "li", **told},
    ]
    files.post_customers(pl.DataFrame(rows), batch_no=None, told_on=START, actor=SYSTEM)
    return people


def file_of(no: str, on: date) -> Dossier:
    """The credit file of a customer."""
    customer = customers.get(SYSTEM, no, on=on)
    asked = {
        "kind": "general_customer",
        "subject": f"customer:{customer.pk}",
        "title": f"{customer.name}信用档案",
    }
    return dossiers.open_dossier(actor=SYSTEM, on=on, customer=customer, facts={"party": "company"}, **asked)


def put(dossier: Dossier, on: date, name: str, content: bytes | None, **told: Any) -> Paper:
    """Put a paper into a file; told: title, secrecy, formed_on …"""
    asked = {
        "title": name.rsplit(".", 1)[0],
        "copy_form": "copy",
        "item": "other",
        "has_original": content is None,
    }
    upload = None if content is None else Upload(name, content)
    return dossiers.add_paper(actor=SYSTEM, on=on, dossier=dossier, upload=upload, **{**asked, **told})
