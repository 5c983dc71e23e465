"""A department with the three lanes of the process of eleven steps, and customers of two salespeople."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs import services as packs
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer, Responsibility
from xinheng.judgements.processes import services
from xinheng.judgements.processes.models import Case

JUNE = date(2026, 6, 1)  # a Monday
PEOPLE = {
    "staff": "service_staff", "manager": "service_manager", "head": "department_head", "wang": "salesperson",
    "li": "salesperson", "analyst": "analyst", "auditor": "auditor", "filer": "archivist",
}  # fmt: skip
PACKS = Path(__file__).resolve().parents[3] / "packs"
SMALL = """
kind: process
code: small
version: "1"
name: {zh: 小流程, en: Small process}
about: {zh: 三步, en: Three steps}
source: {zh: 测试, en: Test}
lanes:
  - {code: staff, zh: 人员, en: Staff, mark: given, roles: [service_staff]}
  - {code: manager, zh: 经理, en: Manager, mark: given, roles: [service_manager]}
steps:
  - no: 1
    zh: 登记
    en: Note
    lane: staff
    within_days: 3
    mark: given
    forms:
      - {code: remark, zh: 登记表, en: Register, proof: note, mark: given}
  - no: 2
    zh: 审批
    en: Approve
    lane: manager
    mark: assumed
    forms:
      - {code: paper, zh: 审批单, en: Approval paper, proof: paper, mark: given}
      - {code: extra, zh: 附页, en: Annex, proof: paper, needed: optional, mark: given}
  - {no: 3, zh: 归档, en: File, lane: staff, within_days: 5, mark: lost}
"""


@pytest.fixture
def department(db: None, settings: Any) -> None:
    """The people, C-1 to C-3 of Wang and C-4 of Li, and the small process in force."""
    settings.PASSWORD_HASHERS = ["tests.base.access.conftest.QuickArgon2"]
    root = system_actor()
    access.load_shipped_roles(actor=root, on=JUNE)
    access.create_unit(actor=root, on=JUNE, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=JUNE, **told)  # type: ignore[arg-type]
    unit = Unit.objects.get(code="HQ")
    for number in range(1, 5):
        customer = Customer.objects.create(
            no=f"C-{number}", kind="company", name=f"客户{number}", name_key=f"客户{number}", told_on=JUNE
        )
        person = Person.objects.get(login="li" if number == 4 else "wang")
        Responsibility.objects.create(customer=customer, unit=unit, person=person, from_on=JUNE)
    adopt(SMALL)


def adopt(text: str, *, on: date = JUNE) -> None:
    packs.adopt(actor=system_actor(), on=on, kind="process", text=text, effective_from=on)


def approved(text: str, *, on: date) -> None:
    """A further version, as the chain of approval leaves it."""
    put_in_force(actor=system_actor(), on=on, kind="process", text=text, effective_from=on)


def who(login: str, *, on: date = JUNE) -> Actor:
    return access.actor_of(Person.objects.get(login=login), on=on)


def start(no: str = "C-1", *, by: str = "staff", on: date = JUNE, process: str = "small") -> Case:
    return services.start_case(actor=who(by), on=on, process=process, customer_no=no)


def close(case: Case, step: int, by: str, *, on: date = JUNE, note: str = "") -> Case:
    return services.close_step(actor=who(by, on=on), on=on, case_id=case.pk, step=step, note=note)
