"""Where we stand with a customer, from latent to kept up; never back from contract to latent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.facts.contracts import errors
from xinheng.facts.contracts.held import check_past, check_text
from xinheng.facts.contracts.models import Contract, Stage
from xinheng.facts.contracts.values import STAGES
from xinheng.facts.customers import queries as customers

BOUND = ("contract", "upkeep")  # whoever was here once is not latent again


@transaction.atomic
def set_stage(*, actor: Actor, on: date, customer_no: str, stage: str, from_on: date, why: str = "") -> Stage:
    """Say where we stand with a customer from a day on; a step back needs a reason (GRP-12).

    Refuses: AccessDenied, CustomerUnknown, CustomerClosed, ContractInvalid, StageBackwards.
    """
    require(actor, "contracts.write", f"customer:{customer_no}")
    customer = customers.open_customer(actor, customer_no, on=on, lock=True)
    if stage not in STAGES:
        raise errors.ContractInvalid(cause=_("There is no such stage."), field="stage")
    now = stage_of(customer.pk)
    check_past("from_on", from_on, on, earliest=now.from_on if now else None)
    order = list(STAGES)
    is_back = now is not None and order.index(stage) < order.index(now.stage)
    if stage == "latent" and Stage.objects.filter(customer=customer, stage__in=BOUND).exists():
        told = {
            "customer_no": customer.no,
            "stage": STAGES[now.stage] if now else "",
            "wanted": STAGES[stage],
        }
        raise errors.StageBackwards(**told)
    reason = check_text("why", why, 300, needed=is_back)
    kept = Stage.objects.create(
        customer=customer, stage=stage, from_on=from_on, why=reason, told_by=actor.login, told_on=on
    )
    before = {"stage": now.stage} if now else None
    subject = f"customer:{customer.no}"
    told_after = {"stage": stage, "from_on": from_on}
    record(
        actor=actor, act="contracts.set_stage", subject=subject, on=on, before=before, after=told_after,
        reason=reason,
    )  # fmt: skip
    return kept


def stage_of(customer_id: int) -> Stage | None:
    """Where we stand with a customer now; None: nobody said. For callers that see the customer."""
    return Stage.objects.filter(customer_id=customer_id).order_by("-pk").first()


def stages_of(customer_id: int) -> QuerySet[Stage]:
    """Every stage, the first first. For callers that see the customer."""
    return Stage.objects.filter(customer_id=customer_id)


def dealing_now(customer_ids: Collection[int], on: date) -> dict[int, str]:
    """By contracts: now, once or about; who has none has no row (LSE-03). For callers that see them."""
    rows = Contract.objects.filter(customer_id__in=customer_ids).exclude(state="void")
    found: dict[int, str] = {}
    rank = {"about": 0, "once": 1, "now": 2}
    for customer_id, state, signed_on in rows.order_by().values_list("customer_id", "state", "signed_on"):
        told = (
            "now" if state in ("signed", "performing", "changed") else "once" if state == "ended" else "about"
        )
        if signed_on and signed_on > on:
            told = "about"
        if rank[told] >= rank.get(found.get(customer_id, "about"), 0):
            found[customer_id] = told
    return found
