"""An office that signs contracts: a department, its people, a customer with a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests import seats
from xinheng.base.access import services as access
from xinheng.base.access.models import Person, Unit
from xinheng.base.approvals import services as approvals
from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.base.kernel.money import Money
from xinheng.facts.contracts import services
from xinheng.facts.contracts.models import Contract
from xinheng.facts.contracts.values import Draft, Signed
from xinheng.facts.customers import services as parties
from xinheng.facts.customers.values import NewCustomer

JANUARY = date(2024, 1, 2)
SIGNERS = {"kuai": "finance_manager", "bu": "department_head", "xiao": "sales_manager"}


def office() -> None:
    """Departments XS and CG below HQ, one who signs for each role, customers C-7 and C-8."""
    system = system_actor()
    for login, role in SIGNERS.items():
        seats.seat(login, role, on=JANUARY)
    for code, name in (("XS", "销售部"), ("CG", "采购部")):
        access.create_unit(actor=system, on=seats.START, code=code, name=name, kind="department", parent="HQ")
    for no, name in (("C-7", "长江钢管有限公司"), ("C-8", "黄河矿业有限公司")):
        new = NewCustomer(no=no, name=name, unit_code="XS", person_login="xiao")
        parties.register(actor=system, on=JANUARY, new=new)


def draft(actor: Actor, on: date, *, customer_no: str = "C-7", **told: Any) -> Contract:
    """A draft of 120,000.00 of the sales department, due and ending on 2024-12-31 unless told otherwise."""
    values: dict[str, Any] = {
        "unit": "XS", "kind": "sale", "title": "无缝钢管年度买卖合同", "matter": "无缝钢管 200 吨",
        "amount": Money.of("120000.00"), "terms": "货到 30 日付款", "ends_on": date(2024, 12, 31),
    }  # fmt: skip
    new = Draft(**{**values, **told})
    return services.draft(actor=actor, on=on, customer_no=customer_no, new=new)


def ready(actor: Actor, on: date, **told: Any) -> Contract:
    """A contract that was checked and countersigned: it may be signed."""
    contract = draft(actor, on, **told)
    who: dict[str, Any] = {"actor": actor, "on": on, "contract_id": contract.pk}
    services.send_to_legal_check(**who)
    services.check_legally(**who, is_ok=True)
    request = services.send_to_countersign(**who).request
    assert request is not None
    signers = ("bu", "xiao") if contract.kind == "product_sale" else ("bu", "kuai")
    for login in ("xiao",) if contract.kind == "cooperation" else signers:
        person = access_of(login, on)
        approvals.decide(actor=person, on=on, request_id=request.pk, decision="approve", reason="同意")
    return Contract.objects.get(pk=contract.pk)


def signed(actor: Actor, on: date, *, signed_on: date | None = None, **told: Any) -> Contract:
    """A signed contract."""
    contract = ready(actor, on, **told)
    new = Signed(signed_on or on)
    return services.sign(actor=actor, on=on, contract_id=contract.pk, signed=new)


def access_of(login: str, on: date) -> Actor:
    """Somebody of the office."""
    return access.actor_of(Person.objects.get(login=login), on=on)


def department() -> Unit:
    """The sales department."""
    return Unit.objects.get(code="XS")
