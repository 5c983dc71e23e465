"""What would be if another policy held: exact moves, the rules behind them, and nothing real touched."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from math import log
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.judgements.ratings.simulated_world import GRADES, JUNE, MAY, POLICY, draft, found, plan
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.base.packs import services as packs
from xinheng.base.packs.models import PolicyDocument
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.ratings import queries, services, simulating, simulations
from xinheng.judgements.ratings.errors import (
    NotAMover,
    NotMeasured,
    SimulationDayAhead,
    SimulationEnded,
    SimulationRunning,
    SimulationTooLong,
    SimulationUnknown,
)
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.judgements.ratings.values import Plan, PolicyText, SimulatedDay, Simulation

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The ten customers, measured once for all tests here."""
    with django_db_blocker.unblock():
        found(system_actor())
    yield
    with django_db_blocker.unblock():
        worlds.empty()


@pytest.fixture
def world(settings: Any) -> None:
    """The ten, and no simulation yet."""
    shutil.rmtree(Path(settings.HOME) / "simulations", ignore_errors=True)


def simulated(chief: Actor, *changes: tuple[str, str], days: tuple[date, ...] = (JUNE,)) -> Simulation:
    return services.simulate(actor=chief, on=JUNE, plan=plan(draft(*changes), *days))


def matrix(day: SimulatedDay) -> dict[str, int]:
    return {f"{one.old or '-'}{one.new or '-'}": one.customers for one in day.moves}


def causes(day: SimulatedDay) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {(one.kind, one.code): (one.worse, one.better, one.other) for one in day.causes}


@pytest.mark.req("ADV-03", "FOU-09")
def test_a_draft_that_changes_nothing_moves_nobody_and_counts_as_a_real_run(
    chief: Actor, world: None
) -> None:
    day = simulated(chief).days[0]
    run = services.rate(actor=chief, on=JUNE, policy_code="tiny", as_of=JUNE)

    graded = queries.grades(run.pk).select_related("customer")
    assert {row.customer.no: row.grade for row in graded} == GRADES
    assert matrix(day) == {"AA": 2, "BB": 4, "CC": 3, "--": 1}
    assert day.counts("new") == day.counts("old") == run.counts
    assert (day.moved, day.causes, day.shifted) == (0, (), 0.0)
    assert (day.customers, day.incomplete_old, day.incomplete_new) == (10, 1, 1)


def test_each_mover_has_the_one_rule_that_decides_it(chief: Actor, world: None) -> None:
    day = simulated(
        chief,
        ("value: 12,", "value: 3,"),  # C-03 is no new customer any more: A
        (
            "- {to: 1000, inclusive: false, points: 10}",
            "- {to: 1000, inclusive: false, points: 20}",
        ),  # C-04: A
        ("- {to: 30, inclusive: true, points: 30}", "- {to: 10, inclusive: true, points: 30}"),  # C-05, 10: C
    ).days[0]

    assert matrix(day) == {"AA": 2, "BA": 2, "BC": 2, "CC": 3, "--": 1}
    assert causes(day) == {
        ("points", "delay"): (2, 0, 0),
        ("cap", "new_customer"): (0, 1, 0),
        ("points", "volume"): (0, 1, 0),
    }
    movers = queries.simulated_movers(chief, 1, JUNE, on=JUNE)
    assert [(one.customer_no, one.old, one.new, one.turn, one.code) for one in movers] == [
        ("C-03", "B", "A", "better", "new_customer"),
        ("C-04", "B", "A", "better", "volume"),
        ("C-05", "B", "C", "worse", "delay"),
        ("C-10", "B", "C", "worse", "delay"),
    ]
    assert sum(one.customers for one in day.causes) == day.moved == 4


def test_the_bounds_of_the_grades_are_named_where_they_alone_decide(chief: Actor, world: None) -> None:
    day = simulated(chief, ("{grade: B, from: 50", "{grade: B, from: 40")).days[0]

    assert matrix(day) == {"AA": 2, "BB": 4, "CB": 2, "CC": 1, "--": 1}  # C-06 and C-07 have 40 points
    assert causes(day) == {("thresholds", ""): (0, 2, 0)}


def test_a_new_veto_and_a_figure_that_may_be_missing_are_named(chief: Actor, world: None) -> None:
    veto = (
        "caps:",
        "vetoes:\n  - {code: small, zh: 交易太少, en: too small, when: turnover_12m < 1000, grade: C, mark: assumed}\ncaps:",
    )
    day = simulated(chief, veto, ("missing: {rule: incomplete}", "missing: {rule: lowest}")).days[0]

    assert matrix(day) == {"AA": 2, "BB": 3, "BC": 1, "CC": 3, "-C": 1}
    assert causes(day) == {("veto", "small"): (1, 0, 0), ("missing", "delay"): (0, 0, 1)}
    assert (day.incomplete_old, day.incomplete_new) == (1, 0)


def test_conditions_are_named_by_the_grade_they_give(chief: Actor, world: None) -> None:
    criteria = (
        "scoring:\n",
        "conditions:\n  - {code: C1, zh: 拖欠, en: late, when: worst_delay_24m > 10, mark: assumed}\n"
        "  - {code: A1, zh: 守时, en: prompt, when: worst_delay_24m <= 10, mark: assumed}\n"
        "criteria:\n  mark: assumed\n  grades:\n    - {grade: A, any: [A1]}\n    - {grade: C, any: [C1]}\n"
        "scoring:\n",
    )
    day = simulated(chief, criteria).days[0]

    assert matrix(day) == {"AA": 2, "BB": 2, "BC": 2, "CC": 3, "--": 1}  # C-05 and C-10 were 20 days late
    assert causes(day) == {("condition", "C1"): (2, 0, 0)}


def test_another_scale_is_set_side_by_side(chief: Actor, world: None) -> None:
    text = draft().text.replace("{code: A, zh: 高, en: high}", "{code: X, zh: 高, en: high}")
    text = text.replace("{grade: A, from: 80", "{grade: X, from: 80")
    day = services.simulate(actor=chief, on=JUNE, plan=plan(replace(draft(), text=text))).days[0]

    assert matrix(day) == {"AX": 2, "BB": 4, "CC": 3, "--": 1}
    assert causes(day) == {("thresholds", ""): (0, 0, 2)}


def test_what_an_unknown_text_loses_is_its_fewest_points(chief: Actor, world: None) -> None:
    start, end = POLICY.index("    - kind: bands\n      code: volume"), POLICY.index("  thresholds:")
    named = (
        "    - {kind: categories, code: trade, zh: 行业, en: trade, maximum: 40, of: industry_section,"
        " mark: assumed, missing: {rule: points, points: 30},"
        " groups: [{values: [F], points: 40}], others: 20}\n"
    )
    old = f"{POLICY[:start]}{named}{POLICY[end:]}".replace("B, from: 50", "B, from: 40")
    old = old.replace("        - {points: 0}\n", "        - {points: 15}\n", 1)
    new = old.replace('version: "1"', 'version: "2"').replace("- {points: 15}", "- {points: 0}")
    new = new.replace("{rule: points, points: 30}", "{rule: lowest}")
    both = Plan(PolicyText("new", new), PolicyText("old", old), (JUNE,))
    day = services.simulate(actor=chief, on=JUNE, plan=both).days[0]

    assert matrix(day) == {"AA": 3, "BB": 4, "BC": 2, "--": 1}  # C-07 and C-08 told no industry: 45, then 20
    assert causes(day) == {("points", "delay"): (2, 0, 0)}  # 15 points lost there, 10 by the unknown industry


def test_an_item_that_does_not_count_for_a_customer_decides_nothing(chief: Actor, world: None) -> None:
    day = services.simulate(
        actor=chief,
        on=JUNE,
        plan=replace(
            plan(
                draft(
                    ("value: 12,", "value: 0,"),
                    ("of: turnover_12m\n", "of: turnover_12m\n      counts_when: months_since_first >= 12\n"),
                    ("- {to: 0, inclusive: true, points: 60}", "- {to: -1, inclusive: true, points: 60}"),
                    ("- {to: 30, inclusive: true, points: 30}", "- {to: 30, inclusive: true, points: 40}"),
                )
            ),
            old=PolicyText("tiny@1", POLICY.replace("value: 12,", "value: 0,")),
        ),
    ).days[0]

    movers = queries.simulated_movers(chief, 1, JUNE, on=JUNE)
    (one,) = (mover for mover in movers if mover.customer_no == "C-03")  # new since January: 100, then 66
    assert (one.old, one.new, str(one.new_score), one.code) == ("A", "B", "66.666", "delay")
    assert ("points", "volume") not in causes(day)


def test_places_given_by_a_quota_are_named(chief: Actor, world: None) -> None:
    start = POLICY.index("  thresholds:")
    quota = "  quota:\n    mark: assumed\n    grades:\n" + "".join(
        f"      - {{grade: {grade}, share: {share}}}\n"
        for grade, share in (("A", 0.5), ("B", 0.3), ("C", 0.2))
    )
    day = simulated(chief, (POLICY[start : POLICY.index("caps:")], quota)).days[0]

    assert sum(move.customers for move in day.moves if move.new in ("A", "B", "C")) == 9
    assert {(one.kind, one.code) for one in day.causes} == {("quota", "")}


@pytest.mark.req("ADV-03")
def test_psi_is_that_of_a_hand(chief: Actor, world: None) -> None:
    kept = simulated(chief, ("{grade: B, from: 50", "{grade: B, from: 40"), days=(MAY, JUNE))
    may, june = kept.days

    assert may.counts("old") == {"A": 3, "B": 3, "C": 3, "": 1}
    assert june.counts("old") == {"A": 2, "B": 4, "C": 3, "": 1}
    assert may.unstable_old is None
    assert june.unstable_old == pytest.approx((0.2 - 0.3) * log(0.2 / 0.3) + (0.4 - 0.3) * log(0.4 / 0.3))
    assert june.shifted == pytest.approx((0.6 - 0.4) * log(0.6 / 0.4) + (0.1 - 0.3) * log(0.1 / 0.3))
    assert simulating.psi({"A": 9}, {"B": 9}) == pytest.approx(2 * (9 - 0.5) / 9.5 * log(9 / 0.5))
    assert simulating.psi({}, {"A": 1}) == 0.0


def test_industries_are_counted_before_and_after(chief: Actor, world: None) -> None:
    day = simulated(chief, ("{grade: B, from: 50", "{grade: B, from: 40")).days[0]

    counted = {(one.section, one.side, one.grade): one.customers for one in day.groups if one.section == "F"}
    assert counted == {
        ("F", "old", "A"): 2, ("F", "old", "B"): 1, ("F", "old", "C"): 1,
        ("F", "new", "A"): 2, ("F", "new", "B"): 2,
    }  # fmt: skip


def test_a_simulation_touches_no_grade_and_is_on_the_trail(chief: Actor, world: None) -> None:
    before = list(PolicyDocument.objects.values())
    kept = simulated(chief, ("value: 12,", "value: 3,"), days=(MAY, JUNE))

    assert not Run.objects.exists()
    assert not Grade.objects.exists()
    assert list(PolicyDocument.objects.values()) == before
    entry = Entry.objects.get(act="policies.simulate")
    assert entry.after == {"new": "draft", "old": "tiny@1", "days": ["2026-05-31", "2026-06-30"]}
    assert (kept.state, queries.simulation(chief, kept.number)) == ("done", kept)
    assert queries.simulations(chief) == [kept]


def test_a_mover_is_explained_by_both_policies(chief: Actor, world: None) -> None:
    simulated(chief, ("value: 12,", "value: 3,"))
    case = queries.simulated_case(chief, 1, JUNE, "C-03", on=JUNE)

    assert (case.old.grade, case.new.grade, case.old.score) == ("B", "A", 100)
    assert [(one.code, one.outcome) for one in case.old.reasons if one.kind == "cap"] == [
        ("new_customer", "fired")
    ]
    assert [(one.code, one.outcome) for one in case.new.reasons if one.kind == "cap"] == [
        ("new_customer", "not_fired")
    ]
    with pytest.raises(NotAMover):
        queries.simulated_case(chief, 1, JUNE, "C-01", on=JUNE)
    with pytest.raises(SimulationUnknown):
        queries.simulated_case(chief, 1, MAY, "C-03", on=JUNE)


def test_what_cannot_be_simulated_is_refused_and_nothing_is_kept(chief: Actor, world: None) -> None:
    def refused(kind: type[Exception], new: Any, *days: date) -> None:
        with pytest.raises(kind):
            services.simulate(actor=chief, on=JUNE, plan=plan(new, *days))

    refused(PolicyInvalid, replace(draft(), text="kind: rating\n"))
    refused(SimulationDayAhead, draft(), JUNE + timedelta(days=1))
    refused(NotMeasured, draft(), date(2026, 1, 31))
    refused(SimulationTooLong, draft(), *[JUNE - timedelta(days=n) for n in range(61)])
    assert queries.simulations(chief) == []
    assert not Entry.objects.filter(act="policies.simulate").exists()


def test_days_not_measured_are_named_and_the_others_computed(chief: Actor, world: None) -> None:
    kept = services.simulate(actor=chief, on=JUNE, plan=plan(draft(), *services.month_ends(JUNE, 4)))

    assert kept.asked == (date(2026, 3, 31), date(2026, 4, 30), MAY, JUNE)
    assert kept.not_measured == (date(2026, 3, 31), date(2026, 4, 30))
    assert [day.as_of for day in kept.days] == [MAY, JUNE]


def test_a_figure_measured_earlier_is_used_and_its_day_said(chief: Actor, world: None) -> None:
    later = JUNE + timedelta(days=10)
    kept = services.simulate(actor=chief, on=later, plan=plan(draft(), later))

    assert [(day.as_of, day.measured_on) for day in kept.days] == [(later, JUNE)]


def test_who_may_not_simulate_is_turned_down_and_others_see_their_own_customers(
    chief: Actor, reader: Actor, world: None
) -> None:
    with pytest.raises(AccessDenied):
        services.simulate(actor=reader, on=JUNE, plan=plan(draft()))
    simulated(chief, ("value: 12,", "value: 3,"))
    assert [one.number for one in queries.simulations(reader)] == [1]
    narrow = Actor(
        login="narrow",
        name="x",
        permits=frozenset({"policies.simulate", "policies.read", "customers.read"}),
        scope=Scope("own"),
    )
    assert queries.simulations(narrow) == []
    with pytest.raises(SimulationUnknown):
        queries.simulation(narrow, 1)

    own = services.simulate(actor=narrow, on=JUNE, plan=plan(draft()))
    assert (own.whole, own.days[0].customers, own.days[0].moves) == (False, 0, ())


def test_a_cancelled_simulation_keeps_what_is_done_and_computes_no_more(chief: Actor, world: None) -> None:
    begun = services.begin_simulation(actor=chief, on=JUNE, plan=plan(draft(), MAY, JUNE))
    with pytest.raises(SimulationRunning):
        services.discard_simulation(actor=chief, on=JUNE, number=begun.number)

    def stop(done: int, _days: int) -> None:
        if done == 1:
            services.cancel_simulation(actor=chief, on=JUNE, number=begun.number)

    kept = services.run_simulation(actor=chief, on=JUNE, number=begun.number, tell=stop)
    assert (kept.state, [day.as_of for day in kept.days]) == ("cancelled", [MAY])
    with pytest.raises(SimulationEnded):
        services.run_simulation(actor=chief, on=JUNE, number=begun.number)
    services.discard_simulation(actor=chief, on=JUNE, number=begun.number)
    assert queries.simulations(chief) == []


def test_one_cut_off_is_named_failed_at_the_next_start(chief: Actor, world: None) -> None:
    begun = services.begin_simulation(actor=chief, on=JUNE, plan=plan(draft()))
    assert (begun.state, services.fail_unfinished_simulations()) == ("waiting", 0)  # its turn comes yet
    simulations.keep(replace(begun, state="running"))

    assert services.fail_unfinished_simulations() == 1
    assert [one.state for one in queries.simulations(chief)] == ["failed"]
    assert services.fail_unfinished_simulations() == 0


def test_roles_quotas_standard_values_and_classes_are_simulated_too(chief: Actor, world: None) -> None:
    tiny = PolicyText("tiny@1", POLICY)
    for pack in (one for one in packs.shipped() if one.header.code in ("net", "pts", "pwr", "fil")):
        told = PolicyText(pack.header.code, pack.text)
        day = services.simulate(actor=chief, on=JUNE, plan=Plan(told, tiny, (JUNE,))).days[0]

        assert day.customers == 10, pack.header.code
        assert sum(cause.customers for cause in day.causes) == day.moved, pack.header.code
        assert len(queries.simulated_movers(chief, simulations_made(chief), JUNE, on=JUNE)) == day.moved


def simulations_made(actor: Actor) -> int:
    return queries.simulations(actor)[0].number
