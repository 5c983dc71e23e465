"""What roles allow, how far they reach, and that nobody gives what they do not have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from tests.base.access.conftest import DAY, PASSWORD
from xinheng.base.access import acts, rules, services
from xinheng.base.access.errors import (
    AccessDenied,
    AssignmentExists,
    AssignmentUnknown,
    FieldInvalid,
    LastAdministrator,
    PermitInvalid,
    PersonInactive,
    PersonUnknown,
    RightsExceeded,
    RoleShipped,
    RoleUnknown,
    TermInvalid,
    UnitClosed,
    UnitMisplaced,
    UnitUnknown,
)
from xinheng.base.access.models import Assignment, Person, Role, Unit
from xinheng.base.access.roles import shipped_roles
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers import services as customer_services
from xinheng.facts.customers.values import NewCustomer

Find = Callable[..., Actor]
Make = Callable[..., Person]
LATER = DAY + timedelta(days=10)

pytestmark = pytest.mark.django_db


def last() -> Entry:
    entry = Entry.objects.last()
    assert entry
    return entry


def test_every_shipped_role_is_of_known_rights() -> None:
    codes = [role["code"] for role in shipped_roles()]
    assert codes == [
        "administrator", "credit_manager", "analyst", "salesperson", "collector", "archivist", "approver", "auditor",
        "department_head", "sales_supervisor", "sales_manager", "marketing_director", "customer_director", "finance_manager", "legal_manager",
        "vice_president", "general_manager", "service_manager", "service_staff", "utility_analyst", "inspector",
    ]  # fmt: skip
    for role in shipped_roles():
        assert role["reach"] in rules.REACHES
        for permit in role["permits"]:
            assert rules.is_permit(permit)
            assert any(rules.covers([permit], act) for act in acts.ACTS), permit


def test_shipped_roles_are_updated_and_the_sites_own_are_left(organisation: None, acting: Find) -> None:
    admin = acting("admin")
    services.save_role(
        actor=admin,
        on=DAY,
        code="clerk",
        name="文员",
        name_en="Clerk",
        permits=["customers.read"],
        reach="own",
    )
    Role.objects.filter(code="auditor").update(permits=["*"])
    assert services.load_shipped_roles(actor=admin, on=DAY) == 1
    assert Role.objects.get(code="auditor").permits == ["*.read"]
    noted = Entry.objects.get(act="people.load_role", subject="role:auditor", before__isnull=False)
    assert (noted.before["permits"], noted.after["permits"]) == (["*"], ["*.read"])
    assert services.load_shipped_roles(actor=admin, on=DAY) == 0
    assert Role.objects.get(code="clerk").permits == ["customers.read"]


def test_setting_the_database_up_anew_brings_the_roles_of_the_version(organisation: None) -> None:
    """As `xinheng start` and `xinheng migrate` do when the software was replaced by a newer one."""
    Role.objects.filter(code="credit_manager").update(permits=["customers.read"])
    call_command("migrate", verbosity=0)
    assert "processes.*" in Role.objects.get(code="credit_manager").permits


@pytest.mark.req("TPA-12")
def test_seeing_and_changing_are_separate_rights(person: Make, acting: Find) -> None:
    person("reader", role="auditor", unit="G")
    person("runner", role="approver", unit="SOUTH")
    new = NewCustomer(name="恒信贸易有限公司", no="C-1")
    services.save_role(
        actor=acting("admin"), on=DAY, code="entry", name="录入", name_en="Entry", permits=["customers.write"],
        reach="everything",
    )  # fmt: skip
    person("writer", role="entry", unit="G")

    with pytest.raises(AccessDenied) as refused:
        customer_services.register(actor=acting("reader"), on=DAY, new=new)
    assert refused.value.params == {"act": "customers.write", "subject": "customer:C-1"}
    customer_services.register(actor=acting("writer"), on=DAY, new=new)
    assert [seen.no for seen in customers.visible(acting("reader"), on=DAY)] == ["C-1"]
    assert [seen.no for seen in customers.visible(acting("runner"), on=DAY)] == []  # another company's
    with pytest.raises(AccessDenied):
        customers.visible(acting("writer"), on=DAY)


def test_the_auditor_reads_everything_and_changes_nothing(person: Make, acting: Find) -> None:
    person("auditor1", role="auditor", unit="G")
    actor = acting("auditor1")
    assert actor.scope.reach == "everything"
    for act in acts.ACTS:
        assert actor.may(act) is act.endswith(".read")


@pytest.mark.req("SIX-10")
def test_a_salesperson_who_leaves_loses_access_and_the_data_stays(person: Make, acting: Find) -> None:
    seller = person("wang", role="salesperson", unit="NORTH-SALES")
    customer_services.register(
        actor=acting("wang"), on=DAY, new=NewCustomer(name="恒信贸易有限公司", no="C-1")
    )
    assert [seen.no for seen in customers.visible(acting("wang"), on=DAY)] == ["C-1"]

    services.deactivate(actor=acting("admin"), on=DAY, login="wang", reason="离职")

    gone = services.actor_of(Person.objects.get(pk=seller.pk), on=DAY)
    assert (gone.permits, gone.scope.reach) == (frozenset(), "nothing")
    with pytest.raises(AccessDenied):
        customers.visible(gone, on=DAY)
    assert [seen.no for seen in customers.visible(acting("admin"), on=DAY)] == ["C-1"]


def test_roles_add_up_and_the_widest_reach_counts(person: Make, acting: Find) -> None:
    person("wang", role="salesperson", unit="NORTH-SALES")
    assert acting("wang").scope == Scope("own", (), Person.objects.get(login="wang").pk)
    services.assign(actor=acting("admin"), on=DAY, login="wang", role="archivist", unit="NORTH-SALES")
    services.assign(actor=acting("admin"), on=DAY, login="wang", role="analyst", unit="NORTH")
    actor = acting("wang")
    assert actor.scope.reach == "unit"
    assert actor.scope.unit_paths == (Unit.objects.get(code="NORTH").path,)  # the department is inside
    assert actor.may("intake.write")
    assert actor.may("customers.write")
    assert not actor.may("people.write")


def test_a_role_holds_from_its_first_day_until_its_last(person: Make, acting: Find) -> None:
    person("wang", role="salesperson", unit="NORTH-SALES")
    services.assign(
        actor=acting("admin"), on=DAY, login="wang", role="auditor", unit="G",
        from_on=DAY + timedelta(days=1), until_on=DAY + timedelta(days=3),
    )  # fmt: skip
    assert [acting("wang", DAY + timedelta(days=n)).may("audit.read") for n in range(5)] == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_a_role_taken_away_is_gone_the_same_day(person: Make, acting: Find) -> None:
    person("wang", role="salesperson", unit="NORTH-SALES")
    held = Assignment.objects.get(person__login="wang")
    services.end_assignment(actor=acting("admin"), on=DAY, assignment_id=held.pk)
    assert acting("wang").permits == frozenset()
    assert last().act == "people.end_assignment"
    assert last().before["until_on"] is None
    assert last().after["until_on"] == "2026-06-30"
    with pytest.raises(AssignmentUnknown):
        services.end_assignment(actor=acting("admin"), on=DAY, assignment_id=held.pk)


def test_a_role_can_be_ended_ahead_but_not_lengthened(person: Make, acting: Find) -> None:
    person("wang")
    held = Assignment.objects.get(person__login="wang")
    services.end_assignment(actor=acting("admin"), on=DAY, assignment_id=held.pk, until_on=LATER)
    assert acting("wang", LATER - timedelta(days=1)).permits
    assert not acting("wang", LATER).permits
    for wrong in (DAY - timedelta(days=1), LATER + timedelta(days=1)):
        with pytest.raises(TermInvalid):
            services.end_assignment(actor=acting("admin"), on=DAY, assignment_id=held.pk, until_on=wrong)


def test_an_assignment_is_refused_with_what_is_wrong(person: Make, acting: Find) -> None:
    person("wang")
    admin = acting("admin")

    def give(**changed: object) -> None:
        told = {"login": "wang", "role": "archivist", "unit": "NORTH", **changed}
        services.assign(actor=admin, on=DAY, **told)  # type: ignore[arg-type]

    for error, changed in [
        (PersonUnknown, {"login": "nobody"}),
        (RoleUnknown, {"role": "king"}),
        (UnitUnknown, {"unit": "MOON"}),
        (TermInvalid, {"from_on": DAY - timedelta(days=1)}),
        (TermInvalid, {"from_on": LATER, "until_on": LATER}),
        (AssignmentExists, {"role": "analyst"}),
    ]:
        with pytest.raises(error):
            give(**changed)
    give()
    with pytest.raises(AssignmentExists):
        give(from_on=LATER)
    services.create_unit(actor=admin, on=DAY, code="EAST", name="东", kind="company", parent="G")
    services.close_unit(actor=admin, on=DAY, code="EAST")
    with pytest.raises(UnitClosed):
        give(unit="EAST")
    services.deactivate(actor=admin, on=DAY, login="wang")
    with pytest.raises(PersonInactive):
        give(unit="SOUTH")


@pytest.fixture
def clerk(person: Make, acting: Find) -> Actor:
    """Cares for the people of the north and may otherwise only see customers."""
    services.save_role(
        actor=acting("admin"), on=DAY, code="personnel", name="人事", name_en="Personnel",
        permits=["people.*", "customers.read", "tokens.write"], reach="unit",
    )  # fmt: skip
    person("clerk", role="personnel", unit="NORTH")
    return acting("clerk")


def test_nobody_gives_rights_they_do_not_have(clerk: Actor, person: Make, acting: Find) -> None:
    for role, unit in (("administrator", "NORTH"), ("auditor", "NORTH"), ("analyst", "NORTH-SALES")):
        with pytest.raises(RightsExceeded):
            services.create_person(
                actor=clerk, on=DAY, login="friend", name="朋友", password=PASSWORD, role=role, unit=unit
            )
    with pytest.raises(RightsExceeded):
        services.assign(actor=clerk, on=DAY, login="clerk", role="administrator", unit="NORTH")
    with pytest.raises(UnitUnknown):
        services.assign(actor=clerk, on=DAY, login="clerk", role="personnel", unit="SOUTH")
    with pytest.raises(UnitUnknown):
        services.assign(actor=clerk, on=DAY, login="clerk", role="personnel", unit="G")
    assert not Person.objects.filter(login="friend").exists()
    services.create_person(
        actor=clerk,
        on=DAY,
        login="friend",
        name="朋友",
        password=PASSWORD,
        role="personnel",
        unit="NORTH-SALES",
    )


def test_nobody_takes_over_or_shuts_out_who_holds_more(clerk: Actor, person: Make, acting: Find) -> None:
    person("wang", role="analyst", unit="NORTH-SALES")
    person("zhang", role="analyst", unit="SOUTH")
    stronger = {"actor": clerk, "on": DAY, "login": "wang"}
    with pytest.raises(RightsExceeded):
        services.set_password(**stronger, password="another-2026-Word")  # type: ignore[arg-type]
    with pytest.raises(RightsExceeded):
        services.deactivate(**stronger)  # type: ignore[arg-type]
    with pytest.raises(RightsExceeded):
        services.issue_token(**stronger, name="x", expires_on=DAY, permits=["customers.read"])  # type: ignore[arg-type]
    held = Assignment.objects.get(person__login="wang")
    with pytest.raises(RightsExceeded):
        services.end_assignment(actor=clerk, on=DAY, assignment_id=held.pk)
    for login in ("zhang", "admin"):  # out of reach is as good as not there
        with pytest.raises(PersonUnknown):
            services.set_password(actor=clerk, on=DAY, login=login, password="another-2026-Word")
    services.deactivate(actor=acting("admin"), on=DAY, login="wang")
    with pytest.raises(RightsExceeded):  # nor by waking them up
        services.reactivate(**stronger, password="another-2026-Word")  # type: ignore[arg-type]


def test_a_role_of_the_sites_own_is_checked(clerk: Actor, acting: Find) -> None:
    admin = acting("admin")

    def save(actor: Actor = admin, **changed: object) -> Role:
        told = {
            "code": "helper", "name": "助理", "name_en": "Helper", "permits": ["customers.read"], "reach": "unit",
            **changed,
        }  # fmt: skip
        return services.save_role(actor=actor, on=DAY, **told)  # type: ignore[arg-type]

    for error, changed in [
        (RoleShipped, {"code": "auditor"}),
        (RoleShipped, {"code": "Auditor"}),
        (PermitInvalid, {"permits": ["customers"]}),
        (PermitInvalid, {"permits": ["customers.read", "[a-z]*"]}),
        (FieldInvalid, {"reach": "nothing"}),
        (FieldInvalid, {"code": "a b"}),
        (FieldInvalid, {"name": " "}),
        (RightsExceeded, {"actor": clerk}),
    ]:
        with pytest.raises(error):
            save(**changed)  # type: ignore[arg-type]
    save()
    save(permits=["customers.read", "ratings.read"])
    assert last().before["permits"] == ["customers.read"]
    assert last().after["permits"] == ["customers.read", "ratings.read"]


def test_who_lacks_the_right_changes_nobody(person: Make, acting: Find) -> None:
    person("wang")
    actor, before = acting("wang"), Entry.objects.count()
    everything = [
        lambda: services.create_unit(
            actor=actor, on=DAY, code="X", name="X", kind="department", parent="NORTH"
        ),
        lambda: services.rename_unit(actor=actor, on=DAY, code="NORTH", name="X"),
        lambda: services.move_unit(actor=actor, on=DAY, code="NORTH", parent="SOUTH"),
        lambda: services.close_unit(actor=actor, on=DAY, code="NORTH"),
        lambda: services.create_person(
            actor=actor, on=DAY, login="xx", name="X", password=PASSWORD, role="analyst", unit="NORTH"
        ),
        lambda: services.assign(actor=actor, on=DAY, login="wang", role="analyst", unit="NORTH"),
        lambda: services.end_assignment(actor=actor, on=DAY, assignment_id=1),
        lambda: services.rename_person(actor=actor, on=DAY, login="wang", name="X"),
        lambda: services.set_password(actor=actor, on=DAY, login="wang", password=PASSWORD),
        lambda: services.deactivate(actor=actor, on=DAY, login="admin"),
        lambda: services.reactivate(actor=actor, on=DAY, login="admin", password=PASSWORD),
        lambda: services.unlock(actor=actor, on=DAY, login="admin"),
        lambda: services.save_role(
            actor=actor, on=DAY, code="xx", name="X", name_en="X", permits=["*"], reach="own"
        ),
        lambda: services.issue_token(
            actor=replace(actor, permits=frozenset()), on=DAY, name="x", expires_on=DAY, permits=["*"]
        ),
    ]
    for act in everything:
        with pytest.raises(AccessDenied):
            act()
    assert Entry.objects.count() == before


def test_the_last_administrator_stays(person: Make, acting: Find) -> None:
    admin = acting("admin")
    mine = Assignment.objects.get(person__login="admin")
    person("second", role="administrator", unit="G")
    seconds = Assignment.objects.get(person__login="second")
    services.end_assignment(actor=admin, on=DAY, assignment_id=seconds.pk, until_on=LATER)

    for remove in (  # the second one only holds for a while
        lambda: services.deactivate(actor=admin, on=DAY, login="admin"),
        lambda: services.end_assignment(actor=admin, on=DAY, assignment_id=mine.pk),
        lambda: services.end_assignment(actor=admin, on=DAY, assignment_id=mine.pk, until_on=LATER),
    ):
        with pytest.raises(LastAdministrator):
            remove()
    assert acting("admin").may("people.write")

    person("third", role="administrator", unit="G")
    services.deactivate(actor=admin, on=DAY, login="admin")
    assert not acting("admin").permits
    with pytest.raises(LastAdministrator):
        services.deactivate(actor=acting("third"), on=DAY, login="third")


def test_sensitive_fields_are_masked_for_who_may_not_see_them(person: Make, acting: Find) -> None:
    person("wang", role="analyst")
    person("zhang", role="archivist")
    number = "110101199003071233"
    assert services.shown(acting("wang"), "id_number", number) == "1101**********1233"
    assert services.shown(acting("wang"), "mobile", "13800138000") == "13*******00"
    assert services.shown(acting("wang"), "mobile", "12") == "**"
    assert services.shown(acting("wang"), "name", "甲公司") == "甲公司"
    assert services.shown(acting("zhang"), "id_number", number) == number
    assert not services.may_see(acting("wang"), "id_number")


def test_a_refusal_says_what_is_not_allowed_in_words() -> None:
    from django.utils import translation

    refusal = AccessDenied("customers.write", "customer:C-1")
    with translation.override("zh-hans"):
        assert str(refusal) == "您的角色无权维护客户（customers.write）。"
    with translation.override("en"):
        assert str(refusal) == "Your roles do not allow you to: change customers (customers.write)."
    with translation.override("zh-hans"):
        assert str(FieldInvalid(field="name", value="x")) == "字段“名称”为空、过长或取值不允许：x。"
        assert (
            str(UnitMisplaced(kind="company", unit="E"))
            == "此处不能设置公司：E。层级依次为集团、公司、部门。"
        )


def test_every_refusal_speaks_chinese_and_english() -> None:
    import inspect
    import re

    from django.utils import translation

    from xinheng.base.access import errors
    from xinheng.base.kernel.refusal import Refusal

    for _name, refusal in inspect.getmembers(errors, inspect.isclass):
        if refusal is Refusal:
            continue
        with translation.override("en"):
            english = str(refusal.text)
        with translation.override("zh-hans"):
            chinese = str(refusal.text)
        assert re.search("[一-鿿]", chinese), refusal
        assert sorted(re.findall(r"%\(\w+\)s", chinese)) == sorted(re.findall(r"%\(\w+\)s", english))


PERMITS = st.sampled_from(
    ["*", "*.read", "*.write", "customers.*", "customers.read", "ratings.read", "ratings.*"]
)
ACTS = st.sampled_from(
    [f"{room}.{verb}" for room in ("customers", "ratings", "audit") for verb in ("read", "write")]
)


@given(st.sets(PERMITS), st.sets(PERMITS), ACTS)
def test_common_permits_allow_exactly_what_both_allow(one: set[str], other: set[str], act: str) -> None:
    def may(permits: set[str] | frozenset[str]) -> bool:
        return Actor("x", "x", permits=frozenset(permits)).may(act)

    assert may(rules.common(one, other)) == (may(one) and may(other))
    if not rules.missing(one, other):
        assert may(one) or not may(other)


def test_a_year_of_history_is_answered_by_date(person: Make, acting: Find) -> None:
    person("wang", role="salesperson", unit="NORTH-SALES")
    assert services.actor_of(Person.objects.get(login="wang"), on=date(2025, 1, 1)).permits == frozenset()
    assert system_actor().may("anything.at_all")
