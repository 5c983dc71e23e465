"""Late payment of the own books: trained, foretold, kept, proven again, shown and switched off."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.conf import settings as configured
from django.test import Client

from tests.judgements.arrears.conftest import TODAY, manager, person
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.facts.customers.models import Customer
from xinheng.judgements.arrears import queries, services
from xinheng.judgements.arrears.errors import FactorInvalid, ModelUnreadable, NotForetold
from xinheng.judgements.arrears.models import Forecast, OuterFactor, TrainedModel
from xinheng.judgements.arrears.values import Wanted
from xinheng.wiring.cli import arrears as commands

pytestmark = pytest.mark.usefixtures("company")


@pytest.mark.req("PWR-15", "PWR-17")
def test_the_open_bills_are_foretold_by_a_model_that_beats_the_naive_rules() -> None:
    model, made = TrainedModel.objects.get(), Forecast.objects.get()
    rows = queries.risks(manager(), Wanted(), on=TODAY)

    assert model.beats
    assert model.report["auc"] > model.report["naive"]["past_rate"]["auc"]
    assert rows["expected_late_minor"].is_sorted(descending=True)
    assert rows["customer"][0] == "C-9"
    levels = dict(rows.select("customer", "level").rows())
    assert levels["C-9"] == levels["C-8"] == "risk"
    assert "C-0" not in levels  # nothing of it is open
    assert sum(one["customers"] for one in made.totals) == rows.height
    assert sum(one["expected_late_minor"] for one in made.totals) == rows["expected_late_minor"].sum()
    assert Entry.objects.filter(act__in=["arrears.train", "arrears.foretell"]).count() == 2


def test_what_is_expected_late_is_given_by_customer_and_currency() -> None:
    whole = queries.latest()
    assert whole is not None
    assert whole.columns == ["customer_id", "currency", "expected_late_minor"]
    one = Customer.objects.get(no="C-9")
    some = queries.latest([one.pk])
    assert some is not None
    assert some.rows() == [
        (one.pk, "CNY", whole.filter(pl.col("customer_id") == one.pk)["expected_late_minor"].item())
    ]


def test_a_forecast_is_made_once_a_day_and_is_the_same_when_computed_again() -> None:
    made = Forecast.objects.get()

    assert services.foretell(actor=system_actor(), on=TODAY) == made
    assert services.replay(actor=person("arrears.read"), forecast_id=made.pk)
    path = Path(configured.HOME) / made.results_path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelUnreadable):
        services.replay(actor=person("arrears.read"), forecast_id=made.pk)


def test_a_model_that_does_not_beat_naive_rules_is_switched_off_with_a_notice() -> None:
    TrainedModel.objects.update(beats=False)

    assert queries.latest() is None
    assert queries.standing(manager()).notice == "off"
    assert queries.risks(manager(), Wanted(), on=TODAY).is_empty()
    with pytest.raises(NotForetold):
        services.foretell(actor=system_actor(), on=TODAY + timedelta(days=1))
    services.end_day(actor=system_actor(), on=TODAY + timedelta(days=1))
    assert Forecast.objects.count() == 1
    assert "简单规则" in page("/late-payment/")


@pytest.mark.req("PWR-14")
def test_an_outer_factor_weighs_on_the_next_forecast_and_none_told_is_neutral() -> None:
    before = queries.risks(manager(), Wanted(text="C-3"), on=TODAY)["largest"].item()
    assert [line["is_told"] for line in queries.factor_lines(manager(), on=TODAY)] == [False] * 5
    told: Any = {"actor": manager(), "on": TODAY, "reason": "停产", "applies_to": "C-3"}
    services.tell_factor(**told, code="operation", step=2)
    with pytest.raises(FactorInvalid):
        services.tell_factor(**told, code="weather", step=1)
    with pytest.raises(AccessDenied):
        services.tell_factor(**{**told, "actor": person("arrears.read")}, code="operation", step=1)

    Forecast.objects.all().delete()
    services.foretell(actor=system_actor(), on=TODAY)

    after = queries.risks(manager(), Wanted(text="C-3"), on=TODAY)["largest"].item()
    odds = before / (1 - before) * 2.718281828 ** (2 * 0.2)
    assert after == pytest.approx(odds / (1 + odds), abs=1e-5)
    assert services.replay(actor=manager(), forecast_id=Forecast.objects.get().pk)


@pytest.mark.req("PWR-16", "PWR-19", "PWR-20")
def test_the_first_forecast_of_a_month_is_compared_when_the_month_is_over() -> None:
    assert queries.accuracy_history(manager(), on=date(2024, 7, 31)) == []

    found = queries.accuracy_history(manager(), on=date(2024, 8, 1))

    bills = queries.warned_bills(manager(), on=TODAY)
    due = bills.filter(pl.col("due").is_between(date(2024, 7, 1), date(2024, 7, 31)))
    assert {one.group for one in found} == {"高压", "低压"}
    low = next(one for one in found if one.group == "低压")
    came = due.filter(pl.col("group") == "低压")["open_minor"].sum()
    assert low.actual == Decimal(came) / 100  # nothing was paid since
    assert low.accuracy == min(low.foretold, low.actual) / max(low.foretold, low.actual)
    assert (low.late, low.precision, low.recall) == (low.at_risk, 1.0, 1.0)


def test_who_reaches_no_customer_sees_none() -> None:
    narrow = Actor(login="n", name="n", permits=frozenset({"*"}), scope=Scope("own"), via="page")

    assert queries.risks(narrow, Wanted(), on=TODAY).is_empty()
    assert queries.warned_bills(narrow, on=TODAY).is_empty()
    with pytest.raises(AccessDenied):
        queries.risks(person("customers.read"), Wanted(), on=TODAY)


def client() -> Client:
    held = Client(headers={"accept-language": "zh-hans"})
    held.force_login(Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend")
    return held


def page(address: str) -> str:
    answer = client().get(address)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _plain(settings: Any) -> None:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}


@pytest.mark.any_database
@pytest.mark.req("PWR-15")
def test_four_outputs_are_shown_and_taken_away() -> None:
    shown = page("/late-payment/?level=risk&sort=-late")
    assert "公司 C-9" in shown
    assert "风险" in shown
    assert 'data-chart="risk-indicator"' in shown
    assert 'data-chart="risk-trend"' in shown
    assert "没有客户" in page("/late-payment/?level=high")
    bills = page("/late-payment/bills/?customer=C-9")
    assert "B-9-" in bills
    assert "B-8-" not in bills
    assert "AUC" in page("/late-payment/accuracy/")
    answer = client().get("/late-payment/export/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames[:3] == ["风险客户", "风险预警表", "准确率"]
    assert book["风险客户"]["A2"].value == "C-9"


@pytest.mark.any_database
def test_a_factor_is_told_on_the_page_and_by_the_interface() -> None:
    assert "未登记" in page("/late-payment/factors/")
    sent = {"code": "economy", "step": "1", "applies_to": "", "from_on": "2024-07-01", "reason": "放缓"}
    assert client().post("/late-payment/factors/", sent).status_code == 302
    held = client()
    body = {"code": "policy", "step": -1, "reason": "扶持", "from_on": "2024-07-01"}
    told: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "f1"}}
    for _again in range(2):
        assert held.post("/api/v1/late-payment/factors", json.dumps(body), **told).status_code == 201
    assert list(OuterFactor.objects.order_by("pk").values_list("code", "step")) == [
        ("economy", 1),
        ("policy", -1),
    ]


@pytest.mark.any_database
def test_programs_read_standing_customers_bills_and_accuracy() -> None:
    held = client()
    standing = held.get("/api/v1/late-payment").json()
    assert (standing["notice"], standing["forecast_on"]) == ("", "2024-07-01")
    first = held.get("/api/v1/late-payment/customers?limit=1").json()
    assert (first["items"][0]["customer_no"], first["next"]) == ("C-9", "1")
    (bill, *_rest) = held.get("/api/v1/late-payment/bills?customer=C-9").json()["items"]
    assert bill["bill_no"].startswith("B-9-")
    assert held.get("/api/v1/late-payment/accuracy").json() == []


@pytest.mark.any_database
def test_the_commands_list_and_prove_again(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.list_own(limit=3, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["customers"][0]["customer"] == "C-9"
    with pytest.raises(SystemExit) as ended:
        commands.replay_own(number=Forecast.objects.get().pk, as_json=True)
    assert ended.value.code == 0
