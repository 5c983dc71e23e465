"""An advance from the request to the last repayment, on pages, by the API and in a workbook."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.judgements.advances.conftest import CHAIN, FOUNDED, Desk, company
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.judgements.advances.models import Advance, Collection, LegacyDebt, Paper
from xinheng.runs.services import business_day

__all__ = ["company"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _pages(company: Desk, settings: Any, tmp_path: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    unit, kefu = Unit.objects.get(code="HQ"), Person.objects.get(login="kefu")
    for customer in Customer.objects.all():
        Responsibility.objects.create(customer=customer, unit=unit, person=kefu, from_on=FOUNDED)
    Person.objects.update(language="en")


def signed_in(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:2000])
    return answer.content.decode()


def sent(client: Client, address: str, status: int = 302, **told: Any) -> str:
    answer = client.post(address, told)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.headers["Location"] if status == 302 else answer.content.decode()


@pytest.mark.req("ADV-14", "ADV-16", "ADV-17", "ADV-19", "ADV-22", "ADV-23")
def test_an_advance_is_asked_for_signed_paid_out_and_repaid_on_pages() -> None:
    kefu, today = signed_in("kefu"), business_day()
    ends = (today + timedelta(days=400)).isoformat()
    asked = {
        "limit": "500000", "months": "6", "purpose": "代发工资", "contract_no": "HT-1",
        "contract_end_on": ends, "agreed_limit": "500000", "agreed_months": "5",
    }  # fmt: skip
    tab = kefu.get("/customers/file/C-A/?tab=advances", headers={"HX-Request": "true"})
    assert 'href="/advances/ask/C-A/"' in tab.content.decode()
    here = sent(kefu, "/advances/ask/C-A/", **asked)
    page = text(kefu, here)
    assert "Within cap and period: no exception." in page
    assert page.count("missing") >= 2

    unsealed = SimpleUploadedFile("letter.txt", "垫付函".encode())
    refused = sent(kefu, f"{here}do/paper/", 422, kind="letter", file=unsealed)
    assert "counts only with the official seal" in refused
    for kind in ("letter", "supplement"):
        file = SimpleUploadedFile(f"{kind}.txt", kind.encode())
        sent(kefu, f"{here}do/paper/", kind=kind, file=file, is_sealed="on")
    assert "both must be the same" in sent(kefu, f"{here}do/submit/", 422, why="")
    sent(kefu, f"{here}do/amend/", **{**asked, "agreed_months": "6"})
    sent(kefu, f"{here}do/submit/", why="")
    advance = Advance.objects.get()
    assert "Payouts" not in text(kefu, here)
    sent(kefu, f"{here}do/nonsense/", 400)

    for login in CHAIN:
        signer = signed_in(login)
        assert f'href="{here}"' in text(signer, "/inbox/")
        assert "Chain of approval" in text(signer, here)
        sent(signer, f"/approvals/{advance.request_id}/decide/", decision="approve", reason="")
    sent(signed_in("legal"), f"{here}do/pay/", 403, paid_on=today.isoformat(), amount="1", what="wages")
    sent(kefu, f"{here}do/pay/", paid_on=today.isoformat(), amount="400000", what="wages")
    stopped = sent(kefu, f"{here}do/pay/", 422, paid_on=today.isoformat(), amount="100000.01", what="wages")
    assert "500,000.01 would be open, the limit is 500,000.00" in stopped
    assert "payout beyond limit or period was stopped" in text(signed_in("general"), "/")
    assert "payout beyond limit" not in text(kefu, "/")
    sent(kefu, f"{here}do/repay/", repaid_on=today.isoformat(), amount="150000")
    page = text(kefu, here)
    assert "250,000.00" in page

    boss = signed_in("credit")
    listed = text(boss, "/advances/?which=open&sort=-open&q=C-A&grade=A&state=approved")
    assert "250,000.00" in listed
    assert "500,000.00" in listed
    assert 'id="advance-totals"' in listed
    assert "No advance here" in text(boss, "/advances/?which=overdue")
    book = openpyxl.load_workbook(io.BytesIO(boss.get("/advances/export/").content))
    row = [cell.value for cell in book["Advances"][2]]
    assert (row[0], row[5], row[8], row[9], row[10]) == ("C-A", 500000, 400000, 150000, 250000)
    assert Entry.objects.filter(act="advances.keep_paper").count() == 2
    answer = boss.get(f"{here}papers/{Paper.objects.earliest('id').pk}/")
    assert answer.headers["X-Content-SHA256"] == Paper.objects.earliest("id").sha256
    sent(kefu, f"{here}do/change/", limit="300000", months="6", days="0", why="压缩")
    sent(kefu, f"{here}do/close/")
    advance.refresh_from_db()
    assert (advance.state, advance.limit_minor) == ("closed", 300_000_00)


@pytest.mark.req("ADV-24", "ADV-25", "ADV-29", "ADV-33", "ADV-28")
def test_debts_from_before_checks_and_duties_on_pages() -> None:
    kefu, boss, today = signed_in("kefu"), signed_in("credit"), business_day()
    tomorrow = (today + timedelta(days=1)).isoformat()
    told = {
        "act": "legacy", "amount": "800000", "note": "旧账", "collector": "nobody", "next_step": "上门",
        "next_step_on": tomorrow,
    }  # fmt: skip
    assert "Name a person of the system" in sent(kefu, "/advances/of/C-B/", 422, **told)
    sent(kefu, "/advances/of/C-B/", **{**told, "collector": "kefu"})
    debt = LegacyDebt.objects.get()
    page = text(kefu, "/advances/of/C-B/")
    assert "Reduction plan" in page
    assert "500,000.00" in page
    here = f"/advances/watched/{debt.pk}/"
    assert "may only fall" in sent(kefu, here, 422, act="fall", balance="800000")
    sent(kefu, here, act="fall", balance="700000", note="回款")
    done = {"done": "电话催收", "collector": "kefu", "next_step": "发函", "next_step_on": tomorrow}
    sent(kefu, here, act="done", **done)
    assert Collection.objects.get().next_step == "发函"
    assert "电话催收" in text(boss, here)
    assert "700,000.00" in text(boss, "/advances/watched/")

    signed = {"signed_by_us": "李", "signed_by_them": "王"}
    sent(kefu, "/advances/of/C-B/", act="reconcile", theirs="690000", **signed)
    assert "the customer says" in text(kefu, "/advances/of/C-B/")
    check = {"act": "check", "quarter": today.isoformat(), "findings": "正常", "advice": "lower"}
    sent(kefu, "/advances/of/C-B/", **check)
    first = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1).isoformat()
    assert "lower the limit" in text(boss, f"/advances/quarter/?quarter={first}")
    assert "Nothing is to be done" in text(boss, "/advances/duties/?kind=overdue")
    assert "nobody" not in text(boss, "/advances/recovered/")
    assert "800,000.00" in text(boss, "/advances/recovered/")
    book = openpyxl.load_workbook(io.BytesIO(boss.get("/advances/export/").content))
    names = book.sheetnames
    rows = [[cell.value for cell in row] for row in book[names[2]].iter_rows(min_row=2)]
    assert [row[:1] + row[3:5] for row in rows] == [["C-B", 800000, 700000]]
    assert [row[3].value for row in book[names[3]].iter_rows(min_row=2)] == ["正常"]
    assert [row[2].value for row in book[names[4]].iter_rows(min_row=2)] == [800000]
    sent(kefu, "/advances/adopt/", 403)
    assert "Let the shipped policy hold" not in text(boss, "/advances/")


@pytest.mark.req("ADV-14", "ADV-20")
def test_a_program_asks_and_is_told_what_may_be_served() -> None:
    root, today = system_actor(), business_day()
    permits = ["advances.read", "advances.write", "archive.write", "customers.read", "approvals.submit"]
    token, _kept = access.issue_token(
        actor=root, on=today, name="t", login="kefu", expires_on=today, permits=permits
    )
    number = iter(range(1000))

    def send(method: str, path: str, body: Any = None, status: int = 200, **files: Any) -> Any:
        told: dict[str, Any] = {
            "headers": {"authorization": f"Bearer {token}", "idempotency-key": f"k{next(number)}"}
        }
        if files:
            answer = Client().post(f"/api/v1{path}", {**body, **files}, **told)
        else:
            content = json.dumps(body) if body is not None else ""
            answer = Client().generic(method, f"/api/v1{path}", content, "application/json", **told)
        assert answer.status_code == status, answer.content
        return answer.json()

    terms = {"limit": "500000.00", "months": 3}
    told = {**terms, "purpose": "代缴社保", "contract_no": "HT-2", "agreed": terms}
    here = f"/advances/{send('POST', '/customers/C-B/advances', told, 201)['id']}"
    assert send("POST", f"{here}/submit", {}, 409)["code"] == "advance_papers_missing"
    for kind in ("letter", "supplement", "explanation"):
        file = SimpleUploadedFile(f"{kind}.txt", kind.encode())
        send("POST", f"{here}/papers", {"paper": kind, "is_sealed": "true"}, 201, file=file)
    submitted = send("POST", f"{here}/submit", {})
    assert (submitted["state"], submitted["grade"], submitted["findings"]) == ("submitted", "B", [])
    Desk(on=today).sign(Advance.objects.get(), *CHAIN)

    cover = send("GET", "/customers/C-B/service-cover?worth=600000.00")
    assert (cover["may_serve"], cover["uncovered"]["amount"]) == (False, "100000.00")
    paid = send("POST", f"{here}/payouts", {"amount": "1.00", "paid_on": today.isoformat()}, 201)
    assert paid["open"]["amount"] == "1.00"
    too_much = {"amount": "500000.00", "paid_on": today.isoformat()}
    assert send("POST", f"{here}/payouts", too_much, 409)["code"] == "advance_stopped"
    send("POST", f"{here}/repayments", {"amount": "1.00", "repaid_on": today.isoformat()}, 201)
    change = {"limit": "400000.00", "months": 3, "why": "压缩"}
    send("POST", f"{here}/changes", change, 201)
    shown = send("GET", here)
    assert (shown["open"]["amount"], shown["left"]["amount"]) == ("0.00", "400000.00")
    assert [paper["kind"] for paper in shown["papers"]] == ["letter", "supplement", "explanation"]
    assert [one["id"] for one in send("GET", "/advances?state=approved")["items"]] == [shown["id"]]
    debt = {
        "amount": "10.00", "note": "旧账",
        "collection": {"collector": "kefu", "next_step": "电话", "next_step_on": today.isoformat()},
    }  # fmt: skip
    kept = send("POST", "/customers/C-A/old-debts", debt, 201)["id"]
    (old,) = send("GET", "/old-debts")
    assert (old["balance"]["amount"], old["collector"]) == ("10.00", "kefu")
    assert [one["code"] for one in send("GET", "/advance-duties")] == ["collection_step"]
    collected = {"done": "已电话", "then": debt["collection"]}
    send("POST", f"/collections/{old['collection']}/acts", collected, 201)
    risen = send("POST", f"/old-debts/{kept}/balance", {"amount": "10.01"}, 409)
    assert risen["code"] == "legacy_may_not_rise"
    send("POST", f"/old-debts/{kept}/balance", {"amount": "0.00"})
    (rate,) = send("GET", "/advances-recovered")
    assert (rate["person"], float(rate["rate"])) == ("kefu", 1.0)
    assert send("POST", f"{here}/close")["state"] == "closed"
