"""Applications on the pages, by the API and on the command line, through a whole case each."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from tests.judgements.applications.conftest import Office
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers import services as customers
from xinheng.judgements.applications.models import Application, Batch, Finding
from xinheng.runs.services import business_day


@pytest.fixture(autouse=True)
def _plain_files(settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


@pytest.fixture
def today(office: Office) -> Office:
    """The office on the day it is, which pages go by."""
    office.on = business_day()
    return office


def at_page(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(no: str, login: str) -> None:
    """Somebody answers for a customer, so that they reach it."""
    customers.assign_responsibility(
        actor=system_actor(), on=business_day(), no=no, unit_code="HQ", person_login=login
    )


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_seller_applies_and_those_of_the_chain_sign_on_the_pages(today: Office) -> None:
    answers("C-8", "seller")
    seller, form = at_page("seller"), {
        "rules": "lim", "customer_no": "C-8", "amount": "50000", "days": "45", "payment": "credit",
        "kind": "fixed", "reach": "own", "reason": "新签年度合同", "volume": "1200", "products": "柴机油\n齿轮油",
    }  # fmt: skip
    refused = seller.post("/applications/new/", {**form, "customer_no": "C-404"})
    assert (refused.status_code, Application.objects.count()) == (422, 0)
    assert "C-404" in text(refused)
    lacking = seller.post("/applications/new/", {**form, "products": ""})
    one = Application.objects.get()
    here = f"/applications/{one.pk}/"
    assert lacking.headers["Location"] == here
    assert seller.post(f"{here}submit/").status_code == 422  # no products
    assert "柴机油" not in text(seller.get(f"{here}edit/"))
    assert seller.post(f"{here}edit/", form).headers["Location"] == here
    assert Application.objects.get().answers["products"] == ["柴机油", "齿轮油"]
    shown = text(seller.get(here))
    assert "柴机油、齿轮油" in shown
    assert "50,000.00" in shown
    seller.post(f"{here}submit/")
    one.refresh_from_db()
    assert one.state == "open"

    supervisor = at_page("supervisor")
    assert here in text(supervisor.get("/"))  # what waits stands on the home page
    assert here in text(supervisor.get("/applications/?which=waiting"))
    assert here not in text(at_page("head").get("/applications/?which=waiting"))
    beyond = supervisor.post(f"{here}alter/", {"amount": "60000", "days": "45", "reason": "多给"})
    assert beyond.status_code == 422
    supervisor.post(f"{here}alter/", {"amount": "40000", "days": "45", "reason": "先给四万"})
    for login in ("supervisor", "head"):
        at_page(login).post(f"/approvals/{one.request_id}/decide/", {"decision": "approve", "reason": ""})
    one.refresh_from_db()
    assert (one.state, one.agreement, one.amount_minor) == ("approved", "awaited", 40_000_00)
    agreed = {"agreement_no": "HZ-1", "amount": "50000", "days": "45"}
    assert seller.post(f"{here}agreement/", agreed).status_code == 422
    assert today.credit("C-8").limit.state == "not_assessed"
    seller.post(f"{here}agreement/", {**agreed, "amount": "40000"})
    assert today.credit("C-8").limit.minor == 40_000_00
    assert text(seller.get(here)).count("SHA-256") == 3  # submitted, and signed twice

    book = at_page("credit").get("/applications/export/?state=approved")
    rows = list(load_workbook(io.BytesIO(book.content)).worksheets[0].values)
    assert (len(rows), rows[1][1], rows[1][4]) == (2, "C-8", 40000)


def test_what_is_known_of_a_customer_and_a_condition_told_on_its_page(today: Office) -> None:
    today.limit("C-8", "80000")
    credit, here = at_page("credit"), "/applications/customers/C-8/?rules=lim"
    assert "turnover" not in text(credit.get(here))  # words, not codes
    told = {"condition": "b", "happened_on": "2026-06-01", "evidence": ""}
    assert credit.post(here, told).status_code == 422
    credit.post(here, {**told, "evidence": "三次承诺未兑现"})
    assert "三次承诺未兑现" in text(credit.get(here))
    assert today.credit("C-8").limit.state == "no_credit"
    credit.post(f"/applications/findings/{Finding.objects.get().pk}/lift/", {"reason": "误记"})
    assert Finding.objects.get().lifted_why == "误记"
    assert credit.get("/applications/papers/").status_code == 200


def test_many_limits_are_seen_before_they_are_asked_for(today: Office) -> None:
    today.limit("C-7", "10000")
    credit, here = at_page("credit"), "/applications/batches/new/"

    def sent(rows: str, **told: str) -> Any:
        file = SimpleUploadedFile("额度.csv", f"客户编号,新额度\n{rows}".encode())
        return credit.post(here, {"rules": "general", "reason": "年度调整", "file": file, **told})

    wrong = text(sent("C-7,20000\nC-404,1\n"))
    assert "C-404" in wrong
    assert 'value="ask"' not in wrong
    seen = text(sent("C-7,20000\n"))
    assert "20,000.00" in seen
    assert 'value="ask"' in seen
    assert not Batch.objects.exists()

    rows = "customer_no\tamount\nC-7\t20000.00"
    asked = credit.post(
        here, {"rules": "general", "reason": "年度调整", "rows": rows, "origin": "额度.csv", "act": "ask"}
    )
    batch = Batch.objects.get()
    assert asked.headers["Location"] == f"/applications/batches/{batch.pk}/"
    assert "额度.csv" in text(credit.get("/applications/batches/"))
    for login in ("finance", "general"):
        answers("C-7", login)
        at_page(login).post(f"/approvals/{batch.request_id}/decide/", {"decision": "approve", "reason": ""})
    assert today.credit("C-7").limit.minor == 20_000_00
    graded = credit.post(here, {"rules": "general", "reason": "收紧", "grade": "BBB", "percent": "-50"})
    assert "10,000.00" in text(graded)


def test_an_application_by_the_api(today: Office) -> None:
    token, _kept = access.issue_token(
        actor=system_actor(),
        on=business_day(),
        name="erp",
        login="credit",
        expires_on=business_day(),
        permits=["applications.*", "customers.read"],
    )
    today.limit("C-7", "10000")
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}")

    def post(address: str, status: int, key: str, **body: Any) -> Any:
        answer = client.post(
            f"/api/v1{address}", json.dumps(body), content_type="application/json", HTTP_IDEMPOTENCY_KEY=key
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    form = {"purpose": "备货", "products": ["甲"], "volume": "10000"}
    body = {"rules": "general", "amount": "50000.00", "days": 30, "reason": "合同", "answers": form}
    one = post("/customers/C-7/applications", 201, "a", **body)
    assert post("/customers/C-7/applications", 201, "a", **body) == one  # once
    done = post(f"/applications/{one['id']}/submit", 200, "b")
    assert (done["state"], done["row"], done["active_on"]) == ("approved", "small", today.on.isoformat())
    frozen = client.get(f"/api/v1/applications/{one['id']}/frozen").json()
    assert [(row["act"], row["intact"], row["content"]["grade"]) for row in frozen] == [
        ("submit", True, "BBB")
    ]
    found = client.get("/api/v1/customers/C-7/limit-proposals?rules=general").json()
    assert {row["code"]: row["missing"] for row in found["proposals"]}["turnover"] == ["purchases"]
    assert found["amount"] is None
    listed = client.get("/api/v1/applications?state=approved").json()["items"]
    assert [row["id"] for row in listed] == [one["id"]]
    rows = [{"customer_no": "C-7", "amount": "60000.00"}]
    seen = post("/limit-batches", 200, "c", rules="general", reason="调整", rows=rows, preview=True)
    assert (seen["id"], seen["effects"][0]["new"]["amount"]) == (None, "60000.00")
    assert not Batch.objects.exists()
    told = {"rules": "lim", "condition": "g", "happened_on": "2026-06-30", "evidence": "x"}
    assert post("/customers/C-8/credit-conditions", 422, "d", **told)["code"] == "condition_unknown"
    assert client.get("/api/v1/customers/C-8/credit-conditions?rules=lim").json() == []
    assert client.get("/api/v1/paper-holds").json() == []
