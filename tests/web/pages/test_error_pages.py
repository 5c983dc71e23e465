"""What a person sees when something is not there, not allowed, too late or broken: a page of ours, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import failed

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}
SENT = [  # addresses that only take what a form sends
    "/language/",
    "/logout/",
    "/ratings/1/replay/",
    "/customers/file/C-1/assess/",
]
Enter = Callable[..., Client]


@pytest.fixture
def on(db: None, settings: Any) -> date:
    """A company with its shipped roles; gives the business day."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    day = business_day()
    worlds.given(_founded, day)
    return day


def _founded(day: date) -> None:
    access.load_shipped_roles(actor=system_actor(), on=day)
    access.create_unit(actor=system_actor(), on=day, code="HQ", name="总部", kind="company")


@pytest.fixture
def enter(on: date) -> Enter:
    """A credit manager at the pages."""

    def make(**how: Any) -> Client:
        person = access.create_person(
            actor=system_actor(), on=on, login="chief", name="林晓", password="长江-river-2026",
            role="credit_manager", unit="HQ",
        )  # fmt: skip
        client = Client(**how)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make


def is_ours(answer: Any, status: int) -> str:
    text: str = answer.content.decode()
    assert answer.status_code == status, text[:500]
    assert "<html" in text
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("address", SENT)
def test_an_address_for_forms_that_is_opened_says_so(enter: Enter, address: str) -> None:
    answer = enter().get(address)

    assert "此网址只接受相应页面提交的请求。" in is_ours(answer, 405)


def test_the_api_keeps_its_own_words_for_a_wrong_method(enter: Enter) -> None:
    answer = enter().delete("/api/v1/customers")

    assert answer.status_code in (401, 405)
    assert b"<html" not in answer.content


def test_a_form_from_a_page_that_expired_is_not_called_forbidden(enter: Enter) -> None:
    answer = enter(enforce_csrf_checks=True).post("/ratings/start/", {"policy": "adv"})

    text = is_ours(answer, 403)
    assert "页面已过期" in text
    assert "您无权执行此操作" not in text


def test_who_was_signed_out_comes_back_to_the_page_the_form_was_on(on: date) -> None:
    sent = Client().post("/ratings/7/replay/", HTTP_REFERER="http://testserver/ratings/7/?a=1")
    elsewhere = Client().post("/ratings/start/", HTTP_REFERER="http://evil.example/steal/")
    nowhere = Client().post("/ratings/start/")
    part = Client().get(
        "/ratings/", **PART, HTTP_HX_CURRENT_URL="http://testserver/customers/?region=x&page=2"
    )

    assert sent.url == "/login/?next=/ratings/7/%3Fa%3D1"
    assert elsewhere.url == "/login/?next=/steal/"  # of this server: another is never named
    assert nowhere.url == "/login/?next=/"
    assert part.headers["HX-Redirect"] == "/login/?next=/customers/%3Fregion%3Dx%26page%3D2"


@pytest.mark.parametrize("headers", [{}, PART])
def test_our_own_mistake_shows_no_trace_of_the_code(
    enter: Enter, monkeypatch: Any, headers: dict[str, str]
) -> None:
    client = enter(raise_request_exception=False)

    def broken(*_told: Any, **_named: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("xinheng.web.pages.home.attention.calls", broken)
    answer = client.get("/", **headers)

    assert answer.status_code == 500
    text = answer.content.decode()
    assert "系统内部出错" in text
    assert "secret detail" not in text
    assert "Traceback" not in text


def test_the_page_for_our_own_mistakes_needs_no_gathered_styles(settings: Any, tmp_path: Any) -> None:
    settings.STATIC_ROOT = tmp_path  # nobody gathered the styles: every other page fails
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

    answer = failed(RequestFactory().get("/"))

    assert 'href="/static/dist/style.css"' in is_ours(answer, 500)


def test_a_language_that_nobody_speaks_changes_nothing(enter: Enter) -> None:
    client = enter()

    for told in (
        {"language": "xx"},
        {"language": "\x00"},
        {},
        {"language": "en", "next": "http://evil.example/"},
    ):
        answer = client.post("/language/", told)
        assert answer.status_code == 302
        assert answer.url == "/"
    assert Person.objects.get(login="chief").language == "en"
