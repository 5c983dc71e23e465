"""People, tokens and the trail in a real browser: added, let in, shown once, searched, verified."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from xinheng.base.access import services as access
from xinheng.base.access.models import ApiToken, Assignment, Person, Role, Unit
from xinheng.base.audit import services as audit
from xinheng.base.audit.models import Entry
from xinheng.base.audit.queries import search
from xinheng.base.kernel.actors import system_actor
from xinheng.runs.services import business_day

pytestmark = pytest.mark.browser
Shot = Callable[[str], None]
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")  # three English words: not translated


def agree(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())


def is_translated(page: Page) -> bool:
    return not ENGLISH.search(page.locator("main").inner_text())


def no_wider_than_the_window(page: Page) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width <= 0


def test_a_new_person_signs_in_and_must_choose_a_password(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("administrator", login="chief")
    page.goto("/people/")
    screenshot("people")
    page.get_by_role("link", name="添加人员").click()
    page.get_by_label("登录名").fill("chief")
    page.get_by_label("姓名").fill("赵新")
    page.get_by_label("角色").select_option("analyst")
    first = page.get_by_label("初始密码").input_value()
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_text("登录名chief已被使用。")).to_be_visible()  # said beside its field
    screenshot("person-refused")
    assert search(outcome="refused", login="chief").count() == 1
    page.get_by_label("登录名").fill("zhao.xin")
    page.get_by_label("初始密码").fill(first)
    page.get_by_role("button", name="添加").click()

    expect(page.get_by_role("heading", name="赵新")).to_be_visible()
    assert is_translated(page)
    screenshot("person")
    page.context.clear_cookies()
    page.goto("/")
    page.get_by_label("登录名").fill("zhao.xin")
    page.get_by_label("密码").fill(first)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/password/")
    page.get_by_label("当前密码").fill(first)
    page.get_by_label("新密码", exact=True).fill("黄河-stream-2026")
    page.get_by_label("再次输入新密码").fill("黄河-stream-2026")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_role("heading", name="待办事项")).to_be_visible()


def test_a_person_gets_a_role_loses_it_and_is_shut_out(
    signed_in: SignIn, person: Callable[..., Person], organisation: date
) -> None:
    page = signed_in("administrator", login="chief")
    person("salesperson", login="wang", name="王芳")
    agree(page)
    page.goto("/people/?q=王")
    page.get_by_role("link", name="wang").click()
    page.locator("#form-assign").get_by_label("角色").select_option("archivist")
    page.get_by_role("button", name="授予角色").click()
    expect(page.get_by_text("角色已授予。")).to_be_visible()
    page.locator("#form-assign").get_by_label("角色").select_option("archivist")
    page.get_by_role("button", name="授予角色").click()
    expect(page.locator("#form-assign").get_by_role("alert")).to_contain_text("已担任")

    page.get_by_role("button", name="收回").first.click()
    expect(page.get_by_text("角色已收回。")).to_be_visible()
    assert Assignment.objects.filter(person__login="wang", until_on=organisation).count() == 1
    page.get_by_label("原因").fill("离职")
    page.get_by_role("button", name="停用", exact=True).click()
    expect(page.get_by_text("该人员已停用。")).to_be_visible()
    assert not Person.objects.get(login="wang").is_active
    page.get_by_role("button", name="启用", exact=True).click()
    expect(page.get_by_text("该人员可以重新登录。")).to_be_visible()


def test_what_is_not_confirmed_is_not_done(signed_in: SignIn, person: Callable[..., Person]) -> None:
    page = signed_in("administrator", login="chief")
    person("salesperson", login="wang")
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.goto("/people/person/wang/")
    page.get_by_role("button", name="停用", exact=True).click()

    expect(page.get_by_role("button", name="停用", exact=True)).to_be_visible()
    assert Person.objects.get(login="wang").is_active


def test_the_last_administrator_is_kept(signed_in: SignIn) -> None:
    page = signed_in("administrator", login="chief")
    agree(page)
    page.goto("/people/person/chief/")
    page.get_by_role("button", name="收回").click()

    expect(page.get_by_role("alert")).to_contain_text("这是最后一名系统管理员")


def test_roles_read_in_words_and_one_of_the_sites_own_is_made(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("administrator", login="chief")
    page.goto("/roles/")
    expect(page.get_by_role("row", name="业务员")).to_contain_text("仅本人负责的客户")
    assert is_translated(page)
    screenshot("roles")
    page.get_by_role("link", name="新建角色").click()
    page.get_by_label("代码").fill("auditor")
    page.get_by_label("中文名称").fill("出纳")
    page.get_by_label("英文名称").fill("Cashier")
    page.get_by_label("查看账单和收款").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("系统预置，不能修改")).to_be_visible()
    screenshot("role-refused")
    page.get_by_label("代码").fill("cashier")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_role("row", name="出纳")).to_contain_text("查看账单和收款")
    assert Role.objects.get(code="cashier").permits == ["receivables.read"]


def test_the_tree_grows_and_a_unit_with_people_is_not_closed(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("administrator", login="chief")
    agree(page)
    page.goto("/organisation/")
    page.get_by_role("link", name="信衡贸易公司").click()
    add = page.locator("#form-add")
    add.get_by_label("代码").fill("EAST")
    add.get_by_label("名称").fill("华东部")
    add.get_by_role("button", name="设立机构").click()
    expect(page.locator(".xh-tree .xh-tree")).to_contain_text("华东部")
    screenshot("organisation")
    page.get_by_role("link", name="信衡贸易公司").click()
    page.get_by_role("button", name="关闭", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("还有1项任职和1个未关闭的下级机构")
    screenshot("unit-refused")
    page.goto("/organisation/")
    page.get_by_role("link", name="华东部").click()
    page.locator("#form-rename").get_by_label("名称").fill("华东销售部")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="华东销售部")).to_be_visible()
    page.get_by_role("link", name="华东销售部").click()
    page.get_by_role("button", name="关闭", exact=True).click()
    expect(page.locator(".xh-tree .xh-tree")).to_contain_text("关闭")
    assert Unit.objects.get(code="EAST").closed_on


def test_a_token_is_shown_once_and_revoked(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("administrator", login="chief")
    agree(page)
    page.goto("/tokens/")
    page.get_by_label("名称").fill("夜间报表")
    page.get_by_role("button", name="发放").click()
    page.get_by_label("查看客户", exact=True).check()
    page.get_by_role("button", name="发放").click()
    text = page.locator("#token-text").inner_text()
    screenshot("token")

    assert access.actor_of_token(text, on=business_day())
    page.get_by_role("button", name="复制").click()
    page.goto("/tokens/")
    assert text not in page.content()
    expect(page.get_by_role("row", name="夜间报表")).to_contain_text("有效")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("令牌已撤销。")).to_be_visible()
    assert ApiToken.objects.get().revoked_on


def test_the_trail_is_searched_and_verified_and_an_altered_entry_named(
    signed_in: SignIn, person: Callable[..., Person], organisation: date, screenshot: Shot
) -> None:
    page = signed_in("auditor", login="zhang")
    person("salesperson", login="wang", name="王芳")
    access.rename_person(actor=system_actor(), on=organisation, login="wang", name="王小芳")
    audit.seal_new_entries()
    page.goto("/audit/")
    page.get_by_label("操作", exact=True).select_option("people.rename_person")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_text("查看内容").click()
    expect(page.locator("tbody del")).to_have_text("王芳")
    expect(page.locator("tbody ins")).to_have_text("王小芳")
    assert is_translated(page)
    page.get_by_role("button", name="校验日志").click()
    expect(page.locator("#verification")).to_contain_text("日志完整")
    screenshot("trail")

    altered = search(act="people.rename_person")[0]
    Entry.objects.filter(pk=altered.pk).update(subject="person:li")
    page.get_by_role("button", name="校验日志").click()
    expect(page.locator("#verification")).to_contain_text(str(altered.pk))
    assert no_wider_than_the_window(page)
    screenshot("trail-altered")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_care_pages_speak_english_and_fit_a_phone(signed_in: SignIn) -> None:
    page = signed_in("administrator", login="chief", language="en")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/", "/people/", "/people/new/", "/people/person/chief/", "/roles/", "/roles/new/",
                    "/organisation/", "/tokens/", "/audit/"):  # fmt: skip
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert no_wider_than_the_window(page), address
        assert not re.search(
            r"[\u4e00-\u9fff]", page.get_by_role("heading", level=1).inner_text().replace("林晓", "")
        )
