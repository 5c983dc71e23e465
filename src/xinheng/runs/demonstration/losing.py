"""The demonstration company expects losses: its documents, an allowance on its way, registers with lines."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months, month_end, month_start
from xinheng.base.packs import services as packs
from xinheng.judgements.losses import queries as losses
from xinheng.judgements.losses import services as acts
from xinheng.judgements.losses.values import FigureIn, NewAllowance, NewEntry

SIGNERS = ("finance_manager", "general_manager")
INVENTORY, PAYABLE = (Decimal(42), Decimal(45)), (Decimal(38), Decimal(36))  # days, one month and the next


def expect_losses(*, actor: Actor, on: date, effective_from: date) -> None:
    """Adopt the shipped documents, tell what the ledger does not know, propose the last month's allowance.

    Done once. Where nobody could sign a proposal, none is made.
    """
    if losses.entries(actor).exists():
        return
    for kind in ("loss_matrix", "credit_targets"):
        told: dict[str, Any] = {"effective_from": effective_from, "codes": (kind,), "kind": kind}
        packs.adopt_shipped(actor=actor, on=on, **told)
    acts.tell_figures(actor=actor, on=on, figures=list(_figures(on)))
    for new in _lines(on):
        acts.enter(actor=actor, on=on, new=new)
    if all(people.holders(role, on=on) for role in SIGNERS):
        as_of = month_end(add_months(on, -1))
        acts.propose_allowance(actor=actor, on=on, new=NewAllowance(as_of, note="月末计提"))


def _figures(on: date) -> Any:
    for back in (2, 1):
        month = add_months(month_start(on), -back)
        yield FigureIn("inventory_days", month, INVENTORY[back - 1])
        yield FigureIn("payable_days", month, PAYABLE[back - 1])


def _lines(on: date) -> Any:
    later, sooner = on + timedelta(days=30), on + timedelta(days=10)
    yield NewEntry("control", "上月应收账款已逐户核对", "receivables")
    yield NewEntry("control", "新客户授信前均已查询资信", "credit_check")
    yield NewEntry("improvement", "补齐外贸客户的登记资料", "archive", "信用管理部", later)
    yield NewEntry("promise", "售后问题两个工作日内答复", "service", "客户服务部", sooner)
    yield NewEntry("event", "诚信经营培训", "training", participants=36, satisfaction=Decimal(96))
