"""The demonstration utility's key accounts: profiles, what they asked for, and a service level."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import services as readings
from xinheng.operations.key_accounts import queries as keys
from xinheng.operations.key_accounts import services as acts
from xinheng.operations.key_accounts.values import NewRequest, NewTarget, Wanted

PROFILES = (  # what is told of the largest enterprises, in the order of their contract capacity
    {"trade": "水泥", "state": "good", "year_kwh": "9800000", "year_sales": "6400000", "voltage_kv": "35", "load_class": "second"},
    {"trade": "铸造", "state": "fair", "year_kwh": "6700000", "voltage_kv": "10", "load_class": "second"},
    {"trade": "纺织", "state": "good", "year_kwh": "5100000", "voltage_kv": "10", "load_class": "third"},
    {"trade": "零售", "voltage_kv": "10"},
)  # fmt: skip
ASKED = (
    ("repair", "centre", "10 千伏进线跳闸，请求抢修", "值班电工来电，厂区全停"),
    ("repair", "regional", "进线跳闸，催问复电时间", "生产副总致电区域经理"),
    ("expansion", "regional", "新建车间申请增容 630 千伏安", "经办人到营业厅递交申请"),
    ("complaint", "centre", "上月电费账单与表计不符", "财务来信"),
)
MANAGERS = (("GROUP", "company", "vice"), ("TRADE", "regional", "head"))


def serve_key_accounts(*, actor: Actor, on: date) -> None:
    """Keep profiles of the largest consumers, take in requests, promise a service level. Done once."""
    if keys.profiles(actor, Wanted(), on=on).exists():
        return
    told: dict[str, Any] = {"actor": actor, "on": on}
    for unit, level, login in MANAGERS:
        acts.name_manager(**told, unit_code=unit, level=level, login=login)
    largest = _largest(actor, on)
    for no, known in zip(largest, PROFILES, strict=False):
        acts.keep_profile(**told, customer_no=no, told=known)
    taken = []
    for place, (kind, channel, what, contact) in enumerate(ASKED):
        asked_on = on - timedelta(days=1 if kind == "repair" else 4)
        new = NewRequest(kind, channel, what, contact, asked_on)
        no = largest[0 if kind == "repair" else place % len(largest)]
        taken.append(acts.open_request(**told, customer_no=no, new=new).pk)
    acts.accept(**told, request_id=taken[0])
    acts.note_contact(**told, request_id=taken[0], words="抢修队 40 分钟到场，更换熔断器")
    acts.close_request(**told, request_id=taken[0], result="恢复供电，原因：支路短路")
    target = NewTarget("repair", "percent", Decimal("95"), ("POWER",))
    acts.propose_target(**told, new=target)


def _largest(actor: Actor, on: date) -> list[str]:
    """The customers with the largest contract capacity; an account without a credit file is joined to one."""
    accounts = metering.accounts(on=on).sort("capacity_kva", descending=True, nulls_last=True)
    files = customers.visible(actor, on=on).filter(kind="company").order_by("-no")
    free = iter(files.values_list("no", flat=True))
    found = []
    for row in accounts.head(len(PROFILES)).iter_rows(named=True):
        if row["customer_id"] is not None:
            found.append(customers.by_ids([row["customer_id"]]).get().no)
            continue
        found.append(next(free))
        reason = "演示：与信用档案关联"
        readings.join_customer(
            actor=actor, on=on, consumer_no=row["consumer"], customer_no=found[-1], reason=reason
        )
    return found
