"""The home page: what calls for a person, scoped, in a fixed number of statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import worlds
from tests.web import credit_world
from xinheng.base.access.models import Person
from xinheng.base.kernel.working_days import add_working_days
from xinheng.facts.customers.models import Customer, FieldReport, Investigation
from xinheng.facts.intake.models import Batch
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.runs.services import business_day

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The company of credit_world."""
    with django_db_blocker.unblock():
        credit_world.found(count=40)
    yield
    with django_db_blocker.unblock():
        worlds.empty()


@pytest.fixture
def home(company: None, db: None, settings: Any) -> Callable[..., str]:
    """The home page as someone of the company reads it."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

    def ask(login: str, address: str = "/", language: str = "en") -> str:
        client, person = Client(), Person.objects.get(login=login)
        person.language = language
        person.save()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return answer.content.decode()

    return ask


def batch(**more: Any) -> Batch:
    told = {
        "kind": "bills",
        "file_name": "bills.xlsx",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "state": "previewed",
        "told_on": business_day(),
        "created_by": "credit",
        "created_at": "2026-06-30T00:00:00Z",
    }
    return Batch.objects.create(**{**told, **more})


def test_customers_that_became_worse_and_the_largest_overdue_are_named(home: Any) -> None:
    run = Run.objects.order_by("-as_of", "-pk")[0]
    fallen = Grade.objects.filter(run=run, rank__isnull=False, previous_rank__isnull=False)[0]
    Grade.objects.filter(pk=fallen.pk).update(grade="C", rank=3, previous_grade="A", previous_rank=1)
    run.shares = run.shares | {"previous_grade": {"A": {"C": 1}}}
    run.save()

    page = home("credit")

    assert 'id="call-overdue"' in page
    assert 'id="call-worse"' in page
    assert "A → C" in page
    assert 'id="call-ungraded"' in page
    assert "All quiet" not in page
    assert '<a href="/customers/">40</a>' in page


@pytest.mark.req("RR-14")
def test_a_salesperson_is_called_for_own_customers_only(home: Any) -> None:
    page = home("wang")

    assert '<a href="/customers/">20</a>' in page
    for customer in Customer.objects.all():
        if int(customer.no[2:]) % 2 == 0:
            assert f"/customers/file/{customer.no}/" not in page


def test_imports_that_wait_and_rejected_rows_are_called(home: Any) -> None:
    waits = batch()
    batch(state="posted", rows_rejected=3, file_name="late.csv")

    page = home("credit")

    assert f'href="/imports/{waits.pk}/"' in page
    assert "late.csv" in page
    assert "rows of the imports of the last 14 days were rejected" in page
    assert 'id="call-imports"' not in home("wang")


def test_a_run_that_failed_is_called_until_a_later_one_is_done(home: Any) -> None:
    run = Run.objects.order_by("-pk")[0]
    Run.objects.create(
        policy_code="adv",
        as_of=run.as_of,
        measurement_id=run.measurement_id,
        state="failed",
        started_at=f"{business_day():%Y-%m-%d}T08:00:00Z",
        cause="cut off",
        run_by="credit",
    )

    assert 'id="call-failed"' in home("credit")


def test_more_to_tell_costs_no_more_statements(home: Any, monkeypatch: Any) -> None:
    for _number in range(6):
        batch(rows_rejected=1)
    home("credit")
    counts = []
    for lines in (1, 5):
        monkeypatch.setattr("xinheng.web.pages.attention.SHOWN", lines)
        with CaptureQueriesContext(connection) as seen:
            home("credit")
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 155  # with some twenty of signing in; each room asks its few


def test_of_very_many_customers_figures_come_after_the_page(home: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("xinheng.reports.overview.LARGE", 5)

    page = home("credit")

    assert 'hx-get="/home/figures/"' in page
    assert 'id="call-overdue"' in page
    assert '<a href="/customers/">40</a>' in home("credit", "/home/figures/")
    assert '<a href="/customers/">20</a>' in home("wang")
    assert 'id="call-overdue"' in home("wang", "/home/calls/")


def test_an_empty_company_is_told_how_to_begin(home: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "xinheng.facts.customers.queries.visible", lambda *_actor, **_on: Customer.objects.none()
    )
    monkeypatch.setattr("xinheng.web.pages.attention.calls", lambda *_actor, **_on: [])

    assert "No customers yet" in home("credit")


def report(no: str, kind: str, told_on: Any, **more: Any) -> FieldReport:
    customer = Customer.objects.get(no=no)
    return FieldReport.objects.create(
        customer=customer, kind=kind, text=f"{no} {kind}", told_by="wang", told_on=told_on, **more
    )


@pytest.mark.req("ADV-07")
def test_an_urgent_report_calls_the_manager_and_is_escalated_after_a_working_day(home: Any) -> None:
    on = business_day()
    before, longer = add_working_days(on, -1).day, add_working_days(on, -2).day
    report("C-0001", "urgent", longer, read_by="credit", read_on=before)
    report("C-0003", "daily", longer)
    assert 'id="call-urgent_reports"' not in home("credit")

    report("C-0005", "urgent", before)
    in_time = home("credit")
    assert "1</a> urgent report was read by no manager yet" in in_time
    assert re.search(r'id="call-urgent_reports">\s*<div class="card-body">\s*<div class="[^"]*-warn', in_time)

    report("C-0007", "urgent", longer)
    late = home("credit")
    assert "2</a> urgent reports were read by no manager yet" in late
    assert re.search(r'id="call-urgent_reports">\s*<div class="card-body">\s*<div class="[^"]*-bad', late)
    assert "C-0003 daily" not in late
    assert 'id="call-urgent_reports"' not in home("wang"), "who may not review is not called"
    assert "份紧急报告尚无经理阅读" in home("credit", language="zh-hans")


@pytest.mark.req("SIX-12")
def test_an_overdue_investigation_is_called_within_reach(home: Any) -> None:
    on = business_day()
    for no, due_on, state in (
        ("C-0002", on - timedelta(days=1), "ordered"),
        ("C-0004", on, "ordered"),
        ("C-0006", on - timedelta(days=3), "cancelled"),
    ):
        Investigation.objects.create(
            customer=Customer.objects.get(no=no), by="agency", assignee=f"资信公司{no}", reason="年审",
            ordered_by="credit", ordered_on=on - timedelta(days=9), due_on=due_on, state=state,
        )  # fmt: skip

    page = home("credit")

    assert "1</a> investigation is overdue" in page
    assert "资信公司C-0002" in page
    assert "资信公司C-0004" not in page
    assert 'id="call-investigations"' in home("li")
    assert 'id="call-investigations"' not in home("wang")
