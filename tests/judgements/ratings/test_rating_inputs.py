"""What a run looks at: answers as its own policy takes them, years by the calendar, the policy of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from tests.indicators.ledger import bill, customer
from tests.judgements.ratings.conftest import JUNE
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs import services as packs
from xinheng.base.packs.models import PolicyDocument
from xinheng.facts.customers.models import Customer
from xinheng.indicators import queries as indicators
from xinheng.indicators import services as measuring
from xinheng.indicators import tables
from xinheng.judgements.policies import services as policies
from xinheng.judgements.ratings import inputs, services
from xinheng.judgements.ratings.models import Assessment, Grade, Run

pytestmark = pytest.mark.django_db(transaction=True)


def written(text: str, as_of: date = JUNE) -> dict[str, dict[str, Any]]:
    """The inputs of a policy, by customer."""
    measurement = indicators.latest_measurement(as_of=as_of)
    assert measurement is not None
    sources = inputs.Sources(tables.customers(measurement), tables.values(measurement))
    path = Path(settings.HOME) / "inputs.parquet"
    inputs.write(policies.load(text), sources, as_of=as_of, path=path)
    return {row["customer_no"]: row for row in pl.read_parquet(path).iter_rows(named=True)}


def text_of(code: str) -> str:
    return PolicyDocument.objects.get(code=code, version="1").text


def test_an_answer_another_policy_takes_is_unknown_to_one_that_does_not(
    measured: None, answer: Callable[..., None]
) -> None:
    answer("C-1", funds="ordinary", persons_served="5000")
    narrower = text_of("adv").replace("{code: ordinary, zh: 一般, en: ordinary}, {code: weak", "{code: weak")
    narrower = narrower.replace("minimum: 0, maximum: 10000000", "minimum: 0, maximum: 4999")
    narrower = narrower.replace("AND funds = 'ordinary'", "AND funds = 'weak'")

    wide, narrow = written(text_of("adv"))["C-1"], written(narrower)["C-1"]

    assert (wide["funds"], wide["persons_served"]) == ("ordinary", 5000)
    assert (narrow["funds"], narrow["persons_served"]) == (None, None)


def test_an_answer_written_before_it_was_checked_stops_no_run(chief: Actor, measured: None) -> None:
    who = Customer.objects.get(no="C-1")
    for question, value in [("deliveries_12m", "1e300"), ("deliveries_12m", "nan"), ("lease_sum", "x")]:
        Assessment.objects.create(
            customer=who, question=question, value=value, assessed_on=JUNE, told_on=JUNE, assessed_by="x"
        )

    assert services.rate(actor=chief, on=JUNE, policy_code="net", as_of=JUNE).state == "done"
    assert services.rate(actor=chief, on=JUNE, policy_code="lse", as_of=JUNE).state == "done"


@pytest.mark.req("RR-04")
@pytest.mark.parametrize(
    ("founded", "years"),
    [
        ("2023-06-30", 3),
        ("2023-07-01", 35 / 12),
        ("2024-02-29", 28 / 12),
        ("2026-06-30", 0),
        ("1926-06-30", 100),
    ],
)
def test_three_years_since_founding_are_three_on_their_day(
    chief: Actor, measured: None, founded: str, years: float
) -> None:
    Customer.objects.filter(no="C-1").update(founded_on=date.fromisoformat(founded))
    measuring.measure(actor=chief, on=JUNE, as_of=JUNE)
    text = text_of("general").replace("when: insolvent,", "when: insolvent AND founded_years < 3,")

    found = written(text)["C-1"]["founded_years"]
    assert found == (years if isinstance(years, int) else pytest.approx(years))


@pytest.mark.req("RR-11", "ADV-03")
def test_a_past_day_is_rated_by_the_policy_of_that_day(chief: Actor, measured: None) -> None:
    text = text_of("adv").replace('version: "1"', 'version: "2"').replace("value: 90", "value: 365")
    packs.adopt(actor=chief, on=JUNE, kind="rating", text=text, effective_from=JUNE, past_chain_why="试验")
    may = date(2026, 5, 31)
    measuring.measure(actor=chief, on=JUNE, as_of=may)

    past = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=may)
    today = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)

    assert [(run.policy_version, run.as_of) for run in (past, today)] == [("1", may), ("2", JUNE)]
    late = Grade.objects.filter(customer__no="C-2")
    assert late.get(run=past).grade == "C"  # 120 days past due in May, beyond the 90 of version 1
    assert late.get(run=today).grade != "C"
    assert services.replay(actor=chief, run_id=past.pk).same
    assert services.replay(actor=chief, run_id=today.pk).same


@pytest.mark.req("RR-10")
def test_a_run_keeps_what_it_saw_and_by_which_policy(chief: Actor, measured: None) -> None:
    run = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)

    kept = Run.objects.get(pk=run.pk)
    document = PolicyDocument.objects.get(code="adv")
    assert (kept.policy_sha256, kept.run_by, kept.as_of) == (document.sha256, "chief", JUNE)
    seen = pl.read_parquet(Path(settings.HOME) / kept.inputs_path)
    assert set(policies.inputs_of(policies.load(document.text))) <= set(seen.columns)
    found = pl.read_parquet(Path(settings.HOME) / kept.results_path).columns
    assert {"grade", "grade_before_caps", "condition_C2", "cap_new_customer", "cap_key_data"} <= set(found)
    scored = services.rate(actor=chief, on=JUNE, policy_code="general", as_of=JUNE)
    found = pl.read_parquet(Path(settings.HOME) / scored.results_path).columns
    assert {"score_milli", "points_payment", "veto_default_now", "cap_overdue_90"} <= set(found)


@pytest.mark.req("ADV-08")
def test_every_trading_customer_is_graded_or_listed_as_not(chief: Actor, measured: None) -> None:
    customer("C-4")
    bill(Customer.objects.get(no="C-4"), "X1", "2026-06-01", "2026-07-01", 10)
    measuring.measure(actor=chief, on=JUNE, as_of=JUNE)

    run = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)

    states = dict(Grade.objects.filter(run=run).values_list("customer__no", "state"))
    assert set(states) == {"C-1", "C-2", "C-3", "C-4"}
    assert states["C-4"] == "incomplete"


@pytest.mark.req("RR-10")
def test_replay_names_altered_counts(chief: Actor, measured: None) -> None:
    run = services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)
    assert services.replay(actor=chief, run_id=run.pk).cause == ""

    Run.objects.filter(pk=run.pk).update(counts={"A": 3})
    found = services.replay(actor=chief, run_id=run.pk)

    assert (found.same, found.cause) == (False, "该次评级所记的数目被改动。")


def test_a_run_that_fails_says_why_and_shows_nothing(
    chief: Actor, measured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("xinheng.judgements.ratings.rating.compute", full)
    with pytest.raises(OSError, match="No space"):
        services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE)

    failed = Run.objects.get()
    assert (failed.state, failed.cause) == ("failed", "OSError: No space left on device")
    assert failed.finished_at is not None
    assert Entry.objects.get(act="ratings.fail").reason == failed.cause
    assert not Grade.objects.exists()
    monkeypatch.undo()
    assert services.rate(actor=chief, on=JUNE, policy_code="adv", as_of=JUNE).state == "done"
