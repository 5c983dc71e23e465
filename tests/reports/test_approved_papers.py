"""The papers of the grades that stand: counted, by industry, and moved between two days."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from tests import worlds
from tests.judgements.reviews.conftest import (
    JUNE,
    accept_all,
    approve,
    dealings,
    people,
    proposal,
    rated,
    submit,
    who,
)
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.reviews import services
from xinheng.reports import queries as reports
from xinheng.reports import services as papers
from xinheng.reports.values import Order, Wanted

pytestmark = pytest.mark.django_db(transaction=True)
AUGUST = date(2026, 8, 10)


def two_days() -> None:
    """In June C-1 stands at B, C-2 at C, C-4 at A; in August C-1 at C and the others as before."""
    people()
    ratings.adopt_shipped_policies(actor=system_actor(), on=JUNE)
    dealings()
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)
    run = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=run.pk)
    accept_all(run)
    approve(submit(run))
    later = rated(on=AUGUST)
    services.open_review(actor=who("maker"), on=AUGUST, run_id=later.pk)
    told = {"grade": "C", "reason": "审慎"}
    here = proposal(later, "C-1").pk
    services.override(actor=who("maker"), on=AUGUST, proposal_id=here, **told)  # type: ignore[arg-type]
    accept_all(later, on=AUGUST)
    approve(submit(later, on=AUGUST), on=AUGUST)


@pytest.fixture
def world(transactional_db: None) -> None:
    worlds.given(two_days)


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


@pytest.mark.req("PWR-11", "PWR-12")
def test_the_grades_that_stand_are_counted_by_industry_and_by_moves(world: None) -> None:
    actor = who("chief-credit", on=AUGUST)
    june = reports.approved_summary(actor, "adv", as_of=JUNE, on=AUGUST)
    august = reports.approved_summary(actor, "adv", as_of=AUGUST, before=JUNE, on=AUGUST)

    assert [(line.grade, line.customers) for line in june.lines] == [("A", 1), ("B", 1), ("C", 1)]
    assert june.moves == ()
    assert [(line.grade, line.customers) for line in august.lines] == [("A", 1), ("B", 0), ("C", 2)]
    assert {(line.section, line.customers) for line in august.industries} == {("F", 2), ("C", 1)}
    moves = {(move.previous_grade, move.grade): move.customers for move in august.moves}
    assert moves == {("A", "A"): 1, ("B", "C"): 1, ("C", "C"): 1}
    with pytest.raises(PolicyNotInForce):
        reports.approved_summary(actor, "none", as_of=JUNE, on=AUGUST)


@pytest.mark.req("PWR-11")
def test_the_papers_say_that_they_are_of_approved_grades(world: None) -> None:
    actor = who("chief-credit", on=AUGUST)
    told = {"policy_code": "adv", "as_of": AUGUST, "before": JUNE}
    book = sheets(papers.export_approved(actor=actor, on=AUGUST, **told))  # type: ignore[arg-type]

    assert [rows[0][0] for rows in list(book.values())[:4]] == [
        "客户已批准信用等级汇总表",
        "已批准信用等级行业分布",
        "自 2026-06-30 以来已批准信用等级的变动",
        "已批准信用等级表",
    ]
    table = list(book.values())[3]
    assert [(row[0], row[4]) for row in table[3:6]] == [("C-1", "C"), ("C-2", "C"), ("C-4", "A")]
    pdf = papers.export_approved(actor=actor, on=AUGUST, form="pdf", **told)  # type: ignore[arg-type]
    assert pdf.startswith(b"%PDF")
    assert Entry.objects.filter(act="exports.approved", subject="policy:adv").count() == 2


def test_the_list_of_customers_shows_filters_and_sorts_by_what_stands(world: None) -> None:
    actor = who("chief-credit", on=AUGUST)

    def listed(sort: str = "no", **wanted: str) -> list[tuple[str, str | None]]:
        order = Order(sort.lstrip("-"), sort.startswith("-"))  # type: ignore[arg-type]
        lines = reports.customer_list(actor, Wanted(**wanted), order, on=AUGUST).lines  # type: ignore[arg-type]
        return [(line.no, line.approved.grade if line.approved else None) for line in lines]

    assert listed() == [("C-1", "C"), ("C-2", "C"), ("C-3", None), ("C-4", "A")]
    assert listed(approved="A") == [("C-4", "A")]
    assert listed(approved="-") == [("C-3", None)]
    assert listed("approved")[0] == ("C-4", "A")
    assert [no for no, _ in listed("review")][-1] == "C-4"  # A is looked at yearly, C quarterly
    book = sheets(papers.export_customers(actor=actor, on=AUGUST, wanted=Wanted(approved="A"), order=Order()))
    rows = next(iter(book.values()))
    place = rows[0].index("已批准等级")
    assert [row[place] for row in rows[1:]] == ["A"]
