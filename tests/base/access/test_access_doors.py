"""Passwords, sessions, tokens and the lock after wrong attempts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import authenticate, get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import translation

from tests.base.access.conftest import DAY, PASSWORD
from xinheng.base.access import queries, services, tokens
from xinheng.base.access.errors import (
    AccessDenied,
    FieldInvalid,
    LoginInvalid,
    PasswordWeak,
    PasswordWrong,
    PermitInvalid,
    PersonActive,
    PersonExists,
    PersonInactive,
    RightsExceeded,
    TokenTermInvalid,
    TokenUnknown,
)
from xinheng.base.access.models import ApiToken, Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor

Find = Callable[..., Actor]
Make = Callable[..., Person]
NEW = "a-wholly-new-Word-77"
pytestmark = pytest.mark.django_db


def sign_in(login: str, password: str = PASSWORD, address: str = "10.0.0.1") -> Person | None:
    request = RequestFactory(REMOTE_ADDR=address).post("/login/", {"username": login, "password": password})
    return authenticate(request, username=login, password=password)  # type: ignore[return-value]


def in_session(client: Client) -> Any:
    request = HttpRequest()
    request.session = client.session
    return get_user(request)


def test_a_password_is_kept_as_argon2_and_nowhere_else(person: Make) -> None:
    wang = person("wang")
    assert wang.password.startswith("argon2$argon2id$")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM audit_entry")
        assert PASSWORD not in str(cursor.fetchall())


@pytest.mark.parametrize("weak", ["short", "1234567890123", "password123", "wang-wang-wang", ""])
def test_weak_passwords_are_refused(organisation: None, weak: str) -> None:
    new = {"login": "wang-wang", "name": "王", "role": "analyst", "unit": "NORTH"}
    with pytest.raises(PasswordWeak) as refused, translation.override("zh-hans"):
        services.create_person(actor=system_actor(), on=DAY, password=weak, **new)  # type: ignore[arg-type]
    assert re.fullmatch("[^a-zA-Z]+", refused.value.params["causes"])  # in Chinese, whatever is wrong
    assert not Person.objects.filter(login="wang-wang").exists()


def test_logins_are_compared_as_people_type_them(person: Make) -> None:
    person("Wang.Li")
    assert Person.objects.get(login="wang.li")
    assert sign_in(" ＷＡＮＧ.li ")
    for same in ("wang.li", "WANG.LI"):
        with pytest.raises(PersonExists):
            person(same)
    for wrong in ("", "a", "wang li", "wang<script>", "x" * 151):
        with pytest.raises(LoginInvalid):
            person(wrong)
    with pytest.raises(FieldInvalid):
        services.create_person(
            actor=system_actor(),
            on=DAY,
            login="li",
            name=" ",
            password=PASSWORD,
            role="analyst",
            unit="NORTH",
        )


def test_a_new_password_ends_open_sessions(person: Make, acting: Find, client: Client) -> None:
    wang = person("wang")
    client.force_login(wang)
    assert in_session(client) == wang
    services.set_password(actor=acting("admin"), on=DAY, login="wang", password=NEW)
    assert not in_session(client).is_authenticated
    assert sign_in("wang") is None
    assert sign_in("wang", NEW) == wang
    assert Person.objects.get(login="wang").must_change_password
    entry = Entry.objects.get(act="people.set_password")
    assert (entry.before["must_change"], entry.after["must_change"]) == (False, True)


def test_people_change_their_own_password_with_the_present_one(person: Make, acting: Find) -> None:
    person("wang", role="salesperson", unit="NORTH-SALES")
    services.set_password(actor=acting("admin"), on=DAY, login="wang", password=NEW)
    actor = acting("wang")
    with pytest.raises(PasswordWrong):
        services.change_password(actor=actor, on=DAY, present=PASSWORD, password="next-Word-of-88")
    with pytest.raises(PasswordWeak):
        services.change_password(actor=actor, on=DAY, present=NEW, password="12345")
    services.change_password(actor=actor, on=DAY, present=NEW, password="next-Word-of-88")
    assert sign_in("wang", "next-Word-of-88")
    assert not Person.objects.get(login="wang").must_change_password
    with pytest.raises(AccessDenied):
        services.change_password(actor=system_actor(), on=DAY, present=NEW, password="next-Word-of-99")


def test_who_is_deactivated_is_out_at_once(person: Make, acting: Find, client: Client) -> None:
    wang = person("wang")
    client.force_login(wang)
    secret, token = services.issue_token(
        actor=acting("wang"), on=DAY, name="erp", expires_on=DAY, permits=["customers.*"]
    )
    assert services.actor_of_token(secret, on=DAY)

    services.deactivate(actor=acting("admin"), on=DAY, login="wang", reason="离职")

    assert not in_session(client).is_authenticated
    assert sign_in("wang") is None
    assert services.actor_of_token(secret, on=DAY) is None
    token.refresh_from_db()
    assert token.revoked_on == DAY
    assert not acting("wang").permits
    entry = Entry.objects.get(act="people.deactivate")
    assert (entry.reason, entry.before["active"], entry.after["active"]) == ("离职", True, False)
    for again in (
        lambda: services.deactivate(actor=acting("admin"), on=DAY, login="wang"),
        lambda: services.issue_token(
            actor=acting("admin"), on=DAY, name="x", expires_on=DAY, permits=["*"], login="wang"
        ),
    ):
        with pytest.raises(PersonInactive):
            again()


def test_who_comes_back_starts_with_a_new_password_and_no_old_door(
    person: Make, acting: Find, client: Client
) -> None:
    wang = person("wang")
    client.force_login(wang)
    admin = acting("admin")
    secret, _token = services.issue_token(
        actor=acting("wang"), on=DAY, name="erp", expires_on=DAY, permits=["customers.*"]
    )
    with pytest.raises(PersonActive):
        services.reactivate(actor=admin, on=DAY, login="wang", password=NEW)
    services.deactivate(actor=admin, on=DAY, login="wang")
    services.reactivate(actor=admin, on=DAY, login="wang", password=NEW)
    assert acting("wang").permits
    assert not in_session(client).is_authenticated
    assert services.actor_of_token(secret, on=DAY) is None


def test_five_wrong_passwords_close_the_login_for_that_address(person: Make, acting: Find) -> None:
    person("wang")
    for typed in ("wang", "Wang", " wang", "ＷＡＮＧ", "wang"):  # the same login, however typed
        assert sign_in(typed, "wrong") is None
    assert sign_in("wang") is None  # the right password does not help any more
    assert sign_in("wang", address="10.0.0.2")  # nor does it hurt the person elsewhere
    assert sign_in("admin")
    assert AccessAttempt.objects.get(username="wang").failures_since_start >= 5
    assert "wrong" not in str(AccessAttempt.objects.values())

    assert services.unlock(actor=acting("admin"), on=DAY, login="wang") == 1
    assert sign_in("wang")
    assert Entry.objects.get(act="people.unlock").subject == "person:wang"


def test_a_right_password_forgets_the_wrong_ones(person: Make) -> None:
    person("wang")
    for _round in range(3):
        for _attempt in range(4):
            assert sign_in("wang", "wrong") is None
        request = RequestFactory(REMOTE_ADDR="10.0.0.1").post("/login/", {"username": "wang"})
        found = authenticate(request, username="wang", password=PASSWORD)
        assert found
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.send(sender=Person, request=request, user=found)


def test_an_unknown_login_is_counted_too(organisation: None) -> None:
    for _attempt in range(6):
        assert sign_in("nobody", "wrong") is None
    assert AccessAttempt.objects.get(username="nobody").failures_since_start >= 5


def test_a_token_is_shown_once_and_kept_as_a_digest(person: Make, acting: Find) -> None:
    person("wang")
    secret, token = services.issue_token(
        actor=acting("wang"),
        on=DAY,
        name=" ERP 接口 ",
        expires_on=DAY + timedelta(days=30),
        permits=["customers.read"],
    )
    assert len(secret) >= 43
    assert (token.name, token.prefix) == ("ERP 接口", secret[:12])
    with connection.cursor() as cursor:
        for table in ("access_apitoken", "audit_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            assert secret not in str(cursor.fetchall())
    entry = Entry.objects.get(act="people.issue_token")
    assert entry.after["permits"] == ["customers.read"]
    assert secret[12:] not in str(entry.after)


def test_a_token_does_what_both_it_and_its_person_may(person: Make, acting: Find) -> None:
    person("wang")
    secret, _token = services.issue_token(
        actor=acting("wang"), on=DAY, name="erp", expires_on=DAY, permits=["customers.*", "policies.read"]
    )
    actor = services.actor_of_token(secret, on=DAY)
    assert actor
    assert (actor.login, actor.via, actor.scope) == ("wang", "api", acting("wang").scope)
    assert actor.may("customers.write")
    assert not actor.may("receivables.read")
    held = queries.assignments(acting("admin"), on=DAY).get(person__login="wang")
    services.assign(actor=acting("admin"), on=DAY, login="wang", role="auditor", unit="G")
    services.end_assignment(actor=acting("admin"), on=DAY, assignment_id=held.pk)
    actor = services.actor_of_token(secret, on=DAY)
    assert actor
    assert actor.permits == {"customers.read", "policies.read"}
    with pytest.raises(AccessDenied):  # a token opens no way to a new password
        services.change_password(actor=actor, on=DAY, present=PASSWORD, password=NEW)


def test_a_token_ends_with_its_last_day_or_when_revoked(person: Make, acting: Find) -> None:
    person("wang")
    secret, token = services.issue_token(
        actor=acting("wang"),
        on=DAY,
        name="erp",
        expires_on=DAY + timedelta(days=1),
        permits=["customers.read"],
    )
    assert services.actor_of_token(secret, on=DAY + timedelta(days=1))
    assert services.actor_of_token(secret, on=DAY + timedelta(days=2)) is None
    person("zhang", unit="SOUTH")
    with pytest.raises(AccessDenied):
        services.revoke_token(actor=acting("zhang"), on=DAY, token_id=token.pk)
    services.revoke_token(actor=acting("wang"), on=DAY, token_id=token.pk)
    assert services.actor_of_token(secret, on=DAY) is None
    for unknown in (token.pk, 0):
        with pytest.raises(TokenUnknown):
            services.revoke_token(actor=acting("wang"), on=DAY, token_id=unknown)
    for nonsense in ("", "xh_", "xh_nonsense", "x" * 10_000, secret[:-1], "\ud800", f"xh_{chr(0xD800)}"):
        assert services.actor_of_token(nonsense, on=DAY) is None


def test_a_token_is_refused_with_what_is_wrong(person: Make, acting: Find) -> None:
    person("wang")
    person("seller", role="salesperson", unit="NORTH-SALES")

    def issue(**changed: Any) -> None:
        told = {
            "actor": acting("wang"),
            "name": "erp",
            "expires_on": DAY,
            "permits": ["customers.read"],
            **changed,
        }
        services.issue_token(on=DAY, **told)

    for error, changed in [
        (TokenTermInvalid, {"expires_on": DAY - timedelta(days=1)}),
        (TokenTermInvalid, {"expires_on": DAY + timedelta(days=367)}),
        (PermitInvalid, {"permits": ["all"]}),
        (FieldInvalid, {"permits": []}),
        (FieldInvalid, {"name": ""}),
        (RightsExceeded, {"permits": ["*"]}),
        (RightsExceeded, {"permits": ["people.write"]}),
        (AccessDenied, {"actor": acting("seller")}),  # lacks tokens.write
        (AccessDenied, {"login": "seller"}),  # lacks people.write
    ]:
        with pytest.raises(error):
            issue(**changed)
    issue(actor=acting("admin"), login="seller")
    assert [token.person.login for token in queries.tokens(acting("admin"))] == ["seller"]
    assert queries.tokens(acting("wang")).count() == 0


def test_the_last_use_of_a_token_is_noted_once_a_minute(
    person: Make, acting: Find, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    person("wang")
    secret, token = services.issue_token(
        actor=acting("wang"), on=DAY, name="erp", expires_on=DAY, permits=["customers.read"]
    )
    began = tokens.timestamp()
    noted = []
    for seconds in (0, 1, 59, 60, 61):
        monkeypatch.setattr(tokens, "timestamp", lambda seconds=seconds: began + timedelta(seconds=seconds))
        services.actor_of_token(secret, on=DAY)
        noted.append((ApiToken.objects.get(pk=token.pk).last_used_at - began).seconds)
    assert noted == [0, 0, 0, 60, 60]
    with django_assert_num_queries(2):
        services.actor_of_token(secret, on=DAY)
