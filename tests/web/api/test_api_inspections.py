"""Inspections by the API: the same way from a tip to claims, money reckoned without keeping anything."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.facts.archive.bad_files import picture
from tests.operations.inspections import utility
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import system_actor
from xinheng.operations.inspections.models import Case, Finding
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
API = "/api/v1/inspections"
SITE = [
    "inspections.read",
    "inspections.write",
    "theft.read",
    "metering.read",
    "archive.write",
    "customers.read",
]
OFFICE = [*SITE[:4], "inspections.decide"]
PERMITS = {"gao": SITE, "lin": SITE, "wu": OFFICE, "zheng": OFFICE}


@pytest.fixture
def today(db: None, settings: Any) -> date:
    """The utility on today's business day."""
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    day = business_day()
    worlds.given(utility.founded, day)
    return day


def program_of(login: str, today: date) -> Client:
    text, _token = access.issue_token(
        actor=system_actor(), on=today, name=login, login=login, expires_on=today, permits=PERMITS[login]
    )
    return Client(HTTP_AUTHORIZATION=f"Bearer {text}")


def post(client: Client, path: str, status: int = 200, **body: Any) -> Any:
    answer = client.post(f"{API}{path}", body, content_type="application/json")
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


@pytest.mark.req("PWR-25")
def test_a_program_takes_a_case_from_a_tip_to_an_appeal(today: date) -> None:
    gao, wu = program_of("gao", today), program_of("wu", today)
    on, crew = today.isoformat(), ["gao", "bai"]
    no = post(gao, "", 201, consumer_no="6001", source="tip", reason="举报")["no"]
    post(gao, f"/{no}/assign", inspectors=crew, planned_on=on)
    now = f"{on}T00:30:00+08:00"
    post(gao, f"/{no}/visits", 201, visited_at=now, inspectors=crew, load_kw="3.200")
    photo = SimpleUploadedFile("p.png", picture(size=(44, 44)), "image/png")
    kept = gao.post(f"{API}/{no}/evidence", {"file": photo, "kind": "photo", "taken_at": now})
    assert (kept.status_code, len(kept.json()["sha256"])) == (201, 64)
    theft = {"kind": "theft", "inspectors": crew, "method": "bypass",
             "theft": {"basis": "private_tap", "price": "0.56", "kva": "2.2"}}  # fmt: skip

    reckoned = post(wu, "/reckon", found_on=on, **theft)
    assert (reckoned["kwh"], reckoned["total"]["amount"]) == ("2376.0", "5322.24")
    assert not Finding.objects.exists()
    refused = post(gao, f"/{no}/finding", 422, **theft)
    assert (refused["code"], refused["params"]["field"]) == ("finding_incomplete", "found_on")
    post(gao, f"/{no}/finding", 201, found_on=on, **theft)
    assert post(gao, f"/{no}/signatures", 422, role="consumer", name="李某", png="no picture")["code"] == (
        "inspection_invalid"
    )
    drawn = base64.b64encode(utility.INK).decode()
    post(gao, f"/{no}/signatures", 201, role="consumer", name="李某", png=drawn)
    assert post(wu, f"/{no}/confirm")["bills"] == [f"{no}-F", f"{no}-P"]
    post(gao, f"/{no}/appeal", 201, words="异议")
    decided = post(program_of("zheng", today), f"/{no}/appeal/decide", result="overturned", why="复核")
    assert decided["decided_by"] == "zheng"

    full = wu.get(f"{API}/{no}").json()
    assert (full["case"]["state"], full["finding"]["penalty"]["amount"]) == ("overturned", "3991.68")
    assert program_of("lin", today).get(f"{API}/{no}").status_code == 404
    assert wu.get(f"{API}/labels").json() == [{"consumer": "6001", "found": 0, "day": on}]
    assert wu.get(f"{API}/usefulness").json()["overturned"] == 1
    assert Case.objects.count() == 1


@pytest.mark.req("PWR-22")
def test_a_program_reads_suspects_of_its_county_with_evidence(today: date) -> None:
    utility.ranked({"6001": (0.95, "high"), "6003": (0.4, "low")}, today)

    told = program_of("wu", today).get("/api/v1/theft/suspects?level=high").json()

    assert told["total"] == 1
    assert (told["items"][0]["consumer_no"], told["items"][0]["evidence"][0]["words"]) == (
        "6001",
        "用电量骤降",
    )
    gao = program_of("gao", today)
    assert [one["consumer_no"] for one in gao.get("/api/v1/theft/suspects").json()["items"]] == ["6001"]
    assert gao.get("/api/v1/theft/consumers/6003/suspicion").status_code == 404
