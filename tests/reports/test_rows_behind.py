"""The rows behind a figure come to the figure itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from tests.web import credit_world as world
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.access.models import Person
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.indicators import queries as indicators
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.ratings import services as rating
from xinheng.reports import queries
from xinheng.reports.errors import NoRowsBehind
from xinheng.reports.rows_behind import EXACT

pytestmark = pytest.mark.django_db
TODAY = world.DAYS[-1]
NOS = [f"C-{n:04}" for n in range(1, 13)]


@pytest.fixture(scope="module")
def run(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """The company of credit_world, rated twice; gives the newest run."""
    with django_db_blocker.unblock():
        world.found(count=12)
        newest = ratings.newest_run("adv").pk
    yield newest
    with django_db_blocker.unblock():
        call_command("flush", interactive=False, verbosity=0)


def named(login: str) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=TODAY)


@pytest.mark.req("S1")
@pytest.mark.parametrize("code", sorted(code for code, one in EXACT.items() if one.kind == "bills"))
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

    found = queries.rows_behind(named("credit"), run, "C-0005", "repute", on=TODAY)

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
        queries.rows_behind(named("credit"), run, "C-0005", "region", on=TODAY)
