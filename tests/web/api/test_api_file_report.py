"""The report of a customer's file and the credit-risk events, at their pages and through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.api.conftest import open_office, program
from xinheng.base.access.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(settings: Any) -> Client:
    """The office of the API's tests; gives the browser of its credit manager."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    open_office()
    page = Client()
    page.force_login(Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend")
    return page


@pytest.mark.req("SIX-09")
def test_a_report_is_taken_at_the_page_and_through_the_api_within_reach(office: Client) -> None:
    page, credit, wang = office, program("credit"), program("wang")

    pdf = credit.get("/customers/C-1/file-report?depth=brief&format=pdf")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:4]) == (200, "application/pdf", b"%PDF")
    book = credit.get("/customers/C-1/file-report?format=xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert credit.get("/customers/C-1/file-report?depth=deep").json()["code"] == "depth_unknown"
    assert wang.get("/customers/C-2/file-report").status_code in {403, 404}

    shown = page.get("/customers/file/C-1/?tab=file", HTTP_HX_REQUEST="true").content.decode()
    assert 'action="/customers/report/C-1/"' in shown
    assert '<option value="standard" selected>标准报告</option>' in shown  # billed, its size not known
    file = page.get("/customers/report/C-1/?depth=full&form=xlsx&as_of=2026-06-01")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert page.get("/customers/report/C-1/?form=docx").status_code == 400


@pytest.mark.req("ADV-01")
def test_events_are_seen_on_the_page_and_through_the_api(office: Client) -> None:
    credit, li = program("credit"), program("li")
    told = {
        "item": "unable_to_pay", "value": "停产，来函称无力付款", "channel": "customer", "source": "来函",
        "key": "B-1",
    }  # fmt: skip
    assert credit.post("/customers/C-1/facts", told | {"value": ""}, key="1").status_code in {400, 422}
    assert credit.post("/customers/C-1/facts", told, key="2").status_code == 201

    found = credit.get("/credit-events?event=unable").json()
    assert [(one["customer_no"], one["bill_no"], one["evidence"]) for one in found["items"]] == [
        ("C-1", "B-1", "停产，来函称无力付款")
    ]
    assert (found["total"], found["next"], found["counts"]["unable"]) == (1, None, 1)
    assert li.get("/credit-events?event=unable").json()["items"] == []  # another's customer
    assert credit.get("/credit-events?event=none").status_code in {400, 422}

    shown = office.get("/ledger/events/?event=unable").content.decode()
    assert "停产，来函称无力付款" in shown
    assert "到期无力付款 (1)" in shown
    assert office.get("/ledger/events/export/?event=unable").content[:2] == b"PK"
    assert "没有此类事件" in office.get("/ledger/events/?event=unable&q=没有").content.decode()
