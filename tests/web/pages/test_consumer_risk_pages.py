"""Consumer risk on pages and by programs: four outputs, points, fee control, case figures."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import worlds
from tests.judgements.consumers.conftest import APRIL, TODAY, utility
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.facts.customers.models import Customer
from xinheng.judgements.consumers import services as acts
from xinheng.judgements.consumers.models import CaseFigures, Demerit, Outcome, RiskRun
from xinheng.judgements.consumers.values import NewDemerit
from xinheng.runs.services import business_day
from xinheng.web.pages.ledger_forms import ReceiptForm
from xinheng.web.pages.order_acts import NewOrderForm
from xinheng.web.pages.seen import Seen

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]


def company() -> None:
    """The small utility with an analyst and somebody who may not see risk, and the risk of April."""
    root: dict[str, Any] = {"actor": system_actor(), "on": TODAY}
    access.load_shipped_roles(**root)
    access.create_unit(**root, code="HQ", name="公司", kind="group")
    for login, role in (("analyst", "utility_analyst"), ("sales", "salesperson")):
        access.create_person(
            **root, login=login, name=login, password="长江-river-2026", role=role, unit="HQ"
        )
    Person.objects.update(must_change_password=False, language="zh-hans")
    utility()
    acts.run_risk(**root, month=APRIL)


@pytest.fixture
def analyst(settings: Any) -> Client:
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    worlds.given(company)
    return enter("analyst")


def enter(login: str) -> Client:
    held = Client(headers={"accept-language": "zh-hans"})
    held.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return held


def read(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.content.decode()[:2000])
    return " ".join(answer.content.decode().split())


def send(client: Client, address: str, status: int = 302, **told: Any) -> Any:
    answer = client.post(address, told)
    assert answer.status_code == status, (address, answer.content.decode()[:3000])
    return answer


@pytest.mark.req("PWR-15", "PWR-16", "PWR-18")
def test_the_four_outputs_are_shown_and_taken_away(analyst: Client) -> None:
    shown = read(analyst, "/consumer-risk/")
    assert 'data-chart="consumer-indicator"' in shown
    assert 'data-chart="consumer-trend"' in shown
    assert shown.index("用户H-1") < shown.index("用户L-2") < shown.index("用户L-1")
    high = read(analyst, "/consumer-risk/?level=high")
    assert "用户H-1" in high
    assert "用户L-2" not in high
    assert "15,982.48" in high
    warned = read(analyst, "/consumer-risk/lists/warnings/")
    assert "用户L-2" in warned
    assert "用户L-1" not in warned
    assert "本次评价没有用户存在欠费风险" in read(analyst, "/consumer-risk/lists/plan/?q=L-1")
    book = openpyxl.load_workbook(io.BytesIO(analyst.get("/consumer-risk/lists/plan/export/").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:3]] == [(1, "H-1"), (2, "L-2")]
    paper = analyst.get("/consumer-risk/paper/")
    assert paper.content.startswith(b"%PDF")
    read(enter("sales"), "/consumer-risk/", 403)


@pytest.mark.req("PWR-19", "PWR-12")
def test_a_run_is_made_and_what_came_is_told_at_the_pages(analyst: Client) -> None:
    send(analyst, "/consumer-risk/run/", month="2026-05-02")
    assert RiskRun.objects.filter(month="2026-05-01").count() == 1
    run = RiskRun.objects.get(month=APRIL)
    send(analyst, "/consumer-risk/outcome/", run=run.pk, voltage="high", late=1, amount="20000.00")
    assert Outcome.objects.get().late_minor == 2_000_000
    assert "79.9%" in read(analyst, "/consumer-risk/lists/accuracy/")
    send(analyst, "/consumer-risk/outcome/", run=run.pk, voltage="high", late=-1, amount="1")
    assert Outcome.objects.count() == 1
    send(enter("sales"), "/consumer-risk/run/", 403, month="2026-05-02")


def test_points_are_taken_and_given_back_at_the_page_of_the_consumer(analyst: Client) -> None:
    where = "/consumer-risk/consumers/L-1/"
    assert "信用分 700" in read(analyst, where)
    send(analyst, where, 422, code="manual", from_on="2026-04-05", reason="")
    send(analyst, where, code="manual", from_on="2026-11-01", reason="私自启封")
    kept = Demerit.objects.get()
    assert "信用分 650" in read(analyst, where)
    assert "用户L-1" in read(analyst, "/consumer-risk/lists/points/")
    send(analyst, f"{where}demerits/{kept.pk}/take-back/", why="查无此事")
    assert "信用分 700" in read(analyst, where)
    send(analyst, f"{where}payments/", amount="20.00", paid_on="2026-04-05", reference="银联")
    assert "银联" in read(analyst, where)
    read(analyst, "/consumer-risk/consumers/X-9/", 404)


@pytest.mark.req("PWR-38")
def test_case_figures_are_loaded_from_a_file_and_a_wrong_total_is_refused(analyst: Client) -> None:
    text = (Path(configured.PACKS_DIR) / "pwr" / "case.csv").read_text("utf-8")
    wrong = SimpleUploadedFile("case.csv", text.replace("total,308", "total,309").encode())
    refused = send(analyst, "/consumer-risk/case/", 422, file=wrong).content.decode()
    assert "309" in refused
    assert not CaseFigures.objects.exists()
    send(analyst, "/consumer-risk/case/", file=SimpleUploadedFile("case.csv", text.encode()))
    send(analyst, "/consumer-risk/case/shipped/")  # the same figures: no second version
    shown = read(analyst, "/consumer-risk/case/")
    for figure in ("87.6 %", "62.7 %", "3,918", "2,037", "12,176.71"):
        assert figure in shown
    assert CaseFigures.objects.get().version == 1
    book = openpyxl.load_workbook(io.BytesIO(analyst.get("/consumer-risk/case/export/").content))
    assert len(book.sheetnames) == 8


def test_programs_read_lists_make_runs_and_keep_points(analyst: Client) -> None:
    shown = analyst.get("/api/v1/consumer-risks/lists/risks?limit=1").json()
    assert (shown["total"], shown["rows"][0][0]) == (5, "H-1")
    keyed: dict[str, Any] = {"content_type": "application/json", "headers": {"Idempotency-Key": "k1"}}
    for _again in range(2):
        made = analyst.post("/api/v1/consumer-risks/runs", json.dumps({"month": "2026-05-01"}), **keyed)
        assert made.status_code == 201
    assert RiskRun.objects.count() == 2
    body = {"code": "manual", "from_on": "2026-11-01", "reason": "私自启封", "points": 60}
    keyed["headers"] = {"Idempotency-Key": "k2"}
    assert analyst.post("/api/v1/consumers/L-1/demerits", json.dumps(body), **keyed).status_code == 201
    points = analyst.get("/api/v1/consumers/L-1/points?as_of=2026-11-02").json()
    assert (points["points"], points["is_cash_only"], points["demerits"][0]["points"]) == (640, False, 60)
    assert analyst.get("/api/v1/consumers/L-1/points?as_of=2026-10-31").json()["points"] == 700
    assert enter("sales").get("/api/v1/consumer-risks/lists/risks").status_code == 403


@pytest.mark.req("PWR-37")
def test_credit_now_shows_arrears_risk_and_the_cash_only_flag_and_so_do_payment_and_order(
    analyst: Client,
) -> None:
    assert "高风险" in read(analyst, "/customers/credit/C-1/")
    told = analyst.get("/api/v1/customers/C-1/credit").json()
    assert (told["risk"], [one["consumer_no"] for one in told["consumers"]]) == ("high", ["H-1", "L-4"])
    assert told["consumers"][0]["expected_late"]["amount"] == "15982.48"
    day = business_day()
    news = [NewDemerit("L-1", "returned_payment", day, subject=f"receipt:{number}") for number in (1, 2)]
    acts.raise_demerits(actor=system_actor(), on=day, news=news)
    assert "仅收现款" in read(analyst, "/customers/credit/C-2/")
    assert "仅收现款" not in read(analyst, "/customers/credit/C-3/")
    seen = Seen(system_actor(), Customer.objects.get(no="C-2"), day, day)
    for form in (ReceiptForm, NewOrderForm):
        assert form(seen, {}).subject() == [("仅收现款", "L-1")]
