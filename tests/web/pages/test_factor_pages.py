"""Outside factors at the pages and the API: a series is opened, told, corrected; entries run out."""

from __future__ import annotations

import io
import json
import re
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from tests.worlds import given
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.factors.models import Entry, Figure
from xinheng.runs.services import business_day

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def people() -> None:
    today = business_day()
    told: dict[str, Any] = {"actor": system_actor(), "on": today}
    access.load_shipped_roles(**told)
    access.create_unit(**told, code="PW", name="供电公司", kind="company", parent="")
    for login, role in (("han", "utility_analyst"), ("gao", "auditor")):
        access.create_person(
            **told, login=login, name=login, password="only-for-tests-1", role=role, unit="PW"
        )
    Person.objects.update(must_change_password=False, language="en")


@pytest.fixture
def today(db: None, settings: Any) -> date:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    given(people)
    return business_day()


def enter(client: Any, login: str) -> Any:
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.req("PWR-36")
def test_a_figure_is_told_and_corrected_at_the_page_and_both_are_shown(client: Any, today: date) -> None:
    enter(client, "han")
    opened = client.post(
        "/outside-factors/new/", {"code": "pmi", "name": "采购经理指数", "kind": "economy", "unit": ""}
    )
    assert (opened.status_code, opened["Location"]) == (302, "/outside-factors/series/pmi/")
    again = client.post("/outside-factors/new/", {"code": "pmi", "name": "再来", "kind": "economy"})
    assert again.status_code == 422
    for value in ("49.8", "50.2"):
        told = {"day": today.isoformat(), "value": value, "source": "统计局"}
        assert client.post("/outside-factors/series/pmi/", told).status_code == 302
    page = client.get("/outside-factors/series/pmi/").content.decode()
    found = re.search(r'<script id="factor-curve" type="application/json">(.*?)</script>', page)
    assert found
    assert json.loads(found[1])["series"][0]["data"] == [50.2]
    assert page.count("corrected later") == 1
    assert client.get("/outside-factors/series/nothing/").status_code == 404
    assert client.post("/outside-factors/series/cdd/", {"day": today, "value": "1"}).status_code in {404, 422}

    enter(client, "gao")
    assert client.post("/outside-factors/series/pmi/", {"day": today, "value": "1"}).status_code == 403
    assert Figure.objects.count() == 2


@pytest.mark.req("PWR-36")
def test_an_entry_that_ran_out_is_flagged_and_one_is_corrected(client: Any, today: date) -> None:
    enter(client, "han")
    told = {"kind": "industrial_policy", "title": "差别电价", "effect": "-2", "industry": "C31", "source": "发改委",
            "valid_from": today - timedelta(days=60), "valid_until": today - timedelta(days=1)}  # fmt: skip
    assert client.post("/outside-factors/entries/new/", told).status_code == 302
    assert client.post("/outside-factors/entries/new/", {**told, "industry": "X9"}).status_code == 422
    page = client.get("/outside-factors/entries/").content.decode()
    assert "expired, not used" in page
    first = Entry.objects.get()
    form = client.get(f"/outside-factors/entries/new/?replaces={first.no}").content.decode()
    assert 'value="差别电价"' in form
    longer = {**told, "valid_until": today + timedelta(days=90), "replaces": first.no}
    assert client.post("/outside-factors/entries/new/", longer).status_code == 302
    counted = client.get("/outside-factors/entries/?state=counts").content.decode()
    assert first.no in counted  # as what was corrected
    assert counted.count("差别电价") == 1
    book = openpyxl.load_workbook(io.BytesIO(client.get("/outside-factors/export/").content))
    rows = [[cell.value for cell in row] for row in book.worksheets[2].iter_rows(min_row=2)]
    assert sorted((row[3], row[7]) for row in rows) == [("差别电价", "corrected"), ("差别电价", "counts")]


def test_a_program_tells_and_reads_what_was_known_on_a_day(client: Any, today: date) -> None:
    enter(client, "han")

    def post(path: str, body: dict[str, Any], key: str) -> Any:
        return client.post(f"/api/v1/{path}", json.dumps(body), "application/json", HTTP_IDEMPOTENCY_KEY=key)

    assert post("factors", {"code": "temperature", "name": "气温", "kind": "weather"}, "a").status_code == 201
    figure = {"day": today.isoformat(), "value": 31.5}
    assert post("factors/temperature/figures", figure, "b").status_code == 201
    assert post("factors/temperature/figures", figure, "b").status_code == 201  # the same request
    assert client.get("/api/v1/factors/cdd/figures").json() == {
        "figures": [{"day": today.isoformat(), "value": 5.5}], "total": 1,
    }  # fmt: skip
    before = (today - timedelta(days=1)).isoformat()
    assert client.get(f"/api/v1/factors/cdd/figures?as_of={before}").json()["total"] == 0
    assert Figure.objects.count() == 1
    wrong = post("factor-entries", {"kind": "industrial_policy", "title": "x", "effect": 3, "source": "x",
                                    "valid_from": before, "valid_until": before}, "c")  # fmt: skip
    assert wrong.status_code == 422
