"""With some grades no relation is signed, or only with an exception (LSE-22)."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.judgements.terms import entitling, policy, queries
from xinheng.judgements.terms.errors import NoCooperation


def watch(*, contract: Any, on: date, **_: Any) -> None:
    """Hold a signing back where the customer's grade allows no cooperation and no exception was approved.

    contract: as contracts.values.about_to_sign tells it. Refuses: NoCooperation.
    """
    if not policy.in_force(on):
        return
    to = entitling.entitlement(contract.customer, on=on)
    rule = to.grade.cooperation if to is not None and to.grade is not None else None
    if rule is None or rule.allowed == "yes":
        return
    if rule.allowed == "ask" and "cooperation" in queries.excepted(contract.customer, contract.no, on=on):
        return
    assert to is not None
    raise NoCooperation(customer_no=contract.customer.no, grade=to.rating)
