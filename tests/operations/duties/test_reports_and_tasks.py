"""A group's quarter of reports, contract statistics, standing duties, tasks; what every room waits for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from icalendar import Calendar

from tests.facts.receivables.conftest import customer
from tests.operations.duties.conftest import START, as_
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.money import Money
from xinheng.base.messages.models import Message
from xinheng.base.packs import services as packs
from xinheng.facts.archive.values import Upload
from xinheng.judgements.limits import services as limits
from xinheng.judgements.limits.values import NewLimit
from xinheng.operations.duties import errors, queries, services
from xinheng.operations.duties.models import Submission, Task, Told
from xinheng.operations.duties.values import DuesWanted, NewSubmission, NewTask, NewType

APRIL = date(2024, 4, 6)
Q1 = date(2024, 1, 1)
YEAR = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}


def is_a(unit: str, pack: str, type_code: str, owner: str = "") -> None:
    services.set_type(**as_("keeper", START), unit_code=unit, new=NewType(pack, type_code, owner))


def owed(login: str = "keeper", on: date = APRIL, **asked: Any) -> list[Any]:
    return queries.obligations(as_(login, on)["actor"], on=on, **{**YEAR, **asked})


def paper(code: str) -> tuple[str, Upload]:
    return code, Upload(f"{code}.txt", code.encode())


def hand_in(
    login: str, on: date, report: str, unit: str, *papers: str, first: date = Q1, **told: Any
) -> Submission:
    new = NewSubmission(told.pop("pack", "grp"), report, unit, first, **told)
    return services.hand_in(**as_(login, on), new=new, files=[paper(code) for code in papers])


@pytest.mark.req("GRP-09", "GRP-10", "GRP-11", "GRP-05")
def test_a_company_owes_the_set_of_each_of_its_types_and_a_summary_waits_for_all(dealer: None) -> None:
    """W-20."""
    is_a("SALES", "grp", "general")
    is_a("CHEM", "grp", "general")
    is_a("CHEM", "grp", "chemical")
    is_a("SERVICE", "grp", "pharma")
    is_a("DEALER", "grp", "section")
    is_a("SERVICE", "grp", "tables")

    def days(unit: str, report: str) -> list[date]:
        return [one.due_on for one in owed(pack="grp") if (one.unit_code, one.report) == (unit, report)]

    assert days("SALES", "credit") == [date(2024, month, 6) for month in (1, 4, 7, 10)]
    assert (len(days("CHEM", "credit")), len(days("CHEM", "chemical_sales"))) == (4, 4)
    assert days("SERVICE", "pharma_sales") == [date(2024, month, 6) for month in range(1, 13)]
    of_april = owed(since=APRIL, until=APRIL + timedelta(days=2))
    assert {(one.unit_code, one.report, one.due_on, one.is_rest_day) for one in of_april} == {
        ("SALES", "credit", APRIL, True), ("CHEM", "credit", APRIL, True), ("CHEM", "chemical_sales", APRIL,
        True),
        ("SERVICE", "pharma_sales", APRIL, True), ("SERVICE", "sales_tables", APRIL, True),
        ("DEALER", "summary", date(2024, 4, 8), False),
    }  # fmt: skip

    both = ("credit_report", "sales_analysis")
    with pytest.raises(errors.ReportIncomplete) as short:
        hand_in("head", APRIL, "credit", "SALES", "credit_report")
    assert short.value.params["missing"] == "客户的销售管理季度分析表"
    on_time = hand_in("head", APRIL, "credit", "SALES", *both)
    with pytest.raises(errors.ReportStands):
        hand_in("head", APRIL, "credit", "SALES", *both)
    with pytest.raises(errors.UnitsMissing) as waiting:
        hand_in("boss", date(2024, 4, 8), "summary", "DEALER", "summary")
    assert waiting.value.params["missing"] == "化工公司 客户资信报表与客户的销售管理季度分析表"
    late = hand_in("keeper", date(2024, 4, 7), "credit", "CHEM", is_nil=True)  # a nil return is a return
    assert (on_time.is_late, late.is_late, late.is_nil) == (False, True, True)
    with pytest.raises(errors.NilNotTaken):
        hand_in("boss", date(2024, 4, 8), "summary", "DEALER", is_nil=True)
    assert not hand_in("boss", date(2024, 4, 8), "summary", "DEALER", "summary").is_late

    states = {
        (one.unit_code, one.report, one.state, one.is_late)
        for one in owed(pack="grp", until=date(2024, 4, 8), since=APRIL, on=date(2024, 4, 9))
    }
    assert ("CHEM", "chemical_sales", "missing", True) in states
    assert ("CHEM", "credit", "handed_in", True) in states
    assert ("SERVICE", "sales_tables", "missing", True) in states  # no copy at the office
    for unit, report, first in (
        ("SALES", "chemical_sales", Q1),
        ("SALES", "credit", date(2024, 2, 1)),
        ("SALES", "no", Q1),
    ):
        with pytest.raises(errors.ReportNotOwed):
            hand_in("head", APRIL, report, unit, *both, first=first)


@pytest.mark.req("CTR-07", "CTR-08")
def test_contract_statistics_and_the_analysis_with_its_text(dealer: None) -> None:
    """W-21, the reports: 2023 by 10 January 2024, the first half of 2024 by 10 July 2024."""
    is_a("SALES", "ctr", "area", "head")
    found = owed(pack="ctr")
    assert [(one.report, one.period.first, one.period.last, one.due_on) for one in found] == [
        ("analysis", date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 10)),
        ("statistics", date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 10)),
        ("statistics_half", date(2024, 1, 1), date(2024, 6, 30), date(2024, 7, 10)),
    ]
    told = {"pack": "ctr", "first": date(2023, 1, 1)}
    for text in ({}, {"analysis": "   "}):
        with pytest.raises(errors.ReportIncomplete):
            hand_in("head", date(2024, 1, 10), "analysis", "SALES", texts=text, **told)
    kept = hand_in(
        "head", date(2024, 1, 10), "analysis", "SALES", texts={"analysis": "全年合同履约良好"}, **told
    )
    assert (kept.is_late, kept.due_on) == (False, date(2024, 1, 10))
    assert hand_in("head", date(2024, 1, 11), "statistics", "SALES", is_nil=True, **told).is_late

    with pytest.raises(errors.OwnReport):
        services.verify_report(**as_("head", date(2024, 1, 12)), submission_id=kept.pk)
    with pytest.raises(AccessDenied):
        services.verify_report(**as_("seller", date(2024, 1, 12)), submission_id=kept.pk)
    services.return_report(**as_("keeper", date(2024, 1, 12)), submission_id=kept.pk, why="缺少措施")
    with pytest.raises(errors.SubmissionJudged):
        services.verify_report(**as_("keeper", date(2024, 1, 12)), submission_id=kept.pk)
    again = hand_in("head", date(2024, 1, 12), "analysis", "SALES", texts={"analysis": "补充措施"}, **told)
    assert (again.is_late, again.due_on) == (True, date(2024, 1, 10))  # the due day stays
    services.verify_report(**as_("keeper", date(2024, 1, 13)), submission_id=again.pk)
    assert {one.state for one in owed(pack="ctr", until=date(2024, 1, 31), on=date(2024, 1, 31))} == {
        "verified", "handed_in"
    }  # fmt: skip
    assert Entry.objects.filter(act="duties.hand_in", outcome="done").count() == 3


@pytest.mark.req("MED-01", "DAT-06", "DAT-07")
def test_a_duty_without_a_task_done_in_its_period_was_not_performed(dealer: None) -> None:
    is_a("SALES", "med", "market")
    is_a("SERVICE", "dat", "service")
    on = date(2024, 5, 6)
    told = {
        "unit_code": "SALES",
        "due_on": date(2024, 5, 20),
        "owner": "seller",
        "pack": "med",
        "duty": "market.visits",
    }
    task = services.order_task(**as_("head", on), new=NewTask("客户回访计划", **told))

    def lines(day: date) -> dict[str, bool]:
        found = queries.duty_lines(as_("keeper", on)["actor"], on=on, period_day=day)
        return {one.duty: one.is_performed for one in found if one.pack == "med"}

    assert (len(lines(on)), any(lines(on).values())) == (9, False)
    services.finish_task(**as_("seller", on), task_id=task.pk, result="已回访12户")
    assert [duty for duty, is_performed in lines(on).items() if is_performed] == ["market.visits"]
    assert not any(lines(date(2024, 2, 1)).values())
    of_dat = queries.duty_lines(as_("keeper", on)["actor"], on=on, period_day=on)
    assert [one.duty for one in of_dat if one.pack == "dat"] == [
        f"service.{code}" for code in ("collect", "system", "secrecy", "analysis", "assessment")
    ]
    with pytest.raises(errors.DutyInvalid):
        services.order_task(**as_("head", on), new=NewTask("x", **{**told, "duty": "market.none"}))

    asked = NewTask("协助收集客户资料", "SALES", date(2024, 5, 10), "seller", kind="request")
    services.order_task(**as_("keeper", on), new=asked)
    waiting = queries.dues(as_("seller", date(2024, 5, 13))["actor"], since=on, until=date(2024, 5, 13))
    assert [(one.kind, one.is_late(date(2024, 5, 13))) for one in waiting if one.done_on is None] == [
        ("duties.request", True)  # no answer: it is reminded of
    ]


@pytest.mark.req("KPR-06")
def test_a_task_is_ordered_done_once_and_repeated_and_late_ones_are_told_once_by_step(
    dealer: None, chief: Actor
) -> None:
    on = date(2024, 5, 6)
    for wrong in (
        NewTask("", "SALES", on), NewTask("x", "NOWHERE", on), NewTask("x", "SALES", date(2024, 5, 5)),
        NewTask("x", "SALES", on, "nobody"), NewTask("x", "SALES", on, every="day"),
    ):  # fmt: skip
        with pytest.raises((errors.DutyInvalid, errors.DutyUnitUnknown)):
            services.order_task(**as_("keeper", on), new=wrong)
    first = services.order_task(
        **as_("keeper", on), new=NewTask("月度整理", "SALES", date(2024, 5, 31), "seller", "month")
    )
    with pytest.raises(errors.DutyInvalid):
        services.finish_task(**as_("seller", on), task_id=first.pk, result=" ")
    services.finish_task(**as_("seller", on), task_id=first.pk, result="完成")
    with pytest.raises(errors.TaskClosed):
        services.finish_task(**as_("seller", on), task_id=first.pk, result="完成")
    second = Task.objects.get(state="open")
    assert second.due_on == date(2024, 6, 30)  # the same day number, clipped to the month

    addresses = "addresses: {seller: seller@example.com, head: head@example.com, boss: boss@example.com}"
    text = (
        packs.shipped("escalation")[0]
        .text.replace("addresses: {}", addresses)
        .replace('version: "1"', 'version: "2"')
    )
    packs.adopt(actor=chief, kind="escalation", on=on, text=text, effective_from=on)
    night: dict[str, Any] = {"actor": system_actor("night")}
    told = [
        (day, services.end_day(**night, on=day)["told"])
        for day in (
            date(2024, 6, 29),
            date(2024, 6, 30),
            date(2024, 7, 1),
            date(2024, 7, 3),
            date(2024, 7, 3),
            date(2024, 7, 10),
        )
    ]
    assert told == [
        (date(2024, 6, 29), 0), (date(2024, 6, 30), 1), (date(2024, 7, 1), 0), (date(2024, 7, 3), 1),
        (date(2024, 7, 3), 0), (date(2024, 7, 10), 1),
    ]  # fmt: skip
    assert list(Told.objects.order_by("pk").values_list("person", "days_late")) == [
        ("seller", 0),
        ("head", 3),
        ("boss", 10),
    ]
    assert "月度整理" not in "".join(Message.objects.values_list("text", flat=True))  # kinds, no titles


def test_what_is_due_is_gathered_filtered_and_written_as_a_calendar(dealer: None, chief: Actor) -> None:
    on = date(2024, 5, 6)
    is_a("SALES", "net", "keeper", "head")
    services.order_task(
        **as_("keeper", on), new=NewTask("整理档案柜", "SERVICE", date(2024, 5, 10), "adviser")
    )
    gathered = queries.gather(chief, since=on, until=date(2024, 6, 30), on=on)
    assert [(one.kind, one.due_on) for one in gathered.dues] == [
        ("duties.order", date(2024, 5, 10)), ("duties.report", date(2024, 6, 30)),
    ]  # fmt: skip
    assert gathered.cut == ()
    assert [one.kind for one in queries.chosen(gathered, DuesWanted(owner="head"), on=on)] == [
        "duties.report"
    ]
    assert queries.chosen(gathered, DuesWanted(state="late"), on=date(2024, 5, 11))[0].kind == "duties.order"
    assert queries.chosen(gathered, DuesWanted(kind="custody"), on=on) == []
    with pytest.raises(AccessDenied):
        queries.gather(Actor(login="x", name="x"), since=on, until=on, on=on)

    secret = Due("custody.handover", "handover:7", "绝密 与某公司的合同", date(2024, 5, 8), "seller")
    twice = [
        Due("contracts.ending", "contract:7", "合同甲到期", day)
        for day in (date(2024, 5, 9), date(2024, 6, 9))
    ]
    content = queries.calendar_file(
        [*gathered.dues, secret, *twice], on=on, name="到期事项", address="http://x/m/"
    )
    book = Calendar.from_ical(content)
    events = book.walk("VEVENT")
    assert "合同甲" not in content.decode()
    assert "绝密" not in content.decode()
    assert "整理档案柜" in {str(one["SUMMARY"]) for one in events}  # own tasks bear their words
    assert len({str(one["UID"]) for one in events}) == len(events) == 5
    assert all((one["DTEND"].dt - one["DTSTART"].dt) == timedelta(days=1) for one in events)
    zone = book.walk("VTIMEZONE")[0]
    assert (str(zone["TZID"]), zone.walk("STANDARD")[-1]["TZOFFSETTO"].td) == (
        "Asia/Shanghai",
        timedelta(hours=8),
    )
    again = Calendar.from_ical(
        queries.calendar_file([secret], on=date(2024, 5, 7), name="x", address="http://x/")
    )
    same = [str(one["UID"]) for one in again.walk("VEVENT")]
    assert same[0] in {str(one["UID"]) for one in events}


@pytest.mark.req("MIN-01", "MIN-02")
def test_four_subjects_have_units_and_a_task_for_a_unit_outside_them_is_refused(dealer: None) -> None:
    """Until a unit has a type of the list nothing is said; then each subject without one is named."""
    on = date(2024, 5, 6)
    reader = as_("keeper", on)["actor"]
    assert queries.lists_without_unit(reader, on=on) == []
    is_a("DEALER", "min", "information")
    with translation.override("en"):
        assert queries.lists_without_unit(reader, on=on) == [
            ("The four subjects of customer information", words)
            for words in ("product-quality tracking", "complaints", "satisfaction")
        ]
    for unit, subject in (("SERVICE", "quality"), ("SALES", "complaints"), ("SALES", "satisfaction")):
        is_a(unit, "min", subject)
    assert queries.lists_without_unit(reader, on=on) == []

    told: Any = {"due_on": date(2024, 5, 20), "owner": "adviser", "pack": "min", "duty": "quality.track"}
    services.order_task(**as_("head", on), new=NewTask("五月质量跟踪", unit_code="SERVICE", **told))
    with pytest.raises(errors.DutyInvalid) as refused:
        services.order_task(**as_("head", on), new=NewTask("五月质量跟踪", unit_code="CHEM", **told))
    assert refused.value.params["field"] == "unit_code"
    assert Task.objects.count() == 1


@pytest.mark.req("CTR-13")
def test_a_credit_customer_is_reviewed_a_year_after_the_limit_was_granted(dealer: None) -> None:
    granted, no = date(2023, 5, 15), customer("C-1").no
    new = NewLimit("年度授信", Money.of("100000"))
    limits.set_limit(actor=system_actor(), on=granted, customer_no=no, limit=new)

    def due(since: date, until: date) -> list[Due]:
        found = queries.gather(system_actor(), since=since, until=until, on=since).dues
        return [one for one in found if one.kind == "limits.yearly"]

    assert due(date(2024, 4, 1), date(2024, 5, 14)) == []
    with translation.override("en"):
        (told,) = due(date(2024, 5, 1), date(2024, 5, 31))
    assert (told.subject, told.due_on, told.is_assumed) == ("customer:C-1", date(2024, 5, 15), True)
    assert told.words.endswith("write the annual review report")
