"""Demand forecasts on pages: started, explored, laid over, held against what was used, weights changed."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests import worlds
from tests.judgements.demand.conftest import RULES, TODAY, analyst, founded
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.judgements.demand import queries as demand
from xinheng.judgements.demand import services as acts
from xinheng.judgements.demand.models import Overlay, Run
from xinheng.judgements.demand.values import NewRun

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def forecast() -> None:
    """The small utility with a forecast made two months ago, and an analyst and a reader."""
    founded()
    told: dict[str, Any] = {"actor": system_actor(), "on": TODAY}
    for login, role in (("usage", "utility_analyst"), ("zhao", "inspector")):
        access.create_person(
            **told, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
        )
    Person.objects.update(language="en")
    acts.forecast(actor=analyst(), on=TODAY, new=NewRun(TODAY.replace(month=1), horizon=3))


@pytest.fixture(autouse=True)
def _pages(db: None, settings: Any, monkeypatch: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    for name in ("demand", "demand_runs", "demand_overlays", "demand_weights"):
        monkeypatch.setattr(f"xinheng.web.pages.{name}.business_day", lambda: TODAY)
    worlds.given(forecast)


def person(login: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.mark.req("PWR-29")
def test_the_explorer_shows_what_the_forecast_is_made_of() -> None:
    usage = person("usage")
    page = seen(usage, "/demand/?level=area&node=T-1")
    curve = demand.curve(analyst(), Run.objects.get(), demand.Node("area", "T-1"), on=TODAY)
    assert f"{curve.points[0].base / 1000:,.0f}" in page
    assert "Large consumers" in page
    assert "nothing known: its weight was shared out" in page
    assert "expired, not used" in page
    assert 'data-chart="demand-curve"' in page
    assert usage.get("/demand/?level=area&node=T-9").status_code == 404
    assert person("zhao").get("/demand/").status_code == 403


def test_an_event_is_laid_over_and_taken_back_on_the_page() -> None:
    usage = person("usage")
    told = {"title": "台风停产", "level": "area", "node": "T-1", "since": "2026-02-01", "until": "2026-02-28",
            "percent": "-25", "reason": "气象台预警"}  # fmt: skip
    wrong = usage.post("/demand/overlays/", {**told, "kwh_a_day": "5"})
    assert wrong.status_code == 422
    assert "exactly one is told" in wrong.content.decode()
    assert not Overlay.objects.exists()

    assert usage.post("/demand/overlays/", told).status_code == 302
    (laid,) = Overlay.objects.all()
    assert "台风停产" in seen(usage, "/demand/?level=area&node=T-1")
    assert "台风停产" not in seen(usage, "/demand/?level=area&node=T-2")
    assert usage.post(f"/demand/overlays/{laid.pk}/withdraw/", {"reason": "改道"}).status_code == 302
    assert "台风停产" not in seen(usage, "/demand/?level=area&node=T-1")
    assert "改道" in seen(usage, "/demand/overlays/?withdrawn=1")


@pytest.mark.req("PWR-30")
def test_what_was_used_stands_beside_the_forecast() -> None:
    page = seen(person("usage"), "/demand/accuracy/")
    assert "2026-01" in page
    assert "2026-02" in page
    assert "2026-03" not in page  # not over
    assert "80.0 %" in page


def test_a_run_waits_in_the_queue_and_shows_where_it_comes_from() -> None:
    usage = person("usage")
    answer = usage.post(
        "/demand/runs/", {"as_of": "2026-03-01", "frequency": "month", "horizon": "2", "leaf": "cell"}
    )
    run = Run.objects.latest("pk")
    assert (answer.status_code, run.state) == (302, "waiting")
    assert "You may leave this page" in seen(usage, f"/demand/runs/{run.pk}/")
    assert usage.get(f"/demand/?run={run.pk}").status_code == 409
    acts.make_run(actor=analyst(), on=TODAY, number=run.pk)
    page = seen(usage, f"/demand/runs/{run.pk}/")
    assert "demand@1" in page
    assert run.made_by == "usage"
    replayed = usage.post(f"/demand/runs/{run.pk}/replay/", follow=True).content.decode()
    assert "the run is the same" in replayed


def test_excel_and_paper_carry_the_same_sums() -> None:
    usage = person("usage")
    book = openpyxl.load_workbook(io.BytesIO(usage.get("/demand/export/?level=company").content))
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    head, first = rows[0], rows[1]
    at = head.index("Forecast, kWh")
    assert first[at] == pytest.approx(sum(first[1:at]), abs=1e-6)
    assert usage.get("/demand/print/").content.startswith(b"%PDF")


@pytest.mark.req("PWR-31")
def test_weights_that_do_not_add_up_are_refused_on_the_page() -> None:
    usage = person("usage")
    assert "Large consumers" in seen(usage, "/demand/weights/")
    text = RULES.replace("weight: 0.5", "weight: 0.55").replace('version: "1"', 'version: "2"')
    told = {"text": text, "purpose": "会商", "effective_from": "2026-03-01"}
    answer = usage.post("/demand/weights/change/", told)
    assert answer.status_code == 422
    assert "1.05" in answer.content.decode()


def test_the_interface_gives_parts_that_add_up() -> None:
    usage, run = person("usage"), Run.objects.get()
    curve = usage.get(f"/api/v1/demand/runs/{run.pk}/curve?level=industry&node=C").json()
    for point in curve["points"]:
        assert point["whole_wh"] == point["base_wh"] + sum(point["factors"].values())
    asked = usage.get("/api/v1/demand/accuracy").json()
    assert {line["level"] for line in asked["figures"]} == {"company", "area", "industry"}
    answer = usage.post(
        "/api/v1/demand/overlays",
        {"level": "area", "node": "T-1", "title": "x", "since": "2026-02-01", "reason": "y"},
        content_type="application/json", headers={"idempotency-key": "o-1"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (422, "overlay_invalid")
