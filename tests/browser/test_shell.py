"""Coming in, going round, and being turned down, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, SignIn
from xinheng.base.access.models import Person
from xinheng.base.audit.queries import search

pytestmark = pytest.mark.browser
Shot = Callable[[str], None]


def sign_in_by_hand(page: Page, login: str, password: str) -> None:
    page.goto("/")
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def test_a_wrong_password_is_refused_and_a_right_one_opens_the_home_page(
    page: Page, person: Callable[..., Person], screenshot: Shot
) -> None:
    person("administrator", login="lin")

    sign_in_by_hand(page, "lin", "not-it-at-all")
    expect(page.get_by_role("alert")).to_have_text("登录名与密码不匹配。")
    screenshot("login-refused")
    sign_in_by_hand(page, "lin", PASSWORD)

    expect(page.get_by_role("heading", name="待办事项")).to_be_visible()
    assert [entry.outcome for entry in search(login="lin", act="access.sign_in")] == ["done", "refused"]


def test_five_wrong_passwords_close_the_login_and_say_until_when(
    page: Page, person: Callable[..., Person], screenshot: Shot
) -> None:
    person("administrator", login="lin")

    for _attempt in range(5):
        sign_in_by_hand(page, "lin", "guess")
    expect(page.get_by_role("alert")).to_contain_text("登录失败次数过多，请在")
    screenshot("locked-out")
    sign_in_by_hand(page, "lin", PASSWORD)

    expect(page.get_by_role("alert")).to_contain_text("登录失败次数过多，请在")


def test_a_salesperson_is_shown_only_the_ways_they_may_go(signed_in: SignIn) -> None:
    page = signed_in("salesperson")

    page.goto("/")
    ways = page.get_by_role("navigation").get_by_role("link").all_inner_texts()

    assert "客户" in ways
    assert not {"导入", "人员", "角色", "组织机构", "审计日志"} & set(ways)


def test_an_address_typed_by_hand_is_refused_in_words_and_noted(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("salesperson")

    answer = page.goto("/audit/")

    assert answer
    assert answer.status == 403
    expect(page.get_by_role("alert")).to_contain_text("您无权执行此操作")
    screenshot("refused")
    assert search(act="audit.read", outcome="refused").count() == 1


def test_an_unknown_address_has_a_page_of_ours(signed_in: SignIn) -> None:
    answer = signed_in("auditor").goto("/nowhere/")

    assert answer
    assert answer.status == 404
    assert "此网址没有页面" in answer.text()


def test_the_language_is_kept_on_the_person(signed_in: SignIn) -> None:
    page = signed_in("administrator", login="lin")

    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="What needs attention")).to_be_visible()

    assert Person.objects.get(login="lin").language == "en"
    page.context.clear_cookies(name="django_language")
    page.goto("/password/")
    expect(page.get_by_role("heading", name="Change password")).to_be_visible()


def test_a_password_set_by_another_must_be_changed_first(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("analyst", must_change_password=True)

    page.goto("/")
    page.wait_for_url("**/password/")
    screenshot("password")
    page.get_by_label("当前密码").fill(PASSWORD)
    page.get_by_label("新密码", exact=True).fill("黄河-stream-2026")
    page.get_by_label("再次输入新密码").fill("黄河-stream-2026")
    page.get_by_role("button", name="修改密码").click()

    expect(page.get_by_text("密码已修改。")).to_be_visible()


def test_the_keyboard_is_enough(signed_in: SignIn) -> None:
    page = signed_in("administrator")

    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("/")

    expect(page.get_by_role("searchbox")).to_be_focused()


def test_on_a_phone_the_side_bar_opens_by_a_button(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("administrator")
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/")
    expect(page.get_by_role("link", name="审计日志")).to_be_hidden()
    page.get_by_role("button", name="打开菜单").click()

    expect(page.get_by_role("link", name="审计日志")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot("side-bar")


def test_a_session_that_ended_leads_back_to_the_page_after_signing_in(signed_in: SignIn) -> None:
    page = signed_in("credit_manager", login="lin")
    page.goto("/ratings/?page=2")
    page.context.clear_cookies(name="sessionid")

    page.goto("/ratings/?page=2")
    page.get_by_label("登录名").fill("lin")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url("**/ratings/?page=2")
    expect(page.get_by_role("heading", name="评级批次")).to_be_visible()


def test_filters_of_the_list_open_by_a_button_on_a_phone(signed_in: SignIn, screenshot: Shot) -> None:
    page = signed_in("credit_manager")
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/customers/")
    expect(page.get_by_label("行业")).to_be_hidden()
    page.get_by_role("button", name="更多条件").click()
    page.get_by_label("行业").select_option("F")

    page.wait_for_url("**section=F**")
    expect(page.get_by_label("行业")).to_be_visible()  # what is set is shown
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    screenshot("filters-phone")
