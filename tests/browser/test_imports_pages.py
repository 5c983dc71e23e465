"""A file comes in: looked at, checked, its bad row named, corrected, posted; and files that are refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.test_people_pages import agree, is_translated, no_wider_than_the_window
from xinheng.base.access.models import Person
from xinheng.base.audit.queries import search
from xinheng.facts.customers.models import Customer
from xinheng.facts.intake.models import Batch, Source
from xinheng.facts.receivables.models import Bill

pytestmark = pytest.mark.browser
Shot = Callable[[str], None]
CUSTOMERS = "客户编号,客户名称\nC-1,甲贸易有限公司\nC-2,乙电气有限公司\n"
BILLS = (
    "客户编号,发票号码,开票日期,到期日,金额\n"
    "C-1,001,2024-01-05,2024-02-05,100.00\n"
    'C-2,002,2024年1月6日,2024/2/6,"1,234.50"\n'
    "C-9,003,2024-01-07,2024-02-07,5.00\n"
)


def sheet(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def work() -> None:
    """Do what is queued, as the worker beside the server does."""
    call_command("db_worker", "--batch", "--no-startup-delay", "--queue-name", "*", verbosity=0)


def hand_in(page: Page, kind: str, name: str, content: str | bytes) -> None:
    page.goto("/imports/new/")
    page.get_by_label("数据类型").select_option(kind)
    given = content.encode() if isinstance(content, str) else content
    page.locator("#id_file").set_input_files({"name": name, "mimeType": "", "buffer": given})
    page.get_by_role("button", name="下一步").click()


def take_in(page: Page, kind: str, name: str, content: str | bytes) -> None:
    hand_in(page, kind, name, content)
    page.wait_for_url(re.compile(r"/imports/\d+/\?job="))
    work()
    expect(page.locator("#import-state .xh-figures")).to_be_visible()


@pytest.mark.req("PWR-07")
def test_a_bad_row_is_named_corrected_and_handed_in_again(
    signed_in: SignIn, screenshot: Shot, tmp_path: Path
) -> None:
    page = signed_in("credit_manager", login="lin")
    agree(page)
    page.goto("/imports/")
    expect(page.get_by_text("还没有文件")).to_be_visible()
    screenshot("imports-empty")
    take_in(page, "customers", "客户.csv", CUSTOMERS)
    assert not Customer.objects.exists()  # nothing before it is confirmed
    screenshot("import-checked")
    page.get_by_role("button", name="全部入账").click()
    page.wait_for_url(re.compile("job="))
    expect(page.locator("#import-state")).to_contain_text("排队中")
    screenshot("import-posting")
    work()
    expect(page.get_by_text("接收的行已经入账。")).to_be_visible()
    assert Customer.objects.count() == 2

    take_in(page, "bills", "账单.csv", BILLS)
    expect(page.locator("#rejected tbody tr")).to_have_count(1)
    expect(page.locator("#rejected tbody tr")).to_contain_text("C-9")
    assert is_translated(page)
    assert no_wider_than_the_window(page)
    screenshot("import-rejected")
    with page.expect_download() as told:
        page.get_by_role("link", name="下载被拒绝的行").click()
    path = tmp_path / "rejected.xlsx"
    told.value.save_as(path)
    page.get_by_role("button", name="只入账合格的行").click()
    page.wait_for_url(re.compile("job="))
    work()
    expect(page.get_by_text("接收的行已经入账。")).to_be_visible()
    assert Bill.objects.count() == 2

    book = openpyxl.load_workbook(path)
    for cells in book.worksheets[0].iter_rows(min_row=2):
        for cell in cells:
            if cell.value == "C-9":
                cell.value = "C-2"
    book.save(path)
    take_in(page, "bills", "更正.xlsx", path.read_bytes())
    page.get_by_role("button", name="全部入账").click()
    page.wait_for_url(re.compile("job="))
    work()
    expect(page.get_by_text("接收的行已经入账。")).to_be_visible()
    screenshot("import-posted")
    assert Bill.objects.count() == 3
    page.goto("/imports/")
    expect(page.locator("tbody tr")).to_have_count(3)
    screenshot("imports")


def test_columns_that_are_not_known_are_assigned_by_hand(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("credit_manager")
    hand_in(page, "customers", "旧系统.csv", "甲列,乙列\nC-1,甲贸易有限公司\n")
    page.wait_for_url(re.compile("/columns/"))
    screenshot("import-columns")
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_role("alert")).to_have_text("每个必填字段都需要对应一列。")
    page.get_by_label("甲列").select_option("no")
    page.get_by_label("乙列").select_option("name")
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url(re.compile("job="))
    work()

    expect(page.get_by_role("button", name="全部入账")).to_be_visible()


def test_a_new_sender_is_remembered_with_its_columns_and_how_its_days_are_read(
    signed_in: SignIn, screenshot: Shot
) -> None:
    page = signed_in("credit_manager")
    agree(page)
    take_in(page, "customers", "客户.csv", CUSTOMERS)
    page.get_by_role("button", name="全部入账").click()
    page.wait_for_url(re.compile("job="))
    work()
    ledger = "客户编号,单据,开票日期,到期日,金额\nC-1,{},03/04/2024,05/06/2024,1\n"
    page.goto("/imports/new/")
    page.get_by_label("数据类型").select_option("bills")
    page.get_by_label("或新来源的名称").fill("用友 U8")
    given = ledger.format("B-1").encode()
    page.locator("#id_file").set_input_files({"name": "账单.csv", "mimeType": "", "buffer": given})
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(re.compile("/columns/"))
    page.get_by_label("单据").select_option("bill_no")
    page.get_by_text("文件的读取方式").click()
    page.get_by_label("03/04/2026 这样的日期").select_option("dmy")
    page.get_by_label("没有币种列时的币种").fill("usd")
    assert no_wider_than_the_window(page)
    assert is_translated(page)
    screenshot("import-reading")
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url(re.compile("job="))
    work()
    page.get_by_role("button", name="全部入账").click()
    page.wait_for_url(re.compile("job="))
    work()
    told = Bill.objects.get()
    assert (told.bill_no, told.billed_on, told.currency) == ("B-1", date(2024, 4, 3), "USD")

    page.goto("/imports/new/")
    page.get_by_label("数据类型").select_option("bills")
    page.get_by_label("来源", exact=True).select_option(label="用友 U8 · 应收账单")
    given = ledger.format("B-2").encode()
    page.locator("#id_file").set_input_files({"name": "账单2.csv", "mimeType": "", "buffer": given})
    page.get_by_role("button", name="下一步").click()
    page.wait_for_url(re.compile(r"/imports/\d+/\?job="))  # nothing is left to be asked
    work()
    expect(page.get_by_role("button", name="全部入账")).to_be_visible()


def test_what_of_a_workbook_is_not_read_is_said_and_another_sheet_may_be_chosen(
    signed_in: SignIn, screenshot: Shot
) -> None:
    page = signed_in("credit_manager")
    agree(page)
    book = openpyxl.load_workbook(
        io.BytesIO(sheet(("客户编号", "客户名称", "备注"), ("C-1", "甲公司", "老客户")))
    )
    other = book.create_sheet("外地")
    other.append(("客户编号", "客户名称"))
    other.append(("C-2", "乙公司"))
    held = io.BytesIO()
    book.save(held)
    take_in(page, "customers", "客户.xlsx", held.getvalue())
    state = page.locator("#import-state")
    expect(state).to_contain_text("未读取的工作表(已隐藏或列不同): 外地")
    expect(state).to_contain_text("未导入的列: 备注")
    screenshot("import-left-out")

    page.get_by_role("link", name="重新对应列").click()
    page.get_by_text("文件的读取方式").click()
    page.get_by_label("工作表", exact=True).select_option("外地")
    page.get_by_role("button", name="检查文件").click()
    expect(page.get_by_role("alert")).to_contain_text("文件的列不同了")
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url(re.compile("job="))
    work()
    page.get_by_role("button", name="全部入账").click()
    page.wait_for_url(re.compile("job="))
    work()
    assert list(Customer.objects.values_list("no", flat=True)) == ["C-2"]


def test_a_long_workbook_that_lacks_a_column_says_so_and_is_assigned_by_hand(
    signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xinheng.facts.intake.batches.OPENED_AT_ONCE", 0)
    page = signed_in("credit_manager")
    take_in(page, "customers", "客户.xlsx", sheet(("客户编号", "乙列"), ("C-1", "甲公司")))
    expect(page.get_by_role("alert")).to_contain_text("没有列对应:客户名称")
    page.get_by_role("link", name="重新对应列").click()
    page.get_by_label("乙列").select_option("name")
    page.get_by_role("button", name="检查文件").click()
    page.wait_for_url(re.compile("job="))
    work()
    expect(page.get_by_role("button", name="全部入账")).to_be_visible()


def test_of_two_columns_with_one_heading_a_person_chooses(signed_in: SignIn) -> None:
    page = signed_in("credit_manager")
    hand_in(page, "customers", "客户.csv", "客户编号,客户名称,地址,地址\nC-1,甲公司,一路,二路\n")
    page.wait_for_url(re.compile("/columns/"))
    expect(page.get_by_text("有列名相同的列")).to_contain_text("地址, 地址 (2)")


def test_a_file_that_runs_together_is_refused_with_its_row_and_its_sender_is_not_kept(
    signed_in: SignIn,
) -> None:
    page = signed_in("credit_manager")
    page.goto("/imports/new/")
    page.get_by_label("数据类型").select_option("bills")
    page.get_by_label("或新来源的名称").fill("用友 U8")
    given = BILLS.replace("C-1,001", 'C-1,"001').encode()
    page.locator("#id_file").set_input_files({"name": "账单.csv", "mimeType": "", "buffer": given})
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("第 2 行的引号没有成对")
    assert not Batch.objects.exists()
    assert not Source.objects.exists()


def macro_workbook() -> bytes:
    held = io.BytesIO(sheet(("客户编号", "客户名称")))
    with zipfile.ZipFile(held, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("客户.xlsm", macro_workbook(), "宏"),
        ("客户.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("空.csv", b"", "空"),
        ("图.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "图.png"),
    ],
    ids=["macro", "html", "empty", "picture"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(
    signed_in: SignIn, screenshot: Shot, name: str, content: bytes, said: str
) -> None:
    page = signed_in("credit_manager", login="lin")
    hand_in(page, "customers", name, content)

    expect(page.get_by_role("alert")).to_contain_text(said)
    assert is_translated(page)
    screenshot(f"import-refused-{len(content)}")
    assert not Batch.objects.exists()
    assert search(login="lin", outcome="refused").count() == 1


@pytest.mark.req("RR-14")
def test_who_may_not_import_sees_neither_the_way_nor_the_page(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("salesperson")
    page.goto("/")
    ways = page.get_by_role("navigation").get_by_role("link").all_inner_texts()
    assert "导入" not in ways
    for address in ("/imports/", "/imports/new/"):
        answer = page.goto(address)
        assert answer
        assert answer.status == 403
        expect(page.get_by_role("alert")).to_contain_text("您无权执行此操作")


def test_a_file_of_another_is_unknown_to_who_does_not_reach_everything(
    signed_in: SignIn, person: Callable[..., Person]
) -> None:
    page = signed_in("credit_manager", login="lin")
    take_in(page, "customers", "客户.csv", CUSTOMERS)
    address = page.url
    page.context.clear_cookies()
    page = signed_in("archivist", login="zhou")

    answer = page.goto(address)
    assert answer
    assert answer.status == 404


def test_the_import_pages_speak_english_and_fit_a_phone(signed_in: SignIn) -> None:
    page = signed_in("credit_manager")
    take_in(page, "customers", "客户.csv", CUSTOMERS)
    one = page.url
    page.get_by_role("button", name="English").click()
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/imports/", "/imports/new/", one):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert no_wider_than_the_window(page), address
    page.goto("/imports/")
    expect(page.get_by_role("heading", name="Imports")).to_be_visible()
    expect(page.get_by_text("waits for your decision").last).to_be_visible()
