"""Targets, figures, expected losses and registers on pages, by the interface and as files."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from tests.judgements.losses.conftest import FOUNDED, PEOPLE
from tests.judgements.losses.shipped import MATRIX, TARGETS
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.base.packs.models import PolicyDocument
from xinheng.judgements.losses.models import Allowance, RegisterEntry, SingleAssessment, ToldFigure
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(founded)


def founded() -> None:
    """1,000 of C-1 are open, a month late; 4,000 of C-2 were paid in cash."""
    root, today = system_actor(), business_day()
    access.load_shipped_roles(actor=root, on=FOUNDED)
    access.create_unit(actor=root, on=FOUNDED, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=FOUNDED, **told)
    Person.objects.update(language="en")
    put_in_force(actor=root, on=FOUNDED, kind="credit_targets", text=TARGETS, effective_from=FOUNDED)
    billed, due = (today - timedelta(days=back) for back in (60, 30))
    bill(customer("C-1"), "B-1", billed.isoformat(), due.isoformat(), 1000)
    cash = bill(customer("C-2"), "B-2", billed.isoformat(), billed.isoformat(), 4000)
    pay(cash, billed.isoformat(), 4000)


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:3000])
    return answer.content.decode()


def sent(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.headers["Location"] if status == 302 else answer.content.decode()


def rows(client: Client, address: str) -> list[list[Any]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content[:2000]
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


@pytest.mark.req("TGT-03", "TGT-06")
def test_targets_are_seen_with_what_stands_behind_them() -> None:
    boss = signed_in("credit")
    page = text(boss, "/targets/")
    assert 'id="card-credit_sales"' in page
    assert "(1,000.00 ÷ 5,000.00)" in page  # 20 % on credit: met
    assert "20.0 %" in page
    assert "(1,000.00 ÷ 1,000.00)" in page  # all that is open is overdue
    assert page.count("xh-mark-bad") == 1
    assert page.count("not measured") == 1  # no order was due
    assert 'data-chart="target-overdue"' in page
    behind = text(boss, "/targets/overdue/?q=c-1&sort=-late_days")
    assert "B-1" in behind
    assert "Nothing stands behind it" in text(boss, "/targets/bad_debts/")
    assert rows(boss, "/targets/overdue/export/")[1][2:] == [
        "B-1", (business_day() - timedelta(days=30)).isoformat(), 1000, 30,
    ] or rows(boss, "/targets/overdue/export/")[1][2] == "B-1"  # fmt: skip
    text(boss, "/targets/nonsense/", 404)
    assert "too little history" in text(boss, "/targets/goals/")
    pdf = boss.get("/targets/summary/")
    assert pdf.content.startswith(b"%PDF")


@pytest.mark.req("ARM-03", "ARM-04")
def test_figures_are_cut_sorted_found_and_taken_away() -> None:
    boss = signed_in("credit")
    page = text(boss, "/targets/figures/?by=customer&sort=-dso")
    assert page.index("C-1") < page.index("C-2")
    assert 'href="/customers/file/C-1/"' in page
    assert "How the figures are reckoned" in page
    assert "Nothing to measure" in text(boss, "/targets/figures/figures/?by=customer&q=nobody")
    assert 'data-chart="figure-trend"' in text(boss, "/targets/figures/months/")
    for name in ("benefit", "partners", "risks", "rolls"):
        text(boss, f"/targets/figures/{name}/")
    text(boss, "/targets/figures/nonsense/", 404)
    table = rows(boss, "/targets/figures/benefit/export/?by=customer")
    assert [row[0] for row in table] == ["Code of the group", "C-2", "C-1"]
    assert Entry.objects.filter(act="exports.losses").count() == 1


def test_an_allowance_is_proposed_signed_and_taken_to_the_books_on_pages() -> None:
    boss, today = signed_in("credit"), business_day()
    page = text(boss, "/losses/")
    assert "shipped, not adopted" in page
    assert "50.00" in page  # 5 % of 1,000
    asked = {"as_of": today.isoformat(), "currency": "CNY", "opening": "20.00"}
    assert "adopt one first" in sent(boss, "/losses/propose/", 422, **asked)
    sent(boss, "/losses/singles/", 422, customer_no="C-9", percent="50", reason="停业")
    sent(boss, "/losses/singles/", customer_no="C-1", percent="50", reason="停业")
    assert "500.00" in text(boss, "/losses/?method=flow")
    sent(boss, f"/losses/singles/{SingleAssessment.objects.get().pk}/end/", reason="复工")
    sent(boss, "/targets/adopt/")
    assert PolicyDocument.objects.filter(kind="loss_matrix").count() == 1
    here = sent(boss, "/losses/propose/", **asked)
    allowance = Allowance.objects.get()
    for login in ("finance", "general"):
        signer = signed_in(login)
        assert f'href="{here}"' in text(signer, "/inbox/")
        assert "credit impairment losses" in text(signer, here)
        sent(signer, f"/approvals/{allowance.request_id}/decide/", decision="approve", reason="")
    page = text(boss, here)
    assert "30.00" in page
    assert "approved" in page
    assert "50.00" in text(boss, "/losses/allowances/?state=approved")
    assert "No allowance here" in text(boss, "/losses/allowances/?state=rejected")
    lines = boss.get(f"{here}csv/").content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[1:5] for line in lines[1:]] == [
        ["debit", "信用减值损失", "30.00", "CNY"], ["credit", "坏账准备", "30.00", "CNY"],
    ]  # fmt: skip
    assert rows(boss, f"{here}xlsx/")[1][3] == 30
    assert rows(boss, "/losses/export/")[1][3:7] == [1000, 5, 5, 50]


def test_registers_are_kept_on_pages() -> None:
    boss, today = signed_in("credit"), business_day()
    assert text(boss, "/registers/").count("xh-mark-warn") == 7
    sent(boss, "/registers/control/enter/", kind="receivables", what="对账")
    assert text(boss, "/registers/control/").count("xh-mark-warn") == 6
    refused = sent(boss, "/registers/improvement/enter/", 422, kind="archive", what="补档")
    assert "somebody who answers" in refused
    assert "a day by which" in sent(boss, "/registers/promise/enter/", 422, kind="safety", what="零事故")
    sent(boss, "/registers/promise/enter/", kind="safety", what="零事故", due_on=today.isoformat())
    promise = RegisterEntry.objects.get(register="promise")
    sent(boss, f"/registers/entries/{promise.pk}/close/", outcome="未发生事故", is_kept="kept")
    assert "未发生事故" in text(boss, "/registers/promise/?which=done&q=事故")
    assert "The register is empty" in text(boss, "/registers/promise/?which=open")
    sent(boss, "/registers/event/enter/", kind="training", what="诚信培训")
    told = {"what": "inventory_days", "month": today.isoformat(), "value": "40"}
    sent(boss, "/registers/figures/", **told)
    assert ToldFigure.objects.get().month.day == 1
    seller = signed_in("seller")
    assert seller.get("/registers/").status_code == 403
    assert seller.get("/losses/").status_code == 403


@pytest.mark.req("TGT-08", "TGT-10")
def test_a_program_asks_for_figures_and_proposes() -> None:
    root, today = system_actor(), business_day()
    permits = [
        "losses.read", "losses.write", "customers.read", "receivables.read", "approvals.submit", "exports.read",
    ]  # fmt: skip
    token, _kept = access.issue_token(
        actor=root, on=today, name="t", login="credit", expires_on=today, permits=permits
    )
    number = iter(range(1000))

    def send(method: str, path: str, body: Any = None, status: int = 200) -> Any:
        told: dict[str, Any] = {
            "headers": {"authorization": f"Bearer {token}", "idempotency-key": f"k{next(number)}"}
        }
        content = json.dumps(body) if body is not None else ""
        answer = Client().generic(method, f"/api/v1{path}", content, "application/json", **told)
        assert answer.status_code == status, answer.content
        return answer.json() if answer.headers["Content-Type"].startswith("application/") else answer.content

    whole = send("GET", "/credit-figures/figures")
    assert (whole["count"], whole["rows"][0]["closing_minor"], whole["rows"][0]["overdue_share"]) == (
        1, "1000.00", 1.0,
    )  # fmt: skip
    each = send("GET", "/credit-figures/figures?by=customer&limit=1&offset=1")
    assert (each["count"], [row["group"] for row in each["rows"]]) == (2, ["C-2"])
    targets = {one["code"]: one for one in send("GET", "/credit-targets")}
    assert (targets["credit_sales"]["state"], targets["credit_sales"]["top"]) == ("met", "1000.00")
    assert len(send("GET", "/credit-targets-by-month")) == 25
    assert send("GET", "/credit-targets/overdue/behind")["rows"][0]["document_no"] == "B-1"
    assert send("GET", "/credit-goals")[0]["goal"] == "limits"
    assert send("GET", "/expected-losses?method=flow")["required"][0]["amount"] == "1000.00"
    assert send("GET", "/tax-deductible-losses") == []

    single = send("POST", "/customers/C-1/single-assessment", {"percent": "50", "reason": "停业"}, 201)
    assert send("GET", "/single-assessments")[0]["id"] == single["id"]
    assert send("GET", "/expected-losses")["singles"][0]["required"]["amount"] == "500.00"
    send("POST", f"/single-assessments/{single['id']}/end", {"reason": "复工"})
    new = {"as_of": today.isoformat(), "opening": "20.00"}
    assert send("POST", "/loss-allowances", new, 409)["code"] == "loss_policy_missing"
    put_in_force(actor=root, on=FOUNDED, kind="loss_matrix", text=MATRIX, effective_from=FOUNDED)
    kept = send("POST", "/loss-allowances", new, 201)
    assert (kept["required"]["amount"], kept["change"]["amount"]) == ("50.00", "30.00")
    assert send("POST", "/loss-allowances", new, 409)["code"] == "allowance_stands"
    assert send("GET", f"/loss-allowances/{kept['id']}")["sha256"] == kept["sha256"]
    assert [one["id"] for one in send("GET", "/loss-allowances?state=submitted")["items"]] == [kept["id"]]
    assert b"debit" in send("GET", f"/loss-allowances/{kept['id']}/export")

    line = {"register_name": "improvement", "kind": "archive", "what": "补档"}
    assert send("POST", "/credit-registers", line, 422)["code"] == "improvement_without_owner"
    promise = {"register_name": "promise", "kind": "safety", "what": "零事故"}
    assert send("POST", "/credit-registers", promise, 422)["code"] == "promise_without_due_day"
    entered = send("POST", "/credit-registers", {**line, "owner": "张三"}, 201)
    assert send("POST", f"/credit-registers/{entered['id']}/close", {"outcome": "已补"})["done_on"]
    assert len(send("GET", "/credit-registers?register_name=improvement")["items"]) == 1
    assert len(send("GET", "/credit-controls")) == 7
    figure = {"what": "payable_days", "month": today.isoformat(), "value": "30"}
    assert send("POST", "/told-figures", {"figures": [figure]}, 201) == {"told": 1}
    assert send("GET", "/told-figures")[0]["what"] == "payable_days"
