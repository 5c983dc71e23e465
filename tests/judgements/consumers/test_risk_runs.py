"""Risk of every consumer for a month: chance, money, level, what was neutral, and what it came to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings

from tests.judgements.consumers.conftest import APRIL, MONTHS, TODAY, bill
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.kernel.periods import add_months
from xinheng.facts.factors import services as factors
from xinheng.facts.factors.values import NewEntry
from xinheng.facts.metering import queries as asked
from xinheng.facts.metering import services as metering
from xinheng.judgements.arrears.services import Kept
from xinheng.judgements.consumers import queries, running, services
from xinheng.judgements.consumers.errors import FigureNegative, RiskMonthOpen, RiskRunAltered, RiskRunUnknown
from xinheng.judgements.consumers.models import RiskRun
from xinheng.judgements.consumers.values import Wanted


@pytest.fixture
def risk(company: Actor) -> tuple[Actor, RiskRun]:
    return company, services.run_risk(actor=company, on=TODAY, month=APRIL)


def by_consumer(actor: Actor, *names: str) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in queries.risks(actor, Wanted()).select("consumer", *names).rows()}


@pytest.mark.req("PWR-14", "PWR-16", "PWR-17")
def test_each_account_has_a_level_and_an_expected_late_amount(risk: tuple[Actor, RiskRun]) -> None:
    """H-1 was late 8 times of 11 and stands still for 19 days (0.4 log odds): 0.7991 of 20,000.00."""
    actor, run = risk

    assert by_consumer(actor, "level", "base_chance", "chance", "expected_late_minor") == {
        "H-1": ("high", 0.727273, 0.799124, 1_598_248),
        "L-2": ("risk", 0.670588, 0.670588, 13_412),  # 9 of 11, drawn towards 9 of 34 of its class
        "L-3": ("not_assessable", 0.211765, 0.211765, 6_353),  # one bill paid
        "L-4": ("none", 0.070588, 0.084890, 3_396),  # asked to close: 0.2 log odds
        "L-1": ("none", 0.070588, 0.070588, 706),
    }
    assert run.method == "past"  # 47 bills are too few to learn from
    low, high = run.totals
    assert (low["voltage"], low["at_risk"], low["high"], low["foretold_minor"]) == ("low", 1, 0, 13_412)
    assert (high["voltage"], high["at_risk"], high["high"], high["foretold_minor"]) == (
        "high",
        1,
        1,
        1_598_248,
    )
    assert Entry.objects.get(act="consumers.run").after["consumers"] == 5


@pytest.mark.req("PWR-14", "PWR-36")
def test_missing_inputs_are_neutral_and_said_and_entries_move_those_they_concern(
    risk: tuple[Actor, RiskRun],
) -> None:
    actor, run = risk
    assert by_consumer(actor, "neutral")["L-2"] == ("grade;policy;economy;market",)
    assert run.notes["neutral_policy"] == 5
    worse = {"effect": -1, "valid_from": date(2026, 1, 1), "source": "发改委"}
    for new in (
        NewEntry("industrial_policy", "限产", valid_until=date(2026, 12, 31), industry="C31", **worse),
        NewEntry("economic_situation", "别的行业", valid_until=date(2026, 12, 31), industry="C30", **worse),
        NewEntry("market_environment", "去年的行情", valid_until=date(2026, 3, 31), **worse),
    ):
        factors.tell_entry(actor=actor, on=date(2026, 3, 1), new=new)

    services.run_risk(actor=actor, on=TODAY, month=APRIL)

    rows = by_consumer(actor, "step_policy", "step_market", "chance", "neutral")
    odds = 0.727273 / (1 - 0.727273) * 2.718281828**0.5
    assert rows["H-1"][:2] == (1, None)  # what has expired is not used
    assert rows["H-1"][2] == pytest.approx(odds / (1 + odds), abs=2e-6)
    assert rows["L-2"] == (None, None, 0.670588, "grade;policy;economy;market")
    assert RiskRun.objects.count() == 2  # the first stands as it was


@pytest.mark.req("PWR-15")
def test_nobody_at_risk_is_an_empty_list(company: Actor) -> None:
    with pytest.raises(RiskRunUnknown):
        queries.risks(company, Wanted())
    services.run_risk(actor=company, on=TODAY, month=add_months(APRIL, -6))  # all paid by then
    assert queries.risks(company, Wanted(level="at_risk")).is_empty()


def test_a_month_not_billed_yet_is_expected_at_the_usual_amount(company: Actor) -> None:
    services.run_risk(actor=company, on=TODAY, month=date(2026, 5, 1))

    rows = by_consumer(company, "basis", "due_minor", "chance")
    assert rows["L-2"] == ("expected", 20_000, 0.670588)
    assert rows["L-3"] == ("none", 0, 0.0)  # two bills are too few to expect a third


@pytest.mark.req("PWR-19", "PWR-20")
def test_what_came_is_taken_from_the_bills_and_compared_class_by_class(risk: tuple[Actor, RiskRun]) -> None:
    actor, run = risk
    with pytest.raises(RiskMonthOpen) as early:
        services.record_outcome(actor=actor, on=date(2026, 4, 30), run_id=run.pk)
    assert early.value.params["day"] == date(2026, 5, 1)
    came = [bill(no, MONTHS[-1], late=late) for no, late in
            (("H-1", True), ("L-1", True), ("L-2", False), ("L-3", False), ("L-4", False))]  # fmt: skip
    metering.keep_bills(actor=actor, on=date(2026, 4, 29), frame=pl.DataFrame(came))

    services.record_outcome(actor=actor, on=date(2026, 5, 2), run_id=run.pk)

    high, low = queries.accuracies(actor)
    assert (high.voltage, high.foretold, high.late_amount) == (
        "high",
        Decimal("15982.48"),
        Decimal("20000.00"),
    )
    assert high.by_amount == Decimal("15982.48") / Decimal("20000.00")
    assert (high.by_number, high.precision, high.recall, high.money_recall) == (1, 1.0, 1.0, 1.0)
    assert (low.at_risk, low.late, low.found, low.precision, low.recall) == (1, 1, 0, 0.0, 0.0)
    assert low.by_number == 1  # the amounts alone would hide that it was another consumer
    assert (low.foretold, low.late_amount, low.money_recall) == (Decimal("134.12"), Decimal("100.00"), 0.0)


@pytest.mark.req("PWR-19", "PWR-20")
def test_figures_people_counted_are_kept_and_none_late_has_no_recall(risk: tuple[Actor, RiskRun]) -> None:
    actor, run = risk
    told: dict[str, Any] = {"actor": actor, "on": date(2026, 5, 2), "run_id": run.pk}
    with pytest.raises(FigureNegative):
        services.tell_outcome(**told, voltage="low", late=1, late_minor=-1)
    services.tell_outcome(**told, voltage="low", late=0, late_minor=0)

    (low,) = queries.accuracies(actor)

    assert (low.by_amount, low.by_number, low.by_number_high) == (0, 0, 1)  # one side zero; both zero
    assert (low.recall, low.precision, low.money_recall) == (None, None, None)


@pytest.mark.req("PWR-01", "PWR-03")
def test_a_run_stands_among_the_data_items_with_the_raw_ones_it_came_from(
    risk: tuple[Actor, RiskRun],
) -> None:
    actor, run = risk
    item = asked.item("risk_run", str(run.pk))
    assert (item.data_class, item.sha256, asked.tags_of(item)) == ("output", run.results_sha256, ["risk"])
    assert {one.code for one in asked.origins_of(item)} == {"bills", "readings"}
    services.run_risk(actor=actor, on=TODAY, month=APRIL)
    assert asked.items(actor, data_class="output").count() == 2


@pytest.mark.req("PWR-04")
def test_a_run_is_never_changed_and_an_altered_one_is_found(risk: tuple[Actor, RiskRun]) -> None:
    actor, run = risk
    assert services.replay(actor=actor, run_id=run.pk)
    path = Path(settings.HOME) / run.results_path
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(RiskRunAltered):
        services.replay(actor=actor, run_id=run.pk)


def test_who_reaches_nothing_sees_nothing(risk: tuple[Actor, RiskRun]) -> None:
    narrow = Actor(login="n", name="n", permits=frozenset({"*"}), scope=Scope("own"), via="page")
    assert queries.risks(narrow, Wanted()).is_empty()
    other = Actor(login="o", name="o", permits=frozenset({"customers.read"}), scope=Scope("everything"))
    with pytest.raises(AccessDenied):
        queries.risks(other, Wanted())
    with pytest.raises(AccessDenied):
        services.run_risk(actor=other, on=TODAY)


@pytest.mark.req("PWR-16")
def test_the_late_payment_model_counts_where_it_beats_the_naive_rules_and_only_there(
    company: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that says 0.9 of L-1's open bill; the accounts are its customers, voltage its class."""
    asked: list[pl.DataFrame] = []

    def learned(bills: pl.DataFrame, **_told: Any) -> Kept:
        asked.append(bills)
        return Kept(None, {"beats": len(asked) == 1, "auc": 0.8})  # type: ignore[arg-type]

    def foretold(_kept: Kept, _bills: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
        assert as_of == TODAY
        told = {"customer": ["L-1"], "bill": ["L-1:2026-03"], "chance": [0.9], "days_late": [9.0],
                "payments": [11], "reasons": ["↑ 近期逾期"]}  # fmt: skip
        return pl.DataFrame(told)

    monkeypatch.setattr(running.late_tables, "learned", learned)
    monkeypatch.setattr(running.late_tables, "foretold", foretold)
    monkeypatch.setattr(running.late_payment, "packed", lambda _kept: b"model")
    run = services.run_risk(actor=company, on=TODAY, month=APRIL)

    assert (run.method, run.report["auc"]) == ("model", 0.8)
    rows = by_consumer(company, "base_chance", "level", "reasons")
    assert rows["L-1"] == (0.9, "risk", "↑ 近期逾期")
    assert rows["L-2"][0] == 0.670588  # it says nothing of this bill: the own past counts
    groups = dict(asked[0].select("customer", "group").unique().iter_rows())
    assert (groups["H-1"], groups["L-4"]) == ("high", "low")
    RiskRun.objects.update(model_path="")  # nothing to go on with: fitted anew
    assert services.run_risk(actor=company, on=TODAY, month=APRIL).method == "past"
