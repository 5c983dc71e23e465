"""The exposure of a past day as people and programs read it."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.test import Client

from tests.judgements.limits.conftest import HEAD, LIMIT, Desk, adopt
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import services as files
from xinheng.judgements.limits import services as limits
from xinheng.reports import services as reports

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 1)


@pytest.fixture
def clerk(db: None, chief: Actor, settings: Any) -> Client:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    access.load_shipped_roles(actor=chief, on=MARCH)
    access.create_unit(actor=chief, on=MARCH, code="HQ", name="信衡", kind="company")
    access.create_person(
        actor=chief,
        on=MARCH,
        login="credit",
        name="林晓",
        password="长江-river-2026",
        role="credit_manager",
        unit="HQ",
    )
    rows = [
        {"no": "C-7", "kind": "company", "name": "长江贸易", "unit_code": "HQ"},
        {"no": "C-8", "kind": "company", "name": "珠江机电", "unit_code": "HQ", "parent_no": "C-7"},
    ]
    files.post_customers(
        pl.DataFrame(rows, infer_schema_length=None), batch_no=None, told_on=MARCH, actor=chief
    )
    adopt(chief, HEAD + LIMIT)
    desk, below = Desk(chief, on=MARCH), Desk(chief, "C-8", MARCH)
    desk.limit("5000")
    desk.order("O-1", "600")
    desk.order("O-2", "9000")
    desk.deliver("O-1", "D-1", "250")
    desk.ledger.bill("B-1", "2026-03-02", "2026-04-02", "1234.50")
    below.ledger.bill("B-2", "2026-03-02", "2026-04-02", "65.50")
    desk.ledger.receipt("R-1", "2026-03-02", "34.50", on=APRIL)  # told a month late
    limits.set_rate(actor=chief, on=MARCH, currency="USD", rate=Decimal(7), from_on=MARCH)
    client = Client()
    client.force_login(
        Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


def test_a_past_day_is_shown_exported_and_told_with_its_documents(clerk: Client, chief: Actor) -> None:
    page = clerk.get("/customers/exposure/C-7/?as_of=2026-03-15").content.decode()
    assert "1,800.00 CNY" in page  # 1,234.50 − 34.50 + 250 + 350
    assert "5,000.00 CNY" in page
    for number in ("O-1", "O-2", "B-1", "R-1"):
        assert f">{number}<" in page.replace("\n", "").replace(" ", "") or number in page
    assert "长江贸易" in page
    assert "珠江机电" in page
    assert "65.50" in page
    then = clerk.get("/customers/exposure/C-7/?as_of=2026-03-15&known=then").content.decode()
    assert "1,834.50 CNY" in then
    assert "R-1" not in then
    one = clerk.get("/customers/exposure/C-7/?as_of=2026-03-15&part=held").content.decode()
    assert "O-2" in one
    assert "B-1" not in one
    assert (
        "没有符合条件的单据" in clerk.get("/customers/exposure/C-7/?as_of=2026-03-15&q=zzz").content.decode()
    )
    assert "当日没有未清单据" in clerk.get("/customers/exposure/C-7/?as_of=2026-03-01").content.decode()
    assert clerk.get("/customers/exposure/C-99/").status_code == 404

    book = openpyxl.load_workbook(
        io.BytesIO(clerk.get("/customers/exposure/C-7/export/?as_of=2026-03-15").content)
    )
    own, below = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert (own[0], own[8]) == ("C-7", 1800)
    assert (below[0], below[8]) == ("C-8", 65.5)
    assert book.worksheets[1].max_row == 7  # a heading, and six documents
    assert Entry.objects.filter(act="exports.exposure").count() == 1

    told = clerk.get("/api/v1/customers/C-7/exposure?as_of=2026-03-15").json()
    assert told["exposure"] == {"amount": "1800.00", "currency": "CNY"}
    assert (told["held"]["amount"], told["is_convertible"]) == ("9000.00", True)
    assert [(one["customer_no"], one["exposure"]["amount"]) for one in told["group"]] == [
        ("C-7", "1800.00"),
        ("C-8", "65.50"),
    ]
    listed = clerk.get(
        "/api/v1/customers/C-7/exposure-documents?as_of=2026-03-15&component=ordered&limit=1"
    ).json()
    assert [one["no"] for one in listed["items"]] == ["O-1"]
    assert listed["next"] == "1"

    every = reports.export_exposures(actor=chief, on=APRIL, as_of=date(2026, 3, 15), form="csv").decode()
    assert every.splitlines()[1].startswith(
        '"C-7","长江贸易","CNY",1234.500,34.500,250.000,9350.000,9000.000'
    )
    assert len(every.splitlines()) == 3
