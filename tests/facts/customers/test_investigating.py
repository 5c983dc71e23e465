"""Investigations ordered and reported, reports from the field, and what is out of date."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.base.kernel.periods import add_months
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import (
    CustomerUnknown,
    DayInvalid,
    FieldInvalid,
    FieldReportUnknown,
    InvestigationUnknown,
    OwnReport,
    PersonUnknown,
    ReportMissing,
)
from xinheng.facts.customers.models import Customer, FieldReport, FileFact, Investigation
from xinheng.facts.customers.quality import judge
from xinheng.facts.customers.values import NewCustomer, NewFact, NewInvestigation, Report

pytestmark = pytest.mark.django_db
FAR = Actor("far", "远", permits=frozenset({"*"}), scope=Scope("own"))


@pytest.fixture(autouse=True)
def company(chief: Actor, day: date, settings: Any, tmp_path: Path) -> None:
    settings.ARCHIVE_FOLDER = tmp_path / "archive"
    access.load_shipped_roles(actor=chief, on=day)
    access.create_unit(actor=chief, on=day, code="HQ", name="总部", kind="company")
    access.create_person(
        actor=chief,
        on=day,
        login="wang",
        name="王芳",
        password="long enough 9 words",
        role="salesperson",
        unit="HQ",
    )
    for no, person in (("A", "wang"), ("B", "")):
        new = NewCustomer(name=f"{no}贸易有限公司", no=no, unit_code="HQ", person_login=person)
        services.register(actor=chief, on=day, new=new)


def order(
    actor: Actor, day: date, by: str = "agency", assignee: str = "邓白氏", **other: Any
) -> Investigation:
    told = {"by": by, "assignee": assignee, "reason": "新客户", "due_on": day + timedelta(days=10), **other}
    return services.order_investigation(actor=actor, on=day, no="A", new=NewInvestigation(**told))


@pytest.mark.req("SIX-12")
def test_an_agency_is_asked_and_its_report_kept_with_cost(chief: Actor, day: date) -> None:
    ordered = order(chief, day)
    assert (ordered.state, ordered.due_on) == ("ordered", day + timedelta(days=10))
    report = Report(report_on=day, outcome="资信一般", cost_minor=80_000)
    told = {"actor": chief, "on": day, "investigation_id": ordered.pk}
    with pytest.raises(ReportMissing):
        services.finish_investigation(**told, report=report)

    content = b"%PDF-1.4 report" + bytes(50)
    kept = services.attach_to_investigation(**told, uploads=[Upload("报告.pdf", content)])[0]
    done = services.finish_investigation(**told, report=report)

    assert (done.state, done.report_on, done.cost_minor, done.outcome) == ("done", day, 80_000, "资信一般")
    assert services.read_investigation_file(**told, attachment_id=kept.id).content == content
    with pytest.raises(InvestigationUnknown):
        services.finish_investigation(**told, report=report)
    with pytest.raises(InvestigationUnknown):
        services.attach_to_investigation(**told, uploads=[Upload("x.pdf", content)])
    with pytest.raises(InvestigationUnknown):
        queries.investigation(FAR, ordered.pk, on=day)


@pytest.mark.req("SIX-12")
def test_a_report_grows_old_and_an_order_overdue(chief: Actor, day: date) -> None:
    staff = order(chief, day, "staff", "wang")
    rows = queries.investigations_seen(chief, on=day)
    assert not queries.overdue(rows, on=staff.due_on).exists()
    assert list(queries.overdue(rows, on=staff.due_on + timedelta(days=1))) == [staff]

    done = services.finish_investigation(
        actor=chief, on=day, investigation_id=staff.pk, report=Report(date(2026, 6, 30), "良好")
    )
    assert not queries.is_outdated(done, on=date(2027, 6, 30))
    assert queries.is_outdated(done, on=date(2027, 7, 1))
    assert not queries.overdue(rows, on=date(2027, 7, 1)).exists()


@pytest.mark.req("RR-13")
def test_an_order_that_cannot_be_is_refused(chief: Actor, day: date) -> None:
    for told, refusal in (
        ({"by": "staff", "assignee": "nobody"}, PersonUnknown),
        ({"assignee": " "}, FieldInvalid),
        ({"by": "spirits"}, FieldInvalid),
        ({"reason": ""}, FieldInvalid),
        ({"due_on": day - timedelta(days=1)}, DayInvalid),
    ):
        with pytest.raises(refusal):
            order(chief, day, **told)
    with pytest.raises(CustomerUnknown):
        order(FAR, day)
    assert not Investigation.objects.exists()
    ordered = order(chief, day, "staff", "wang")
    for report, refusal in (
        (Report(day + timedelta(days=1), "x"), DayInvalid),
        (Report(day, " "), FieldInvalid),
        (Report(day, "x", -1), FieldInvalid),
    ):
        with pytest.raises(refusal):
            services.finish_investigation(actor=chief, on=day, investigation_id=ordered.pk, report=report)
    called_off = services.cancel_investigation(
        actor=chief, on=day, investigation_id=ordered.pk, reason="已有报告"
    )
    assert (called_off.state, called_off.outcome) == ("cancelled", "已有报告")


@pytest.mark.req("ADV-07")
def test_an_urgent_report_nobody_read_in_a_working_day_is_escalated(chief: Actor) -> None:
    friday = date(2026, 6, 12)
    wang = Actor("wang", "王芳", permits=frozenset({"customers.*"}), scope=Scope("everything"))
    urgent = services.tell_report(actor=wang, on=friday, no="A", kind="urgent", text="仓库被查封")
    services.tell_report(actor=wang, on=friday, no="A", kind="daily", text="正常发货")
    rows = queries.field_reports_seen(chief, on=friday)

    found = {
        day: [one.pk for one in queries.escalated(rows, on=date(2026, 6, day))]
        for day in (12, 13, 14, 15, 16)
    }
    assert found == {12: [], 13: [], 14: [], 15: [], 16: [urgent.pk]}  # Monday the 15th is day 1
    with pytest.raises(OwnReport):
        services.read_report(actor=wang, on=friday, report_id=urgent.pk)
    with pytest.raises(FieldReportUnknown):
        services.read_report(actor=FAR, on=friday, report_id=urgent.pk)
    services.read_report(actor=chief, on=date(2026, 6, 16), report_id=urgent.pk)
    assert not queries.escalated(rows, on=date(2026, 6, 17)).exists()
    with pytest.raises(FieldReportUnknown):
        services.read_report(actor=chief, on=friday, report_id=urgent.pk)
    for kind, text in (("loud", "x"), ("daily", " "), ("daily", "长" * 1001)):
        with pytest.raises(FieldInvalid):
            services.tell_report(actor=wang, on=friday, no="A", kind=kind, text=text)
    assert FieldReport.objects.count() == 2


@pytest.mark.req("SIX-11", "ADV-30")
def test_stale_data_are_listed_by_who_answers(chief: Actor) -> None:
    told = date(2025, 6, 30)
    for no, item, value in (("A", "phone", "021-1"), ("A", "managers", "张三"), ("B", "phone", "021-2")):
        fact = NewFact(item, value, "customer", true_on=told)
        services.tell_fact(actor=chief, on=date(2026, 6, 30), no=no, fact=fact)
    reach = queries.visible(chief, on=date(2026, 7, 1))

    assert queries.stale_counts(reach, on=date(2026, 6, 30)) == []  # twelve months old is not stale
    assert queries.stale_counts(reach, on=date(2026, 7, 1)) == [("wang", "王芳", 1, 2), ("", "", 1, 1)]
    rows = queries.stale_items(reach, on=date(2026, 7, 1), login="wang")
    assert [(one.customer_no, one.item.code, one.true_on) for one in rows] == [
        ("A", "managers", told), ("A", "phone", told),
    ]  # fmt: skip
    assert [one.customer_no for one in queries.stale_items(reach, on=date(2026, 7, 1), login="")] == ["B"]
    services.tell_fact(
        actor=chief,
        on=date(2026, 7, 1),
        no="B",
        fact=NewFact("phone", "021-2", "customer", true_on=date(2026, 7, 1)),
    )
    FileFact.objects.filter(item="managers").update(verification="disputed", verified_on=told)
    assert queries.stale_counts(reach, on=date(2026, 7, 1)) == [("wang", "王芳", 1, 1)]


@pytest.mark.req("SIX-11", "SIX-16")
def test_what_stands_in_the_row_only_grows_old_too_and_the_figures_agree(chief: Actor, day: date) -> None:
    told = {"address": "上海市", "employees": 12}
    services.register(actor=chief, on=day, new=NewCustomer(name="甲集团有限公司", no="R1", **told))
    services.register(actor=chief, on=day, new=NewCustomer(name="乙集团有限公司", no="R2", address="杭州市"))
    services.set_age_limit(actor=chief, on=day, item="address", months=6)
    services.set_age_limit(actor=chief, on=day, item="employees", months=None)
    at, late = add_months(day, 6), add_months(day, 6) + timedelta(days=2)
    reach = Customer.objects.filter(no__in=["R1", "R2"])
    fact = NewFact("address", "宁波市", "registry", "工商", true_on=late)
    assert queries.stale_items(reach, on=at) == [], "exactly so old is not"

    found = queries.stale_items(reach, on=late)

    assert [(one.customer_no, one.item.code, one.true_on) for one in found] == [
        ("R1", "address", day), ("R2", "address", day),
    ]  # fmt: skip
    figures = {one.item.code: one.stale for one in judge(reach, on=late).items}
    assert figures["address"] == 2
    assert sum(figures.values()) == 2
    services.tell_fact(actor=chief, on=late, no="R2", fact=fact)
    assert [one.customer_no for one in queries.stale_items(reach, on=late)] == ["R1"]
    assert {one.item.code: one.stale for one in judge(reach, on=late).items}["address"] == 1
