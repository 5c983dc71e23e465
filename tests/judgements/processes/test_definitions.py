"""What a process document must hold before any case may begin by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.judgements.processes.conftest import JUNE, PACKS, SMALL, adopt
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs import queries as packs
from xinheng.base.packs import services as adopting
from xinheng.base.packs.models import PolicyDocument
from xinheng.judgements.policies.errors import PolicyInvalid
from xinheng.judgements.processes import queries
from xinheng.judgements.processes.values import Process

SHIPPED = ("flw", "tpa", "tpb")


def shipped(code: str) -> Process:
    return queries.load((PACKS / code / "process.yaml").read_text(encoding="utf-8"))


def refused(text: str) -> list[str]:
    with pytest.raises(PolicyInvalid) as invalid:
        queries.load(text)
    return list(invalid.value.params["problems"])


@pytest.mark.any_database
@pytest.mark.req("FLW-02")
def test_the_shipped_process_holds_eleven_numbered_steps_all_marked_assumed() -> None:
    flow = shipped("flw")

    assert [step.no for step in flow.steps] == list(range(1, 12))
    assert {step.mark for step in flow.steps} == {"assumed"}
    assert [step.en for step in flow.steps] == [
        "Collect data", "Check completeness", "Investigate", "Analyse", "Preliminary grade", "Manager review",
        "Department approval", "Announce grade and limit", "Execute policy", "Monitor", "Review and re-grade",
    ]  # fmt: skip


@pytest.mark.any_database
@pytest.mark.req("FLW-02")
def test_a_document_with_another_number_of_steps_than_its_source_is_refused() -> None:
    text = (PACKS / "flw" / "process.yaml").read_text(encoding="utf-8")
    cut = text[: text.index("  - no: 11")]
    (problem,) = refused(cut)
    assert "11" in problem
    assert "10" in problem
    gap = text.replace("  - no: 5\n", "  - no: 6\n", 1)
    assert any("6" in problem and "5" in problem for problem in refused(gap))


@pytest.mark.any_database
@pytest.mark.req("FLW-01")
def test_the_shipped_lanes_are_those_of_the_source() -> None:
    flow = shipped("flw")
    assert {(lane.zh, lane.mark) for lane in flow.lanes} == {
        ("客服部", "given"), ("客服经理", "given"), ("客服人员", "given"),
    }  # fmt: skip
    assert all(form.mark == "assumed" for step in flow.steps for form in step.forms)
    assert all(any(form.needed == "mandatory" for form in step.forms) for step in flow.steps)


@pytest.mark.any_database
@pytest.mark.req("FLW-01")
def test_an_unknown_lane_is_refused_by_name_and_line() -> None:
    unheld, problem = refused(SMALL.replace("lane: manager", "lane: chairman"))
    assert "chairman" in problem
    assert "23" in problem  # the line
    assert "manager" in unheld  # and no step is left in the lane it had


@pytest.mark.any_database
@pytest.mark.req("TPA-08")
def test_a_step_without_an_owner_is_refused() -> None:
    problems = refused(SMALL.replace("    lane: manager\n", "", 1))
    assert any("2" in problem and ("没有责任方" in problem or "no owner" in problem) for problem in problems)
    lost = SMALL.replace("roles: [service_manager]", "roles: []")
    assert refused(lost)
    flow = shipped("tpa")
    assert all(step.lane and flow.lane_of(step.no).roles for step in flow.steps)
    assert len(flow.steps) == 6


@pytest.mark.any_database
@pytest.mark.req("TPB-04")
def test_template_two_has_its_four_steps_in_order() -> None:
    flow = shipped("tpb")
    assert [step.en for step in flow.steps] == [
        "Application with documents", "Assessment and grade", "Limit from grade and transaction record",
        "Monitor transactions for anomalies",
    ]  # fmt: skip
    third = {form.proof for form in flow.step(3).forms if form.needed == "mandatory"}
    assert third == {"approved", "dealings", "paper"}  # grade and record, and the paper until limits exist


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("code: manager,", "code: staff,"),
        ("code: extra,", "code: paper,"),
        ("proof: note,", "proof: note, forms: [adv_investigation],"),
        ("proof: note,", "proof: note, months_before: 2,"),
        ("proof: note,", "proof: rumour,"),
        ("within_days: 3", "within_days: 0"),
        ("    mark: given\n    forms", "    colour: red\n    mark: given\n    forms"),
    ],
)
def test_what_cannot_be_is_refused(was: str, becomes: str) -> None:
    assert was in SMALL
    assert refused(SMALL.replace(was, becomes, 1))


@pytest.mark.any_database
def test_every_fault_is_told_at_once() -> None:
    wrong = SMALL.replace("lane: manager", "lane: chairman").replace("no: 3", "no: 4")
    assert len(refused(wrong)) == 3  # the lane, the number, and a lane nobody stands in


def test_roles_and_questionnaires_this_site_lacks_are_refused_and_nothing_is_adopted(
    department: None,
) -> None:
    before = PolicyDocument.objects.count()
    other = SMALL.replace('version: "1"', 'version: "2"')
    with pytest.raises(PolicyInvalid) as invalid:
        adopt(other.replace("[service_manager]", "[astrologer]"), on=date(2026, 7, 1))
    assert "astrologer" in str(invalid.value)
    survey = other.replace("proof: note,", "proof: survey, forms: [horoscope],", 1)
    with pytest.raises(PolicyInvalid) as invalid:
        adopt(survey, on=date(2026, 7, 1))
    assert "horoscope" in str(invalid.value)
    assert PolicyDocument.objects.count() == before


def test_the_shipped_processes_are_adopted_apart_from_the_rating_policies(department: None) -> None:
    assert [pack.header.code for pack in packs.not_adopted("process")] == list(SHIPPED)
    told: dict[str, Any] = {"actor": system_actor(), "on": JUNE, "effective_from": JUNE}
    assert len(adopting.adopt_shipped(**told, codes=SHIPPED, kind="process")) == 3
    assert packs.not_adopted("process") == []
    assert [document.code for document, _ in queries.definitions(system_actor(), on=JUNE)] == [
        "flw", "small", "tpa", "tpb",
    ]  # fmt: skip
    assert "flw" in [pack.header.code for pack in packs.not_adopted("rating")]
    process = queries.definition(system_actor(), "flw", on=JUNE)[1]
    assert queries.unheld(process, on=JUNE) == []
