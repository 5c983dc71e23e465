"""An office that grants credit: people of every step, the shipped rules, customers with approved grades."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.facts.receivables.conftest import Ledger, customer
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.judgements.applications import services
from xinheng.judgements.applications.models import Application
from xinheng.judgements.applications.values import NewApplication
from xinheng.judgements.limits import queries as limits
from xinheng.judgements.limits import services as limiting
from xinheng.judgements.limits.values import Headroom, NewLimit
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews.models import Sheet, StandingGrade

JUNE = date(2026, 6, 30)
START = date(2020, 1, 1)
PACKS = Path(__file__).resolve().parents[3] / "packs"
PEOPLE = {
    "seller": "salesperson", "supervisor": "sales_supervisor", "head": "department_head",
    "sales": "sales_manager", "credit": "credit_manager", "finance": "finance_manager",
    "legal": "legal_manager", "director": "marketing_director", "general": "general_manager",
}  # fmt: skip
FORM: dict[str, Any] = {"volume": "1200", "products": ["柴机油", "齿轮油"], "purpose": "秋季备货"}
GRADES = {"general": ("C-7", "BBB", 4), "lim": ("C-8", "PASS", 1), "fou": ("C-9", "B", 2)}


@pytest.fixture
def office(db: None) -> Office:
    """C-7 is BBB, C-8 may have credit (lim), C-9 is in class B (fou); none has a limit."""
    worlds.given(founded)
    return Office()


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=START)
    access.create_unit(actor=root, on=START, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {
            "login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ",
        }  # fmt: skip
        access.create_person(actor=root, on=START, **told)
    for code, (no, grade, rank) in GRADES.items():
        text = (PACKS / code / "application.yaml").read_text("utf-8")
        put_in_force(actor=root, on=START, kind="application", text=text, effective_from=START)
        customer(no)
        graded(no, code, grade, rank)


def graded(no: str, policy: str, grade: str, rank: int, *, on: date = START) -> None:
    """An approved grade, as the review leaves it; it ends the one before."""
    who = Customer.objects.get(no=no)
    StandingGrade.objects.filter(customer=who, effective_until__isnull=True).update(effective_until=on)
    run = Run.objects.create(
        policy_code=policy, policy_version="1", policy_sha256="0" * 64, as_of=on, measurement_id=0,
        state="running", started_at=datetime(on.year, on.month, on.day, tzinfo=UTC), run_by="credit",
    )  # fmt: skip
    sheet = Sheet.objects.create(
        run=run, policy_code=policy, effective_on=on, state="approved", submitted_by="credit",
        submitted_on=on, approved_by="general", approved_on=on,
    )  # fmt: skip
    StandingGrade.objects.create(
        customer=who, policy_code=policy, grade=grade, rank=rank, kind="accepted", effective_from=on,
        run=run, sheet=sheet, reviewed_by="credit", approved_by="general",
    )  # fmt: skip


def actor(login: str, *, on: date = JUNE) -> Actor:
    found = access.actor_of(Person.objects.get(login=login), on=on)
    return Actor(**{**found.__dict__, "scope": system_actor().scope})


@dataclass
class Office:
    """Applies as the seller, signs as those of the chain; `on` is the business day."""

    on: date = JUNE

    def draft(
        self, code: str, amount: str, *, days: int = 45, by: str = "seller", edit: int = 0, **told: Any
    ) -> Application:
        answers = told.pop("answers", FORM if code != "fou" else {"purpose": "开业"})
        no = told.pop("no", GRADES[code][0])
        asked = NewApplication(
            Money.of(amount), days, told.pop("reason", "新签年度合同"), answers=answers, **told
        )
        return services.apply(
            actor=actor(by), on=self.on, customer_no=no, code=code, asked=asked, application_id=edit
        )

    def submit(self, one: Application, *, by: str = "seller") -> Application:
        return services.submit(actor=actor(by), on=self.on, application_id=one.pk)

    def applied(self, code: str, amount: str, **told: Any) -> Application:
        return self.submit(self.draft(code, amount, **told), by=told.get("by", "seller"))

    def decide(self, one: Any, login: str, decision: str = "approve", reason: str = "") -> None:
        one.refresh_from_db()
        told: Any = {"request_id": one.request_id, "decision": decision, "reason": reason}
        approvals.decide(actor=actor(login, on=self.on), on=self.on, **told)
        one.refresh_from_db()

    def approve(self, one: Any, *logins: str) -> None:
        for login in logins:
            self.decide(one, login)

    def limit(self, no: str, amount: str, **told: Any) -> None:
        new = NewLimit("年度授信", Money.of(amount), **told)
        limiting.set_limit(actor=system_actor(), on=self.on, customer_no=no, limit=new)

    def credit(self, no: str) -> Headroom:
        return limits.headroom(Customer.objects.get(no=no), on=self.on)

    def ledger(self, no: str) -> Ledger:
        return Ledger(system_actor(), self.on, no)
