"""The organisation tree keeps its paths, its order and its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.base.access.conftest import DAY, PASSWORD
from xinheng.base.access import queries, services
from xinheng.base.access.errors import (
    AccessDenied,
    FieldInvalid,
    UnitClosed,
    UnitExists,
    UnitInUse,
    UnitMisplaced,
    UnitUnknown,
)
from xinheng.base.access.models import Assignment, Person, Unit
from xinheng.base.audit.models import Entry
from xinheng.base.kernel.actors import Actor

Find = Callable[..., Actor]
Make = Callable[..., Person]
pytestmark = pytest.mark.django_db


def path(code: str) -> str:
    return Unit.objects.get(code=code).path


def test_paths_lead_from_the_root(organisation: None) -> None:
    ids = {unit.code: unit.pk for unit in Unit.objects.all()}
    assert path("G") == f"/{ids['G']}/"
    assert path("NORTH-SALES") == f"/{ids['G']}/{ids['NORTH']}/{ids['NORTH-SALES']}/"


def test_a_unit_moves_with_all_below_it(person: Make, acting: Find) -> None:
    person("wang", role="analyst", unit="SOUTH")
    assert not path("NORTH-SALES").startswith(acting("wang").scope.unit_paths)
    services.move_unit(actor=acting("admin"), on=DAY, code="NORTH", parent="SOUTH")
    assert path("NORTH-SALES").startswith(path("NORTH"))
    assert path("NORTH").startswith(path("SOUTH"))
    assert path("NORTH-SALES").startswith(acting("wang").scope.unit_paths)
    entry = Entry.objects.get(act="people.move_unit")
    assert (entry.before["parent"], entry.after["parent"]) == ("G", "SOUTH")
    for above in ("NORTH", "NORTH-SALES"):
        with pytest.raises(UnitMisplaced):
            services.move_unit(actor=acting("admin"), on=DAY, code="NORTH", parent=above)


def test_a_unit_is_refused_with_what_is_wrong(acting: Find) -> None:
    admin = acting("admin")

    def create(**changed: str) -> None:
        told = {"code": "EAST", "name": "东公司", "kind": "company", "parent": "G", **changed}
        services.create_unit(actor=admin, on=DAY, **told)

    for error, changed in [
        (UnitExists, {"code": "NORTH"}),
        (UnitUnknown, {"parent": "MOON"}),
        (FieldInvalid, {"kind": "club"}),
        (FieldInvalid, {"name": "  "}),
        (FieldInvalid, {"code": "x" * 41}),
        (FieldInvalid, {"name": "a\nb"}),
        (UnitMisplaced, {"parent": "NORTH-SALES"}),
        (UnitMisplaced, {"kind": "group"}),
    ]:
        with pytest.raises(error):
            create(**changed)
    create()


def test_a_tree_too_deep_for_its_path_is_refused(acting: Find) -> None:
    def dig() -> None:
        parent = "NORTH-SALES"
        for number in range(100):
            code = f"D{number}"
            services.create_unit(
                actor=acting("admin"), on=DAY, code=code, name="深", kind="department", parent=parent
            )
            parent = code

    with pytest.raises(UnitMisplaced):
        dig()


def test_a_unit_closes_only_when_nobody_and_nothing_is_in_it(person: Make, acting: Find) -> None:
    admin = acting("admin")
    person("wang", role="salesperson", unit="NORTH-SALES")
    with pytest.raises(UnitInUse):
        services.close_unit(actor=admin, on=DAY, code="NORTH")
    with pytest.raises(UnitInUse):
        services.close_unit(actor=admin, on=DAY, code="NORTH-SALES")
    services.end_assignment(
        actor=admin, on=DAY, assignment_id=Assignment.objects.get(person__login="wang").pk
    )
    services.close_unit(actor=admin, on=DAY, code="NORTH-SALES")
    with pytest.raises(UnitClosed):
        services.create_unit(
            actor=admin, on=DAY, code="NS2", name="二部", kind="department", parent="NORTH-SALES"
        )
    with pytest.raises(UnitClosed):
        services.create_person(
            actor=admin, on=DAY, login="li", name="李", password=PASSWORD, role="analyst", unit="NORTH-SALES"
        )
    with pytest.raises(UnitClosed):
        services.close_unit(actor=admin, on=DAY, code="NORTH-SALES")
    assert "NORTH-SALES" not in {unit.code for unit in queries.units(admin, on=DAY)}
    assert "NORTH-SALES" in {unit.code for unit in queries.units(admin)}


def test_questions_keep_to_the_actors_reach(person: Make, acting: Find) -> None:
    services.save_role(
        actor=acting("admin"), on=DAY, code="personnel", name="人事", name_en="Personnel",
        permits=["people.read"], reach="unit",
    )  # fmt: skip
    person("clerk", role="personnel", unit="NORTH")
    person("wang", unit="NORTH-SALES")
    person("zhang", unit="SOUTH")
    clerk = acting("clerk")
    assert [one.login for one in queries.people(clerk)] == ["clerk", "wang"]
    assert [unit.code for unit in queries.units(clerk)] == ["NORTH", "NORTH-SALES", "NORTH-CREDIT"]
    assert {held.person.login for held in queries.assignments(clerk, on=DAY)} == {"clerk", "wang"}
    assert queries.roles(clerk).count() == 22
    assert [one.login for one in queries.people(acting("admin"))] == ["admin", "clerk", "wang", "zhang"]
    for ask in (queries.people, queries.units, queries.roles, queries.assignments):
        with pytest.raises(AccessDenied):
            ask(acting("wang"))
    assert queries.people_by_login().keys() == {"admin", "clerk", "wang", "zhang"}
    assert queries.units_by_code()["NORTH"] == Unit.objects.get(code="NORTH").pk
