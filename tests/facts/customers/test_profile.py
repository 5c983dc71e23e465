"""Names, groups, related parties, contacts, closing, responsibility, surveys."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.seats import seat
from xinheng.base.access import services as access
from xinheng.base.audit import queries as audit
from xinheng.base.kernel.actors import Actor, Scope
from xinheng.facts.customers import queries, services
from xinheng.facts.customers.errors import (
    CustomerClosed,
    CustomerUnknown,
    DayInvalid,
    DuplicateIdentifier,
    FieldInvalid,
    ItemUnknown,
    LikeNamesExist,
    LinkUnknown,
    ParentCycle,
    PersonUnknown,
    SharesExceed,
    SurveyUnfinished,
    SurveyUnknown,
    UnitUnknown,
)
from xinheng.facts.customers.models import Customer, FileFact, Responsibility
from xinheng.facts.customers.values import Link, NewContact, NewCustomer, NewSurvey

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(chief: Actor, day: date) -> list[Customer]:
    names = {"A": "甲集团有限公司", "B": "乙贸易有限公司", "C": "丙运输有限公司"}
    return [
        services.register(actor=chief, on=day, new=NewCustomer(name=name, no=no))
        for no, name in names.items()
    ]


@pytest.fixture
def people(chief: Actor, day: date) -> dict[str, int]:
    """Two departments of a company with a salesperson each."""
    access.load_shipped_roles(actor=chief, on=day)
    access.create_unit(actor=chief, on=day, code="HQ", name="总部", kind="company")
    found = {}
    for unit, login in (("EAST", "li"), ("WEST", "wu")):
        access.create_unit(actor=chief, on=day, code=unit, name=unit, kind="department", parent="HQ")
        person = access.create_person(
            actor=chief,
            on=day,
            login=login,
            name=login,
            password="long enough 9 words",
            role="salesperson",
            unit=unit,
        )
        found[login] = person.pk
    return found


def test_new_name_keeps_the_old_one_and_both_find(three: list[Customer], chief: Actor, day: date) -> None:
    services.rename(actor=chief, on=day, no="B", name="新乙科技股份有限公司")

    for text in ("新乙", "乙贸易", "xykj"):
        assert [one.no for one in queries.search(chief, text, on=day)] == ["B"]
    assert [(one.name, one.until_on) for one in queries.former_names(three[1])] == [("乙贸易有限公司", day)]
    entry = audit.search(act="customers.rename").get()
    assert (entry.before, entry.after) == ({"name": "乙贸易有限公司"}, {"name": "新乙科技股份有限公司"})
    with pytest.raises(LikeNamesExist):
        services.rename(actor=chief, on=day, no="C", name="乙贸易有限责任公司")
    with pytest.raises(FieldInvalid):
        services.rename(actor=chief, on=day, no="C", name=" ")


def test_group_has_no_cycle(three: list[Customer], chief: Actor, day: date) -> None:
    services.set_parent(actor=chief, on=day, no="B", parent_no="A")
    services.set_parent(actor=chief, on=day, no="C", parent_no="B")
    for no, parent in (("A", "C"), ("A", "A")):
        with pytest.raises(ParentCycle):
            services.set_parent(actor=chief, on=day, no=no, parent_no=parent)
    assert [one.no for one in queries.subsidiaries(three[0])] == ["B"]
    services.set_parent(actor=chief, on=day, no="B", parent_no="")
    assert queries.get(chief, "B", on=day).parent is None


@pytest.mark.req("SIX-02")
def test_shareholdings_over_the_whole_are_refused_and_the_rest_is_unknown(
    three: list[Customer], chief: Actor, day: date
) -> None:
    def hold(share: str, **who: str) -> None:
        link = Link("shareholder", share=Decimal(share), **who)
        services.link_party(actor=chief, on=day, no="A", link=link)

    hold("0.6", other_no="B")
    hold("0.3", other_name="张三")
    with pytest.raises(SharesExceed):
        hold("0.10000001", other_name="李四")
    assert queries.holdings(three[0], on=day).unknown == Decimal("0.1")

    hold("0.7", other_no="B")
    held = queries.holdings(three[0], on=day)
    assert [(one.name, one.share) for one in held.known] == [
        ("乙贸易有限公司", Decimal("0.7")),
        ("张三", Decimal("0.3")),
    ]
    assert held.unknown == 0


def test_newer_share_ends_the_older_and_a_link_ends_by_date(
    three: list[Customer], chief: Actor, day: date
) -> None:
    later = date(2026, 9, 1)
    first = Link("shareholder", other_no="B", share=Decimal("0.5"))
    services.link_party(actor=chief, on=day, no="A", link=first)
    services.link_party(
        actor=chief, on=later, no="A", link=Link("shareholder", other_no="B", share=Decimal("0.2"))
    )
    assert queries.holdings(three[0], on=day).unknown == Decimal("0.5")
    assert queries.holdings(three[0], on=later).unknown == Decimal("0.8")
    (link,) = queries.related_parties(three[0], on=later)
    services.end_link(actor=chief, on=later, no="A", link_id=link.pk)
    assert queries.holdings(three[0], on=later).known == ()
    with pytest.raises(LinkUnknown):
        services.end_link(actor=chief, on=later, no="A", link_id=link.pk)


@pytest.mark.parametrize(
    ("link", "refusal"),
    [
        (Link("shareholder", other_no="A", share=Decimal("0.1")), FieldInvalid),
        (Link("shareholder", other_name="张三", share=Decimal("1.1")), FieldInvalid),
        (Link("shareholder", other_name="张三", share=Decimal("-0.1")), FieldInvalid),
        (Link("guarantor", other_name="张三", share=Decimal("0.1")), FieldInvalid),
        (Link("guarantor", other_name=" "), FieldInvalid),
        (Link("friend", other_name="张三"), FieldInvalid),  # type: ignore[arg-type]
        (Link("guarantor", other_no="Z"), CustomerUnknown),
        (Link("guarantor", other_name="张三", from_on=date(2027, 1, 1)), DayInvalid),
    ],
)
def test_link_that_cannot_be_is_refused(
    three: list[Customer], chief: Actor, day: date, link: Link, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        services.link_party(actor=chief, on=day, no="A", link=link)
    assert not queries.related_parties(three[0], on=day).exists()


def test_contacts_come_and_go(three: list[Customer], chief: Actor, day: date) -> None:
    contact = services.add_contact(
        actor=chief, on=day, no="A", contact=NewContact("陈会计", "财务", "021-12345678", "chen@example.cn")
    )
    assert [one.name for one in queries.contacts(three[0], on=day)] == ["陈会计"]
    services.end_contact(actor=chief, on=day, no="A", contact_id=contact.pk)
    assert not queries.contacts(three[0], on=day).exists()
    for bad in (
        NewContact(""),
        NewContact("x", phone="abc"),
        NewContact("x", email="not-mail"),
        NewContact("x" * 61),
    ):
        with pytest.raises(FieldInvalid):
            services.add_contact(actor=chief, on=day, no="A", contact=bad)


def test_closed_customer_takes_nothing_new_until_reopened(
    three: list[Customer], chief: Actor, day: date
) -> None:
    with pytest.raises(FieldInvalid):
        services.close(actor=chief, on=day, no="A", reason=" ")
    services.close(actor=chief, on=day, no="A", reason="注销")
    with pytest.raises(CustomerClosed):
        services.rename(actor=chief, on=day, no="A", name="别名")
    assert queries.get(chief, "A", on=day).closed_on == day
    services.reopen(actor=chief, on=day, no="A", reason="误关")
    assert queries.get(chief, "A", on=day).status == "active"


def test_codes_are_corrected_and_clash_is_refused(three: list[Customer], chief: Actor, day: date) -> None:
    services.correct_codes(actor=chief, on=day, no="A", uscc="91350100m000100y43")
    assert [one.no for one in queries.search(chief, "91350100M", on=day)] == ["A"]
    with pytest.raises(DuplicateIdentifier):
        services.correct_codes(actor=chief, on=day, no="B", uscc="91350100M000100Y43")
    with pytest.raises(FieldInvalid):
        services.correct_codes(actor=chief, on=day, no="B", id_number="11010519491231002X")


@pytest.mark.req("SIX-10")
def test_customer_moves_and_the_former_salesperson_loses_sight(
    three: list[Customer], people: dict[str, int], chief: Actor, day: date
) -> None:
    later = date(2026, 9, 1)

    def seen(login: str, on: date) -> list[str]:
        actor = Actor(
            login=login,
            name=login,
            permits=frozenset({"customers.read"}),
            scope=Scope("own", (), people[login]),
        )
        return [one.no for one in queries.visible(actor, on=on)]

    services.assign_responsibility(actor=chief, on=day, no="A", unit_code="EAST", person_login="li")
    services.assign_responsibility(actor=chief, on=later, no="A", unit_code="WEST", person_login="wu")

    assert (seen("li", day), seen("wu", day)) == (["A"], [])
    assert (seen("li", later), seen("wu", later)) == ([], ["A"])
    held = [(one.unit.code, one.from_on, one.until_on) for one in queries.responsibilities(three[0])]
    assert held == [("WEST", later, None), ("EAST", day, later)]
    entry = audit.search(act="customers.assign_responsibility").first()
    assert entry.before["unit"] == "EAST"
    outsider = Actor(
        login="li", name="", permits=frozenset({"customers.*"}), scope=Scope("own", (), people["li"])
    )
    with pytest.raises(CustomerUnknown):
        queries.get(outsider, "A", on=later)


def test_unit_sees_its_subtree_and_nobody_sees_without_scope(
    three: list[Customer], people: dict[str, int], chief: Actor, day: date
) -> None:
    services.assign_responsibility(actor=chief, on=day, no="A", unit_code="EAST")
    services.assign_responsibility(actor=chief, on=day, no="B", unit_code="WEST", person_login="wu")
    east = Responsibility.objects.get(customer__no="A").unit
    root = f"/{east.path.split('/')[1]}/"

    def seen(scope: Scope) -> list[str]:
        actor = Actor(login="x", name="x", permits=frozenset({"customers.read"}), scope=scope)
        return [one.no for one in queries.visible(actor, on=day)]

    assert seen(Scope("unit", (root,))) == ["A", "B"]
    assert seen(Scope("unit", (east.path,))) == ["A"]
    assert seen(Scope("unit", (east.path,), people["wu"])) == ["A", "B"]
    assert seen(Scope("unit", ())) == []
    assert seen(Scope()) == []
    assert seen(Scope("everything")) == ["A", "B", "C"]


def test_salespersons_new_customer_is_their_own(people: dict[str, int], day: date) -> None:
    scope = Scope("own", (), people["li"])
    li = Actor(login="li", name="李", person_id=people["li"], permits=frozenset({"customers.*"}), scope=scope)
    customer = services.register(actor=li, on=day, new=NewCustomer(name="新客户"))
    assert list(queries.visible(li, on=day)) == [customer]
    (held,) = queries.responsibilities(customer)
    assert (held.unit.code, held.person_id) == ("EAST", people["li"])
    assert queries.responsible([customer], on=day)[customer.pk] == held


def test_responsibility_that_cannot_be_is_refused(
    three: list[Customer], people: dict[str, int], chief: Actor, day: date
) -> None:
    def assign(**told: object) -> None:
        services.assign_responsibility(actor=chief, on=day, no="A", **told)  # type: ignore[arg-type]

    with pytest.raises(UnitUnknown):
        assign(unit_code="NOWHERE")
    with pytest.raises(PersonUnknown):
        assign(unit_code="EAST", person_login="nobody")
    with pytest.raises(DayInvalid):
        assign(unit_code="EAST", from_on=date(2026, 7, 1))
    assign(unit_code="EAST")
    with pytest.raises(DayInvalid):
        assign(unit_code="WEST", from_on=date(2026, 6, 29))
    assert Responsibility.objects.count() == 1


@pytest.mark.req("LSE-01")
def test_indirect_customer_is_linked_to_a_direct_one(three: list[Customer], chief: Actor, day: date) -> None:
    new = NewCustomer(name="间接客户", no="I-1", through_no="A")
    customer = services.register(actor=chief, on=day, new=new)
    assert not customer.is_direct
    (link,) = queries.related_parties(customer, on=day)
    assert (link.relation, link.other.no) == ("direct", "A")


@pytest.mark.req("ADV-04")
def test_survey_is_saved_unfinished_but_not_handed_in(three: list[Customer], chief: Actor, day: date) -> None:
    new = NewSurvey("adv_investigation", "observation", "走访")
    survey = services.begin_survey(actor=chief, on=day, no="A", new=new)
    services.save_answers(
        actor=chief, on=day, survey_id=survey.pk, answers={"phone": "13800000001", "employees": "25"}
    )
    with pytest.raises(SurveyUnfinished):
        services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    assert not FileFact.objects.exists()

    rest = {
        item: None
        for item in queries.forms()["adv_investigation"].items
        if item not in ("phone", "employees")
    }
    services.save_answers(actor=chief, on=day, survey_id=survey.pk, answers=rest)
    seat("head", "department_head", on=day)
    seat("zhou", "archivist", on=day)
    services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)

    told = dict(FileFact.objects.values_list("item", "value"))
    assert told == {"phone": "13800000001", "employees": "25"}
    assert {one.source for one in FileFact.objects.all()} == {"走访"}
    with pytest.raises(SurveyUnknown):
        services.submit_survey(actor=chief, on=day, survey_id=survey.pk, signed=True)
    with pytest.raises(SurveyUnknown):
        services.begin_survey(actor=chief, on=day, no="A", new=NewSurvey("horoscope", "customer"))


def test_survey_takes_no_answer_it_did_not_ask(three: list[Customer], chief: Actor, day: date) -> None:
    survey = services.begin_survey(actor=chief, on=day, no="A", new=NewSurvey("net_survey", "customer"))
    with pytest.raises(ItemUnknown):
        services.save_answers(actor=chief, on=day, survey_id=survey.pk, answers={"hobby": "钓鱼"})


@pytest.mark.req("NET-01")
def test_party_is_customer_and_supplier_at_once(chief: Actor, day: date) -> None:
    new = NewCustomer(name="两头做生意公司", is_customer=True, is_supplier=True)
    customer = services.register(actor=chief, on=day, new=new)
    assert customer.is_customer
    assert customer.is_supplier
