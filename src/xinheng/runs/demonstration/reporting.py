"""The demonstration company's units owe reports, its people have tasks, and some files came late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period, quarter_of
from xinheng.facts.archive.values import Upload
from xinheng.operations.duties import queries as duties
from xinheng.operations.duties import services as acts
from xinheng.operations.duties.values import Decision, NewIncident, NewLine, NewSubmission, NewTask, NewType

OWED = (  # unit, document, type, who sees to it
    ("EAST", "grp", "general", "lihua"), ("SOUTH", "grp", "general", "wangqiang"), ("TRADE", "grp",
    "section", "archive"),
    ("EAST", "ctr", "area", "lihua"), ("SOUTH", "ctr", "area", "wangqiang"), ("CREDIT", "net", "keeper",
    "credit"),
    ("CREDIT", "dat", "service", "analyst"), ("TRADE", "med", "market", "head"),
)  # fmt: skip
TASKS = (  # what, unit, who, days from today, how often, standing duty
    ("整理本月客户档案", "TRADE", "archive", 8, "month", ""),
    ("年度档案安全检查", "TRADE", "archive", 45, "year", ""),
    ("重点客户回访计划", "TRADE", "head", 12, "quarter", "market.visits"),
    ("协助核对客户联系人", "EAST", "lihua", -3, "", ""),
)
BREACHES = (  # days ago, person, unit, what
    (12, "lihua", "EAST", "新签客户档案迟交"), (7, "lihua", "EAST", "换签客户档案迟交"), (4, "wangqiang", "SOUTH",
    "交接检查表未签字"),
)  # fmt: skip
BACK = timedelta(days=400)  # since when the units owe what they owe


def owe_reports(*, actor: Actor, on: date) -> None:
    """Say who owes what, hand in one report of last quarter, order tasks, tell breaches. Done once."""
    told: dict[str, Any] = {"actor": actor, "on": on}
    if duties.reporters(actor, on=on).exists():
        return
    for unit, pack, type_code, owner in OWED:
        acts.set_type(actor=actor, on=on - BACK, unit_code=unit, new=NewType(pack, type_code, owner))
    last = quarter_of(quarter_of(on).first - timedelta(days=1))
    _hand_in(actor, last)
    for title, unit, owner, days, every, duty in TASKS:
        due_on = on + timedelta(days=days)
        new = NewTask(title, unit, due_on, owner, every, pack="med" if duty else "", duty=duty)
        acts.order_task(actor=actor, on=min(on, due_on), new=new)
    made = []
    for place, (days, person, unit, what) in enumerate(BREACHES, start=1):
        kind = "sales_unsigned" if "签字" in what else "sales_late"
        day = on - timedelta(days=days)
        new_breach = NewIncident("veh", f"档案{place}", what, day, person, unit, (NewLine(kind),))
        made.append(acts.propose_fine(**told, new=new_breach))
    acts.confirm_fine(**told, incident_id=made[0].pk, decision=Decision())


def _hand_in(actor: Actor, quarter: Period) -> None:
    """East was in time; the others are late or missing."""
    new = NewSubmission("grp", "credit", "EAST", quarter.first)
    files = [
        ("credit_report", Upload("客户资信报表.txt", "本季客户资信报表（演示）".encode())),
        ("sales_analysis", Upload("销售管理季度分析表.txt", "本季销售管理分析（演示）".encode())),
    ]
    acts.hand_in(actor=actor, on=quarter.last + timedelta(days=5), new=new, files=files)
