"""The demonstration company's letters, visits, matters, opinions, and one salesperson who hands over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.operations.care import queries as care
from xinheng.operations.care import services as acts
from xinheng.operations.care.values import NewEntry, NewMatter, NewStanding, NewVisit, Record, Wanted

LETTERS = (
    ("letter", "in", "申请将账期延长至 60 天"), ("notice", "out", "春节发货安排通知"),
    ("fax", "in", "年度采购计划"), ("report", "in", "上年度经营情况报告"), ("call", "in", "询问对账差异"),
)  # fmt: skip
MATTERS = (
    ("quality", "到货密封件渗漏，要求跟踪", "刘工"), ("repair", "现场设备异响，报修", "车间主任"),
    ("great_change", "法定代表人变更", "客户来函"), ("violation", "未按约定区域销售", "市场监察"),
)  # fmt: skip
ANSWERS = (
    {"product": "very_satisfied", "delivery": "satisfied", "service": "satisfied", "promise": "satisfied"},
    {"product": "satisfied", "delivery": "average", "service": "very_satisfied"},
    {"product": "average", "delivery": "poor", "service": "satisfied", "promise": "average"},
)
LEVELS = (("vip", "upkeep", False), ("important", "upkeep", False), ("important", "contract", False),
          ("ordinary", "first_contact", True), ("ordinary", "latent", False))  # fmt: skip


def care_for_customers(*, actor: Actor, on: date) -> None:
    """Register letters, meet customers, follow matters, ask for opinions, begin one leaving. Done once."""
    if care.entries(actor, Wanted(), on=on).exists():
        return
    parties = list(customers.visible(actor, on=on).order_by("no").values_list("no", "name")[:8])
    logins = sorted(customers.answering(on=on).exclude(person=None).values_list("person__login", flat=True))
    told: dict[str, Any] = {"actor": actor, "on": on}
    names = people.names_by_login(logins)
    for place, (kind, direction, about) in enumerate(LETTERS):
        no, name = parties[place]
        ours = names[logins[place % len(logins)]]
        sides = (name, ours) if direction == "in" else (ours, name)
        day = on - timedelta(days=2 * place)
        known = "" if kind == "call" else no
        acts.register(
            actor=actor, on=day, new=NewEntry(kind, direction, *sides, party=name, about=about, passed_on=day,
                                              customer_no=known)
        )  # fmt: skip
    for place, (level, stage, promising) in enumerate(LEVELS):
        before: dict[str, Any] = {"actor": actor, "on": on - timedelta(days=120)}
        new = NewStanding(level, stage, promising)
        acts.set_standing(**before, customer_no=parties[place][0], new=new)
    _meet(parties, logins, told, on)
    for (no, _name), (kind, what, by) in zip(parties, MATTERS, strict=False):
        new_matter = NewMatter(kind, what, on - timedelta(days=6), by)
        acts.open_matter(**told, customer_no=no, new=new_matter)
    for (no, _name), answers in zip(parties, ANSWERS, strict=False):
        acts.tell_opinion(**told, customer_no=no, said_on=on - timedelta(days=9), answers=answers)
    acts.evaluate(**told, customer_no=parties[0][0], finding="资料齐全，可作授信依据。")


def _meet(parties: list[Any], logins: list[str], told: dict[str, Any], on: date) -> None:
    pairs = ((0, 2, "年度框架协议洽谈。"), (1, 1, "回访产品使用情况。"), (2, 1, ""), (3, 1, ""))
    for place, count, report in pairs:
        day = on - timedelta(days=10 - 3 * place)
        chosen = tuple(dict.fromkeys(logins))[:count]
        visit = acts.plan_visit(
            **told, customer_no=parties[place][0], new=NewVisit("regular", day, chosen[0], "例行走访")
        )
        if report:
            record = Record(day, report, chosen, "采购部负责人")
            acts.record_visit(**told, visit_id=visit.pk, told=record)
