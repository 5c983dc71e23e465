"""What a grade, a run and a policy look like when a company rates by several policies."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import worlds
from tests.web import credit_world
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.receivables import services as receivables
from xinheng.indicators import services as indicators
from xinheng.indicators.models import Standing
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Grade, Run

pytestmark = pytest.mark.django_db
DAYS = credit_world.DAYS
POLICIES = ("adv", "general", "net")
PART = {"HTTP_HX_REQUEST": "true"}
Ask = Callable[..., str]


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The company of credit_world, rated by three policies; C-0010 is billed in US dollars."""
    with django_db_blocker.unblock():
        credit_world.found(count=24)
        actor, on = system_actor(), DAYS[-1]
        pk = dict(customers.ids_by_no().iter_rows())["C-0010"]
        bill = (pk, "US-1", date(2026, 6, 1), date(2026, 6, 11), 1_234_567, "USD")
        bills = pl.DataFrame([bill], [*credit_world.BILLS, "currency"], orient="row")
        receivables.post_bills(bills, batch_no=None, told_on=on, actor=actor)
        indicators.measure(actor=actor, on=on, as_of=on)
        for day in DAYS:
            for policy in POLICIES:
                ratings.rate(actor=actor, on=on, policy_code=policy, as_of=day)
    yield
    with django_db_blocker.unblock():
        worlds.empty()


@pytest.fixture
def client(company: None, db: None, settings: Any) -> Client:
    """The credit manager, reading English."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Person.objects.filter(login="credit").update(language="en")
    client = Client()
    client.force_login(
        Person.objects.get(login="credit"), backend="django.contrib.auth.backends.ModelBackend"
    )
    return client


@pytest.fixture
def ask(client: Client) -> Ask:
    """The text of a page that is there."""

    def get(address: str, **headers: str) -> str:
        answer = client.get(address, **headers)
        assert answer.status_code == 200, answer.content.decode()[:2000]
        return answer.content.decode()

    return get


def last_run(policy: str) -> Run:
    return Run.objects.filter(policy_code=policy).order_by("-as_of", "-id")[0]


def large_grade(page: str) -> str:
    found = re.search(r'id="grade">([^<]*)<', page)
    assert found
    return found[1]


def grade_of(no: str, policy: str) -> str:
    return str(Grade.objects.get(run=last_run(policy), customer__no=no, leads=True).grade)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_customer_page_shows_the_grade_of_the_policy_asked_for(ask: Ask, policy: str) -> None:
    page = ask(f"/customers/file/C-0005/?policy={policy}")

    assert large_grade(page) == (grade_of("C-0005", policy) or "—")
    others = page[page.index('id="other-grades"') :].split("</ul>")[0]
    assert {code for code in POLICIES if f"policy={code}" in others} == {*POLICIES} - {policy}


@pytest.mark.parametrize("policy", ["", "nonsense", "%00", "x" * 500])
def test_without_a_policy_the_page_shows_the_grade_of_the_list(ask: Ask, policy: str) -> None:
    first = max((last_run(code) for code in POLICIES), key=lambda run: (run.as_of, run.graded, run.pk))

    assert large_grade(ask(f"/customers/file/C-0005/?policy={policy}")) == grade_of(
        "C-0005", first.policy_code
    )
    row = ask("/customers/?q=C-0005")
    assert re.search(rf'xh-grade-\d"[^>]*>{grade_of("C-0005", first.policy_code)}</span>', row)


def test_reasons_and_curve_follow_the_policy(ask: Ask) -> None:
    for policy, sign in (("general", "of 100 points"), ("adv", "Conditions")):
        why = ask(f"/customers/file/C-0005/?policy={policy}&tab=why", **PART)
        assert f"/policies/{policy}/" in why
        assert sign in why
        curve = ask(f"/customers/file/C-0005/?policy={policy}&tab=history", **PART)
        shown = {int(pk) for pk in re.findall(r"/ratings/(\d+)/", curve)}
        assert {Run.objects.get(pk=pk).policy_code for pk in shown} == {policy}
        assert {Run.objects.get(pk=pk).as_of for pk in shown} == {*DAYS}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_cell_of_a_run_opens_the_customer_with_the_grade_of_that_run(ask: Ask, policy: str) -> None:
    run = Run.objects.filter(policy_code=policy, as_of=DAYS[0]).latest("id")
    grade = next(grade for grade, customers in run.counts.items() if customers and grade)

    cell = ask(f"/ratings/{run.pk}/customers/?grade={grade}")
    address = re.search(r'href="(/customers/file/[^"]+)"', cell)

    assert address
    assert large_grade(ask(address[1].replace("&amp;", "&"))) == grade


@pytest.mark.req("RR-08")
def test_amounts_behind_a_grade_and_in_a_policy_are_in_yuan(ask: Ask, client: Client) -> None:
    turnover = Money(Standing.objects.get(customer__no="C-0005").turnover_12m_minor)

    why = ask("/customers/file/C-0005/?policy=net&tab=why", **PART)
    assert f"<b>{turnover} CNY</b>" in re.sub(r'<b class="[^"]*">', "<b>", why)
    policy = ask("/policies/net/1/")
    assert "yearly receipts standard (500,000.00 CNY)" in policy
    assert "5,000.00 CNY" not in policy.replace("500,000.00", "")

    Person.objects.filter(login="credit").update(language="zh-hans")
    chinese = ask("/policies/net/1/").split('id="policy-text"')[0]
    assert "近12个月开票额 ≥ 年度回款标准 (500,000.00 元)" in chinese
    assert "The source leaves it to the company" not in chinese
    assert "原文由公司另定" in chinese


def test_figures_of_the_head_are_of_the_day_they_name(ask: Ask) -> None:
    today, then = ask("/customers/file/C-0005/"), ask(f"/customers/file/C-0005/?as_of={DAYS[0]}")

    assert f"measured as of {DAYS[1]}" in today
    assert f"measured as of {DAYS[0]}" in then
    now = Money(Standing.objects.get(customer__no="C-0005").turnover_12m_minor)
    assert f">{now}<" in today
    assert f">{now}<" not in then
    early = ask("/customers/file/C-0005/?as_of=2020-01-01")
    assert "Nothing was measured up to this day." in early
    assert "Not rated yet" in early


def test_other_money_than_yuan_is_named(ask: Ask) -> None:
    row = ask("/customers/?q=C-0010")

    assert re.search(r'12,345\.67\s*<span class="xh-unit">USD</span>', row)
    assert 'xh-unit">USD' not in ask("/customers/?q=C-0005")
    assert re.search(r">12,345\.67</b>\s*<span class=\"xh-unit\">USD", ask("/customers/file/C-0010/"))


def test_all_who_moved_stand_behind_the_number_that_counts_them(ask: Ask) -> None:
    run = next(run for run in map(last_run, POLICIES) if _moved(run, "gt") or _moved(run, "lt"))
    page = ask(f"/ratings/{run.pk}/")

    for turn, step in (("worse", "gt"), ("better", "lt")):
        expected = _moved(run, step)
        cell = ask(f"/ratings/{run.pk}/customers/?moved={turn}")
        assert set(re.findall(r">\s*(C-\d{4})\s*<", cell)) == expected
        if expected:
            told = re.search(rf'\?moved={turn}">\s*(\d+) customers?', page)
            assert told
            assert int(told[1]) == len(expected)


def _moved(run: Run, step: str) -> set[str]:
    rows = Grade.objects.filter(run=run, leads=True, previous_rank__isnull=False, rank__isnull=False)
    moved = [row for row in rows.select_related("customer") if row.rank != row.previous_rank]
    return {row.customer.no for row in moved if (row.rank > row.previous_rank) == (step == "gt")}


def test_runs_are_listed_by_policy_and_page(ask: Ask, monkeypatch: Any) -> None:
    monkeypatch.setattr("xinheng.web.pages.ratings.SHOWN_RUNS", 2)
    shown = [set(re.findall(r'href="/ratings/(\d+)/"', ask(f"/ratings/?page={n}"))) for n in (1, 2, 3, 4)]

    assert set.union(*shown) == {str(pk) for pk in Run.objects.values_list("pk", flat=True)}
    assert sum(len(page) for page in shown) == Run.objects.count() == 7  # one of a day measured again
    general = re.findall(r'href="/ratings/(\d+)/"', ask("/ratings/?policy=general"))
    assert {Run.objects.get(pk=pk).policy_code for pk in general} == {"general"}
    for nonsense in ("page=-1", "page=0", "page=nonsense", "page=99999999999999999999", "policy=%00"):
        assert 'href="/ratings/' in ask(f"/ratings/?{nonsense}")


def test_a_run_that_failed_is_told_with_its_cause(ask: Ask) -> None:
    last = last_run("net")
    Run.objects.create(
        policy_code="net", policy_version="1", policy_sha256=last.policy_sha256, as_of=DAYS[-1],
        measurement_id=last.measurement_id, state="failed", started_at=timezone.now(), run_by="credit",
        cause="the disk is full",
    )  # fmt: skip

    assert "failed and changed nothing" in ask("/ratings/")
    assert "the disk is full" in ask("/ratings/")


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("xinheng.web.pages.ratings.SHOWN_RUNS", "/ratings/"),
        ("xinheng.reports.run_tables.PAGE", "/ratings/{run}/customers/"),
        ("xinheng.reports.listing.PAGE", "/customers/"),
    ],
)
def test_more_rows_cost_no_more_statements(ask: Ask, monkeypatch: Any, setting: str, address: str) -> None:
    address = address.format(run=last_run("general").pk)
    ask(address)
    counts, sizes = [], []
    for rows in (2, 6):
        monkeypatch.setattr(setting, rows)
        with CaptureQueriesContext(connection) as seen:
            page = ask(address)
        counts.append(len(seen))
        sizes.append(page.count("<tr>"))

    assert sizes[1] - sizes[0] == 4
    assert counts[0] == counts[1]


@pytest.mark.parametrize("tab", ["why", "indicators", "payments", "history"])
def test_a_longer_life_costs_a_tab_no_more_statements(ask: Ask, tab: str) -> None:
    counts = []
    for day in (date(2026, 4, 30), DAYS[-1]):  # one run and eight, fewer bills and more
        ask(f"/customers/file/C-0005/?tab={tab}&as_of={day}", **PART)
        with CaptureQueriesContext(connection) as seen:
            ask(f"/customers/file/C-0005/?tab={tab}&as_of={day}", **PART)
        counts.append(len(seen))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("tab", ["why", "indicators", "payments", "history", "file"])
@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31", "2026-02-30", "%00"])
def test_no_day_is_too_odd_for_a_tab(ask: Ask, tab: str, day: str) -> None:
    assert 'id="customer-tabs"' in ask(f"/customers/file/C-0005/?tab={tab}&as_of={day}", **PART)


def test_the_last_sheet_of_an_export_says_in_words_what_it_holds(client: Client) -> None:
    Person.objects.filter(login="credit").update(language="zh-hans")
    address = "/customers/export/?section=F&overdue=1&sort=-overdue&status=active"

    book = openpyxl.load_workbook(io.BytesIO(client.get(address).content))

    told = dict(book["关于本文件"].iter_rows(values_only=True))
    first = max((last_run(code) for code in POLICIES), key=lambda run: (run.as_of, run.graded, run.pk))
    assert told | {"导出日期": "", "导出人": ""} == {
        "导出日期": "",
        "导出人": "",
        "等级依据": f"{first.policy_code} 1, 2026-06-30",
        "金额截至": "2026-06-30",
        "行业": "批发和零售业",
        "状态": "正常",
        "逾期金额": "仅看逾期",
        "排序": "逾期金额",
    }
