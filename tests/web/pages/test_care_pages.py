"""Letters, visits, matters, leaving and files at the pages."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from tests.operations.care import conftest as company
from tests.operations.care.conftest import who
from xinheng.base.access.models import Person
from xinheng.operations.care import services as acts
from xinheng.operations.care.models import Departure, Entry, Handed, Matter, Visit
from xinheng.operations.care.values import NewEntry
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.fixture
def today(db: None, settings: Any, tmp_path: Any) -> date:
    """The company of the room on today's business day."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    company.given()
    Person.objects.update(must_change_password=False, language="en")
    return business_day()


def read(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:2000])
    return " ".join(answer.content.decode().split())


def send(client: Any, address: str, status: int = 302, **told: Any) -> Any:
    answer = client.post(address, told)
    assert answer.status_code == status, (address, answer.content.decode()[:3000])
    return answer


def enter(client: Any, login: str) -> Any:
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.req("PRP-01", "INF-05", "INF-09", "PRP-09")
def test_a_clerk_registers_visits_and_closes_at_the_pages(client: Any, today: date) -> None:
    enter(client, "wang")
    day = today.isoformat()
    assert "Register items on the day they pass" in read(client, "/care/")
    form = {"kind": "letter", "direction": "in", "sender": "刘总", "receiver": "王敏", "about": "询价",
            "passed_on": day, "note": "三份附件"}  # fmt: skip
    assert (
        "There is no customer"
        in send(client, "/care/new/entry/", 422, **form, customer_no="C-9").content.decode()
    )
    send(client, "/care/new/entry/", party="未知公司", **form)
    entry = Entry.objects.get()
    assert "三份附件" in read(client, f"/care/register/{entry.no}/")
    send(client, f"/care/register/{entry.no}/do/", act="join", customer_no="C-1")
    paper = io.BytesIO("来函原文".encode())
    paper.name = "来函.txt"
    send(client, f"/care/register/{entry.no}/do/", act="paper", file=paper)
    shown = read(client, f"/care/register/{entry.no}/")
    assert "来函.txt" in shown
    assert "C-1" in shown
    secret = NewEntry(
        "call", "in", "刘总", "王敏", "", "收购意向", today, "C-2", "细节", is_confidential=True
    )
    kept = acts.register(actor=who("wang", today), on=today, new=secret)

    send(client, "/care/new/visit/", customer_no="C-1", occasion="regular", planned_on=day)
    visit = Visit.objects.get()
    where = f"/care/visits/{visit.pk}/do/"
    wrong = send(client, where, 422, act="record", happened_on=day, report="洽谈", people="nobody")
    assert "nobody with the login nobody" in wrong.content.decode()
    send(client, where, act="record", happened_on=day, report="洽谈", people="wang，li", verified_at="10:30")
    assert Visit.objects.get().contact_verified_at is not None

    send(client, "/care/new/matter/", customer_no="C-1", kind="quality", what="渗漏", reported_on=day,
         reported_by="客户")  # fmt: skip
    matter = Matter.objects.get()
    where = f"/care/matters/{matter.no}/do/"
    send(client, where, 400, act="close", result="已换")  # not offered before the customer confirmed
    send(client, where, act="confirm", confirmed_by="刘工")
    send(client, where, act="close", result="已换货")
    assert Matter.objects.get().closed_on == today

    enter(client, "zhao")  # the archivist sees sensitive fields; an approver of ours does not
    sheet = openpyxl.load_workbook(io.BytesIO(client.get("/care/lists/register/export/").content)).worksheets[
        0
    ]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == [kept.no, entry.no]
    assert rows[0][7] == "收购意向"
    li = who("li", today)
    assert li.may("care.read")
    enter(client, "li")
    assert "收购意向" not in read(client, "/care/")
    read(client, f"/care/register/{kept.no}/", 404)


def test_every_list_is_shown_and_taken_away(client: Any, today: date) -> None:
    enter(client, "sun")
    day = today.isoformat()
    send(client, "/care/new/standing/", customer_no="C-1", level="vip", stage="latent", is_promising="on")
    send(client, "/care/new/opinion/", customer_no="C-1", said_on=day, product="satisfied", delivery="poor")
    send(client, "/care/new/evaluation/", customer_no="C-1", finding="齐全")
    send(client, "/care/new/document/", title="客户制度", version="1", place="档案室", receivers="甲\n乙")
    document = read(client, "/care/new/copy/").split('<option value="')[1].split('"')[0]
    assert send(client, "/care/new/copy/", 422, document_id=document, receiver="丙")
    send(client, "/care/new/copy/", document_id=document, receiver="丙", why="核对")
    for what, said in {"standings": "VIP", "thin": "长江机电", "leads": "No lead", "opinions": "2.00",
                       "files": "北辰食品", "evaluations": "齐全", "copies": "deviation", "visits": "Nothing",
                       "matters": "Nothing", "departures": "Nothing"}.items():  # fmt: skip
        assert said in read(client, f"/care/lists/{what}/"), what
        assert client.get(f"/care/lists/{what}/export/").status_code == 200
    assert "长江机电" not in read(client, "/care/lists/files/?q=C-2&kind=grade")
    read(client, "/care/lists/horses/", 404)
    read(client, "/care/new/horse/", 404)


@pytest.mark.req("INF-06")
def test_a_leaving_is_signed_item_by_item(client: Any, today: date) -> None:
    enter(client, "sun")
    told = {"login": "wang", "successor": "li", "receiver": "zhao", "leaves_on": today.isoformat()}
    send(client, "/care/new/departure/", **told)
    departure = Departure.objects.get()
    where = f"/care/departures/{departure.pk}/do/"
    assert "3 items are not handed over" in send(client, where, 422, act="finish").content.decode()
    for login in ("wang", "zhao"):
        enter(client, login)
        for item in Handed.objects.all():
            send(client, where, act="sign", item=item.pk, missing="")
    enter(client, "sun")
    send(client, where, act="finish")
    assert Departure.objects.get().done_on == today
    assert "To be met by" in read(client, f"/care/departures/{departure.pk}/")
    read(client, "/care/departures/999999/", 404)
