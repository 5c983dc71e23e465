"""What is taken away inherits the masks of who takes it, and bears who took it and when."""

from __future__ import annotations

import io
from datetime import date
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
from openpyxl import load_workbook

from tests.facts.retention.company import people
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.secrecy import services as secrecy
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer, NewFact
from xinheng.reports import services as reports

TODAY = date(2026, 6, 30)
FLOWS = "4321000.00 in, 1234567.00 out"
pytestmark = pytest.mark.django_db


@pytest.mark.req("SIX-08", "C06")
def test_an_export_hides_what_its_taker_may_not_see_and_says_who_took_it() -> None:
    who = people()
    root = system_actor()
    customers.register(actor=root, on=TODAY, new=NewCustomer("长江贸易有限公司", "C-1", unit_code="HQ"))
    told = NewFact("fund_flows", FLOWS, "bank", "工商银行", TODAY)
    customers.tell_fact(actor=root, on=TODAY, no="C-1", fact=told)

    taken = {}
    for login in ("cha", "du"):  # an analyst may not read sensitive fields, a credit manager may
        with secrecy.marked(who[login], TODAY):
            taken[login] = taken_by(who[login])

    for login, shown in (("cha", False), ("du", True)):
        sheet, paper, head = taken[login]
        assert (FLOWS in sheet, FLOWS in paper) == (shown, shown)
        assert f"{login} {login} 2026-06-30" in head
        assert f"{login} {login} 2026-06-30" in paper
    assert "cha" not in taken_by(who["du"])[2]  # what nobody takes bears no mark


def taken_by(actor: Actor) -> tuple[str, str, str]:
    """The file of a customer as text of its workbook and its PDF, and what stands above a printed sheet."""
    told: Any = {"actor": actor, "on": TODAY, "customer_no": "C-1", "depth": "full"}
    book = reports.export_file_report(**told, form="xlsx")
    cells = [
        str(cell.value)
        for sheet in load_workbook(io.BytesIO(book)).worksheets
        for row in sheet.iter_rows()
        for cell in row
    ]
    pdf = pypdfium2.PdfDocument(reports.export_file_report(**told, form="pdf"))
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    with ZipFile(io.BytesIO(book)) as parts:
        head = parts.read("xl/worksheets/sheet1.xml").decode()
    return "\n".join(cells), text, head.partition("<headerFooter>")[2]
