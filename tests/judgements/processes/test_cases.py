"""A case goes through the lanes in order, and nothing else lets it pass a step."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.judgements.processes.conftest import JUNE, SMALL, approved, close, start, who
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import system_actor
from xinheng.base.packs.errors import PolicyNotInForce
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.errors import CustomerClosed, CustomerUnknown
from xinheng.facts.customers.models import Customer
from xinheng.judgements.processes import queries, services
from xinheng.judgements.processes.errors import (
    CaseEnded,
    CaseReasonMissing,
    CaseRunning,
    CaseUnknown,
    FormsMissing,
    NobodyToStart,
    NotInLane,
    PaperNotAsked,
    ReturnInvalid,
    StepOutOfOrder,
    TooManyToStart,
)
from xinheng.judgements.processes.models import Case, CaseAct
from xinheng.judgements.processes.values import Wanted

pytestmark = pytest.mark.django_db
PAPER = Upload("审批单.pdf", b"%PDF-1.4 paper" + bytes(50))


@pytest.fixture(autouse=True)
def _archive(department: None, settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"


def stands(case: Case) -> tuple[int, str, date, date | None, str]:
    case.refresh_from_db()
    return case.step, case.lane, case.since, case.due_on, case.state


def paper(case: Case, form: str = "paper", by: str = "manager") -> Any:
    told = {"actor": who(by), "on": JUNE, "case_id": case.pk, "form": form}
    return services.keep_papers(**told, uploads=[PAPER])[0]


@pytest.mark.req("FLW-01", "FLW-03", "TPB-04")
def test_a_case_walks_through_its_lanes_from_the_first_step_to_the_last() -> None:
    case = start()
    assert stands(case) == (1, "staff", JUNE, date(2026, 6, 4), "open")  # three working days

    close(case, 1, "staff", on=date(2026, 6, 3), note="已登记")
    assert stands(case) == (2, "manager", date(2026, 6, 3), None, "open")  # the step has no target
    paper(case)
    close(case, 2, "manager", on=date(2026, 6, 8))
    close(case, 3, "staff", on=date(2026, 6, 9))

    assert stands(case) == (3, "staff", date(2026, 6, 8), date(2026, 6, 15), "done")
    assert case.ended_on == date(2026, 6, 9)
    minutes = [(row.act, row.step, row.to_step, row.days, row.by) for row in queries.minutes_of(case)]
    assert minutes == [
        ("start", 1, 1, 0, "staff"), ("close", 1, 2, 2, "staff"), ("close", 2, 3, 3, "manager"),
        ("close", 3, None, 1, "staff"),
    ]  # fmt: skip
    with pytest.raises(CaseEnded):
        close(case, 3, "staff")


@pytest.mark.req("FLW-03")
def test_a_step_closes_only_when_its_mandatory_forms_exist_and_the_refusal_names_them() -> None:
    case = start()
    with pytest.raises(FormsMissing) as missing:
        close(case, 1, "staff", note="  ")
    assert missing.value.params["forms"] in ("登记表", "Register")
    assert stands(case)[0] == 1
    assert CaseAct.objects.filter(case=case).count() == 1  # nothing but the start

    close(case, 1, "staff", note="已登记")
    paper(case, "extra")  # an optional form stands for no mandatory one
    with pytest.raises(FormsMissing) as missing:
        close(case, 2, "manager", note="口头同意")
    assert missing.value.params["forms"] in ("审批单", "Approval paper")
    paper(case)
    assert close(case, 2, "manager").step == 3
    kept = CaseAct.objects.get(case=case, step=2).forms
    assert [(one["form"], one["text"]) for one in kept] == [("paper", "审批单.pdf"), ("extra", "审批单.pdf")]


@pytest.mark.req("TPB-04", "FLW-01")
def test_no_step_is_skipped_closed_twice_or_closed_by_another_lane() -> None:
    case = start()
    with pytest.raises(StepOutOfOrder):
        close(case, 2, "manager", note="跳过")
    with pytest.raises(StepOutOfOrder):
        close(case, 3, "staff", note="跳过")
    with pytest.raises(NotInLane) as other:
        close(case, 1, "manager", note="代办")
    assert other.value.params["roles"] in ("客服人员", "Service staff")
    assert stands(case)[0] == 1

    close(case, 1, "staff", note="已登记")
    with pytest.raises(StepOutOfOrder):
        close(case, 1, "staff", note="再次")  # a form sent twice moves nothing
    assert stands(case)[:2] == (2, "manager")
    with pytest.raises(NotInLane):
        services.close_step(actor=system_actor(), on=JUNE, case_id=case.pk, step=2, note="系统")


def test_a_case_goes_back_to_an_earlier_step_with_the_reason_and_is_done_again() -> None:
    case = start()
    close(case, 1, "staff", note="已登记")
    told: dict[str, Any] = {"on": date(2026, 6, 5), "case_id": case.pk}
    manager = who("manager")
    with pytest.raises(CaseReasonMissing):
        services.return_case(actor=manager, **told, to_step=1, reason=" ")
    for step in (0, 2, 3, -1):
        with pytest.raises(ReturnInvalid):
            services.return_case(actor=manager, **told, to_step=step, reason="资料有误")
    with pytest.raises(NotInLane):
        services.return_case(actor=who("staff"), **told, to_step=1, reason="资料有误")

    services.return_case(actor=manager, **told, to_step=1, reason="资料有误")
    assert stands(case) == (1, "staff", date(2026, 6, 5), date(2026, 6, 10), "open")
    with pytest.raises(FormsMissing):
        close(case, 1, "staff", on=date(2026, 6, 5))  # what is written at the closing is written anew
    entry = Entry.objects.filter(act="processes.return").get()
    assert (entry.subject, entry.reason, entry.actor_login) == ("customer:C-1", "资料有误", "manager")


def test_a_cancelled_case_stays_on_record_and_the_customer_may_begin_anew() -> None:
    case = start()
    manager = who("manager")
    with pytest.raises(CaseReasonMissing):
        services.cancel_case(actor=manager, on=JUNE, case_id=case.pk, reason="")
    with pytest.raises(AccessDenied):
        services.cancel_case(actor=who("staff"), on=JUNE, case_id=case.pk, reason="重复")
    with pytest.raises(CaseRunning):
        start()
    services.cancel_case(actor=manager, on=JUNE, case_id=case.pk, reason="重复立项")

    assert stands(case)[4] == "cancelled"
    assert case.ended_why == "重复立项"
    with pytest.raises(CaseEnded):
        close(case, 1, "staff", note="x")
    assert start().pk != case.pk
    assert [one.state for one in queries.cases_of(manager, case.customer)] == ["open", "cancelled"]


def test_a_case_keeps_the_version_it_began_by() -> None:
    case = start()
    later = SMALL.replace('version: "1"', 'version: "2"')
    later = later.replace("lane: staff\n    within", "lane: manager\n    within")
    approved(later, on=date(2026, 6, 2))
    newer = start("C-2", on=date(2026, 6, 2))

    assert (case.version, newer.version, newer.lane) == ("1", "2", "manager")
    close(case, 1, "staff", on=date(2026, 6, 2), note="按旧版")  # the lane of its own version
    assert stands(case)[0] == 2


@pytest.mark.req("RR-14")
def test_cases_are_seen_and_moved_only_within_reach() -> None:
    case = start("C-4", by="li")
    own = who("wang")
    with pytest.raises(CaseUnknown):
        queries.get_case(own, case.pk, on=JUNE)
    with pytest.raises(CaseUnknown):
        services.cancel_case(actor=_may_all("wang"), on=JUNE, case_id=case.pk, reason="x")
    assert list(queries.cases(own, Wanted(), on=JUNE)) == []
    assert [one.pk for one in queries.cases(who("li"), Wanted(), on=JUNE)] == [case.pk]
    with pytest.raises(CustomerUnknown):
        start("C-4", by="wang")
    for act in (lambda: start("C-2", by="auditor"), lambda: close(case, 1, "auditor", note="x")):
        with pytest.raises(AccessDenied):
            act()


def _may_all(login: str) -> Any:
    from dataclasses import replace

    return replace(who(login), permits=frozenset({"*"}))


def test_closed_files_and_processes_not_in_force_begin_nothing() -> None:
    case = start("C-3")
    Customer.objects.filter(no__in=["C-2", "C-3"]).update(status="closed", closed_on=JUNE)
    with pytest.raises(CustomerClosed):
        start("C-2")
    with pytest.raises(CustomerClosed):
        close(case, 1, "staff", note="x")
    with pytest.raises(PolicyNotInForce):
        start(process="nothing")
    with pytest.raises(PolicyNotInForce):
        start(on=date(2026, 5, 31))


def test_papers_are_kept_unchanged_beside_the_step_that_asks_for_them() -> None:
    case = start()
    with pytest.raises(PaperNotAsked):
        paper(case, by="staff")  # the first step keeps none
    close(case, 1, "staff", note="已登记")
    with pytest.raises(NotInLane):
        paper(case, by="staff")
    kept = paper(case)
    told: dict[str, Any] = {"on": JUNE, "case_id": case.pk}
    assert services.read_paper(actor=who("staff"), **told, attachment_id=kept.id).content == PAPER.content
    other = start("C-4", by="li")
    from xinheng.facts.archive.errors import AttachmentUnknown

    with pytest.raises(AttachmentUnknown):
        services.read_paper(actor=who("li"), on=JUNE, case_id=other.pk, attachment_id=kept.id)


def test_many_begin_at_once_and_what_is_left_out_is_counted() -> None:
    start("C-1")
    Customer.objects.filter(no="C-3").update(status="closed", closed_on=JUNE)
    told: dict[str, Any] = {"actor": who("manager"), "on": JUNE, "process": "small"}
    begun = services.start_cases(**told, customer_nos=["C-1", "C-2", "C-3", "C-4", "C-2"])

    assert (begun.begun, begun.running, begun.closed) == (2, 1, 1)
    assert Case.objects.filter(state="open").count() == 3
    assert CaseAct.objects.filter(act="start").count() == 3
    assert stands(Case.objects.get(customer__no="C-4")) == (1, "staff", JUNE, date(2026, 6, 4), "open")
    assert Entry.objects.get(subject="process:small@1").after == {"begun": 2, "running": 1, "closed": 1}
    with pytest.raises(NobodyToStart):
        services.start_cases(**told, customer_nos=["C-1", "C-3"])
    with pytest.raises(CustomerUnknown):
        services.start_cases(**told, customer_nos=["C-2", "C-9"])
    with pytest.raises(TooManyToStart):
        services.start_cases(**told, customer_nos=[f"X-{n}" for n in range(services.MOST + 1)])
    with pytest.raises(CustomerUnknown):  # out of reach is not told apart from not there
        services.start_cases(**told | {"actor": who("wang")}, customer_nos=["C-4"])


@pytest.mark.req("FLW-04")
def test_the_board_shows_where_each_case_stands_how_long_and_which_are_overdue() -> None:
    late, moved, fresh = start("C-1"), start("C-2"), start("C-4", on=date(2026, 6, 4))
    close(moved, 1, "staff", note="已登记", on=date(2026, 6, 4))
    today, manager = date(2026, 6, 5), who("manager")
    process = queries.definition(manager, "small", on=today)[1]

    heaps = queries.board(manager, process, Wanted(), on=today)
    assert [(heap.step.no, heap.cases, heap.overdue) for heap in heaps] == [(1, 2, 1), (2, 1, 0), (3, 0, 0)]
    assert [case.pk for case in heaps[0].first] == [late.pk, fresh.pk]  # the most urgent first
    age = queries.age_of(late, process.step(1), on=today)
    assert (age.days, age.target, age.overdue) == (4, 3, True)
    assert not queries.age_of(late, process.step(1), on=date(2026, 6, 4)).overdue  # the day itself is in time
    moved.refresh_from_db()
    assert not queries.age_of(moved, process.step(2), on=date(2026, 12, 31)).overdue  # it has no target


@pytest.mark.req("FLW-04")
def test_cases_are_filtered_and_ordered() -> None:
    late, moved, fresh = start("C-1"), start("C-2"), start("C-4", on=date(2026, 6, 4))
    close(moved, 1, "staff", note="已登记", on=date(2026, 6, 4))
    today = date(2026, 6, 5)

    def found(by: str = "manager", **asked: Any) -> list[int]:
        return [case.pk for case in queries.cases(who(by), Wanted(**asked), on=today)]

    assert found() == [late.pk, fresh.pk, moved.pk]  # without a target last
    assert found(sort="-customer") == [fresh.pk, moved.pk, late.pk]
    assert found(overdue=True) == [late.pk]
    assert found(mine=True) == [moved.pk]
    assert found("staff", mine=True) == [late.pk, fresh.pk]
    assert found("auditor", mine=True) == []
    assert found(lane="manager") == [moved.pk]
    assert found(step=1, text="C-4") == [fresh.pk]
    assert found(text="客户2") == [moved.pk]
    assert found(process="other") == []
    assert found(state="done") == []
    assert [case.pk for case in queries.overdue_own(who("staff"), on=today)] == [late.pk]
    assert list(queries.overdue_own(who("manager"), on=today)) == []


@pytest.mark.req("FLW-04", "RR-03")
def test_holidays_do_not_count_and_a_year_without_calendar_is_said() -> None:
    eve = date(2026, 6, 17)  # the 19th is a holiday
    case = start(on=eve)
    assert case.due_on == date(2026, 6, 23)
    process = queries.kept(case.sha256)
    assert queries.age_of(case, process.step(1), on=date(2026, 6, 22)).days == 2
    far = start("C-2", on=date(2039, 12, 30))
    assert queries.age_of(far, process.step(1), on=date(2039, 12, 30)).warning
