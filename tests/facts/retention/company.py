"""A small company with an archive: who keeps it, who decides, who watches, and papers of every age."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.seats import seat
from xinheng.base.access.models import Unit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.dossiers import services as dossiers
from xinheng.facts.retention import services as retention

FILED = date(2015, 5, 4)
TODAY = date(2026, 6, 30)
NAMES = {"C-1": "长江贸易", "C-2": "珠江机电", "C-3": "黄河建材"}
SEATS = {
    "dang": "archivist", "zong": "general_manager", "fu": "vice_president", "ban": "department_head",
    "jian": "salesperson", "cha": "analyst", "du": "credit_manager",
}  # fmt: skip


def people(on: date = TODAY) -> dict[str, Actor]:
    """Everybody by login."""
    return {login: seat(login, role, on=on) for login, role in SEATS.items()}


def papers(*told: tuple[str, str, date, str], no: str = "C-1", filed_on: date = FILED) -> dict[str, Any]:
    """Papers of a customer's file by title: title, grade, the paper's day, term; filed long ago."""
    actor = system_actor()
    customer = customers.register(actor=actor, on=filed_on, new=NewCustomer(NAMES[no], no, unit_code="HQ"))
    dossier = dossiers.open_dossier(
        actor=actor, on=filed_on, kind="general_customer", subject=f"customer:{no}", title="长江贸易信用档案",
        customer=customer, unit=Unit.objects.get(code="HQ"), secrecy="public",
    )  # fmt: skip
    made = {}
    for title, grade, formed_on, term in told:
        content = f"%PDF-1.4\n{title} {no}\n%%EOF\n".encode()
        paper = dossiers.add_paper(
            actor=actor, on=filed_on, dossier=dossier, upload=Upload(f"{title}.txt", content), item="other",
            title=title, copy_form="original", formed_on=formed_on, secrecy=grade, retention=term,
            has_original=True, pages=3,
        )  # fmt: skip
        made[title] = dossiers.file_paper(actor=actor, on=filed_on, label=paper.label)
    retention.fix_terms(actor=actor, on=filed_on)
    return made
