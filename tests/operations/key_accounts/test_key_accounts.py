"""A power supplier's key accounts: who they are, one request in every channel, levels of service kept or not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests import worlds
from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.access.errors import AccessDenied
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.customers import services as customers
from xinheng.facts.customers.errors import CustomerUnknown
from xinheng.facts.customers.values import NewCustomer
from xinheng.facts.metering import services as metering
from xinheng.facts.metering.values import NewConsumer, Terms
from xinheng.operations.duties import services as duties
from xinheng.operations.duties.errors import DutyInvalid
from xinheng.operations.duties.models import Task
from xinheng.operations.duties.values import NewTask
from xinheng.operations.key_accounts import policy, queries, rules, services
from xinheng.operations.key_accounts.errors import (
    KeyAccountInvalid,
    KeyRequestUnknown,
    KeyRulesInvalid,
    RequestClosed,
    RequestNotAccepted,
)
from xinheng.operations.key_accounts.models import Contact, Request, Target
from xinheng.operations.key_accounts.values import NewRequest, NewTarget, Wanted

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 24)  # a Friday
MONDAY = date(2024, 5, 27)
FULL = {
    "trade": "水泥", "state": "good", "year_kwh": "6,000,000", "voltage_kv": "35", "capacity_kva": "8000",
    "load_class": "second",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _company(db: None) -> None:
    worlds.given(_founded)


def _founded() -> None:
    chief = system_actor()
    access.load_shipped_roles(actor=chief, on=DAY)
    for code, name, parent in (
        ("CITY", "市公司", ""),
        ("EAST", "东县公司", "CITY"),
        ("WEST", "西县公司", "CITY"),
    ):
        access.create_unit(actor=chief, on=DAY, code=code, name=name, kind="company", parent=parent)
    for login, role, unit in (
        ("wang", "service_staff", "EAST"), ("east", "service_manager", "EAST"), ("li", "service_staff", "WEST"),
        ("city", "service_manager", "CITY"), ("boss", "service_manager", "CITY"),
    ):  # fmt: skip
        access.create_person(
            actor=chief, on=DAY, login=login, name=login, password="长江-river-2026", role=role, unit=unit
        )
    for no, name, unit in (("C-1", "东山水泥有限公司", "EAST"), ("C-2", "西河纺织有限公司", "WEST")):
        customers.register(actor=chief, on=DAY, new=NewCustomer(name, no))
        customers.assign_responsibility(actor=chief, on=DAY, no=no, unit_code=unit)


def who(login: str) -> Actor:
    return access.actor_of(people.person_by_login(login), on=DAY)


def told(login: str, on: date = DAY) -> dict[str, Any]:
    return {"actor": who(login), "on": on}


def asked(
    kind: str = "repair", channel: str = "centre", what: str = "进线跳闸", on: date = DAY
) -> NewRequest:
    return NewRequest(kind, channel, what, "值班员来电，现场停电", on)


def with_managers() -> None:
    services.name_manager(**told("city"), unit_code="EAST", level="regional", login="east")
    services.name_manager(**told("city"), unit_code="CITY", level="company", login="city")


@pytest.mark.req("VIP-01", "VIP-04", "VIP-08")
def test_the_rules_say_who_is_a_key_account_and_what_is_missing_of_its_profile() -> None:
    with_managers()
    ordinary = services.keep_profile(
        **told("wang"), customer_no="C-1", told={"voltage_kv": "10", "trade": "水泥"}
    )
    assert (ordinary.is_key, ordinary.because, ordinary.manager) == (False, "", "city")
    assert ordinary.missing == ["state", "year_kwh", "capacity_kva", "load_class"]
    assert not queries.profiles(who("wang"), Wanted(state="key"), on=DAY).exists()

    key = services.keep_profile(**told("wang"), customer_no="C-1", told=FULL)
    assert (key.is_key, key.because, key.missing) == (True, "high_voltage", [])
    assert key.attributes == {**FULL, "year_kwh": "6000000"}
    assert [one.is_key for one in queries.history_of(key.customer)] == [True, False]
    back = services.keep_profile(**told("wang"), customer_no="C-1", told={"voltage_kv": "10", "year_kwh": "4999999.99",
                                                                           "capacity_kva": "1999"})  # fmt: skip
    assert not back.is_key
    edge = services.keep_profile(**told("wang"), customer_no="C-1", told={"year_kwh": "5000000"})
    assert edge.because == "large_use"  # the bound itself counts
    assert services.keep_profile(**told("wang"), customer_no="C-1", told={"load_class": ""}).missing == [
        "load_class"
    ]
    due = queries.dues(who("wang"), since=DAY, until=DAY)
    assert [(one.kind, one.owner) for one in due] == [("key_accounts.profile", "city")]


@pytest.mark.req("VIP-04")
@pytest.mark.parametrize(
    ("code", "text"),
    [("voltage_kv", "36"), ("voltage_kv", "35千伏"), ("capacity_kva", "-1"), ("year_kwh", "NaN"), ("load_class", "一级"),
     ("colour", "red")],
)  # fmt: skip
def test_a_figure_that_its_unit_does_not_know_is_refused_and_nothing_is_kept(code: str, text: str) -> None:
    with pytest.raises(KeyAccountInvalid) as refused:
        services.keep_profile(**told("wang"), customer_no="C-1", told={"trade": "水泥", code: text})
    assert refused.value.params["field"] == code
    assert not queries.profiles(who("city"), Wanted(), on=DAY).exists()


@pytest.mark.req("VIP-04")
def test_the_capacity_by_contract_comes_from_metering_until_another_is_told() -> None:
    for number, kva in (("H-1", "1200"), ("H-2", "800.5")):
        terms = Terms(voltage="high", capacity_kva=Decimal(kva))
        new = NewConsumer(number, "东山水泥", DAY, terms, customer_no="C-1")
        metering.open_consumer(actor=system_actor(), on=DAY, new=new)
    kept = services.keep_profile(**told("wang"), customer_no="C-1", told={"trade": "水泥"})
    assert kept.attributes == {"trade": "水泥", "capacity_kva": "2000.5"}
    assert kept.because == "large_capacity"
    assert (
        services.keep_profile(**told("wang"), customer_no="C-1", told={"capacity_kva": "900"}).is_key is False
    )


@pytest.mark.req("VIP-02", "VIP-03", "VIP-05", "VIP-06")
def test_one_request_in_two_channels_is_linked_and_passed_to_whom_its_kind_belongs() -> None:
    with_managers()
    with pytest.raises(KeyAccountInvalid):  # no case without a contact record
        services.open_request(
            **told("wang"), customer_no="C-1", new=NewRequest("repair", "centre", "停电", " ", DAY)
        )
    assert not Request.objects.exists()
    first = services.open_request(**told("wang"), customer_no="C-1", new=asked())
    assert (first.level, first.owner, first.accept_by, first.close_by) == ("regional", "east", DAY, MONDAY)
    again = services.open_request(**told("east"), customer_no="C-1", new=asked(channel="regional"))
    assert again.same_as_id == first.pk
    other = services.open_request(**told("wang"), customer_no="C-1", new=asked("complaint"))
    assert other.same_as_id is None
    simple = services.open_request(**told("wang"), customer_no="C-1", new=asked("change_of_use", what="更名"))
    assert (simple.level, simple.owner) == ("centre", "")
    assert services.open_request(**told("wang"), customer_no="C-1", new=asked("借用场地")).kind == "enquiry"
    assert [one.code for one in policy.in_force(DAY).services] == [
        "consulting", "expansion", "change_of_use", "complaint", "repair", "accident", "fee_urging",
        "contract_supervision", "relationship", "market_activity",
    ]  # fmt: skip
    services.note_contact(**told("east"), request_id=first.pk, words="已派抢修队")
    assert [(line.by, line.words) for line in queries.contacts_of(first)] == [
        ("wang", "值班员来电，现场停电"), ("east", "已派抢修队"),
    ]  # fmt: skip
    with pytest.raises(KeyRequestUnknown):  # another county does not learn of it
        services.accept(**told("li"), request_id=first.pk)
    with pytest.raises(RequestNotAccepted):
        services.close_request(**told("east"), request_id=first.pk, result="恢复供电")
    services.accept(**told("east"), request_id=first.pk)
    services.close_request(**told("east"), request_id=first.pk, result="恢复供电")
    assert set(Request.objects.filter(closed_on=DAY).values_list("pk", flat=True)) == {first.pk, again.pk}
    with pytest.raises(RequestClosed):
        services.note_contact(**told("east"), request_id=again.pk, words="x")
    assert Contact.objects.count() == 6
    assert Entry.objects.filter(act="key_accounts.close_request").count() == 2


@pytest.mark.req("VIP-05")
def test_what_nobody_accepts_in_time_rises_to_the_level_above_and_an_accepted_one_does_not() -> None:
    with_managers()
    waiting = services.open_request(**told("wang"), customer_no="C-1", new=asked("consulting"))
    taken = services.open_request(**told("wang"), customer_no="C-1", new=asked("repair"))
    services.accept(**told("east"), request_id=taken.pk)
    night = system_actor()
    assert services.escalate(actor=night, on=MONDAY) == []  # its day itself is in time
    tuesday, thursday, june = date(2024, 5, 28), date(2024, 5, 30), date(2024, 6, 3)
    assert services.escalate(actor=night, on=tuesday) == [waiting.pk]
    waiting.refresh_from_db()
    assert (waiting.level, waiting.owner, waiting.escalated) == ("regional", "east", 1)
    assert waiting.accept_by == date(2024, 5, 29)
    assert services.escalate(actor=night, on=thursday) == [waiting.pk]
    assert services.escalate(actor=night, on=june) == [waiting.pk]
    waiting.refresh_from_db()
    assert (waiting.level, waiting.owner, waiting.escalated) == ("company", "city", 3)
    assert [one.pk for one in queries.requests(who("boss"), Wanted(state="escalated"), on=june)] == [
        waiting.pk
    ]


@pytest.mark.req("VIP-07")
def test_the_company_manager_evaluates_what_others_closed_and_open_cases_stay_counted() -> None:
    case = services.open_request(**told("wang"), customer_no="C-1", new=asked())
    with pytest.raises(KeyAccountInvalid):
        services.evaluate(**told("boss"), request_id=case.pk, mark=80, words="及时")
    services.accept(**told("east"), request_id=case.pk)
    services.close_request(**told("east"), request_id=case.pk, result="恢复供电")
    with pytest.raises(AccessDenied):
        services.evaluate(**told("wang"), request_id=case.pk, mark=100, words="好")
    with pytest.raises(KeyAccountInvalid):  # nobody judges what they closed
        services.evaluate(**told("east"), request_id=case.pk, mark=100, words="好")
    with pytest.raises(KeyAccountInvalid):
        services.evaluate(**told("boss"), request_id=case.pk, mark=101, words="好")
    assert services.evaluate(**told("boss"), request_id=case.pk, mark=90, words="及时").mark == 90
    services.open_request(**told("wang"), customer_no="C-1", new=asked("complaint"))
    assert queries.requests(who("boss"), Wanted(state="open"), on=DAY).count() == 1


@pytest.mark.req("VIP-10")
def test_a_level_is_used_when_all_departments_confirmed_it_and_its_clock_stands_still_only_for_reasons() -> (
    None
):
    new = NewTarget("complaint", "percent", Decimal("90"), ("EAST", "WEST"))
    with pytest.raises(KeyAccountInvalid) as refused:
        services.propose_target(**told("city"), new=NewTarget("complaint", "", Decimal("90"), ("EAST",)))
    assert refused.value.params["field"] == "unit"
    target = services.propose_target(**told("city"), new=new)
    assert services.confirm_target(**told("wang"), target_id=target.pk, unit_code="EAST").from_on is None
    with pytest.raises(KeyAccountInvalid):  # of another department
        services.confirm_target(**told("wang"), target_id=target.pk, unit_code="WEST")
    assert queries.attainment(who("boss"), since=DAY, until=DAY, on=DAY) == []
    assert services.confirm_target(**told("li"), target_id=target.pk, unit_code="WEST").from_on == DAY

    cases = [
        services.open_request(**told("wang"), customer_no="C-1", new=asked("complaint")) for _ in range(3)
    ]
    for case in cases:
        services.accept(**told("east"), request_id=case.pk)
    with pytest.raises(KeyAccountInvalid):
        services.pause(**told("east"), request_id=cases[1].pk, reason="holiday")
    services.pause(**told("east"), request_id=cases[1].pk, reason="waits_for_customer")
    resumed, late = date(2024, 5, 31), date(2024, 6, 13)
    assert services.resume(**told("east", resumed), request_id=cases[1].pk).close_by == date(2024, 6, 17)
    for case in cases[:2]:  # 13 working days (10 June is a holiday): late without a pause, in time with five
        services.close_request(**told("east", late), request_id=case.pk, result="已答复")
    (kept,) = queries.attainment(who("boss"), since=DAY, until=late, on=late)
    assert (kept.figure, kept.cases, kept.open_cases, kept.is_kept) == (Decimal("33.33"), 3, 1, False)

    days = services.propose_target(
        **told("city", late), new=NewTarget("complaint", "day", Decimal("12"), ("EAST",))
    )
    assert (days.version, Target.objects.filter(until_on__isnull=False).count()) == (2, 0)
    services.confirm_target(**told("wang", late), target_id=days.pk, unit_code="EAST")
    (kept,) = queries.attainment(who("boss"), since=DAY, until=late, on=late)
    assert (kept.figure, kept.is_kept) == (Decimal("10.50"), True)  # (13 + 8) / 2
    assert (
        queries.attainment(who("li"), since=DAY, until=late, on=late)[0].figure is None
    )  # none within reach


@pytest.mark.req("VIP-09")
def test_the_market_by_region_and_trade() -> None:
    services.keep_profile(**told("wang"), customer_no="C-1", told={**FULL, "year_sales": "4200000"})
    services.keep_profile(
        **told("li"), customer_no="C-2", told={**FULL, "trade": "纺织", "year_kwh": "9000000"}
    )
    found = [
        (one.unit, one.trade, one.customers, one.year_kwh) for one in queries.market(who("boss"), on=DAY)
    ]
    assert found == [("西县公司", "纺织", 1, Decimal(9_000_000)), ("东县公司", "水泥", 1, Decimal(6_000_000))]
    assert [one.trade for one in queries.market(who("wang"), on=DAY)] == ["水泥"]


@pytest.mark.req("VIP-11")
def test_a_task_of_the_planning_group_stays_open_until_it_has_a_result() -> None:
    boss = who("boss")
    task = duties.order_task(actor=boss, on=DAY, new=NewTask("重点客户走访方案", "CITY", MONDAY, "city"))
    with pytest.raises(DutyInvalid):
        duties.finish_task(actor=who("city"), on=MONDAY, task_id=task.pk, result=" ")
    assert Task.objects.get().state == "open"
    assert duties.finish_task(actor=who("city"), on=MONDAY, task_id=task.pk, result="走访6户").state == "done"


def test_rules_that_name_what_is_not_there_are_refused() -> None:
    shipped = policy.shipped().read_text("utf-8")
    for right, wrong in (("of: year_kwh", "of: yearly"), ("level: company, accept", "level: board, accept")):
        with pytest.raises(KeyRulesInvalid):
            policy.check(shipped.replace(right, wrong))
    assert rules.attained("percent", [], [], 0) is None
    with pytest.raises(CustomerUnknown):
        services.open_request(**told("li"), customer_no="C-1", new=asked())
