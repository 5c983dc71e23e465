"""The papers of a rating run: worked shares, what Excel and PDF hold, and what a reader may not see."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from tests import worlds
from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.judgements.ratings import queries as ratings
from xinheng.reports import queries, services
from xinheng.reports.summaries import grade_lines, percent
from xinheng.reports.values import GradeSummary

TODAY = date(2026, 6, 30)
W04 = {"AAA": 648, "AA": 760, "A": 156, "B": 1488, "C": 814, "D": 52}


@pytest.mark.req("PWR-11", "PWR-12")
def test_the_quarter_of_the_power_company_has_its_shares() -> None:
    lines = grade_lines(W04, {}, "CNY", {})

    assert [str(line.share) for line in lines] == ["16.5", "19.4", "4.0", "38.0", "20.8", "1.3"]
    assert [line.running for line in lines] == [648, 1408, 1564, 3052, 3866, 3918]
    assert [str(line.running_share) for line in lines] == ["16.5", "35.9", "39.9", "77.9", "98.7", "100.0"]
    assert sum((line.share or Decimal(0) for line in lines), Decimal(0)) == Decimal("100.0")


@pytest.mark.req("LSE-13")
def test_a_share_of_nothing_is_no_share_and_halves_go_up() -> None:
    assert percent(0, 0) is None
    assert percent(1, 8) == Decimal("12.5")
    assert percent(1, 2000) == Decimal("0.1")  # 0.05
    money = {"turnover_ever": {"A": 300, "B": 0, "": 100}}
    lines = grade_lines({"A": 1, "B": 1, "": 2}, {}, "CNY", money)
    assert [line.amount_shares["turnover_ever"] for line in lines] == [
        Decimal("75.0"),
        Decimal("0.0"),
        Decimal("25.0"),
    ]
    nothing = grade_lines({"A": 1}, {}, "CNY", {"turnover_ever": {}})
    assert nothing[0].amount_shares["turnover_ever"] is None
    assert nothing[0].amounts["turnover_ever"] == Money(0, "CNY")


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The company of credit_world, rated on two days by its first policy; gives the newest run."""
    with django_db_blocker.unblock():
        world.found(count=24)
        newest = ratings.newest_run("adv").pk
    yield newest
    with django_db_blocker.unblock():
        worlds.empty()


def actor_named(login: str) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=TODAY)


def summed(found: GradeSummary) -> int:
    return sum(line.customers for line in found.lines)


@pytest.mark.django_db
@pytest.mark.req("LSE-12", "LSE-13", "PWR-11")
def test_every_customer_stands_in_one_grade_and_the_money_adds_up(company: int) -> None:
    whole = queries.grade_summary(actor_named("credit"), company, on=TODAY)
    wang = queries.grade_summary(actor_named("wang"), company, on=TODAY)
    li = queries.grade_summary(actor_named("li"), company, on=TODAY)

    assert whole.customers == summed(whole) == 24
    assert summed(wang) + summed(li) == 24
    for measure, total in whole.totals.items():
        assert total.minor > 0
        assert sum(line.amounts[measure].minor for line in whole.lines) == total.minor
        assert wang.totals[measure].minor + li.totals[measure].minor == total.minor
    assert sum(line.customers for line in whole.industries) == 24
    assert sum(move.customers for move in whole.moves) <= 24


@pytest.mark.django_db
@pytest.mark.req("ADV-13", "PWR-11", "PWR-12")
def test_the_workbook_is_ready_to_print_in_chinese(company: int) -> None:
    with translation.override("zh-hans"):
        content = services.export_summary(actor=actor_named("credit"), on=TODAY, run_id=company, form="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))

    assert book.sheetnames == ["等级汇总", "按行业", "等级变动", "信用评级表", "关于本文件"]
    page = book["等级汇总"]
    assert page["A1"].value == "客户信用等级汇总表"
    assert "单位：户" in page.cell(2, page.max_column).value
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$1:$3"
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert page.sheet_properties.pageSetUpPr.fitToPage
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4)]
    total = next(row for row in rows if row[0] == "合计")
    grades = rows[: rows.index(total)]
    assert sum(row[2] for row in grades) == total[2] == 24
    assert total[3] == 1
    assert page.cell(4, 4).number_format == "0.0%"
    assert page.cell(4, 7).number_format.startswith("#,##0.00")
    assert "制表：" in [cell for row in rows for cell in row]
    assert len(page._charts) == 1
    assert len(book["按行业"]._charts) == 1
    listed = [
        row[0].value for row in book["信用评级表"].iter_rows(min_row=4) if str(row[0].value).startswith("C-")
    ]
    assert len(listed) == len(set(listed)) == 24
    entry = Entry.objects.filter(act="exports.summary").latest("pk")
    assert (entry.subject, entry.after) == (f"run:{company}", {"rows": 24, "form": "xlsx"})


@pytest.mark.django_db
def test_a_salesperson_prints_only_the_own_customers_and_no_formula(company: int) -> None:
    with translation.override("en"):
        content = services.export_summary(actor=actor_named("li"), on=TODAY, run_id=company, form="xlsx")
    page = openpyxl.load_workbook(io.BytesIO(content))["Rating table"]

    names = {
        row[0].value: row[1].value for row in page.iter_rows(min_row=4) if str(row[0].value).startswith("C-")
    }
    assert set(names) == {f"C-{n:04}" for n in range(2, 25, 2)}
    assert names["C-0002"].startswith("'=")
    nobody = Actor("x", "x", permits=frozenset({"ratings.read"}), scope=actor_named("credit").scope)
    with pytest.raises(AccessDenied):
        services.export_summary(actor=nobody, on=TODAY, run_id=company, form="pdf")


@pytest.mark.django_db
@pytest.mark.req("PWR-11", "ADV-13")
def test_papers_and_sheets_are_pdf_with_chinese_type(company: int, tmp_path: Path) -> None:
    with translation.override("zh-hans"):
        papers = services.export_summary(actor=actor_named("credit"), on=TODAY, run_id=company, form="pdf")
        sheet = services.export_decision(
            actor=actor_named("credit"), on=TODAY, run_id=company, customer_no="C-0005"
        )

    for content in (papers, sheet):
        assert content.startswith(b"%PDF-")
        assert b"NotoSansCJK" in content
    entry = Entry.objects.filter(act="exports.decision").latest("pk")
    assert (entry.subject, entry.after["form"]) == ("customer:C-0005", "pdf")


def test_without_a_font_it_is_said_and_not_printed(settings: Any, tmp_path: Path) -> None:
    from xinheng.reports.errors import PrintFontMissing
    from xinheng.reports.printing import pdf

    settings.PRINT_FONTS = str(tmp_path)
    with pytest.raises(PrintFontMissing, match="noto-cjk-sans-otc"):
        pdf("letter", {})


@pytest.mark.django_db
@pytest.mark.req("PWR-11")
def test_a_curve_of_one_period_is_one_point(company: int) -> None:
    first = ratings.newest_run("adv", as_of=world.DAYS[0])
    with translation.override("en"):
        content = services.export_decision(
            actor=actor_named("credit"), on=TODAY, run_id=first.pk, customer_no="C-0005", form="xlsx"
        )
        both = services.export_decision(
            actor=actor_named("credit"), on=TODAY, run_id=company, customer_no="C-0005", form="xlsx"
        )

    def points(workbook: bytes) -> list[Any]:
        page = openpyxl.load_workbook(io.BytesIO(workbook))["Credit curve"]
        return [row[0].value for row in page.iter_rows(min_row=4) if str(row[0].value).startswith("2026-")]

    assert points(content) == ["2026-03-31"]
    assert points(both) == ["2026-03-31", "2026-06-30"]
