"""Collection on pages, by the API, as a workbook and as a lawyer's letter."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from tests.indicators.ledger import bill
from tests.operations.collection.conftest import PDF, Desk, desk
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.operations.collection import services as collection
from xinheng.operations.collection.models import Case, ClockEvent, LegalStep, PaymentPlan, Promise
from xinheng.runs.services import business_day

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
PAPER = ("签收.pdf", PDF, "application/pdf")


@pytest.fixture(autouse=True)
def _pages(desk: Desk, settings: Any, tmp_path: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    Person.objects.update(language="en")
    collection.refresh(actor=system_actor(), on=business_day())


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
    return answer.content.decode()


def case_of(no: str) -> Case:
    return Case.objects.get(customer__no=no, closed_on__isnull=True)


@pytest.mark.req("PWR-18", "PWR-33", "ADV-28", "PTS-13")
def test_cases_are_assigned_on_the_board_given_by_hand_and_taken_away_as_excel() -> None:
    chief, new = signed_in("chief"), signed_in("new")
    listed = text(chief, "/collection/")
    assert "100,000.00 CNY" in listed
    assert "nobody answers" in listed  # C-3
    sent(new, "/collection/board/", 403, act="assign")
    for login, skill in (("strong", 3), ("new", 1)):
        sent(chief, "/collection/board/", act="collector", login=login, skill=skill, capacity=2)
    assert "Name a person" in sent(
        chief, "/collection/board/", 422, act="collector", login="x", skill=1, capacity=1
    )
    sent(chief, "/collection/board/", act="assign")
    assert case_of("C-1").collector == "strong"

    sent(chief, "/collection/reassign/", case=[case_of("C-1").pk], login="new")
    assert case_of("C-1").collector == "new"
    mine = text(new, "/collection/?collector=me")
    assert "C-1" in mine
    assert "C-2" not in mine
    assert "No case here" in text(chief, "/collection/?q=nobody")
    assert "fair" in text(chief, "/collection/recovered/")
    assert "Nobody is to be followed up" in text(chief, "/collection/follow-ups/")

    book = openpyxl.load_workbook(io.BytesIO(chief.get("/collection/export/?which=due").content))
    assert book.sheetnames[:3] == ["Work list", "Promises", "Limitation of claims"]
    rows = list(book["Work list"].iter_rows(min_row=2, values_only=True))
    assert {row[0] for row in rows} >= {"C-1", "C-2", "C-3"}
    assert Entry.objects.filter(act="exports.collection").count() == 1


def test_a_case_is_worked_on_from_its_page() -> None:
    fair, today = signed_in("fair"), business_day()
    page = f"/collection/cases/{case_of('C-1').pk}/"
    assert "Due today" in text(fair, page)
    later = (today + timedelta(days=9)).isoformat()
    contact = {
        "act": "contact",
        "on_day": today.isoformat(),
        "way": "phone",
        "result": "promised",
        "person": "王经理",
    }
    sent(fair, page, **contact, next_step="核对到账", next_step_on=later)
    assert "An amount is wanted" in sent(
        fair, page, 422, act="promise", amount="x", due_on=later, promised_by="王"
    )
    sent(fair, page, act="promise", amount="40,000", due_on=later, promised_by="王经理")
    assert Promise.objects.get().amount_minor == 4_000_000
    shown = text(fair, page)
    assert "telephone: promised to pay" in shown
    assert "promise open" in shown
    assert "Take back the promise or plan" in shown
    sent(fair, page, act="withdraw", why="说错了")
    plan = {"act": "plan", "total": "100000", "agreed_with": "王经理"}
    assert "the difference is -0.01" in sent(fair, page, 422, **plan, parts=f"{later} 99999.99")
    assert "is not a day and an amount" in sent(fair, page, 422, **plan, parts="soon 1")
    sent(fair, page, **plan, count="3", first_on=later)
    assert PaymentPlan.objects.get().total_minor == 10_000_000


def test_a_step_with_its_paper_interrupts_the_clock_and_the_paper_is_read_back() -> None:
    fair, today = signed_in("fair"), business_day().isoformat()
    case, due = case_of("C-2"), (business_day() - timedelta(days=60)).isoformat()
    bill(case.customer, "B-NOW", due, due, 100)
    page, clock = f"/collection/cases/{case.pk}/", "/collection/clock/?customer=C-2&bill=B-NOW"
    assert "time is over" not in text(fair, clock)
    assert "first comes" in sent(
        fair, page, 422, act="step", code="judgment", on_day=today, court="法院", case_no="1"
    )

    told = {
        "act": "step",
        "code": "suit",
        "on_day": today,
        "court": "沈阳市和平区人民法院",
        "case_no": "(2026)123号",
    }
    sent(fair, page, **told, cost="2300", paper=SimpleUploadedFile(*PAPER))

    assert LegalStep.objects.get().cost_minor == 230_000
    event = ClockEvent.objects.get(bill__bill_no="B-NOW")
    assert "the time runs anew" in text(fair, clock)
    assert fair.get(f"/collection/evidence/{event.pk}/").content == PDF
    assert fair.get(f"{page}papers/{event.attachment_no}/").content == PDF
    sent(fair, clock, event_id=event.pk, why="立案被撤回")
    assert "taken back" in text(fair, clock)
    phone = {"act": "interrupt", "code": "phone_only", "day": today, "evidence": SimpleUploadedFile(*PAPER)}
    assert "is weak" in sent(fair, page, 422, **phone)
    sent(fair, page, act="deadline", code="guarantee", from_on=today, what="保证人甲")
    assert "保证人甲" in text(fair, "/collection/limitation/?which=all")
    assert "B-2" in text(fair, "/collection/limitation/?which=all")


def test_the_lawyers_letter_demands_what_is_due_and_interrupts_nothing_by_itself() -> None:
    fair, case = signed_in("fair"), case_of("C-1")
    page = f"/collection/cases/{case.pk}/letter/"
    told = {
        "firm": "盛京律师事务所", "lawyer": "赵律师", "phone": "024-1234567", "principal": "信衡公司",
        "account": "工商银行 6222", "days": 7, "language": "zh-hans", "form": "docx",
    }  # fmt: skip
    assert "This field is required" in sent(fair, page, 422, **{**told, "firm": ""})

    answer = fair.post(page, told)

    assert answer.status_code == 200
    words = "\n".join(line.text for line in Document(io.BytesIO(answer.content)).paragraphs)
    assert "CNY 100,000.00 (壹拾万元整)" in words
    for part in ("律师函", "接受信衡公司的委托", "第五百零九条", "B-1", "保留其他一切权利"):
        assert part in words
    assert not ClockEvent.objects.exists()
    assert Entry.objects.filter(act="collection.write_letter").count() == 1


def test_what_waits_is_called_on_the_home_page() -> None:
    collection.set_collector(actor=system_actor(), on=business_day(), login="fair", skill=3, capacity=9)
    collection.reassign(actor=system_actor(), on=business_day(), case_ids=[case_of("C-1").pk], login="fair")

    assert "of yours whose next step is due" in text(signed_in("fair"), "/")
    assert "collection cases without activity" in text(signed_in("chief"), "/")


def program_of(login: str) -> Client:
    on = business_day()
    held = sorted(access.actor_of(Person.objects.get(login=login), on=on).permits)
    told: dict[str, Any] = {"name": "t", "login": login, "expires_on": on, "permits": held}
    token, _kept = access.issue_token(actor=system_actor(), on=on, **told)
    return Client(HTTP_AUTHORIZATION=f"Bearer {token}")


def test_a_program_works_the_list_and_a_retry_is_done_once() -> None:
    program, today = program_of("fair"), business_day()

    def post(address: str, status: int = 201, key: str = "", **told: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        answer = program.post(f"/api/v1{address}", json.dumps(told), "application/json", headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()

    def get(address: str) -> Any:
        answer = program.get(f"/api/v1{address}")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    listed = get("/collection-cases")["items"]
    assert {one["customer_no"] for one in listed} == {"C-1", "C-2", "C-5"}  # C-3 is out of reach
    case = case_of("C-1").pk
    due = (today + timedelta(days=5)).isoformat()
    told = {"amount": "40000.00", "due_on": due, "promised_by": "王经理"}
    first = post(f"/collection-cases/{case}/promises", key="p-1", **told)
    assert post(f"/collection-cases/{case}/promises", key="p-1", **told) == first
    assert post(f"/collection-cases/{case}/promises", 409, **told)["code"] == "promise_stands"
    assert [one["id"] for one in get("/promises")] == [first["id"]]
    one = get(f"/collection-cases/{case}")
    assert (one["overdue"]["amount"], one["due"][0]["bill_no"]) == ("100000.00", "B-1")
    post("/customers/C-1/contacts-made", on=today.isoformat(), way="phone", result="reached")
    post(f"/collection-cases/{case}/deadlines", code="guarantee", from_on=today.isoformat())
    assert get("/legal-deadlines")[0]["code"] == "guarantee"
    (clock,) = get("/customers/C-1/limitation?bill_no=B-1")
    assert (clock["runs_from"], clock["last_day"]) == ("2024-06-23", "2027-06-23")
    assert "2024-06-22" in clock["told"][0]
    evidence = {"file": SimpleUploadedFile(*PAPER), "code": "demand_delivered", "day": "2024-07-01"}
    answer = program.post("/api/v1/customers/C-1/interruptions", evidence)
    assert answer.status_code == 201, answer.content.decode()
    (clock,) = get("/customers/C-1/limitation?bill_no=B-1")
    assert clock["last_day"] == "2027-07-01"
    assert get("/collection-recovered")[0]["person"] == "fair"
    assert get("/follow-ups") == []
    assert post("/collection-cases/assign", 403, anew=False)["code"] == "access_denied"
