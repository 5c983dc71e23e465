"""The demonstration company collects: cases with collectors, promises kept and broken, a plan, a lawyer's letter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import add_months
from xinheng.base.packs import services as packs
from xinheng.facts.archive.values import Upload
from xinheng.operations.collection import queries as collection
from xinheng.operations.collection import services as acts
from xinheng.operations.collection.values import NewContact, NewPlan, NewStep, NextStep, WantedCases

COLLECTORS = (("analyst", 5, 12), ("lihua", 3, 20), ("wangqiang", 2, 20))  # login, skill, capacity
BEGUN, PROMISED = timedelta(days=21), timedelta(days=2)
TALKS = (
    ("phone", "promised", "财务李经理", "确认欠款，资金到位即付。"),
    ("visit", "reached", "总经理助理", "面谈，对方请求分期。"),
    ("phone", "not_reached", "", "两次无人接听。"),
)


def collect_arrears(*, actor: Actor, on: date, effective_from: date) -> None:
    """Adopt the shipped policy, open and assign cases, and work on the weightiest ones. Done once."""
    if collection.cases(actor, WantedCases(), on=on).exists():
        return
    begun = on - BEGUN
    packs.adopt_shipped(
        actor=actor, on=on, effective_from=effective_from, codes=("collection",), kind="collection"
    )
    acts.refresh(actor=actor, on=begun)
    for login, skill, capacity in COLLECTORS:
        told: dict[str, Any] = {"login": login, "skill": skill, "capacity": capacity}
        acts.set_collector(actor=actor, on=begun, **told)
    acts.assign(actor=actor, on=begun)
    cases = list(collection.cases(actor, WantedCases(), on=begun)[:4])
    for case, (way, result, person, note) in zip(cases, TALKS, strict=False):
        then = NextStep("核对到账情况", on + timedelta(days=case.pk % 5))
        contact = NewContact(begun, way, result, person, note, then)  # type: ignore[arg-type]
        acts.log_contact(actor=actor, on=begun, customer_no=case.customer.no, contact=contact)
    if len(cases) > 3:
        _promise_plan_and_letter(cases, actor=actor, on=on)
    acts.end_day(actor=actor, on=on)


def _promise_plan_and_letter(cases: list[Any], *, actor: Actor, on: date) -> None:
    """The first promised and did not pay, the second pays by parts, the fourth got a lawyer's letter."""
    begun = on - BEGUN
    told: dict[str, Any] = {
        "amount": _half(cases[0]),
        "due_on": begun + PROMISED,
        "promised_by": "财务李经理",
    }
    acts.promise(actor=actor, on=begun, case_id=cases[0].pk, **told)
    total = Money(cases[1].overdue_minor, cases[1].currency)
    days = [add_months(on, month) for month in (1, 2, 3)]
    plan = NewPlan(total, tuple(collection.equal_parts(total, 3, days)), "总经理助理", "分三期付清")
    acts.agree_plan(actor=actor, on=on, case_id=cases[1].pk, plan=plan)
    paper = Upload("律师函及签收回执.txt", f"致{cases[3].customer.name}：律师函已签收。".encode())
    step = NewStep("lawyer_letter", begun, note="已签收")
    acts.take_step(actor=actor, on=begun, case_id=cases[3].pk, step=step, papers=[paper])


def _half(case: Any) -> Money:
    return Money(max(case.overdue_minor // 2, 1), case.currency)
