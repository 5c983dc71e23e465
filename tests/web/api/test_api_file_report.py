"""The report of a customer's file, taken at its page and through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.api.conftest import open_office, program
from xinheng.base.access.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.req("SIX-09")
def test_a_report_is_taken_at_the_page_and_through_the_api_within_reach(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    open_office()
    credit, wang = program("credit"), program("wang")

    pdf = credit.get("/customers/C-1/file-report?depth=brief&format=pdf")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:4]) == (200, "application/pdf", b"%PDF")
    book = credit.get("/customers/C-1/file-report?format=xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert credit.get("/customers/C-1/file-report?depth=deep").json()["code"] == "depth_unknown"
    assert wang.get("/customers/C-2/file-report").status_code in {403, 404}

    page = Client()
    page.force_login(Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend")
    shown = page.get("/customers/file/C-1/?tab=file", HTTP_HX_REQUEST="true").content.decode()
    assert 'action="/customers/report/C-1/"' in shown
    assert '<option value="standard" selected>标准报告</option>' in shown  # billed, its size not known
    file = page.get("/customers/report/C-1/?depth=full&form=xlsx&as_of=2026-06-01")
    assert (file.status_code, file.content[:2]) == (200, b"PK")
    assert page.get("/customers/report/C-1/?form=docx").status_code == 400
