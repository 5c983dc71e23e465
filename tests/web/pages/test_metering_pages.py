"""Consumers, the map of the grid, line loss and files of readings at the pages."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.worlds import given
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.metering import queries, services
from xinheng.facts.metering.models import Batch, Consumer, Supply
from xinheng.facts.metering.values import NewArea, NewConsumer, NewMeter, Terms
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
USCC = "91310000631696382C"


def utility() -> None:
    """Two county units with a transformer area each; three consumers, forty days, one cover opened."""
    today = business_day()
    told: dict[str, Any] = {"actor": system_actor(), "on": today}
    access.load_shipped_roles(**told)
    for code, parent in (("PW", ""), ("PWEAST", "PW"), ("PWWEST", "PW")):
        access.create_unit(**told, code=code, name=f"供电{code}", kind="company", parent=parent)
    for login, role, unit in (("han", "utility_analyst", "PW"), ("shi", "inspector", "PWEAST")):
        access.create_person(
            **told, login=login, name=login, password="only-for-tests-1", role=role, unit=unit
        )
    Person.objects.update(must_change_password=False, language="en")
    services.add_area(**told, new=NewArea("LINE", "10kV线路", "line"))
    first = today - timedelta(days=40)
    for area, unit, numbers in (("TAEAST", "PWEAST", ("E001", "E002")), ("TAWEST", "PWWEST", ("W001",))):
        services.add_area(**told, new=NewArea(area, f"{area}台区", "transformer", "LINE", Decimal(400)))
        for no in numbers:
            new = NewConsumer(no, f"用户{no}", first, Terms(unit, area, "low", capacity_kva=Decimal(8)))
            services.open_consumer(**told, new=new)
            services.install_meter(**told, consumer_no=no, new=NewMeter(f"M{no}", first))
    days = [first + timedelta(days=n) for n in range(40)]
    rows = [
        (no, day, None if day == days[5] and no == "E001" else 10.0)
        for no in ("E001", "E002", "W001")
        for day in days
    ]
    services.keep_readings(**told, frame=pl.DataFrame(rows, schema=["consumer", "day", "kwh"], orient="row"))
    supplied = [(area, day, kwh) for area, kwh in (("TAEAST", 25.0), ("TAWEST", 10.4)) for day in days]
    services.keep_areas(**told, frame=pl.DataFrame(supplied, schema=["area", "day", "kwh"], orient="row"))
    at = pl.Series([days[20]]).cast(pl.Datetime("us"))
    services.keep_events(
        **told, frame=pl.DataFrame({"consumer": ["E001"], "at": at, "code": ["301B"], "note": [""]})
    )


@pytest.fixture
def today(db: None, settings: Any) -> date:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    given(utility)
    return business_day()


def enter(client: Any, login: str) -> Any:
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Any, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:2000])
    return " ".join(answer.content.decode().split())


def drawn(page: str, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page)
    assert found, name
    return json.loads(found[1])


def test_a_list_is_filtered_and_an_inspector_sees_the_consumers_of_the_own_unit(
    client: Any, today: date
) -> None:
    enter(client, "han")
    first = read(client, "/consumers/")
    assert "3 consumers" in first
    assert ">D Electricity, heat, gas and water" in first
    page = read(client, "/consumers/?area=TAEAST&sort=-no")
    assert page.index("用户E002") < page.index("用户E001")
    assert "用户W001" not in page
    assert "用户W001" in read(client, "/consumers/?q=MW001")  # by the number of the meter
    book = openpyxl.load_workbook(io.BytesIO(client.get("/consumers/export/?area=TAWEST").content))
    assert [row[0].value for row in book.worksheets[0].iter_rows(min_row=2)] == ["W001"]

    enter(client, "shi")
    assert "用户W001" not in read(client, "/consumers/")
    read(client, "/consumers/one/W001/", 404)
    assert client.get("/consumers/new/").status_code == 403


def test_the_page_of_a_consumer_shows_gaps_marks_and_events_as_they_are(client: Any, today: date) -> None:
    enter(client, "han")
    page = read(client, "/consumers/one/E001/?days=92")
    use, marked = drawn(page, "consumer-use")["series"]
    day = (today - timedelta(days=35)).isoformat()
    names = drawn(page, "consumer-use")["xAxis"]["data"]
    assert use["data"][names.index(day)] is None  # not zero
    assert use["data"].count(10.0) == 39
    assert [one["name"] for one in marked["data"] if one] == ["not read"]
    assert use["markLine"]["data"][0]["label"]["formatter"] == "cover opened"
    assert "390 kWh on 39 days read of 40 told." in page


@pytest.mark.req("PWR-35")
def test_a_consumer_moves_to_another_unit_and_its_history_stays_by_day(client: Any, today: date) -> None:
    enter(client, "han")
    told = {"unit_code": "PWWEST", "area": "TAWEST", "voltage": "low", "capacity_kva": "12", "from_on": today,
            "reason": "划拨"}  # fmt: skip
    assert client.post("/consumers/one/E001/supply/", told).status_code == 302
    rows = Supply.objects.filter(consumer__consumer_no="E001").order_by("from_on")
    assert [(row.unit.code, row.capacity_kva, row.until_on) for row in rows if row.unit] == [
        ("PWEAST", Decimal(8), today), ("PWWEST", Decimal(12), None),
    ]  # fmt: skip
    page = read(client, "/consumers/one/E001/")
    assert page.index("供电PWWEST") < page.index("供电PWEAST")


@pytest.mark.req("PWR-05")
def test_a_number_that_is_taken_and_a_wrong_licence_are_refused_by_hand(client: Any, today: date) -> None:
    enter(client, "han")
    told = {"consumer_no": "E001", "name": "新厂", "voltage": "high", "opened_on": today, "phases": "3"}
    taken = client.post("/consumers/new/", told)
    assert taken.status_code == 422
    assert "用户E001" in taken.content.decode()
    wrong = client.post("/consumers/new/", {**told, "consumer_no": "N001", "licence": USCC[:-1] + "D"})
    assert wrong.status_code == 422
    assert Consumer.objects.count() == 3
    kept = client.post("/consumers/new/", {**told, "consumer_no": "N001", "licence": USCC})
    assert (kept.status_code, kept["Location"]) == (302, "/consumers/one/N001/")
    customer = Consumer.objects.get(consumer_no="N001").customer
    assert customer is not None
    assert customer.uscc == USCC


def test_tiles_lead_down_the_grid_and_say_the_loss_beside(client: Any, today: date) -> None:
    enter(client, "han")
    page = read(client, "/grid/")
    tiles = {one["href"]: one for one in drawn(page, "grid-map")["series"][0]["data"]}
    assert set(tiles) == {"/grid/area/TAEAST/", "/grid/area/TAWEST/"}
    assert "20.0%" in tiles["/grid/area/TAEAST/"]["name"]
    assert tiles["/grid/area/TAEAST/"]["itemStyle"] != tiles["/grid/area/TAWEST/"]["itemStyle"]
    assert '<a href="/grid/area/TAEAST/">' in page  # for the keyboard
    below = read(client, "/grid/area/TAEAST/")
    assert "用户E002" in below
    assert "用户W001" not in below
    assert {one["value"] for one in drawn(below, "area-loss")["series"][0]["data"] if one} == {20.0}
    loss = read(client, "/grid/loss/")
    assert loss.index("TAEAST台区") < loss.index("TAWEST台区")  # the largest first
    enter(client, "shi")
    assert "TAWEST台区" not in read(client, "/grid/loss/")  # not of the own unit


def test_a_file_is_looked_at_before_it_is_kept_and_what_is_wrong_is_named(
    client: Any, today: date, django_capture_on_commit_callbacks: Any
) -> None:
    enter(client, "han")
    day = today - timedelta(days=1)
    rows = f"户号,日期,电量\nE001,{day - timedelta(days=50)},9\nE001,{today + timedelta(days=3)},9\nX999,{day},9\nE002,{day},很多\nW001,{day},11\n"
    file = SimpleUploadedFile("日电量.csv", rows.encode("gb18030"))
    answer = client.post("/metering/files/new/", {"kind": "readings", "file": file})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    batch = Batch.objects.latest("pk")
    services.read_and_check(batch.pk)
    page = read(client, f"/metering/files/{batch.pk}/")
    for words in (
        "There is no consumer of this number.",
        "The day has not come yet.",
        "This is not a number.",
    ):
        assert words in page
    assert "Keep the good values only" in page
    assert "Keep all values" not in page
    assert queries.readings_of(system_actor(), "E001", until=today - timedelta(days=45)) == []
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/metering/files/{batch.pk}/rejected.xlsx").content))
    assert "X999" in {str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row}
    assert client.post(f"/metering/files/{batch.pk}/act/", {"act": "cancel"}).status_code == 302
    assert Batch.objects.get(pk=batch.pk).state == "cancelled"
    assert client.post("/metering/files/new/", {"kind": "readings"}).status_code == 422
    enter(client, "shi")
    assert client.get("/metering/files/new/").status_code == 403
