"""A clerk searches in papers on pages and a program over the API; nobody is shown what he may not see."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.facts.texts import sheets
from tests.web.api.conftest import Program, token_for
from tests.web.api.test_api_acts import ok
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.facts.texts import indexing
from xinheng.facts.texts.models import Reading
from xinheng.facts.texts.stretch import keep_page
from xinheng.facts.texts.taking.page import Taken
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _office(db: None, settings: Any, tmp_path: Path) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER, settings.HOME = tmp_path / "archive", tmp_path


def person(login: str, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def words(answer: Any) -> str:
    return str(answer.content.decode())


def put(dossier: Any, name: str, *pages: str, **told: Any) -> Any:
    on = business_day()
    paper = sheets.put(dossier, on, name, name.encode(), **told)
    row = Reading.objects.get(document_id=paper.document_id)
    for no, text in enumerate(pages, 1):
        keep_page(row, Taken(no, text, "ocr", 0.987))
    Reading.objects.filter(pk=row.pk).update(state="read", pages=len(pages), pages_read=len(pages))
    indexing.index([paper.pk], on)
    return paper


@pytest.mark.req("PRP-02", "RR-14")
def test_papers_are_searched_read_and_tried_again() -> None:
    sheets.company()
    first, second = sheets.file_of("C-1", business_day()), sheets.file_of("C-2", business_day())
    contract = put(first, "购销合同.txt", "<b>甲方</b>苏州华信", "逾期违约金按日万分之五")
    hidden = put(first, "授信底价.txt", "内部违约金底线", secrecy="secret")
    put(second, "南京合同.txt", "违约金从轻")
    waiting = sheets.put(second, business_day(), "待识别.txt", b"waiting")
    keeper, wang = person("dang"), person("wang")

    page = words(wang.get("/texts/"))
    assert "输入材料中的文字" in page
    assert "还有 1 份文件待识别" in page
    page = words(wang.get(f"/texts/?q={quote('違約金 萬分之五')}"))
    assert "1 份材料" in page
    assert "逾期<mark>违约金</mark>按日" in page
    assert f"{reverse('paper', args=[contract.label])}?page=2#viewer" in page
    assert "识别所得" in page
    assert "99%" in page
    assert hidden.label not in page
    assert "底价" not in page
    assert "没有查到" in words(wang.get(f"/texts/?q={quote('底线')}"))
    assert wang.get(f"/texts/?q={quote('，')}").status_code == 422
    assert "没有查到" in words(
        wang.get(f"/texts/?q={quote('违约金')}&customer=C-2&type=nothing&since=x&page=9")
    )
    text = words(wang.get(f"/texts/papers/{contract.label}/?q={quote('甲方')}&no=1"))
    assert "&lt;b&gt;<mark>甲方</mark>&lt;/b&gt;苏州华信" in text  # what a paper says is never markup
    assert (
        wang.get(f"/texts/papers/{hidden.label}/").status_code
        == wang.get("/texts/papers/P99-1/").status_code
        == 404
    )
    assert "3 份材料" in words(person("zong").get(f"/texts/?q={quote('违约金')}"))
    assert wang.post("/texts/again/").status_code == 403

    Reading.objects.filter(document_id=waiting.document_id).update(state="failed", error="Password required")
    told = words(keeper.get("/texts/reading/"))
    assert "Password required" in told
    assert "待识别" in told
    assert "Password required" not in words(wang.get("/texts/reading/"))  # another's customer
    assert "重新识别" in words(keeper.get(f"/texts/papers/{waiting.label}/"))
    assert keeper.post("/texts/again/", {"paper": waiting.label}).status_code == 302
    assert Reading.objects.get(document_id=waiting.document_id).state == "queued"

    answer = keeper.get(f"/texts/export/?q={quote('违约金')}&customer=C-1")
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    )
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert {row[2] for row in rows if row[2] in {"购销合同", "授信底价", "南京合同"}} == {
        "购销合同",
        "授信底价",
    }
    assert Entry.objects.filter(act="exports.texts", actor_login="dang").get().after["rows"] == 2

    _asked_by_programs(contract.label, hidden.label, waiting)


def _asked_by_programs(contract: str, hidden: str, waiting: Any) -> None:
    may = ("texts.read", "dossiers.read", "customers.read")
    held: Any = {"on": business_day(), "expires_on": business_day() + timedelta(days=30)}
    asking = Program(token_for("dang", "texts.write", *may, **held))
    other = Program(token_for("wang", *may, **held))
    found = ok(asking.get(f"/paper-texts?text={quote('违约金')}&sort=day"))
    assert (found["total"], found["more"], len(found["items"])) == (3, False, 3)
    hit = next(one for one in found["items"] if one["label"] == contract)
    assert (hit["page"], hit["way"], hit["confidence"], hit["customer_no"]) == (2, "ocr", 0.987, "C-1")
    assert [one["text"] for one in hit["excerpt"] if one["marked"]] == ["违约金"]
    assert ok(other.get(f"/paper-texts?text={quote('违约金')}"))["total"] == 1
    assert asking.get("/paper-texts?text=x&since=2026-06-30&until=2026-06-01").status_code == 422
    pages = ok(other.get(f"/paper-texts/{contract}"))
    assert [page["no"] for page in pages["pages"]] == [1, 2]
    assert other.get(f"/paper-texts/{hidden}").status_code == 404
    assert ok(asking.get("/paper-readings"))["queued"] == 1
    Reading.objects.filter(document_id=waiting.document_id).update(state="failed")
    assert ok(asking.post("/paper-readings/again", {"paper": waiting.label})) == {"documents": 1}
    assert other.post("/paper-readings/again").status_code == 403
