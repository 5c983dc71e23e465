"""Dossiers are found by part of what they tell, whatever the width of the signs, and by nothing they told before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import customer
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, Scope, system_actor
from xinheng.facts.dossiers import queries, services
from xinheng.facts.dossiers.models import Lookup
from xinheng.facts.dossiers.values import Wanted

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)


def house() -> None:
    access.create_unit(actor=system_actor(), on=DAY, code="HQ", name="公司", kind="company")
    customer("C-1")


@pytest.fixture(autouse=True)
def _house(db: None) -> None:
    worlds.given(house)


def found(actor: Actor, text: str) -> list[str]:
    return [one.title for one in queries.dossiers(actor, Wanted(text=text), DAY)]


@pytest.mark.req("VEH-02", "GZM-03")
def test_dossiers_are_found_by_parts_of_what_they_tell_now(chief: Actor) -> None:
    told: dict[str, Any] = {"actor": chief, "on": DAY, "kind": "gzm_project"}
    one = services.open_dossier(
        **told, subject="project:沪A·3K918", title="沪东造船厂 二号 船坞改造", facts={"project": "一期"}
    )
    services.open_dossier(**told, subject="project:P-2", title="沪东变电站", facts={"project": "二期"})
    of_customer = services.open_dossier(
        **{**told, "kind": "general_customer"},
        subject="customer:C-1",
        title="一户一档",
        facts={"party": "company"},
    )
    name = of_customer.customer.name  # type: ignore[union-attr]
    assert found(chief, "沪东") == ["沪东造船厂 二号 船坞改造", "沪东变电站"]
    assert found(chief, "号船坞") == ["沪东造船厂 二号 船坞改造"]  # across the gaps
    assert found(chief, "3k918") == ["沪东造船厂 二号 船坞改造"]
    assert found(chief, "３Ｋ９１") == ["沪东造船厂 二号 船坞改造"]
    assert found(chief, "东船") == []  # both signs stand there, not beside one another
    assert found(chief, "沪东船坞") == []
    assert found(chief, name) == ["一户一档"]
    assert found(chief, "·") == []
    assert found(chief, one.no[-4:])[:1] == ["沪东造船厂 二号 船坞改造"]
    assert found(Actor("x", "x", permits=frozenset({"dossiers.read"}), scope=Scope()), "沪东") == []

    services.describe(actor=chief, on=DAY, no=one.no, title="江南造船厂", facts={"project": "三期"})
    assert found(chief, "船坞") == []
    assert found(chief, "江南造") == ["江南造船厂"]
    assert Lookup.objects.count() == 3
