"""A dealer with sales, service and customer care, and people in them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import worlds
from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor, system_actor

START = date(2023, 1, 3)
PEOPLE = {
    "keeper": ("archivist", "DEALER"), "director": ("customer_director", "DEALER"), "boss": ("general_manager", "DEALER"),
    "seller": ("salesperson", "SALES"), "adviser": ("service_staff", "SERVICE"), "head": ("department_head", "SALES"),
    "adviser2": ("service_staff", "SERVICE"),
}  # fmt: skip


def founded() -> None:
    root: dict[str, Any] = {"actor": system_actor(), "on": START}
    access.load_shipped_roles(**root)
    for code, name, kind, parent in (
        ("DEALER", "信衡汽车销售服务公司", "company", ""),
        ("SALES", "销售部", "department", "DEALER"),
        ("SERVICE", "售后部", "department", "DEALER"),
        ("CHEM", "化工公司", "company", "DEALER"),
    ):
        access.create_unit(**root, code=code, name=name, kind=kind, parent=parent)
    for login, (role, unit) in PEOPLE.items():
        access.create_person(
            **root, login=login, name=f"姓名{login}", password="hengxin-2026-Beijing", role=role, unit=unit
        )


@pytest.fixture
def dealer(db: None) -> None:
    worlds.given(founded)


def as_(login: str, on: date) -> dict[str, Any]:
    """Who acts on which day."""
    actor: Actor = access.actor_of(people.person_by_login(login), on=on)
    return {"actor": actor, "on": on}
