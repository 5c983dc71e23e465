"""Who works at the demonstration company."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor

UNITS = (  # code, name, kind, parent
    ("GROUP", "星衡集团（演示）", "group", ""),
    ("TRADE", "星衡贸易有限公司（演示）", "company", "GROUP"),
    ("EAST", "华东销售部", "department", "TRADE"),
    ("SOUTH", "华南销售部", "department", "TRADE"),
    ("NORTH", "华北销售部", "department", "TRADE"),
    ("CREDIT", "信用管理部", "department", "TRADE"),
    ("FINANCE", "财务部", "department", "TRADE"),
    ("POWER", "星衡市供电公司（演示）", "company", "GROUP"),
    ("PW-A", "城关县供电公司（演示）", "company", "POWER"),
    ("PW-B", "河东县供电公司（演示）", "company", "POWER"),
    ("PW-C", "云岭县供电公司（演示）", "company", "POWER"),
)
PEOPLE = (  # login, name, role, and the unit whose customers the role reaches
    ("admin", "系统管理员", "administrator", "GROUP"),
    ("credit", "陈信（信用经理）", "credit_manager", "CREDIT"),
    ("analyst", "苏敏（信用分析员）", "analyst", "TRADE"),
    ("lihua", "李华（业务员）", "salesperson", "EAST"),
    ("wangqiang", "王强（业务员）", "salesperson", "SOUTH"),
    ("archive", "何静（档案管理员）", "archivist", "TRADE"),
    ("finance", "周正（财务经理）", "approver", "TRADE"),
    ("vice", "吴远（分管副总）", "approver", "TRADE"),
    ("general", "郑达（总经理）", "approver", "GROUP"),
    ("legal", "孙谨（法务经理）", "legal_manager", "TRADE"),
    ("head", "马驰（部门负责人）", "department_head", "TRADE"),
    ("auditor", "高明（审计员）", "auditor", "GROUP"),
    ("usage", "韩电（营销稽核员）", "utility_analyst", "POWER"),
    ("inspector", "石察（用电检查员）", "inspector", "POWER"),
    ("patrol", "林巡（用电检查员）", "inspector", "POWER"),
)
ALSO = (  # login, another role of the same person, and its unit: who signs in the chains of the policies
    ("finance", "finance_manager", "TRADE"),
    ("vice", "vice_president", "TRADE"),
    ("general", "general_manager", "GROUP"),
    ("head", "sales_supervisor", "TRADE"),
    ("head", "sales_manager", "TRADE"),
    ("vice", "marketing_director", "TRADE"),
    ("vice", "customer_director", "TRADE"),
)


@transaction.atomic
def found_company(*, actor: Actor, on: date, password: str) -> None:
    """Set up the organisation and its people, all with the given first password."""
    access.load_shipped_roles(actor=actor, on=on)
    for code, name, kind, parent in UNITS:
        access.create_unit(actor=actor, on=on, code=code, name=name, kind=kind, parent=parent)
    for login, name, role, unit in PEOPLE:
        access.create_person(
            actor=actor, on=on, login=login, name=name, password=password, role=role, unit=unit
        )
    for login, role, unit in ALSO:
        access.assign(actor=actor, on=on, login=login, role=role, unit=unit)
