"""A run grades every customer, keeps what it looked at, and can be done again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.conf import settings

from tests.indicators.ledger import bill, customer
from tests.judgements.ratings.conftest import JUNE
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.base.packs.models import PolicyDocument
from xinheng.facts.customers.models import Customer
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import queries, rating, services
from xinheng.judgements.ratings.errors import NeverRated, NotMeasured, RunUnknown
from xinheng.judgements.ratings.models import Grade, Run

pytestmark = pytest.mark.django_db(transaction=True)


def rate(chief: Actor, code: str = "adv", as_of: date = JUNE) -> Run:
    return services.rate(actor=chief, on=JUNE + timedelta(days=60), policy_code=code, as_of=as_of)


def held(run: Run) -> dict[str, tuple[str, str]]:
    rows = queries.grades(run.pk).select_related("customer")
    return {row.customer.no: (row.state, row.grade) for row in rows}


@pytest.mark.req("ADV-08", "RR-09", "RR-10")
def test_a_run_grades_those_it_can_and_names_the_others_incomplete(chief: Actor, measured: None) -> None:
    run = rate(chief)

    assert held(run) == {
        "C-1": ("graded", "B"),  # on time, but the key data are missing: Article 14
        "C-2": ("graded", "C"),  # 150 days late is long-standing
        "C-3": ("incomplete", ""),
    }
    assert (run.state, run.customers, run.graded, run.counts) == ("done", 3, 2, {"B": 1, "C": 1, "": 1})
    entry = Entry.objects.get(act="ratings.run")
    assert entry.after["policy_sha256"] == run.policy_sha256
    assert entry.after["inputs_sha256"] == run.inputs_sha256


@pytest.mark.req("ADV-09", "ADV-12")
def test_answers_of_people_count(chief: Actor, measured: None, answer: Callable[..., None]) -> None:
    answer("C-1", persons_served="500", repute="high", funds="strong")

    assert held(rate(chief))["C-1"] == ("graded", "A")


def test_the_newest_answer_up_to_the_day_counts_and_unknown_takes_it_back(
    chief: Actor, measured: None, answer: Callable[..., None]
) -> None:
    answer("C-3", promises="often_broken")
    assert held(rate(chief))["C-3"] == ("graded", "C")
    answer("C-3", promises="unknown")
    assert held(rate(chief))["C-3"] == ("incomplete", "")


def test_an_answer_given_later_does_not_count_for_an_earlier_day(chief: Actor, measured: None) -> None:
    later = JUNE + timedelta(days=1)
    services.assess(
        actor=chief, on=later, customer_no="C-3", question="promises", value="often_broken",
        assessed_on=later, evidence="x",
    )  # fmt: skip

    assert held(rate(chief))["C-3"] == ("incomplete", "")


def test_the_same_inputs_give_the_run_already_made(chief: Actor, measured: None) -> None:
    first = rate(chief)

    assert rate(chief) == first
    assert Run.objects.count() == 1
    assert Grade.objects.count() == 3


@pytest.mark.req("ADV-03")
def test_no_policy_in_force_and_nothing_measured_are_refused(chief: Actor, measured: None) -> None:
    PolicyDocument.objects.filter(code="adv").update(effective_from=JUNE + timedelta(days=1))
    with pytest.raises(PolicyNotInForce):
        rate(chief)
    with pytest.raises(NotMeasured):
        rate(chief, "net", date(2026, 6, 29))
    assert not Run.objects.exists()


def test_rating_needs_the_right(reader: Actor, measured: None) -> None:
    with pytest.raises(AccessDenied):
        rate(reader)
    assert not Run.objects.exists()


@pytest.mark.req("RR-11")
def test_a_run_keeps_its_policy_version_when_a_new_one_comes(chief: Actor, measured: None) -> None:
    first = rate(chief)
    document = PolicyDocument.objects.get(code="adv")
    text = document.text.replace('version: "1"', 'version: "2"').replace("value: 90", "value: 365")
    from xinheng.base.packs import services as packs

    packs.adopt(actor=chief, on=JUNE, kind="rating", text=text, effective_from=JUNE, past_chain_why="试验")
    second = rate(chief)

    assert (first.policy_version, second.policy_version) == ("1", "2")
    assert held(first)["C-2"] == ("graded", "C")
    assert held(second)["C-2"] != ("graded", "C")
    assert services.replay(actor=chief, run_id=first.pk).same


@pytest.mark.req("NET-07")
def test_a_party_in_both_roles_has_a_grade_for_each_and_the_worse_leads(
    chief: Actor, measured: None, answer: Callable[..., None]
) -> None:
    Customer.objects.filter(no="C-1").update(is_supplier=True)
    indicators.measure(actor=chief, on=JUNE, as_of=JUNE)
    answer("C-1", short_delivery_2y="yes")

    run = rate(chief, "net")

    one = Customer.objects.get(no="C-1")
    assert [(grade.role, grade.grade, grade.leads) for grade in queries.role_grades(run.pk, one.pk)] == [
        ("supplier", "C", True),
        ("customer", "B", False),
    ]
    assert held(run)["C-1"] == ("graded", "C")
    assert run.customers == 3
    explained = queries.explanation(chief, run.pk, "C-1", on=JUNE)
    assert (explained.grade, "B" in explained.summary) == ("C", True)
    assert queries.explanation(chief, run.pk, "C-1", on=JUNE, role="customer").grade == "B"


def test_movers_and_curve_over_two_days(chief: Actor, measured: None) -> None:
    first = rate(chief)
    bill(Customer.objects.get(no="C-1"), "G9", "2026-01-05", "2026-02-05", 100)
    july = date(2026, 7, 31)
    indicators.measure(actor=chief, on=july, as_of=july)
    second = rate(chief, as_of=july)

    assert [
        (move.customer_no, move.previous_grade, move.grade, move.steps) for move in queries.movers(second.pk)
    ] == [("C-1", "B", "C", 1)]
    assert [(point.run_id, point.grade) for point in queries.curve("C-1", "adv")] == [
        (first.pk, "B"),
        (second.pk, "C"),
    ]
    assert queries.movers(first.pk) == []
    assert queries.latest_run("adv") == second
    assert queries.latest_run("adv", as_of=JUNE) == first


def test_distribution_by_region_counts_every_customer(chief: Actor, measured: None) -> None:
    run = rate(chief)

    shares = {(share.group, share.grade): share.customers for share in queries.distribution(run.pk, "region")}
    assert shares == {("华东", "B"): 1, ("华南", "C"): 1, ("", ""): 1}
    assert sum(share.customers for share in queries.distribution(run.pk)) == 3
    for by in ("", "region", "industry_section"):
        seen = queries.grades_seen(chief, run.pk, on=JUNE)
        kept, counted = queries.distribution(run.pk, by), queries.distribution(run.pk, by, seen=seen)
        assert sorted(kept, key=str) == sorted(counted, key=str)


def test_the_run_that_grades_most_leads_the_day(chief: Actor, measured: None) -> None:
    lse, adv = rate(chief, "lse"), rate(chief)

    assert (lse.graded, adv.graded) == (0, 2)
    assert queries.latest_run() == adv
    rate(chief, "lse")
    assert queries.latest_run() == adv


def test_a_company_without_customers_has_a_run_without_grades(chief: Actor) -> None:
    services.adopt_shipped_policies(actor=chief, on=JUNE)
    indicators.measure(actor=chief, on=JUNE, as_of=JUNE)

    with pytest.raises(NeverRated):
        queries.newest_run()
    run = rate(chief, "net")

    assert queries.newest_run() == run
    assert (run.state, run.customers, run.counts) == ("done", 0, {})
    assert services.replay(actor=chief, run_id=run.pk).same


def test_a_closed_customer_is_not_rated(chief: Actor, measured: None) -> None:
    Customer.objects.filter(no="C-2").update(status="closed", closed_on=JUNE)
    indicators.measure(actor=chief, on=JUNE, as_of=JUNE)

    assert set(held(rate(chief))) == {"C-1", "C-3"}


def test_a_run_cut_off_is_named_failed_and_shown_nowhere(
    chief: Actor, measured: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = rate(chief)

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rating, "compute", killed)
    customer("C-4")
    indicators.measure(actor=chief, on=JUNE, as_of=JUNE)
    with pytest.raises(KeyboardInterrupt):
        rate(chief)
    cut_off = Run.objects.get(state="running")

    assert services.fail_unfinished() == 1
    assert services.fail_unfinished() == 0
    assert queries.latest_run("adv") == done
    assert not Grade.objects.filter(run=cut_off).exists()
    with pytest.raises(RunUnknown):
        queries.get_run(cut_off.pk)
    monkeypatch.undo()
    assert rate(chief).customers == 4


@pytest.mark.req("RR-10")
def test_replay_gives_the_same_although_everything_changed_since(
    chief: Actor, measured: None, answer: Callable[..., None]
) -> None:
    run = rate(chief)
    answer("C-1", promises="often_broken")
    Customer.objects.filter(no="C-2").update(status="closed", closed_on=JUNE, name="改名")

    found = services.replay(actor=chief, run_id=run.pk)

    assert (found.same, found.customers, found.differences, found.cause) == (True, 3, (), "")


@pytest.mark.req("RR-10")
@pytest.mark.parametrize("file", ["inputs", "results"])
def test_replay_names_a_file_with_one_altered_byte(chief: Actor, measured: None, file: str) -> None:
    run = rate(chief)
    path = Path(settings.HOME) / (run.inputs_path if file == "inputs" else run.results_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    found = services.replay(actor=chief, run_id=run.pk)

    assert not found.same
    assert f"{file}.parquet" in found.cause


@pytest.mark.req("RR-10")
def test_replay_names_an_altered_policy_a_grade_and_a_missing_file(chief: Actor, measured: None) -> None:
    run = rate(chief)
    document = PolicyDocument.objects.get(code="adv")
    PolicyDocument.objects.filter(pk=document.pk).update(text=document.text + "\n")
    assert "adv@1" in services.replay(actor=chief, run_id=run.pk).cause
    PolicyDocument.objects.filter(pk=document.pk).update(text=document.text)

    Grade.objects.filter(run=run, customer__no="C-2").update(grade="A", rank=1)
    found = services.replay(actor=chief, run_id=run.pk)
    assert (found.same, found.differences) == (False, ("C-2",))
    Grade.objects.filter(run=run, customer__no="C-2").update(grade="C", rank=3)
    assert services.replay(actor=chief, run_id=run.pk).same

    Path(settings.HOME, run.inputs_path).unlink()
    assert "inputs.parquet" in services.replay(actor=chief, run_id=run.pk).cause


def test_infinite_and_undefined_figures_count_as_not_measured(chief: Actor, measured: None) -> None:
    from xinheng.indicators import queries as indicated
    from xinheng.indicators import tables
    from xinheng.judgements.policies import services as policies
    from xinheng.judgements.ratings import inputs

    measurement = indicated.latest_measurement(as_of=JUNE)
    assert measurement is not None
    broken = Path(settings.HOME) / "broken.parquet"
    frame = pl.read_parquet(tables.values(measurement))
    values = pl.Series("payment_index", [float("nan"), float("inf"), 80.0])
    frame.with_columns(values).write_parquet(broken)
    _, policy = policies.in_force("general", on=JUNE)
    sources = inputs.Sources(tables.customers(measurement), broken)
    inputs.write(policy, sources, as_of=JUNE, path=Path(settings.HOME) / "inputs.parquet")

    written = pl.read_parquet(Path(settings.HOME) / "inputs.parquet")
    assert written["payment_index"].to_list() == [None, None, 80.0]
