"""The demonstration company signs contracts: some run, one ends soon, one is late, one has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.base.kernel.periods import Period
from xinheng.facts.contracts import queries as contracts
from xinheng.facts.contracts import services as acts
from xinheng.facts.contracts.values import ContractChange, Draft, NewRecord, Wanted
from xinheng.facts.customers import queries as customers

DEPARTMENTS = ("EAST", "SOUTH", "NORTH")
HANDLERS = ("lihua", "wangqiang")
SHAPE = {
    "customer_id": pl.Int64, "outside_no": pl.String, "unit": pl.String, "kind": pl.String,
    "title": pl.String, "matter": pl.String, "amount_minor": pl.Int64, "currency": pl.String,
    "terms": pl.String, "handler": pl.String, "signed_on": pl.Date, "effective_on": pl.Date,
    "due_on": pl.Date, "ends_on": pl.Date, "performed_on": pl.Date, "ended_on": pl.Date,
}  # fmt: skip


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
    """Take a ledger of signed contracts in, live on with them, draft one more, draw an audit. Done once."""
    if contracts.contracts(actor, Wanted(), on=on).exists():
        return
    found = list(customers.visible(actor, on=on).filter(status="active").order_by("no")[: len(LIST) + 1])
    rows = [
        _row(place, customer.pk, told, on)
        for place, (customer, told) in enumerate(zip(found, LIST, strict=False))
    ]
    if not rows:
        return
    acts.post_contracts(pl.DataFrame(rows, schema=SHAPE), batch_no=0, told_on=on, actor=actor)
    keys = dict(contracts.visible(actor, on=on).values_list("outside_no", "pk"))
    for row, told in zip(rows, LIST, strict=False):
        _live_on(keys[row["outside_no"]], told, actor=actor, on=on)
    if len(found) > len(LIST):
        new = Draft(
            "EAST", "sale", "机电产品买卖合同", "电机 40 台", Money.of("228000.00"), "预付三成，货到付清"
        )
        draft = acts.draft(actor=actor, on=on, customer_no=found[-1].no, new=new)
        acts.send_to_legal_check(actor=actor, on=on, contract_id=draft.pk)
    acts.draw_audit(actor=actor, on=on, period=Period(on - timedelta(days=365), on), seed=20240131)


def _row(place: int, customer_id: int, told: Told, on: date) -> dict[str, Any]:
    return {
        "customer_id": customer_id, "outside_no": f"HT-{place + 1:03}", "unit": DEPARTMENTS[place % 3],
        "kind": "sale", "title": f"{told.matter}合同", "matter": told.matter,
        "amount_minor": Money.of(told.yuan).minor, "currency": "CNY", "terms": "货到验收后 30 日内付款",
        "handler": HANDLERS[place % 2], "signed_on": on - timedelta(days=told.signed), "effective_on": None,
        "due_on": on + timedelta(days=told.due), "ends_on": on + timedelta(days=told.ends),
        "performed_on": None, "ended_on": None,
    }  # fmt: skip


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
