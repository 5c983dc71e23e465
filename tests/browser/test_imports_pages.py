"""A file comes in: looked at, checked, its bad row named, corrected, posted; and files that are refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
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
from xinheng.facts.intake.models import Batch
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
