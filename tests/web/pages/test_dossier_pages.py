"""Dossiers on pages: a clerk opens one, puts papers in, sees what is missing, prints it; others see nothing."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests import worlds
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.facts.dossiers.models import Dossier, Paper
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
VIN = "1M8GDM9AXKP042788"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def office() -> None:
    """Lin manages credit, Shen sells and answers for C-8, Hao sells and answers for nobody."""
    root, start = system_actor(), business_day() - timedelta(days=400)
    access.load_shipped_roles(actor=root, on=start)
    access.create_unit(actor=root, on=start, code="HQ", name="公司", kind="group")
    for login, role in (("lin", "credit_manager"), ("shen", "salesperson"), ("hao", "salesperson")):
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=start, **told)
    customer("C-7")
    shen, unit = Person.objects.get(login="shen"), Unit.objects.get(code="HQ").pk
    Responsibility.objects.create(customer=customer("C-8"), unit_id=unit, person=shen, from_on=start)


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(office)


def person(login: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def kept(lin: Client) -> tuple[Dossier, Paper]:
    """A vehicle's file with one paper in it."""
    sent = {
        "subject": VIN,
        "title": "沪A12345",
        "fact_vin": VIN,
        "fact_population": "sold",
        "fact_party": "person",
    }
    assert lin.post(reverse("open_dossier") + "?kind=veh_new_car", sent).status_code == 302
    dossier = Dossier.objects.get()
    file = SimpleUploadedFile("保单.pdf", PDF)
    told = {"item": "insurance", "title": "保单", "copy_form": "copy", "file": file}
    assert lin.post(reverse("add_paper", args=[dossier.no]), told).status_code == 302
    return dossier, Paper.objects.get()


@pytest.mark.req("VEH-02", "DAT-10")
def test_a_clerk_keeps_a_dossier() -> None:
    lin, day = person("lin"), business_day()
    empty = words(lin.get(reverse("dossiers")))
    assert "没有档案" in empty
    assert "新车用户档案" in words(lin.get(reverse("open_dossier")))
    address = reverse("open_dossier") + "?kind=veh_new_car"
    sent = {
        "subject": VIN,
        "title": "沪A12345",
        "fact_vin": VIN[:-1] + "9",
        "fact_population": "sold",
        "fact_party": "person",
    }
    refused = lin.post(address, sent)
    assert refused.status_code == 422
    assert "校验位不符" in words(refused)
    opened = lin.post(address, {**sent, "fact_vin": VIN, "fact_phone": "13800138000"})
    dossier = Dossier.objects.get()
    assert opened["Location"] == reverse("dossier", args=[dossier.no])
    assert lin.post(address, {**sent, "fact_vin": VIN}).status_code == 422  # one vehicle, one file

    add = reverse("add_paper", args=[dossier.no]) + "?line=insurance"
    nothing = lin.post(add, {"item": "insurance", "title": "保单", "copy_form": "copy"})
    assert nothing.status_code == 422
    file = SimpleUploadedFile("保单.pdf", PDF)
    until = day + timedelta(days=10)
    told = {
        "item": "insurance",
        "title": "保单",
        "copy_form": "copy",
        "formed_on": day,
        "valid_until": until,
        "file": file,
    }
    assert lin.post(add, told).status_code == 302
    assert Paper.objects.count() == 1
    page = words(lin.get(reverse("dossier", args=[dossier.no])))
    for shown in ("行驶证复印件", "缺少", "保单", f"至 {until}", "9%"):
        assert shown in page, shown

    act = lambda name, **sent: lin.post(reverse("dossier_act", args=[dossier.no, name]), sent)  # noqa: E731
    assert act("line", code="photo", state="not_applicable").status_code == 422
    assert act("line", code="photo", state="not_applicable", why="未拍照").status_code == 302
    assert act("line", code="vehicle_licence", state="later", until=until).status_code == 302
    assert act("stage", code="insurance", stage="file").status_code == 422
    assert act("stage", code="insurance", stage="arrange").status_code == 302
    described = act(
        "describe",
        title="沪A12345 新车",
        fact_vin=VIN,
        fact_population="sold",
        fact_party="person",
        fact_plate="沪A12345",
    )
    assert described.status_code == 302
    dossier.refresh_from_db()
    assert (dossier.title, dossier.facts["plate"]) == ("沪A12345 新车", "沪A12345")


@pytest.mark.req("LSE-10")
def test_a_paper_is_filed_taken_out_and_what_is_missing_is_printed() -> None:
    lin = person("lin")
    dossier, paper = kept(lin)

    paper_act = lambda name, **sent: lin.post(reverse("paper_act", args=[paper.label, name]), sent)  # noqa: E731
    assert paper_act("file").status_code == 302
    paper.refresh_from_db()
    assert paper.number.startswith("XH01-ZY·")
    assert paper.number in words(lin.get(reverse("paper", args=[paper.label])))
    taken = lin.get(reverse("take_paper", args=[paper.label]))
    assert taken["X-Content-SHA256"] == paper.document.sha256
    assert paper_act("end", state="withdrawn").status_code == 422
    assert paper_act("end", state="withdrawn", why="重复").status_code == 302
    assert paper.number in words(lin.get(reverse("dossier_numbers")))

    missing = words(lin.get(reverse("missing_papers")))
    assert "新车PDI检查表" in missing
    assert "0%" in words(lin.get(reverse("dossiers_by_kind")))
    answer = lin.get(reverse("export_dossiers"))
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    )
    assert book["档案"]["A2"].value == dossier.no
    assert book["缺件"].max_row == 1 + 11
    card = lin.get(reverse("dossier_card", args=[dossier.no]))
    assert card.content[:5] == b"%PDF-"
    closed = lin.post(reverse("dossier_act", args=[dossier.no, "close"]), {"why": "报废"})
    assert closed.status_code == 302
    assert "已结档" in words(lin.get(reverse("dossier", args=[dossier.no])))
    assert Entry.objects.filter(act="dossiers.add_paper", subject=f"dossier:{dossier.no}").count() == 1


def test_who_reaches_the_customer_reaches_its_file_and_nobody_else() -> None:
    lin, shen, hao = person("lin"), person("shen"), person("hao")
    for no in ("C-7", "C-8"):
        sent = {"customer_no": no, "title": f"{no} 信用档案", "fact_party": "company"}
        address = reverse("open_dossier") + f"?kind=general_customer&customer={no}"
        assert lin.post(address, sent).status_code == 302
    hidden = Dossier.objects.get(customer=Customer.objects.get(no="C-7"))
    seen = Dossier.objects.get(customer=Customer.objects.get(no="C-8"))
    assert seen.no in words(shen.get(reverse("dossiers")))
    assert hidden.no not in words(shen.get(reverse("dossiers")))
    assert shen.get(reverse("dossier", args=[hidden.no])).status_code == 404
    assert hao.get(reverse("dossier", args=[seen.no])).status_code == 404
    assert "没有档案" in words(hao.get(reverse("dossiers")))
    tab = shen.get(reverse("customer", args=["C-8"]) + "?tab=dossiers", headers={"hx-request": "true"})
    assert seen.no in words(tab)
    assert "份档案缺少材料" in words(lin.get(reverse("home")))
