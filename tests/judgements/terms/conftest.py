"""A desk where grades stand, terms are in force, and bills are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from tests.facts.receivables.conftest import Ledger, customer
from tests.judgements.terms.shipped import PACKS
from tests.seats import seat
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.packs.adopting import put_in_force
from xinheng.facts.customers.models import Customer
from xinheng.judgements.limits.models import Account
from xinheng.judgements.ratings.models import Grade, Run
from xinheng.judgements.reviews.models import Proposal, Sheet, StandingGrade
from xinheng.judgements.terms import queries, services
from xinheng.judgements.terms.values import NewRequest, Watched

NEW_YEAR = date(2024, 1, 1)


def adopt(code: str, kind: str = "terms") -> None:
    text = (PACKS / code / f"{kind}.yaml").read_text("utf-8")
    with transaction.atomic():
        put_in_force(actor=system_actor(), on=NEW_YEAR, kind=kind, text=text, effective_from=NEW_YEAR)


def stands(no: str, grade: str, *, policy: str = "pts", since: date = NEW_YEAR, **told: Any) -> StandingGrade:
    """Let a grade stand, as the approval of a summary would; the one before ends."""
    run, _ = Run.objects.get_or_create(
        policy_code=policy, as_of=since,
        defaults={
            "policy_version": "1", "policy_sha256": "0" * 64, "measurement_id": 1, "inputs_path": "",
            "inputs_sha256": "", "results_path": "", "results_sha256": "", "state": "done",
            "started_at": datetime(2024, 1, 1, tzinfo=UTC), "run_by": "maker",
        },
    )  # fmt: skip
    sheet, _ = Sheet.objects.get_or_create(
        run=run, policy_code=policy, effective_on=since, submitted_by="maker", submitted_on=since
    )
    who, rank = Customer.objects.get(no=no), "ABCD".find(grade) + 1
    Grade.objects.create(
        run=run, customer=who, state="graded", grade=grade, rank=rank, score_milli=told.pop("score", None)
    )
    if told.pop("first", False):
        Proposal.objects.create(run=run, customer=who, policy_code=policy, is_first=True)
    before = StandingGrade.objects.filter(customer=who, policy_code=policy, effective_until__isnull=True)
    before.update(effective_until=since)
    return StandingGrade.objects.create(
        customer=who, policy_code=policy, grade=grade, rank=rank, kind="accepted", effective_from=since,
        run=run, sheet=sheet, reviewed_by="maker", approved_by="approver", **told,
    )  # fmt: skip


@dataclass
class Desk:
    """Tells bills, grants and asks for one customer."""

    actor: Actor
    no: str = "C-7"

    @property
    def customer(self) -> Customer:
        return Customer.objects.get(no=self.no)

    def ledger(self, on: date) -> Ledger:
        return Ledger(self.actor, on, self.no)

    def holds(self, on: date) -> tuple[str, int | None, int] | None:
        """How the customer pays on a day, in days, and by how many steps it is lowered."""
        held = queries.granted(self.customer, on=on)
        return (held.payment, held.days, held.lowered) if held else None

    def account(self) -> tuple[str, int | None, str]:
        """What orders are checked by."""
        found = Account.objects.get(customer=self.customer, segment="")
        return found.payment, found.terms_days, found.status

    def by_grade(self, on: date, **told: Any) -> Any:
        who = {"actor": self.actor, "on": on, "customer_no": self.no}
        return services.grant_by_grade(**who, reason="年度评级", **told)

    def watch(self, on: date) -> Watched:
        return services.watch_terms(actor=self.actor, on=on)

    def ask(self, by: Actor, on: date, what: Any, **told: Any) -> Any:
        told.setdefault("reason", "客户说明情况")
        asked = NewRequest(what, **told)
        return services.ask_exception(actor=by, on=on, customer_no=self.no, asked=asked)

    def decide(
        self, asked: Any, by: Actor, on: date, decision: str = "approve", reason: str = "同意"
    ) -> None:
        told = {"request_id": asked.request_id, "decision": decision, "reason": reason}
        approvals.decide(actor=by, on=on, **told)  # type: ignore[arg-type]


@dataclass
class People:
    """Who asks, and who approves."""

    seller: Actor
    boss: Actor


def everywhere(actor: Actor) -> Actor:
    return Actor(**{**actor.__dict__, "scope": system_actor().scope})


@pytest.fixture
def people(db: None) -> People:
    seller, boss = seat("seller", "analyst", on=NEW_YEAR), seat("boss", "approver", on=NEW_YEAR)
    return People(everywhere(seller), everywhere(boss))


@pytest.fixture
def desk(db: None, chief: Actor) -> Desk:
    """The customer C-7, and the terms of the scheme by rank in force."""
    customer()
    adopt("pts")
    return Desk(chief)
