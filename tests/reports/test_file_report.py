"""The report of a customer's file: three depths, what is left out, what is masked."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.values import Link, NewCustomer, NewFact
from xinheng.facts.receivables import services as receivables
from xinheng.facts.receivables.values import NewBill
from xinheng.reports import services
from xinheng.reports.errors import DepthUnknown
from xinheng.reports.file_depth import depth_for

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
ACCOUNT = "6222021234567890123"
PERMITS = frozenset({"customers.read", "exports.read", "receivables.read"})
CLERK = Actor(login="clerk", name="档案员", permits=PERMITS, scope=Scope("everything"))


@pytest.fixture
def filed(db: None) -> None:
    """C-1, a large manufacturer: an address told twice, an account, a lawsuit, one shareholder."""
    actor = system_actor()
    new = NewCustomer(
        no="C-1", name="东方制造有限公司", industry="C", employees=2000, revenue_minor=50_000_000_000
    )
    files.register(actor=actor, on=DAY, new=new)
    for told in (
        NewFact("address", "上海旧址", "customer", true_on=date(2025, 1, 1)),
        NewFact("address", "上海新址", "customer", true_on=date(2026, 1, 1)),
        NewFact("business_scope", "机床", "customer"),
        NewFact("bank_account", ACCOUNT, "bank", key=ACCOUNT),
        NewFact("dishonest_debtor", "no", "public"),
    ):
        files.tell_fact(actor=actor, on=DAY, no="C-1", fact=told)
    link = Link("shareholder", other_name="东方控股", share=Decimal("0.6"))
    files.link_party(actor=actor, on=DAY, no="C-1", link=link)


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def told(content: bytes) -> dict[str, str]:
    """The first sheet: what it says of the customer and of itself."""
    return {row[0]: row[1] for row in sheets(content)["报告"][3:]}


def excel(actor: Actor = CLERK, **asked: Any) -> bytes:
    return services.export_file_report(actor=actor, on=DAY, customer_no="C-1", form="xlsx", **asked)


@pytest.mark.req("SIX-09")
def test_the_depth_goes_by_size_and_dealings(filed: None) -> None:
    sizes = ("large", "medium", "small", "micro", "not_applicable", "")
    assert [depth_for(size, dealt=True) for size in sizes] == [
        "full", "standard", "standard", "brief", "standard", "standard",
    ]  # fmt: skip
    assert [depth_for(size, dealt=False) for size in sizes] == ["standard", *["brief"] * 5]

    assert told(excel())["报告深度"] == "标准报告"  # large, never billed
    bill = NewBill("B-1", date(2026, 3, 1), date(2026, 4, 1), Money.of("100.00"))
    receivables.post_bill(actor=system_actor(), on=DAY, customer_no="C-1", bill=bill)
    assert told(excel())["报告深度"] == "完整报告"
    assert told(excel(as_of=date(2026, 2, 1)))["报告深度"] == "标准报告"
    assert told(excel(depth="brief"))["报告深度"] == "简要报告"


@pytest.mark.req("SIX-09")
def test_a_report_says_which_dimensions_it_leaves_out_and_holds_none_of_them(filed: None) -> None:
    brief, standard, full = (excel(depth=depth) for depth in ("brief", "standard", "full"))

    assert told(brief)["未纳入的维度"] == "经营情况, 资产与财务, 银行往来, 公共记录与声誉"
    assert told(standard)["未纳入的维度"] == "银行往来"
    assert told(full)["未纳入的维度"] == "无"
    assert told(full)["尚无资料的维度"] == "付款记录"
    names = [list(sheets(one))[1:-1] for one in (brief, standard, full)]
    assert names[0] == ["1 基本情况", "4 付款记录"]
    assert names[1] == ["1 基本情况", "2 经营情况", "3 资产与财务", "4 付款记录", "6 公共记录与声誉", "股东"]
    assert names[2][4] == "5 银行往来"

    basics = {name: sheets(one)["1 基本情况"] for name, one in (("brief", brief), ("full", full))}
    assert [row[1] for row in basics["brief"] if row[0] == "地址"] == ["上海新址"]
    assert [(row[1], row[4]) for row in basics["full"] if row[0] == "地址"] == [
        ("上海新址", "申报"),
        ("上海旧址", "以前的记录"),
    ]
    assert [row[:2] for row in sheets(full)["股东"][3:5]] == [("东方控股", 0.6), ("未知", 0.4)]
    court = [row for row in sheets(standard)["6 公共记录与声誉"] if row[0] == "失信被执行人"]
    assert court[0][1] == "否"


@pytest.mark.req("SIX-08", "SIX-09")
def test_masks_are_those_of_the_reader_and_what_is_shown_is_on_the_trail(filed: None) -> None:
    book = sheets(excel(depth="full"))
    assert ACCOUNT not in str(book)
    assert [row[1] for row in book["5 银行往来"] if (row[0] or "").startswith("结算银行账户")] == [
        "***************0123"
    ]
    assert told(excel(depth="full"))["已遮盖：对本读者不显示"].startswith("结算银行账户")
    assert not Entry.objects.filter(act="sensitive.read").exists()

    sees = replace(CLERK, permits=PERMITS | {"sensitive.read"})
    assert ACCOUNT in str(sheets(excel(sees, depth="full"))["5 银行往来"])
    assert Entry.objects.filter(act="sensitive.read").count() == 1
    excel(sees, depth="standard")  # without banking nothing sensitive was shown
    assert Entry.objects.filter(act="sensitive.read").count() == 1
    last = Entry.objects.filter(act="exports.file_report", subject="customer:C-1").latest("pk")
    assert last.after == {"depth": "standard", "as_of": "2026-06-30", "form": "xlsx"}


@pytest.mark.req("SIX-09")
def test_reports_are_made_on_paper_in_both_languages_and_refused_without_the_rights(filed: None) -> None:
    told_pdf = {"actor": CLERK, "on": DAY, "customer_no": "C-1"}
    assert services.export_file_report(**told_pdf).startswith(b"%PDF")  # type: ignore[arg-type]
    with translation.override("en"):
        assert services.export_file_report(**told_pdf, depth="full").startswith(b"%PDF")  # type: ignore[arg-type]
        rows = sheets(excel(depth="standard"))["Report"]
        assert ("Dimensions left out", "Banking") in [row[:2] for row in rows]

    before = Entry.objects.filter(act="exports.file_report").count()
    for lacking in PERMITS - {"receivables.read"}:
        with pytest.raises(AccessDenied):
            excel(replace(CLERK, permits=PERMITS - {lacking}))
    with pytest.raises(DepthUnknown, match="deep"):
        excel(depth="deep")
    with pytest.raises(CustomerUnknown):
        services.export_file_report(actor=CLERK, on=DAY, customer_no="C-9", form="xlsx")
    assert Entry.objects.filter(act="exports.file_report").count() == before
