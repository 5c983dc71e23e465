"""Computing a decision again: zero difference, or exactly what differs and why."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings
from django.utils import translation

from tests.judgements.ratings.conftest import JUNE
from xinheng.base.access.errors import AccessDenied
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.packs.models import PolicyDocument
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.judgements.ratings import queries, services
from xinheng.judgements.ratings.errors import NotRated
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.judgements.ratings.values import Difference

pytestmark = pytest.mark.django_db(transaction=True)


def rate(chief: Actor, code: str = "adv") -> Run:
    return services.rate(actor=chief, on=JUNE, policy_code=code, as_of=JUNE)


@pytest.mark.req("RR-10", "S1")
def test_one_decision_is_the_same_and_names_what_it_was_made_from(chief: Actor, measured: None) -> None:
    run = rate(chief)

    found = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-2", on=JUNE)

    assert (found.same, found.cause, found.differences) == (True, "", ())
    assert (found.policy, found.as_of) == ("adv@1", JUNE)
    assert found.compared >= 20  # state, grade, rank, score, grade before caps, every condition and cap


@pytest.mark.req("RR-10", "S1")
def test_an_altered_grade_is_told_with_what_it_was_and_what_it_is(chief: Actor, measured: None) -> None:
    run = rate(chief)
    Grade.objects.filter(run=run, customer__no="C-2").update(grade="A", rank=1)

    found = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-2", on=JUNE)
    other = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-1", on=JUNE)
    whole = services.replay(actor=chief, run_id=run.pk)

    told = (
        Difference("C-2", "grade", kept="A", again="C", kept_in="table"),
        Difference("C-2", "rank", kept="1", again="3", kept_in="table"),
    )
    assert (found.same, found.differences) == (False, told)
    assert other.same
    assert (whole.differences, whole.details) == (("C-2",), told)


@pytest.mark.req("RR-10", "S1")
def test_altered_inputs_are_named_with_the_results_they_would_change(chief: Actor, measured: None) -> None:
    run = rate(chief)
    path = Path(settings.HOME) / run.inputs_path
    changed = pl.col("customer_no") == "C-2"
    inputs = pl.read_parquet(path)
    inputs.with_columns(
        worst_delay_24m=pl.when(changed).then(5.0).otherwise("worst_delay_24m")
    ).write_parquet(path)

    with translation.override("en"):
        found = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-2", on=JUNE)
        untouched = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-1", on=JUNE)

    assert found.cause == "The file inputs.parquet was altered."
    assert Difference("C-2", "condition_C2", kept="true", again="—", kept_in="file") in found.differences
    assert Difference("C-2", "grade", kept="C", again="B", kept_in="file") in found.differences
    assert (untouched.same, untouched.differences) == (False, ())


@pytest.mark.req("RR-10")
def test_altered_results_and_an_altered_policy_are_told_apart(chief: Actor, measured: None) -> None:
    run = rate(chief)
    path = Path(settings.HOME) / run.results_path
    results = pl.read_parquet(path)
    results.with_columns(
        grade=pl.when(pl.col("customer_no") == "C-2").then(pl.lit("A")).otherwise("grade")
    ).write_parquet(path)

    with translation.override("en"):
        found = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-2", on=JUNE)
        document = PolicyDocument.objects.get(code="adv")
        PolicyDocument.objects.filter(pk=document.pk).update(text=document.text + "\n")
        without = services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-2", on=JUNE)

    assert found.cause == "The file results.parquet was altered."
    assert found.differences == (Difference("C-2", "grade", kept="A", again="C", kept_in="file"),)
    assert (without.same, without.compared) == (False, 0)
    assert "adv@1" in without.cause


def test_a_decision_out_of_reach_or_never_made_cannot_be_computed_again(chief: Actor, measured: None) -> None:
    run = rate(chief)
    narrow = Actor(
        "li", "李强", permits=frozenset({"ratings.*", "customers.read"}), scope=Scope("own", person_id=9)
    )
    stranger = Actor("x", "无权", permits=frozenset({"customers.read"}), scope=Scope("everything"))

    with pytest.raises(CustomerUnknown):
        services.replay_decision(actor=narrow, run_id=run.pk, customer_no="C-2", on=JUNE)
    with pytest.raises(AccessDenied):
        services.replay_decision(actor=stranger, run_id=run.pk, customer_no="C-2", on=JUNE)
    Grade.objects.filter(run=run, customer__no="C-3").delete()
    with pytest.raises(NotRated):
        services.replay_decision(actor=chief, run_id=run.pk, customer_no="C-3", on=JUNE)


@pytest.mark.req("S1")
def test_an_older_day_is_explained_by_the_run_of_that_day(chief: Actor, measured: None) -> None:
    from xinheng.indicators import services as indicators

    before = JUNE - timedelta(days=91)
    indicators.measure(actor=chief, on=JUNE, as_of=before)
    old = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=before)
    new = rate(chief)

    assert queries.newest_run("adv", as_of=JUNE - timedelta(days=1)).pk == old.pk
    assert queries.newest_run("adv", as_of=JUNE).pk == new.pk
    assert queries.explanation(chief, old.pk, "C-2", on=JUNE).as_of == before
    assert services.replay_decision(actor=chief, run_id=old.pk, customer_no="C-2", on=JUNE).same
