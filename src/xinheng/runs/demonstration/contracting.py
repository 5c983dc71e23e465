"""The demonstration company signs contracts: some run, one ends soon, one is late, one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xinheng.base.access import queries as people
from xinheng.base.access import services as access
from xinheng.base.approvals import queries as approvals
from xinheng.base.approvals import services as deciding
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import ContractChange, Draft, NewRecord, Signed, Wanted
from xinheng.facts.customers import queries as customers

SIGNERS = ("head", "finance")  # of the general chain, in order
DEPARTMENTS = ("EAST", "SOUTH", "NORTH")


@dataclass(frozen=True)
class Told:
    """One contract: what it is about, yuan, signed so many days ago, due and at its end so many days from now."""

    matter: str
    yuan: int
    signed: int
    due: int
    ends: int
    then: str = ""  # what became of it: performed, ended, breach, changed


LIST = (
    Told("工业轴承年度供货", 860_000, 320, -20, 25, "performed"),
    Told("配电柜成套设备", 1_280_000, 200, -35, 90, "breach"),
    Told("建筑钢材框架供货", 2_400_000, 150, 60, 210, "changed"),
    Told("食品包装材料", 315_000, 300, -60, -30, "ended"),
    Told("水泵及备件", 190_000, 40, 45, 320),
    Told("电缆采购配套供货", 540_000, 12, 80, 350),
)


def sign_contracts(*, actor: Actor, on: date) -> None:
    """Draft, check, countersign and sign contracts with the first customers; draw an audit. Done once."""
    if contracts.contracts(actor, Wanted(), on=on).exists():
        return
    found = list(customers.visible(actor, on=on).filter(status="active").order_by("no")[: len(LIST) + 1])
    for place, (customer, told) in enumerate(zip(found, LIST, strict=False)):
        _sign(customer, told, DEPARTMENTS[place % 3], actor=actor, on=on)
    if len(found) > len(LIST):
        new = Draft(
            "EAST", "sale", "机电产品买卖合同", "电机 40 台", Money.of("228000.00"), "预付三成，货到付清"
        )
        draft = acts.draft(actor=actor, on=on, customer_no=found[-1].no, new=new)
        acts.send_to_legal_check(actor=actor, on=on, contract_id=draft.pk)
    if found:
        acts.draw_audit(actor=actor, on=on, period=Period(on - timedelta(days=365), on), seed=20240131)


def _sign(customer: Any, told: Told, unit: str, *, actor: Actor, on: date) -> None:
    day = on - timedelta(days=told.signed)
    new = Draft(
        unit, "sale", f"{told.matter}合同", told.matter, Money.of(told.yuan), "货到验收后 30 日内付款",
        due_on=on + timedelta(days=told.due), ends_on=on + timedelta(days=told.ends), effective_on=day,
    )  # fmt: skip
    contract = acts.draft(actor=actor, on=day, customer_no=customer.no, new=new)
    who: dict[str, Any] = {"actor": actor, "on": day, "contract_id": contract.pk}
    acts.send_to_legal_check(**who)
    acts.check_legally(**who, is_ok=True)
    request = acts.send_to_countersign(**who).request
    assert request is not None
    for login in SIGNERS:
        person = access.actor_of(people.person_by_login(login), on=on, via="run")
        if approvals.seats_of(request, person, on=on):
            deciding.decide(actor=person, on=day, request_id=request.pk, decision="approve", reason="同意")
            request.refresh_from_db()
    if request.state != "approved":
        return
    acts.sign(**who, signed=Signed(day))
    _live_on(contract.pk, told, actor=actor, on=on)


def _live_on(contract_id: int, told: Told, *, actor: Actor, on: date) -> None:
    who: dict[str, Any] = {"actor": actor, "on": on, "contract_id": contract_id}
    due = on + timedelta(days=told.due)
    half = Money.of(told.yuan // 2)
    if told.then:
        happened = on - timedelta(days=told.signed // 2)
        acts.record_performance(**who, new=NewRecord("delivery", happened, "首批到货并签收", half))
    if told.then == "breach":
        acts.record_performance(**who, new=NewRecord("breach", due, "第二批逾期未交"))
    if told.then == "changed":
        change = ContractChange(on - timedelta(days=30), "追加数量", Money.of(told.yuan + 300_000))
        acts.change(**who, new=change)
    if told.then in ("performed", "ended"):
        acts.finish_performance(**who, performed_on=due - timedelta(days=3))
    if told.then == "ended":
        acts.end(**who, ended_on=on + timedelta(days=told.ends), reason="期满，履行完毕")
