"""A company that advances wages: people of every step, the shipped policy, customers of grades A, B and C."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests import worlds
from tests.indicators.ledger import bill, customer, pay
from xinheng.base.access import services as access
from xinheng.base.access.models import Person
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.archive.values import Upload
from xinheng.facts.customers.models import Customer
from xinheng.judgements.advances import services
from xinheng.judgements.advances.models import Advance
from xinheng.judgements.advances.values import NewAdvance, NewPayout, Terms
from xinheng.judgements.ratings.models import Run
from xinheng.judgements.reviews.models import Sheet, StandingGrade

FOUNDED, AUGUST = date(2024, 1, 1), date(2024, 8, 1)
PACK = Path(__file__).resolve().parents[3] / "packs" / "adv"
SHIPPED, GRADING = ((PACK / name).read_text("utf-8") for name in ("advances.yaml", "policy.yaml"))
PEOPLE = {
    "kefu": "service_staff", "service": "service_manager", "legal": "legal_manager",
    "finance": "finance_manager", "vice": "vice_president", "general": "general_manager",
    "credit": "credit_manager", "seller": "salesperson",
}  # fmt: skip
CHAIN = ("service", "legal", "finance", "vice", "general")
RANKS = {"A": 1, "B": 2, "C": 3}


@pytest.fixture
def company(db: None) -> Desk:
    """C-A, C-B and C-C of these grades and of long dealing, C-N of grade B and new, C-0 without a grade."""
    worlds.given(founded)
    return Desk()


def founded() -> None:
    root = system_actor()
    access.load_shipped_roles(actor=root, on=FOUNDED)
    access.create_unit(actor=root, on=FOUNDED, code="HQ", name="公司", kind="group")
    for login, role in PEOPLE.items():
        told: Any = {
            "login": login, "name": login, "password": "长江-river-2026", "role": role, "unit": "HQ",
        }  # fmt: skip
        access.create_person(actor=root, on=FOUNDED, **told)
    put_in_force(actor=root, on=FOUNDED, kind="advances", text=SHIPPED, effective_from=FOUNDED)
    put_in_force(actor=root, on=FOUNDED, kind="rating", text=GRADING, effective_from=FOUNDED)
    for no, grade in (("C-A", "A"), ("C-B", "B"), ("C-C", "C"), ("C-N", "B"), ("C-0", "")):
        who = customer(no)
        if no != "C-N":
            pay(bill(who, f"B-{no}", "2022-01-01", "2022-01-31", 1000), "2022-01-20", 1000)
        if grade:
            graded(no, grade)


def graded(no: str, grade: str, *, on: date = date(2024, 1, 1)) -> None:
    """An approved grade, as the review leaves it; it ends the one before."""
    who = Customer.objects.get(no=no)
    StandingGrade.objects.filter(customer=who, effective_until__isnull=True).update(effective_until=on)
    at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    run = Run.objects.create(
        policy_code="adv", policy_version="1", policy_sha256=sha256(GRADING.encode()).hexdigest(), as_of=on, measurement_id=0,
        state="done", started_at=at, run_by="credit",
    )  # fmt: skip
    sheet = Sheet.objects.create(
        run=run, policy_code="adv", effective_on=on, state="approved", submitted_by="credit", submitted_on=on,
        approved_by="general", approved_on=on,
    )  # fmt: skip
    StandingGrade.objects.create(
        customer=who, policy_code="adv", grade=grade, rank=RANKS[grade], kind="accepted", effective_from=on,
        run=run, sheet=sheet, reviewed_by="credit", approved_by="general",
    )  # fmt: skip


def actor(login: str, *, on: date = AUGUST) -> Actor:
    found = access.actor_of(Person.objects.get(login=login), on=on)
    return Actor(**{**found.__dict__, "scope": system_actor().scope})


def terms(limit: str, months: int = 6, days: int = 0) -> Terms:
    return Terms(Money.of(limit), months, days)


@dataclass
class Desk:
    """Asks, signs and pays; `on` is the business day unless given."""

    on: date = AUGUST

    def draft(self, no: str, limit: str, months: int = 6, days: int = 0, **told: Any) -> Advance:
        asked = terms(limit, months, days)
        new = NewAdvance(
            asked, "代发八月工资", told.pop("contract", "HT-1"), told.pop("ends", None),
            told.pop("agreed", asked),
        )  # fmt: skip
        return services.ask(actor=actor("kefu"), on=told.pop("on", self.on), customer_no=no, new=new)

    def paper(self, advance: Advance, *kinds: str, on: date | None = None) -> None:
        for kind in kinds:
            upload = Upload(f"{kind}-{advance.pk}.txt", f"{kind} {advance.pk}".encode())
            told: Any = {"advance_id": advance.pk, "kind": kind, "upload": upload}
            services.keep_paper(actor=actor("kefu"), on=on or self.on, **told, is_sealed=kind == "letter")

    def submit(self, advance: Advance, why: str = "", *, on: date | None = None) -> Advance:
        told: Any = {"advance_id": advance.pk, "why": why}
        return services.submit(actor=actor("kefu", on=on or self.on), on=on or self.on, **told)

    def asked(self, no: str, limit: str, months: int = 6, days: int = 0, **told: Any) -> Advance:
        """A request with all papers there may be, submitted."""
        why, on = told.pop("why", "春节前发薪"), told.get("on", self.on)
        advance = self.draft(no, limit, months, days, **told)
        self.paper(advance, "letter", "supplement", "contract", "explanation", on=on)
        return self.submit(advance, why, on=on)

    def sign(self, thing: Any, *logins: str, decision: str = "approve", on: date | None = None) -> Any:
        for login in logins:
            told: Any = {"decision": decision, "reason": "" if decision == "approve" else "条件不足"}
            day = on or self.on
            approvals.decide(actor=actor(login, on=day), on=day, request_id=thing.request_id, **told)
        thing.refresh_from_db()
        return thing

    def approved(self, no: str, limit: str, months: int = 6, days: int = 0, **told: Any) -> Advance:
        advance = self.asked(no, limit, months, days, **told)
        return self.sign(advance, *CHAIN, on=told.get("on"))

    def pay(self, advance: Advance, on: date, amount: str) -> Any:
        told: Any = {"advance_id": advance.pk, "payout": NewPayout(on, Money.of(amount))}
        kept = services.pay_out(actor=actor("kefu", on=on), on=on, **told)
        advance.refresh_from_db()
        return kept

    def back(self, advance: Advance, on: date, amount: str) -> Any:
        told: Any = {"advance_id": advance.pk, "repaid_on": on, "amount": Money.of(amount)}
        kept = services.repay(actor=actor("kefu", on=on), on=on, **told)
        advance.refresh_from_db()
        return kept

    def change(self, advance: Advance, asked: Terms, *, on: date | None = None) -> Any:
        told: Any = {"advance_id": advance.pk, "terms": asked, "why": "等级变化"}
        kept = services.change_terms(actor=actor("kefu", on=on or self.on), on=on or self.on, **told)
        advance.refresh_from_db()
        return kept
