"""A bill is contested, charged and warned of, on pages and in workbooks."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.indicators.ledger import bill, customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.disputes.models import Dispute
from xinheng.facts.receivables.models import Bill
from xinheng.judgements.warnings import services as warnings
from xinheng.judgements.warnings.models import RaisedWarning
from xinheng.operations.charges.models import Charge
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def office() -> None:
    """C-1 owes 100,000.00 for a hundred days past the due day; Lin manages credit, Zhao audits."""
    root, start = system_actor(), business_day() - timedelta(days=400)
    access.load_shipped_roles(actor=root, on=start)
    access.create_unit(actor=root, on=start, code="HQ", name="公司", kind="group")
    for login, role in (("lin", "credit_manager"), ("zhao", "auditor")):
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=start, **told)
    who = customer("C-1", str(start))
    due = business_day() - timedelta(days=100)
    bill(who, "B1", str(due - timedelta(days=30)), str(due), 100_000)
    Person.objects.update(language="en")


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(office)


def person(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def book(answer: Any) -> Any:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_dispute_from_its_opening_to_its_close() -> None:
    lin, today = person("lin"), business_day()
    opened = today - timedelta(days=80)
    assert "No dispute here" in lin.get("/disputes/").content.decode()
    told = {
        "customer_no": "C-1",
        "bill_no": "B1",
        "reason": "quality",
        "opened_on": opened,
        "what": "阀门渗漏",
    }
    refused = lin.post("/disputes/open/", {**told, "bill_no": "B9"})
    assert refused.status_code == 422
    assert "There is no bill B9." in refused.content.decode()
    assert lin.post("/disputes/open/", told).status_code == 302
    dispute = Dispute.objects.get()
    here = f"/disputes/{dispute.pk}/"
    file = SimpleUploadedFile("照片.txt", "渗漏".encode())
    assert lin.post(f"{here}do/paper/", {"file": file, "note": "现场"}).status_code == 302
    page = lin.get(here).content.decode()
    assert "20 days overdue = 100 days − 80 days paused (dispute)" in page
    assert "照片.txt" in page
    end = {"outcome": "customer_right", "closed_on": today, "finding": "属实"}
    refused = lin.post(f"{here}do/close/", end)
    assert refused.status_code == 422
    assert "needs the number of the complaint" in refused.content.decode()
    assert lin.post(f"{here}do/close/", {**end, "case_no": "T-1", "credit_bill_no": "K1"}).status_code == 302
    assert Bill.objects.get(bill_no="K1").amount_minor == -10_000_000
    rows = cells(book(lin.get("/disputes/export/?state=closed"))["Disputes"])
    assert [row[3] for row in rows if row[1] == "C-1"] == ["B1"]
    assert person("zhao").post("/disputes/open/", told).status_code == 403


@pytest.mark.req("PWR-18")
def test_interest_is_seen_first_then_charged_then_waived() -> None:
    lin, today = person("lin"), business_day()
    page = lin.get("/charges/preview/").content.decode()
    assert "5,000.00" in page  # 100,000 × 0.05 % × 100 days
    assert "100,000.00 × 0.05 % × 100 days" in page
    assert person("zhao").post("/charges/run/", {"until_on": today}).status_code == 403
    assert lin.post("/charges/run/", {"until_on": today}).status_code == 302
    charge = Charge.objects.get()
    assert (charge.amount_minor, charge.days) == (500_000, 100)
    assert "Nothing came up" in lin.get("/charges/preview/").content.decode()
    here = f"/charges/{charge.pk}/"
    assert lin.post(here, {"amount": "6000", "reason": "老客户"}).status_code == 422
    assert lin.post(here, {"amount": "1000", "reason": "老客户"}).status_code == 302
    rows = cells(book(lin.get("/charges/export/"))["Charges"])
    assert [row[9] for row in rows if row[1] == "C-1"] == [5000]
    assert "1,000.00" in lin.get("/charges/?state=waived").content.decode()
    told = {"customer_no": "C-1", "reach": "customer", "schemes": ["lpr"], "from_on": today}
    assert lin.post("/charges/agreements/", told).status_code == 302
    assert "LPR with a mark-up of 40 %" in lin.get("/charges/agreements/").content.decode()
    rate = {"from_on": "2025-06-20", "one_year": "3.00", "five_year": "3.50"}
    assert lin.post("/charges/rates/", rate).status_code == 302
    assert lin.post("/charges/rates/", {**rate, "one_year": "3.10"}).status_code == 422


def test_warnings_on_the_first_page_given_away_and_closed() -> None:
    lin = person("lin")
    warnings.watch(actor=system_actor("night"), on=business_day())
    assert "warning to see to" in lin.get("/").content.decode()
    page = lin.get("/warnings/").content.decode()
    assert "Much of what is open is overdue" in page
    warning = RaisedWarning.objects.get(signal="overdue_share")
    assert lin.post("/warnings/assign/", {"chosen": [warning.pk], "owner": "lin"}).status_code == 302
    assert "100 %" in lin.get(f"/warnings/{warning.pk}/").content.decode()
    close = {"outcome": "acted", "note": "停止发货"}
    assert person("zhao").post(f"/warnings/{warning.pk}/", close).status_code == 403
    assert lin.post(f"/warnings/{warning.pk}/", close).status_code == 302
    warning.refresh_from_db()
    assert (warning.state, warning.closed_by) == ("closed", "lin")
    rows = cells(book(lin.get("/warnings/export/?state="))["Warnings"])
    assert [row[3] for row in rows if row[1] == "C-1"] == ["Much of what is open is overdue"]
    assert "1 / 1" in lin.get("/warnings/signals/").content.decode()
