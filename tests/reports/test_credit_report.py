"""The credit file report: three depths, four forms, what it leaves out and why, masks, seals and their proof."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.utils import translation
from docx import Document

from tests import worlds
from tests.facts.contracts.world import office, signed
from tests.facts.receivables.conftest import Ledger
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.values import NewFact
from xinheng.facts.financials.models import Statement, StatementLine
from xinheng.judgements.warnings import services as warnings
from xinheng.judgements.warnings.values import NewWarning
from xinheng.reports import services
from xinheng.reports.credit_values import HELD, CreditReport
from xinheng.reports.errors import DepthUnknown, SealedUnknown

DAY = date(2024, 6, 30)
FIGURES = {"current_assets": 300, "current_liabilities": 200, "total_assets": 1000, "total_liabilities": 600,
           "total_equity": 400, "revenue": 2000, "net_profit": 100}  # fmt: skip


def filed() -> None:
    """C-7 with a contract, bills, a bank account, and statements of three years."""
    office()
    chief = system_actor()
    contract = signed(chief, date(2024, 1, 31), amount=Money.of("120000.00"))
    for item, value in (
        ("bank_account", "6222020200112233445"), ("legal_representative", "王建国"),
        ("business_scope", "无缝钢管批发"), ("lawsuit", "（2023）沪01民初1号"),
    ):  # fmt: skip
        key = "1" if item in {"bank_account", "lawsuit"} else ""
        fact = NewFact(item=item, value=value, true_on=date(2024, 3, 1), channel="customer", key=key)
        files.tell_fact(actor=chief, on=date(2024, 3, 1), no="C-7", fact=fact)
    raised = NewWarning("promise_broken", "x")
    warnings.raise_warning(actor=chief, on=date(2024, 3, 1), customer_no="C-7", new=raised)
    ledger = Ledger(chief, DAY)
    ledger.bill("B1", "2024-02-01", "2024-03-01", "1000.00", on="2024-02-01")
    ledger.bill("B2", "2024-06-01", "2024-07-31", "500.00", on="2024-06-01")
    for year in (2021, 2022, 2023):
        head = Statement.objects.create(
            customer=contract.customer, period_end=date(year, 12, 31), is_consistent=True,
            told_on=date(2024, 3, 1),
        )  # fmt: skip
        StatementLine.objects.bulk_create(
            StatementLine(statement=head, item=code, amount_minor=yuan * 100)
            for code, yuan in FIGURES.items()
        )


@pytest.fixture
def keeper(db: None, chief: Actor) -> Actor:
    worlds.given(filed)
    return chief


def composed(actor: Actor, depth: str = "full", **told: Any) -> CreditReport:
    with translation.override("zh-hans"):
        return services.compose_credit_report(actor=actor, on=DAY, customer_no="C-7", depth=depth, **told)


def grids(report: CreditReport, code: str) -> list[Any]:
    section = next(one for one in report.sections if one.code == code)
    return [block for block in section.blocks if block.kind == "grid"]


@pytest.mark.req("SIX-09", "SIX-16")
def test_each_depth_holds_its_sections_and_says_what_it_leaves_out(keeper: Actor) -> None:
    brief, full = composed(keeper, "brief"), composed(keeper)
    assert [one.code for one in brief.sections] == [
        "summary", "registration", "shareholders", "operations", "public", "declaration",
    ]  # fmt: skip
    assert {one.what: one.why for one in brief.left_out}["财务状况"] == "本深度不含"
    held, why = {one.code for one in full.sections}, {one.what: one.why for one in full.left_out}
    assert held >= {"payment", "banks", "finance", "contracts", "evaluation"} - {"evaluation"}
    assert why["走访与现场报告"] == "尚不掌握"
    assert set(HELD["full"]) == held | {
        code for code in HELD["full"] if str(services.SECTION_WORDS[code]) in why
    }  # fmt: skip

    told = dict(full.headline)
    assert (told["应收余额"], told["逾期金额"], told["履行中的合同"]) == ("1,500.00 CNY", "1,000.00 CNY", "1")
    ageing = grids(full, "payment")[0].rows
    assert [(row[0], row[3]) for row in ageing if row[2] != "0"] == [
        ("未到期", "500.00"), ("90天以上", "1,000.00"),
    ]  # fmt: skip
    ratios = grids(full, "finance")[1].rows
    assert [row[1:] for row in ratios] == [("1.50",) * 3, ("60.0%",) * 3, ("5.0%",) * 3, ("25.0%",) * 3]
    assert len(grids(composed(keeper, "standard"), "finance")[0].head) == 2
    assert grids(full, "warnings")[0].rows[0][0::2] == ("2024-03-01", "未了结")
    assert grids(full, "contracts")[0].rows[0][2] == "120,000.00 CNY"

    past = composed(keeper, "standard", as_of=date(2024, 2, 15))
    assert dict(past.headline)["应收余额"] == "1,000.00 CNY"
    assert {one.what: one.why for one in past.left_out}["信用额度"] == "仅掌握当前情况"
    with pytest.raises(DepthUnknown):
        composed(keeper, "deep")


@pytest.mark.req("SIX-08", "SIX-09")
def test_who_may_see_less_gets_less_and_the_report_says_so(keeper: Actor) -> None:
    permits = frozenset({"customers.read", "exports.read"})
    clerk = Actor("xiao", "肖", permits=permits, scope=Scope("everything"))
    report = composed(clerk)
    why = {one.what: one.why for one in report.left_out}
    assert why["合同情况"] == why["应收账龄"] == why["财务报表"] == "编制人无权查看"
    masked = [what for what, cause in why.items() if cause == "对编制人遮蔽"]
    assert masked == ["结算银行账户 ****"]
    content = services.export_credit_report(actor=clerk, on=DAY, customer_no="C-7", form="xlsx", depth="full")
    cells = {
        str(cell)
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.values
        for cell in row
    }
    assert not any("6222020200112233445" in cell for cell in cells)
    assert any("****" in cell for cell in cells)
    assert not any("1,000.00" in cell for cell in cells)
    stranger = replace(clerk, scope=Scope("own", person_id=0))
    with pytest.raises(CustomerUnknown):
        composed(stranger)


def test_every_form_is_in_chinese_and_never_a_report_of_a_credit_bureau(keeper: Actor) -> None:
    with translation.override("zh-hans"):
        made = {
            form: services.export_credit_report(
                actor=keeper, on=DAY, customer_no="C-7", form=form, depth="full"
            )
            for form in ("pdf", "docx", "xlsx")
        }
    pages = pypdfium2.PdfDocument(made["pdf"])
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    pages.close()
    word = Document(io.BytesIO(made["docx"]))
    headings = [
        one.text for one in word.paragraphs if one.style and str(one.style.name).startswith("Heading 1")
    ]
    assert headings[0] == "一、信息概要"
    assert headings[-1] == "本报告未收入的内容"
    assert len(word.tables) > 6
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert book.sheetnames[0] == "封面"
    for words in (text, "".join(one.text for one in word.paragraphs), str(list(book["封面"].values))):
        assert "征信报告" not in words
    assert "客户信用档案报告" in text.replace("\r\n", "")
    assert "120,000.00" in text


@pytest.mark.req("SIX-09")
def test_a_sealed_report_is_proven_to_the_byte(keeper: Actor) -> None:
    told: dict[str, Any] = {"actor": keeper, "on": DAY, "customer_no": "C-7"}
    with translation.override("zh-hans"):
        first = services.seal_credit_report(**told, depth="brief")
        second = services.seal_credit_report(**told, depth="brief")
    assert [first.number, second.number] == ["XB-20240630-C-7-001", "XB-20240630-C-7-002"]
    content = services.read_sealed_report(**told, number=first.number)
    who: dict[str, Any] = {"actor": keeper, "on": DAY}
    assert services.verify_credit_report(**who, content=content).number == first.number
    with pytest.raises(SealedUnknown):
        services.verify_credit_report(**who, content=content + b" ")
    with pytest.raises(SealedUnknown):
        services.verify_credit_report(**who, content=content, number=second.number)
    stranger = Actor("fremd", "外人", permits=frozenset({"*"}), scope=Scope("own", person_id=0))
    with pytest.raises(SealedUnknown):
        services.verify_credit_report(actor=stranger, on=DAY, content=content)
    with pytest.raises(SealedUnknown):
        services.read_sealed_report(**told, number="XB-1")
    rows = services.sealed_reports(keeper, "C-7", on=DAY)
    assert [one.number for one in rows] == [second.number, first.number]
    assert Entry.objects.filter(act="reports.seal_credit_report", subject="customer:C-7").count() == 2
