"""A run of the advance-funding policy whose grades are known, and the people of its chain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.indicators import services as indicators
from xinheng.judgements.ratings import services as ratings
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews import services
from xinheng.judgements.reviews.models import Proposal, Sheet, StandingGrade
from xinheng.judgements.reviews.values import Wanted

JUNE = date(2026, 6, 30)
SIGNERS = ("vice", "legal", "finance", "general")
PEOPLE = {
    "maker": "analyst",
    "other": "analyst",
    "vice": "vice_president",
    "legal": "legal_manager",
    "finance": "finance_manager",
    "general": "general_manager",
    "chief-credit": "credit_manager",
    "approver": "approver",
    "head": "department_head",
    "seller": "salesperson",
}


@pytest.fixture
def company(db: None) -> None:
    """C-1 is proposed B (capped from A in principle), C-2 C, C-3 nothing (data missing), C-4 A."""
    worlds.given(founded)


def founded() -> None:
    people()
    ratings.adopt_shipped_policies(actor=system_actor(), on=JUNE)
    dealings()
    indicators.measure(actor=system_actor(), on=JUNE, as_of=JUNE)


def people() -> None:
    """Whoever reviews and signs."""
    root = system_actor()
    access.load_shipped_roles(actor=root, on=JUNE)
    access.create_unit(actor=root, on=JUNE, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        reach = {"login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ"}
        access.create_person(actor=root, on=JUNE, **reach)  # type: ignore[arg-type]


def dealings() -> None:
    good, late = customer("C-1", industry_section="F"), customer("C-2", industry_section="C")
    customer("C-3", is_customer=True)
    best = customer("C-4", industry_section="F")
    for number, month in enumerate(["2023-07", "2024-03", "2025-02", "2025-09", "2026-01", "2026-04"]):
        for who, mark in ((good, "G"), (best, "H")):
            paid = bill(who, f"{mark}{number}", f"{month}-01", f"{month}-28", 600_000)
            pay(paid, f"{month}-20", 600_000)
    bill(late, "L1", "2026-01-01", "2026-01-31", 5_000)
    told = {"persons_served": "800", "repute": "high", "funds": "strong", "key_data_complete": "yes"}
    for question, value in told.items():
        answer("C-4", question, value, on=JUNE)


def answer(no: str, question: str, value: str, *, on: date) -> None:
    root = system_actor()
    told = {"customer_no": no, "question": question, "value": value, "assessed_on": on, "evidence": "走访"}
    ratings.assess(actor=root, on=on, **told)  # type: ignore[arg-type]


def who(login: str, *, on: date = JUNE) -> Actor:
    found = access.actor_of(Person.objects.get(login=login), on=on)
    return Actor(**{**found.__dict__, "scope": system_actor().scope})


def rated(*, on: date = JUNE, policy: str = "adv") -> Run:
    if on != JUNE:
        indicators.measure(actor=system_actor(), on=on, as_of=on)
    return ratings.rate(actor=system_actor(), on=on, policy_code=policy, as_of=on)


@pytest.fixture
def run(db: None) -> Run:
    return Run.objects.get(pk=worlds.given(opened))


def opened() -> int:
    """The company, rated, and its review begun; gives the run."""
    founded()
    made = rated()
    services.open_review(actor=who("maker"), on=JUNE, run_id=made.pk)
    return int(made.pk)


def proposal(run: Run, no: str) -> Proposal:
    return Proposal.objects.get(run=run, customer__no=no)


def accept_all(run: Run, *, on: date = JUNE) -> int:
    return services.accept(actor=who("maker"), on=on, run_id=run.pk, wanted=Wanted(), reason="与调查一致")


def submit(run: Run, *, on: date = JUNE, **asked: Any) -> Any:
    return services.submit_sheet(actor=who("maker"), on=on, run_id=run.pk, **asked)


def decide(sheet: Sheet, login: str, decision: str = "approve", *, on: date = JUNE, reason: str = "") -> None:
    assert sheet.request_id
    told = {"request_id": sheet.request_id, "decision": decision, "reason": reason}
    approvals.decide(actor=who(login, on=on), on=on, **told)  # type: ignore[arg-type]


def approve(sheet: Sheet, *, on: date = JUNE) -> None:
    for login in SIGNERS:
        decide(sheet, login, on=on)


def standing(no: str, *, on: date = JUNE) -> tuple[str, str] | None:
    """The grade and its kind."""
    from xinheng.facts.customers.models import Customer
    from xinheng.judgements.reviews import queries

    found = queries.standing_grade(Customer.objects.get(no=no), "adv", on=on)
    return (found.grade, found.kind) if found else None


def kept(no: str) -> list[tuple[str, str, date, date | None]]:
    rows = StandingGrade.objects.filter(customer__no=no).order_by("pk")
    return list(rows.values_list("grade", "kind", "effective_from", "effective_until"))


Tell = Callable[..., None]
