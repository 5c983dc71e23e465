"""Who may ask the API, and how far a token reaches."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.web.api.conftest import PASSWORD, TODAY, Program, program, token_for
from xinheng.base.access import services as access
from xinheng.base.access.models import ApiToken, Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor

pytestmark = pytest.mark.usefixtures("office")


def test_without_a_token_nothing_is_said() -> None:
    answer = Program("").get("/customers")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_signed_in"


def test_a_wrong_token_is_turned_down_even_beside_a_session() -> None:
    asking = Program("xh_" + "0" * 40)
    asking.client.force_login(Person.objects.get(login="admin"), "django.contrib.auth.backends.ModelBackend")

    assert asking.get("/customers").status_code == 401


def test_a_token_ends_on_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Program(token_for("credit", "customers.read", expires_on=TODAY))
    assert asking.get("/customers").status_code == 200

    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 7, 1))

    assert asking.get("/customers").status_code == 401


def test_a_revoked_token_ends_at_once() -> None:
    asking = program("credit", "customers.read")
    access.revoke_token(actor=system_actor(), on=TODAY, token_id=ApiToken.objects.get().pk)

    assert asking.get("/customers").status_code == 401


@pytest.mark.req("RR-14")
def test_a_token_does_no_more_than_it_names_and_the_attempt_is_noted() -> None:
    answer = program("credit", "customers.read").post("/customers", {"no": "C-9", "name": "黄河"})

    assert answer.status_code == 403
    assert answer.json()["code"] == "access_denied"
    noted = Entry.objects.get(outcome="refused")
    assert (noted.actor_login, noted.act, noted.via) == ("credit", "customers.write", "api")


def test_a_person_shut_out_takes_the_tokens_along() -> None:
    asking = program("credit")
    access.deactivate(actor=system_actor(), on=TODAY, login="credit")

    assert asking.get("/customers").status_code == 401


def signed_in(login: str) -> Client:
    """A browser that signed in on the page and checks CSRF as the server does."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(Person.objects.get(login=login), "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_session_reads() -> None:
    assert signed_in("wang").get("/api/v1/customers").status_code == 200


def test_a_session_writes_only_with_the_csrf_token() -> None:
    client = signed_in("admin")
    body = {"data": '{"name": "黄河公司", "no": "C-9"}', "content_type": "application/json"}

    refused = client.post("/api/v1/customers", **body)
    client.cookies["csrftoken"] = "a" * 32
    done = client.post("/api/v1/customers", **body, HTTP_X_CSRFTOKEN="a" * 32)

    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")
    assert done.status_code == 201, done.content


def test_a_session_with_a_password_to_change_may_do_nothing() -> None:
    access.set_password(
        actor=system_actor(), on=TODAY, login="wang", password=PASSWORD + "!", must_change=True
    )

    answer = signed_in("wang").get("/api/v1/customers")

    assert (answer.status_code, answer.json()["code"]) == (403, "password_must_change")


def test_me_says_who_asks() -> None:
    told: Any = program("wang", "customers.read").get("/me").json()

    assert told == {"login": "wang", "name": "wang", "permits": ["customers.read"], "reach": "own"}
