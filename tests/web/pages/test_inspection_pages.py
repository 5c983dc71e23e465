"""Inspections and suspects as pages: from the list of suspects to a signed notice, claims and usefulness."""

from __future__ import annotations

import base64
import json
import re
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.facts.archive.bad_files import picture
from tests.operations.inspections import utility
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import services as metering
from xinheng.operations.inspections.models import Case, Exhibit, Finding
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
DRAWN = f"data:image/png;base64,{base64.b64encode(utility.INK).decode()}"


@pytest.fixture
def today(db: None, settings: Any) -> date:
    """The utility on today's business day."""
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    day = business_day()
    worlds.given(utility.founded, day)
    Person.objects.update(must_change_password=False)
    return day


def page_of(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def do(client: Client, case: str, act: str, **told: Any) -> Any:
    return client.post(f"/inspections/cases/{case}/do/", {"act": act, **told})


@pytest.mark.req("PWR-25")
def test_a_case_goes_from_a_tip_to_claims_on_the_phone(today: date) -> None:
    gao, on = page_of("gao"), today.isoformat()
    opened = gao.post("/inspections/open/", {"consumer_no": "6001", "source": "tip", "reason": "邻居举报"})
    no = Case.objects.get().no
    assert opened.headers["Location"] == f"/inspections/cases/{no}/"
    crew = ["gao", "bai"]
    assert do(gao, no, "visit", day=on, at="00:00", inspectors=crew).status_code == 422  # not assigned yet
    do(gao, no, "assign", inspectors=crew, planned_on=on)
    assert do(gao, no, "visit", day=on, at="00:00", inspectors=["gao"]).status_code == 422  # alone
    do(gao, no, "visit", day=on, at="00:00", inspectors=crew, meter_no="M-1", seals="A1")
    photo = SimpleUploadedFile("meter.png", picture(size=(50, 50)), "image/png")
    do(gao, no, "exhibit", kind="photo", file=photo, place="表箱")
    theft = {"found_on": on, "inspectors": crew, "method": "private_tap", "basis": "private_tap",
             "use": "lighting", "price": "0.56", "kva": "2.2", "phases": "1"}  # fmt: skip
    no_price = do(gao, no, "theft", **{**theft, "price": ""})
    assert no_price.status_code == 422
    assert not Finding.objects.exists()
    do(gao, no, "theft", **theft)
    assert Finding.objects.get().total.minor == 532_224

    blank = gao.post(f"/inspections/cases/{no}/sign/", {"role": "consumer", "name": "李某", "drawing": ""})
    assert blank.status_code == 422
    gao.post(f"/inspections/cases/{no}/sign/", {"role": "consumer", "name": "李某", "drawing": DRAWN})

    assert do(gao, no, "confirm").status_code == 403
    wu = page_of("wu")
    assert do(wu, no, "confirm").status_code == 302
    shown = wu.get(f"/inspections/cases/{no}/").content.decode()
    assert f"{no}-F, {no}-P" in shown
    assert "5,322.24" in shown
    assert Exhibit.objects.get().sha256 in shown
    pdf = wu.get(f"/inspections/cases/{no}/notice/")
    assert (pdf.status_code, pdf.content[:5]) == (200, b"%PDF-")


@pytest.mark.req("PWR-25")
def test_another_county_neither_lists_nor_opens_the_case(today: date) -> None:
    page_of("gao").post("/inspections/open/", {"consumer_no": "6001", "source": "tip", "reason": "举报"})
    no = Case.objects.get().no

    assert no in page_of("gao").get("/inspections/").content.decode()
    assert no not in page_of("lin").get("/inspections/").content.decode()
    assert page_of("lin").get(f"/inspections/cases/{no}/").status_code == 404
    refused = page_of("lin").post(
        "/inspections/open/", {"consumer_no": "6004", "source": "tip", "reason": "举报"}
    )
    assert refused.status_code == 422


@pytest.mark.req("PWR-27")
def test_usefulness_says_not_available_before_the_first_inspection(today: date) -> None:
    shown = page_of("wu").get("/inspections/usefulness/").content.decode()

    assert "不适用" in shown
    assert "0.0%" not in shown


@pytest.mark.req("PWR-22")
@pytest.mark.req("PWR-24")
def test_suspects_are_listed_filtered_and_become_cases(today: date) -> None:
    wu = page_of("wu")
    assert "尚未排名" in wu.get("/theft/").content.decode()
    run = utility.ranked({"6001": (0.95, "high"), "6003": (0.4, "low")})

    listed = wu.get("/theft/").content.decode()
    assert "/theft/suspects/6001/" in listed
    assert "用电量骤降" in listed
    only_low = wu.get("/theft/?level=low").content.decode()
    assert "/theft/suspects/6001/" not in only_low
    assert "/theft/suspects/6003/" in only_low
    assert "/theft/suspects/6003/" not in page_of("gao").get("/theft/").content.decode()

    assert page_of("gao").post("/theft/runs/start/", {"what": "rank"}).status_code == 403
    wu.post("/theft/open/", {"run": run, "consumer": ["6003"]})
    assert list(Case.objects.values_list("consumer__consumer_no", "level")) == [("6003", "low")]
    assert wu.get("/theft/export/").content[:2] == b"PK"
    assert wu.get("/theft/print/").content[:5] == b"%PDF-"
    assert wu.get("/inspections/lists/work/export/").content[:2] == b"PK"


@pytest.mark.req("PWR-23")
def test_a_suspects_page_draws_own_past_and_peers_and_pins_an_exchanged_meter(today: date) -> None:
    run = utility.ranked({"6001": (0.95, "high")}, today)
    days = [today - timedelta(days=back) for back in range(1, 40)]
    rows = [
        {"consumer": no, "day": day, "kwh": 12.0 if no == "6001" else 6.0,
         "mark": "exchange" if (no, day) == ("6001", days[3]) else ""}
        for no in utility.CONSUMERS for day in days
    ]  # fmt: skip
    root: Any = {"actor": system_actor(), "on": today}
    metering.keep_readings(**root, frame=pl.DataFrame(rows), marked=False)

    shown = page_of("wu").get(f"/theft/suspects/6001/?run={run}").content.decode()

    drawn = re.search(r'id="theft-curves" type="application/json">(.*?)</script>', shown)
    assert drawn
    chart = json.loads(drawn[1])
    own, _past, peers = chart["series"]
    (pin,) = own["markPoint"]["data"]
    assert pin["coord"][0] == days[3].isoformat()
    at = chart["xAxis"]["data"].index(days[3].isoformat())
    assert own["data"][at] is None  # an exchanged meter is a gap with a pin, never a drop
    assert (own["data"][at + 1], peers["data"][at]) == (12.0, 12.0)  # peers at this consumer's size
    assert "用电量骤降" in shown
