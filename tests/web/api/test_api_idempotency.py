"""A write asked for twice is done once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from tests.web.api.conftest import Program, open_office, program
from xinheng.base.access.models import ApiToken
from xinheng.base.audit.models import Entry
from xinheng.facts.customers.models import Customer
from xinheng.facts.receivables.models import Bill
from xinheng.web.api.once import forget_old
from xinheng.web.models import AnsweredRequest

NEW = {"no": "C-9", "name": "黄河公司"}


@pytest.mark.usefixtures("office")
def test_a_retry_gets_the_first_answer_and_does_nothing() -> None:
    asking = program("credit")
    first = asking.post("/customers", NEW, key="k-1")
    trail = Entry.objects.count()

    again = asking.post("/customers", NEW, key="k-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Customer.objects.filter(no="C-9").count() == 1
    assert Entry.objects.count() == trail


@pytest.mark.usefixtures("office")
def test_the_same_key_for_another_request_is_refused() -> None:
    asking = program("credit")
    asking.post("/customers", NEW, key="k-1")

    for path, body in (("/customers", {**NEW, "no": "C-10"}), ("/customers/C-1/close", {"reason": "x"})):
        answer = asking.post(path, body, key="k-1")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert not Customer.objects.filter(no="C-10").exists()


@pytest.mark.usefixtures("office")
def test_a_key_belongs_to_who_used_it() -> None:
    program("credit").post("/customers", NEW, key="k-1")

    answer = program("admin").post("/customers", {"no": "C-10", "name": "淮河公司"}, key="k-1")

    assert answer.status_code == 201


@pytest.mark.usefixtures("office")
def test_a_refused_write_may_be_tried_again_with_its_key() -> None:
    asking = program("credit")
    bill = {"bill_no": "B-9", "billed_on": "2026-05-01", "due_on": "2026-05-31", "amount": "10.00"}
    refused = asking.post("/customers/C-9/bills", bill, key="k-1")
    asking.post("/customers", NEW)

    done = asking.post("/customers/C-9/bills", bill, key="k-1")

    assert (refused.status_code, done.status_code) == (404, 201)


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("key", ["with space", "x" * 81, "日"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    answer = program("credit").post("/customers", NEW, key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_invalid")


@pytest.mark.usefixtures("office")
def test_the_text_of_a_token_is_never_kept() -> None:
    asking = program("admin")
    wanted = {"name": "erp", "permits": ["customers.read"], "expires_on": "2026-12-31"}

    first = asking.post("/tokens", wanted, key="k-1").json()
    again = asking.post("/tokens", wanted, key="k-1").json()

    assert first["token"]
    assert again == {**first, "token": None}
    assert first["token"] not in str(AnsweredRequest.objects.values_list("body", flat=True))
    assert ApiToken.objects.filter(name="erp").count() == 1


@pytest.mark.usefixtures("office")
def test_old_answers_are_forgotten() -> None:
    asking = program("credit")
    asking.post("/customers", NEW, key="k-1")
    assert forget_old() == 0

    AnsweredRequest.objects.update(at="2026-01-01T00:00:00Z")

    assert forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_retries_at_the_same_moment_act_once() -> None:
    open_office()
    asking = program("credit")
    bill = {"bill_no": "B-9", "billed_on": "2026-05-01", "due_on": "2026-05-31", "amount": "10.00"}
    start, answers = threading.Barrier(6), []

    def retry() -> None:
        mine = Program(asking.token)
        start.wait()
        answers.append(mine.post("/customers/C-1/bills", bill, key="k-1"))
        connection.close()

    threads = [threading.Thread(target=retry) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told: list[Any] = [(answer.status_code, answer.json()) for answer in answers]
    assert [status for status, _ in told] == [201] * 6, told
    assert len({body["id"] for _, body in told}) == 1
    assert Bill.objects.filter(bill_no="B-9").count() == 1


@pytest.mark.usefixtures("office")
def test_a_token_that_may_do_less_never_gets_the_answer_of_another() -> None:
    program("credit").post("/customers", NEW, key="k-1")

    answer = program("credit", "customers.read").post("/customers", NEW, key="k-1")

    assert (answer.status_code, answer.json()["code"]) == (403, "access_denied")
