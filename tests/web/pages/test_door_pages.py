"""The door: signing in and out, too many wrong passwords, cookies, headers, forged forms, addresses elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests import worlds
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.runs.services import business_day
from xinheng.web.pages.edge import trouble

pytestmark = pytest.mark.django_db
PASSWORD = "长江-river-2026"
NEW = "黄河-stream-2026"
BACKEND = "django.contrib.auth.backends.ModelBackend"
UNCHECKED = {  # pages that nobody needs to sign in for, or that say so themselves; a calendar has a secret
    "", "login/", "language/", "calendar/<str:secret>.ics",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on(db: None, settings: Any) -> date:
    """A company with one person; gives the business day."""
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
    for login in ("wang", "li"):
        access.create_person(
            actor=system_actor(), on=day, login=login, name=login, password=PASSWORD, role="administrator",
            unit="HQ", language="en",
        )  # fmt: skip


def typed(
    login: str = "wang",
    password: str = PASSWORD,
    *,
    client: Client | None = None,
    at: str = "10.0.0.1",
    **also: str,
) -> Any:
    client = client or Client()
    return client.post(
        "/login/", {"username": login, "password": password, **also}, REMOTE_ADDR=at, HTTP_USER_AGENT="one"
    )


def closed(login: str = "wang", at: str = "10.0.0.1") -> Any:
    for _attempt in range(4):
        assert typed(login, "guess", at=at).status_code == 403
    return typed(login, "guess", at=at)


def test_a_refused_sign_in_stands_on_the_trail_without_the_password() -> None:
    answer = typed(" ＷＡＮＧ", "guess-it")

    assert answer.status_code == 403
    assert "登录名与密码不匹配" in answer.content.decode()
    noted = Entry.objects.get(outcome="refused")
    assert (noted.act, noted.actor_login, noted.subject, noted.via) == (
        "access.sign_in", "wang", "person:wang", "page",
    )  # fmt: skip
    assert "guess-it" not in str([vars(entry) for entry in Entry.objects.all()])
    unknown = typed("nobody")
    assert unknown.content.decode().count("登录名与密码不匹配") == 1  # as for a login that is there
    assert unknown.status_code == 403


def test_the_page_of_a_closed_login_says_until_when_for_the_address_that_asks() -> None:
    first = closed()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=10))
    closed(at="10.0.0.2")

    answer = typed()

    assert (first.status_code, answer.status_code) == (429, 429)
    assert 895 < int(first["Retry-After"]) <= 900
    assert 295 < int(answer["Retry-After"]) <= 300
    until = timezone.localtime(timezone.now() + timedelta(minutes=5))
    told = re.search(r"请在 ?(\d\d:\d\d):\d\d", answer.content.decode())
    assert told
    assert told[1] in {f"{until:%H:%M}", f"{until - timedelta(seconds=5):%H:%M}"}
    refused = Entry.objects.filter(act="access.sign_in", outcome="refused", actor_login="wang")
    assert [one.reason.partition(":")[0] for one in refused.order_by("-id")[:1]] == ["locked_out"]
    assert typed("li").status_code == 302  # nobody else is shut out


def test_another_browser_or_spelling_does_not_begin_to_count_anew() -> None:
    for at in range(5):
        Client().post(
            "/login/", {"username": ["wang", "WANG", "ｗａｎｇ"][at % 3], "password": "guess"},
            REMOTE_ADDR="10.0.0.1", HTTP_USER_AGENT=f"browser {at}",
        )  # fmt: skip

    assert typed().status_code == 429


def test_an_administrator_opens_a_closed_login_on_the_page_of_the_person() -> None:
    assert closed().status_code == 429
    client = Client()
    client.force_login(Person.objects.get(login="li"), backend=BACKEND)

    done = client.post("/people/person/wang/unlock/", {}, follow=True)

    assert "The login is open again." in done.content.decode()
    assert typed().status_code == 302
    opened = Entry.objects.get(act="people.unlock")
    assert (opened.actor_login, opened.subject, opened.before) == (
        "li",
        "person:wang",
        {"failed_attempts": 1},
    )


def test_behind_the_tls_proxy_the_address_is_what_the_proxy_told(settings: Any) -> None:
    settings.SECURE = True
    for at in range(5):
        Client().post(
            "/login/", {"username": "wang", "password": "guess"}, REMOTE_ADDR="127.0.0.1",
            HTTP_X_FORWARDED_FOR=f"1.2.3.{at}, 10.0.0.9",
        )  # fmt: skip

    assert {attempt.ip_address for attempt in AccessAttempt.objects.all()} == {"10.0.0.9"}
    assert Client().post(
        "/login/", {"username": "wang", "password": PASSWORD}, REMOTE_ADDR="127.0.0.1",
        HTTP_X_FORWARDED_FOR="10.0.0.8",
    ).status_code == 302  # fmt: skip
    settings.SECURE = False
    assert typed(at="10.0.0.3", client=Client(HTTP_X_FORWARDED_FOR="10.0.0.9")).status_code == 302


def test_signing_in_begins_a_session_of_its_own() -> None:
    client = Client()
    client.cookies["sessionid"] = "chosen-by-somebody-else-000000000"

    answer = typed(client=client)

    assert answer.status_code == 302
    cookie = answer.cookies["sessionid"]
    assert cookie.value != "chosen-by-somebody-else-000000000"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    client.post("/logout/")
    assert client.get("/people/").status_code == 302
    client.cookies["sessionid"] = cookie.value
    assert client.get("/people/").status_code == 302  # what was signed out stays out
    assert [one.act for one in Entry.objects.filter(actor_login="wang")] == [
        "access.sign_in",
        "access.sign_out",
    ]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "\t//evil.example", "javascript:alert(1)",
     "http:evil.example", "https:///evil.example"],
)  # fmt: skip
def test_signing_in_and_choosing_a_language_lead_nowhere_else(elsewhere: str) -> None:
    client = Client()
    assert typed(client=client, next=elsewhere)["Location"] == "/"
    assert client.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"
    assert typed(next="/customers/?q=1")["Location"] == "/customers/?q=1"


def test_no_browser_keeps_a_page_of_somebody_who_signed_in() -> None:
    client = Client()
    typed(client=client)

    for address in ("/people/", "/people/person/nobody/", "/organisation/", "/password/", "/tokens/"):
        assert "no-store" in client.get(address)["Cache-Control"], address


def test_every_answer_carries_safe_headers() -> None:
    client = Client()
    for _turn in range(2):
        for address in ("/login/", "/", "/nowhere/", "/people/", "/api/v1/customers", "/api/v1/docs"):
            answer = client.get(address)
            policy = answer["Content-Security-Policy"]
            for part in (
                "default-src 'self'",
                "object-src 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
            ):
                assert part in policy, address
            assert "unsafe" not in policy
            assert "http" not in policy
            assert answer["X-Content-Type-Options"] == "nosniff"
            assert answer["X-Frame-Options"] == "DENY"
            assert answer["Referrer-Policy"] == "same-origin"
            assert "Strict-Transport-Security" not in answer
        typed(client=client)


def test_behind_tls_plain_requests_are_sent_there_and_browsers_told_to_stay(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    plain, secure = Client().get("/login/"), Client().get("/login/", HTTP_X_FORWARDED_PROTO="https")

    assert (plain.status_code, plain["Location"]) == (301, "https://testserver/login/")
    assert secure.status_code == 200
    assert secure["Strict-Transport-Security"] == "max-age=31536000"


def test_a_host_nobody_named_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]

    assert Client().get("/login/", HTTP_HOST="evil.example").status_code == 400


def pages() -> list[str]:
    def walk(parts: Any, before: str) -> Any:
        for part in parts:
            address = before + str(part.pattern)
            if isinstance(part, URLResolver):
                yield from walk(part.url_patterns, address)
            elif isinstance(part, URLPattern) and not address.startswith("api/"):
                yield address

    return sorted(set(walk(get_resolver().url_patterns, "")))


def filled(address: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: "1" if found[1] == "int" else "x", address)


@pytest.mark.parametrize("address", pages())
def test_every_form_needs_the_token_of_a_page_of_ours(address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Person.objects.get(login="wang"), backend=BACKEND)
    before = Entry.objects.filter(outcome="done").count()

    answer = client.post(filled(address), {})

    assert answer.status_code == 403, address
    assert Entry.objects.filter(outcome="done").count() == before
    assert Entry.objects.latest("id").reason.startswith("form_expired")


@pytest.mark.parametrize("address", sorted(set(pages()) - UNCHECKED))
def test_every_page_asks_who_is_there(address: str) -> None:
    for answer in (Client().get(filled(address)), Client().post(filled(address), {})):
        assert answer.status_code == 405 or answer["Location"].startswith("/login/"), address


def test_wrong_present_passwords_are_noted_and_end_the_session() -> None:
    client = Client()
    typed(client=client)
    told = {"old": "guess-the-old", "new": NEW, "again": NEW}

    answers = [client.post("/password/", told) for _attempt in range(5)]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 302]
    assert client.get("/people/").url.startswith("/login/")
    noted = Entry.objects.filter(outcome="refused", reason__startswith="password_wrong", actor_login="wang")
    assert noted.count() == 5
    assert "guess-the-old" not in str([vars(entry) for entry in Entry.objects.all()])
    assert typed(password=NEW).status_code == 403


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", PASSWORD])
def test_a_first_password_is_changed_before_anything_else_and_well(weak: str, on: date) -> None:
    access.set_password(actor=system_actor(), on=on, login="wang", password=PASSWORD)
    client = Client()
    assert typed(client=client).status_code == 302
    for address in ("/", "/people/", "/customers/", "/tokens/"):
        assert client.get(address).url == "/password/", address
    assert client.post("/people/person/li/deactivate/", {}).url == "/password/"
    assert Person.objects.get(login="li").is_active

    refused = client.post("/password/", {"old": PASSWORD, "new": weak, "again": weak})

    assert refused.status_code == 400
    assert Person.objects.get(login="wang").must_change_password
    done = client.post("/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert done.url == "/"
    assert not Person.objects.get(login="wang").must_change_password


def test_who_leaves_is_out_with_the_next_click(on: date) -> None:
    client = Client()
    typed(client=client)
    assert client.get("/people/").status_code == 200
    access.deactivate(actor=system_actor(), on=on, login="wang", reason="离职")

    assert client.get("/people/").url.startswith("/login/")
    assert typed().status_code == 403


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 429, 500])
def test_trouble_says_what_to_do_next(rf: Any, status: int, client: Callable[..., Any]) -> None:
    request = rf.get("/")
    request.user = Person.objects.get(login="wang")

    assert trouble(request, status=status, text="x").status_code == status
