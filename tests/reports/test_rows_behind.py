"""The rows behind a figure come to the figure itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ibis
import openpyxl
import polars as pl
import pytest

from tests import worlds
from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs import queries as packs
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as files
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.values import NewFact
from xinheng.facts.financials import services as financials
from xinheng.indicators import queries as indicators
from xinheng.indicators import services as indicators_room
from xinheng.indicators import tables
from xinheng.indicators.catalogue import FORMULAS, Day
from xinheng.indicators.formulas import ROWS
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.reports import evidence, queries, services
from xinheng.reports.errors import NoRowsBehind
from xinheng.reports.evidence import EXACT

pytestmark = pytest.mark.django_db
TODAY = world.DAYS[-1]
LATER = TODAY + timedelta(days=1)
NOS = [f"C-{n:04}" for n in range(1, 13)]


@pytest.fixture(scope="module")
def run(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The company of credit_world, rated twice; gives the newest run."""
    with django_db_blocker.unblock():
        world.found(count=12)
        with_statements()
        indicators_room.measure(actor=system_actor(), on=TODAY, as_of=TODAY)
        newest = rating.rate(actor=system_actor(), on=TODAY, policy_code="general", as_of=TODAY).pk
    yield newest
    with django_db_blocker.unblock():
        worlds.empty()


def with_statements() -> None:
    """An invoice a month on both sides of two customers, some void or red; a statement of the third."""
    ids = dict(customers.ids_by_no().iter_rows())
    invoices = [
        (ids[f"C-000{n}"], side, f"{side}-{n}-{month}", f"甲{month % 3}", TODAY - timedelta(days=30 * month + 1),
         (-1 if month == 5 else 1) * (10_000 * n + month), 1_300, month == 7)
        for n in (3, 6) for side in ("sale", "purchase") for month in range(30)
    ]  # fmt: skip
    columns = [
        "customer_id", "side", "invoice_no", "counterparty", "issued_on", "net_minor", "tax_minor", "is_void",
    ]  # fmt: skip
    told = {"batch_no": None, "told_on": TODAY, "actor": system_actor()}
    financials.post_trade_invoices(pl.DataFrame(invoices, columns, orient="row"), **told)
    lines = [
        ("cash", 20_000, None), ("inventories", 40_000, None), ("current_assets", 60_000, 50_000),
        ("total_assets", 60_000, None), ("current_liabilities", 30_000, None),
        ("total_liabilities", 30_000, None), ("total_equity", 30_000, None),
    ]  # fmt: skip
    statement = [(ids["C-0003"], date(2025, 12, 31), *line) for line in lines]
    columns = ["customer_id", "period_end", "item", "amount_minor", "opening_minor"]
    financials.post_statements(pl.DataFrame(statement, columns, orient="row"), **told)


def named(login: str) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=TODAY)


@pytest.mark.req("S1")
@pytest.mark.parametrize("code", sorted(EXACT))
def test_the_total_of_the_rows_is_the_figure(run: int, code: str) -> None:
    told = 0
    for no in NOS:
        figure = next(one.figure for one in indicators.values_of(no, as_of=TODAY) if one.card.code == code)
        found = queries.rows_behind(named("credit"), run, no, code, on=TODAY)
        if figure is not None:
            assert found.total == figure, (no, code)
            told += bool(figure)
        assert found.number == len(found.rows)
    assert told or code == "overdue_count"


MEASURED = sorted(card.code for card in indicators.catalogue() if card.subject != "statement")


@pytest.mark.req("S1")
def test_each_figure_comes_out_of_its_rows_alone(run: int) -> None:
    """The formula over nothing but the rows shown gives what was measured, for every indicator."""
    measurement = indicators.latest_measurement(as_of=TODAY)
    assert measurement is not None
    values = pl.read_parquet(tables.values(measurement))
    for code in MEASURED:
        behind, formula = evidence.behind(code), FORMULAS[code]
        assert behind is not None
        held = pl.read_parquet(tables.facts(measurement, behind.kind))
        rows = held.filter(behind.which(lambda months: indicators.months_back(TODAY, months)))
        shown = {name: ibis.memtable(rows) for name in ("bills", "invoices") if name == behind.kind}
        prepared = ROWS[formula.rows](shown, Day(TODAY))
        again = prepared.group_by("seq").aggregate(figure=formula.expression(prepared, Day(TODAY)))
        numbers = held.select("seq", "customer_no").unique()
        told = again.to_polars().join(numbers, on="seq").join(values, on="customer_no")
        assert told.filter(
            pl.col("figure").cast(pl.Float64).round(9).ne_missing(pl.col(code).cast(pl.Float64).round(9))
        ).is_empty(), code


@pytest.mark.req("S1")
def test_a_statement_figure_leads_to_the_lines_it_reads_and_their_years(run: int) -> None:
    found = queries.rows_behind(named("credit"), run, "C-0003", "current_ratio", on=TODAY)

    assert [(row["code"], row["amount"], row["before"]) for row in found.rows] == [
        ("current_assets", Money.of("600.00"), Money.of("500.00")),
        ("current_liabilities", Money.of("300.00"), None),
    ]
    assert {row["period_end"] for row in found.rows} == {date(2025, 12, 31)}
    assert (found.kind, found.number, found.total, found.why) == ("statement", 2, None, "")
    nothing = queries.rows_behind(named("credit"), run, "C-0004", "current_ratio", on=TODAY)
    assert (nothing.rows, nothing.why) == ((), indicators.card("current_ratio").missing)
    quick = queries.rows_behind(named("credit"), run, "C-0003", "quick_ratio", on=TODAY)
    assert {"inventories", "current_assets", "cash"} <= {
        row["code"] for row in quick.rows
    }  # and what adds up


@pytest.mark.req("S1")
def test_a_fact_leads_to_who_told_it_when_and_by_which_channel(run: int) -> None:
    told = NewFact("founded_on", "2001-05-06", "registry", "工商登记", true_on=TODAY)
    files.tell_fact(actor=named("credit"), on=TODAY, no="C-0005", fact=told)
    later = NewFact("founded_on", "2002-02-02", "customer", "来函", true_on=LATER)
    files.tell_fact(actor=named("credit"), on=LATER, no="C-0005", fact=later)

    founded = queries.rows_behind(named("credit"), run, "C-0005", "founded_years", on=LATER)
    section = queries.rows_behind(named("credit"), run, "C-0005", "industry_section", on=LATER)
    nothing = queries.rows_behind(named("credit"), run, "C-0004", "founded_years", on=LATER)

    assert [(r["value"], r["channel"], r["source"], r["by"], r["told_on"]) for r in founded.rows] == [
        ("2001-05-06", "registry", "工商登记", "credit", TODAY)
    ]  # what was told later the decision did not know
    assert [(r["value"], r["told_on"]) for r in section.rows] == [("C", world.START)]
    assert (nothing.rows, nothing.why) == ((), "截至当时无人报告。")


@pytest.mark.req("S1")
@pytest.mark.parametrize("code", sorted(pack.header.code for pack in packs.shipped()))
def test_every_figure_a_shipped_pack_looks_at_leads_to_rows_or_says_why_not(run: int, code: str) -> None:
    policy = policies.load(next(one.text for one in packs.shipped() if one.header.code == code))
    asked = {one.code for one in policy.questions}
    for figure in policies.inputs_of(policy):
        if figure in asked:
            continue  # its answers are the rows
        found = queries.rows_behind(named("credit"), run, "C-0003", figure, on=TODAY)
        assert bool(found.rows) != bool(found.why), figure
        assert found.why or found.number


def test_all_rows_are_taken_away_as_excel_and_noted(run: int) -> None:
    for code, head, rows in (
        ("sales_12m", "发票号", 12), ("current_ratio", "报表科目", 2), ("region", "档案项目", 1),
    ):  # fmt: skip
        content = services.export_rows_behind(
            actor=named("credit"), on=TODAY, run_id=run, customer_no="C-0003", code=code
        )
        page = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        assert page["A1"].value == head
        assert page.max_row == rows + 1, code
    noted = Entry.objects.filter(act="exports.rows").latest("pk")
    assert (noted.subject, noted.after["code"]) == ("customer:C-0003", "region")
    with pytest.raises(AccessDenied):
        services.export_rows_behind(
            actor=replace(named("credit"), permits=frozenset({"ratings.read", "customers.read"})),
            on=TODAY, run_id=run, customer_no="C-0003", code="region",
        )  # fmt: skip


@pytest.mark.req("S1", "RR-10")
def test_a_fact_told_later_changes_no_row_of_an_older_decision(run: int) -> None:
    before = queries.rows_behind(named("credit"), run, "C-0005", "turnover_ever", on=TODAY)
    first = ratings.newest_run("adv", as_of=world.DAYS[0])
    older = queries.rows_behind(named("credit"), first.pk, "C-0005", "turnover_ever", on=TODAY)

    assert older.as_of == world.DAYS[0]
    assert older.number < before.number
    assert {row["no"] for row in older.rows} < {row["no"] for row in before.rows}
    assert max(row["date"] for row in older.rows) <= world.DAYS[0]


def test_answers_stand_behind_a_question_with_who_and_evidence(run: int) -> None:
    rating.assess(
        actor=named("credit"), on=TODAY, customer_no="C-0005", question="repute", value="high",
        assessed_on=TODAY, evidence="访谈记录",
    )  # fmt: skip

    adv = ratings.newest_run("adv").pk
    found = queries.rows_behind(named("credit"), adv, "C-0005", "repute", on=TODAY)

    assert (found.kind, found.number, found.total) == ("answers", 1, None)
    assert (found.rows[0]["value"], found.rows[0]["by"], found.rows[0]["evidence"]) == (
        "high",
        "credit",
        "访谈记录",
    )


def test_rows_are_for_who_may_see_them_and_what_has_none_says_so(run: int) -> None:
    wang = named("wang")
    with pytest.raises(CustomerUnknown):
        queries.rows_behind(wang, run, "C-0002", "balance", on=TODAY)
    blind = Actor(
        "x", "x", permits=frozenset({"ratings.read", "customers.read"}), scope=named("credit").scope
    )
    with pytest.raises(AccessDenied):
        queries.rows_behind(blind, run, "C-0005", "balance", on=TODAY)
    with pytest.raises(NoRowsBehind):
        queries.rows_behind(named("credit"), run, "C-0005", "no_such_figure", on=TODAY)
