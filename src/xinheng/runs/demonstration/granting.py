"""Grades that went through their chain, the terms they entitle to, and an advance that is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as waiting
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.packs import services as packs
from xinheng.judgements.advances import services as advances
from xinheng.judgements.advances.values import NewAdvance, Terms
from xinheng.judgements.ratings import queries as ratings
from xinheng.judgements.reviews import queries as reviewed
from xinheng.judgements.reviews import services as reviews
from xinheng.judgements.reviews.values import Wanted
from xinheng.judgements.terms import services as granting
from xinheng.judgements.terms.values import NewPrice, PriceKind

PREPARES = "analyst"
SIGNERS = ("head", "legal", "finance", "vice", "general")
GRADING = ("pts", "adv")  # whose newest summary is approved; that of another policy waits for its reader
GRANTED = 12  # customers whose terms follow their grade from here on
PRICES: tuple[tuple[str, PriceKind, str], ...] = (
    ("A-100", "control", "126.00"),
    ("A-100", "market", "131.50"),
    ("A-100", "lowest", "124.80"),
)


@transaction.atomic
def grant_terms_by_grade(*, actor: Actor, on: date, effective_from: date) -> None:
    """Approve the newest grades of two policies, adopt what they entitle to, grant terms, ask for an advance.

    A load that was cut off and goes on finds it done already and leaves it alone.
    """
    run = ratings.latest_run(GRADING[0], as_of=on)
    if run is None or reviewed.is_begun(run.pk):
        return
    told: dict[str, Any] = {"actor": actor, "on": on}
    packs.adopt_shipped(**told, effective_from=effective_from, codes=("pts",), kind="terms")
    graded = [_approve(code, on=on) for code in GRADING]
    for product, kind, price in PRICES:
        granting.set_price(**told, price=NewPrice(product, kind, Money.of(price), on - timedelta(days=20)))
    reason = "演示：按核定等级执行"
    for customer_no in graded[0][:GRANTED]:
        granting.grant_by_grade(**told, customer_no=customer_no, reason=reason)
    for customer_no in graded[1][:1]:
        asked = NewAdvance(
            Terms(Money.of("120000"), 3), "代垫六月工资", "HT-演示-08", on + timedelta(days=300)
        )
        advances.ask(**told, customer_no=customer_no, new=asked)


def _approve(policy: str, *, on: date) -> list[str]:
    """Let the newest run of a policy go through its whole chain; gives the customers that have a grade now."""
    preparer = _as(PREPARES, on)
    run = ratings.newest_run(policy, as_of=on)
    reviews.open_review(actor=preparer, on=on, run_id=run.pk)
    reviews.accept(actor=preparer, on=on, run_id=run.pk, wanted=Wanted(), reason="演示：与了解的情况一致")
    sheet = reviews.submit_sheet(actor=preparer, on=on, run_id=run.pk, note="演示")
    assert sheet.request_id is not None
    for login in (login for _step in SIGNERS for login in SIGNERS):
        signer = _as(login, on)
        if waiting.inbox(signer, on=on).filter(pk=sheet.request_id).exists():
            approvals.decide(actor=signer, on=on, request_id=sheet.request_id, decision="approve")
    return sorted(line.customer.no for line in reviewed.lines_of(preparer, sheet, on=on) if line.grade)


def _as(login: str, on: date) -> Actor:
    return access.actor_of(people.person_by_login(login), on=on, via="run")
