"""Questions to applications: rules, proposals, what was frozen, what waits, what holds credit back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from xinheng.base.access import services as access
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.judgements.applications import findings, freezing, gathering, held, rules, selecting
from xinheng.judgements.applications.allowing import worded
from xinheng.judgements.applications.batching import percent_of, preview, rows_of
from xinheng.judgements.applications.defining import in_force, kept, load
from xinheng.judgements.applications.document import FormField, Rules
from xinheng.judgements.applications.errors import BatchUnknown
from xinheng.judgements.applications.models import (
    Alteration,
    Application,
    Batch,
    BatchLine,
    Finding,
    Frozen,
    PaperHold,
)
from xinheng.judgements.applications.papers import papers_of
from xinheng.judgements.applications.values import Met, Proposed, Wanted
from xinheng.judgements.applications.wording import (
    ACTS,
    AGREEMENTS,
    BOUNDS,
    EFFECTS,
    INPUTS,
    METHODS,
    STATES,
    TONES,
)
from xinheng.judgements.limits import queries as credit

__all__ = [
    "ACTS",
    "AGREEMENTS",
    "BOUNDS",
    "EFFECTS",
    "INPUTS",
    "METHODS",
    "STATES",
    "TONES",
    "FormField",
    "Rules",
    "alterations_of",
    "applications",
    "applications_of",
    "awaiting_agreement",
    "batches",
    "below_exposure",
    "conditions_met",
    "conditions_of",
    "escalated",
    "findings_of",
    "frozen_of",
    "get_application",
    "get_batch",
    "in_force",
    "kept",
    "lines_of",
    "load",
    "paper_holds",
    "papers_of",
    "percent_of",
    "preview",
    "proposals",
    "rows_of",
    "worded",
]


def applications(actor: Actor, wanted: Wanted, *, on: date) -> QuerySet[Application]:
    """The applications within reach that pass the filters, in the order asked for. Refuses: AccessDenied."""
    access.require(actor, "applications.read")
    return selecting.chosen(actor, wanted, on=on)


def get_application(actor: Actor, application_id: int, *, on: date) -> Application:
    """One application. Refuses: AccessDenied; ApplicationUnknown, also when out of reach."""
    access.require(actor, "applications.read", f"application:{application_id}")
    return held.get_application(actor, application_id, on=on)


def applications_of(actor: Actor, customer: Any) -> QuerySet[Application]:
    """The applications for a customer the actor reaches, the newest first. Refuses: AccessDenied."""
    access.require(actor, "applications.read", f"customer:{customer.no}")
    return Application.objects.filter(customer=customer).select_related("request")


def proposals(
    actor: Actor, customer_no: str, code: str, *, on: date, days: int = 0, answers: Any = None
) -> Proposed:
    """What every method of the rules proposes for a customer, side by side; changes nothing.

    Refuses: AccessDenied, CustomerUnknown, RulesUnknown.
    """
    access.require(actor, "applications.read", f"customer:{customer_no}")
    customer = customers.get(actor, customer_no, on=on)
    document = findings.rules_of(code, on=on)
    known = gathering.known_of(customer, document, on=on, days=days, answers=answers)
    left = gathering.room_left(gathering.headroom_of(customer, on=on, segment=""))
    return rules.proposed(document, known, group_left=left)


def conditions_of(customer: Any, document: Rules, *, on: date) -> list[Met]:
    """The conditions that refuse credit to a customer on a day."""
    return findings.met(customer, document, on=on)


def conditions_met(customer: Any, code: str, *, on: date) -> list[Met]:
    """The conditions of the rules of a code that refuse credit to a customer. Refuses: RulesUnknown."""
    return findings.met(customer, findings.rules_of(code, on=on), on=on)


def findings_of(customer: Any) -> QuerySet[Finding]:
    """Everything told against a customer, what was lifted too, the newest first."""
    return Finding.objects.filter(customer=customer)


def frozen_of(one: Application) -> list[tuple[Frozen, dict[str, Any], bool]]:
    """What was frozen at each decision on an application: as kept, as read, and whether its hash holds."""
    rows = Frozen.objects.filter(application=one)
    return [(row, json.loads(row.content), freezing.is_intact(row)) for row in rows]


def alterations_of(one: Application) -> QuerySet[Alteration]:
    """What approvers altered, the oldest first."""
    return Alteration.objects.filter(application=one)


def escalated(actor: Actor, *, on: date) -> QuerySet[Application]:
    """The late applications that the rules tell the actor's roles of, the latest first."""
    return selecting.escalated(actor, on=on)


def awaiting_agreement(actor: Actor, *, on: date) -> QuerySet[Application]:
    """Approved applications within reach that wait for the signed agreement, the oldest first."""
    rows = held.seen(actor, on=on).filter(state="approved", agreement="awaited")
    return rows.select_related("customer").order_by("ended_on", "pk")


def below_exposure(actor: Actor, *, on: date) -> list[tuple[Application, Money, Money]]:
    """Active applications whose customer owes more than the limit that holds: with exposure and limit."""
    rows = held.seen(actor, on=on).filter(active_on__isnull=False, segment="").order_by("-active_on", "-pk")
    whose = customers.visible(actor, on=on).filter(pk__in=rows.order_by().values("customer_id"))
    standing = credit.standings(whose, on=on).filter(
        pl.col("exposure_minor") > pl.col("limit_minor") + pl.col("cover_minor")
    )
    told = {row["customer_id"]: row for row in standing.iter_rows(named=True)}
    last: dict[int, Application] = {}
    for one in rows.filter(customer__in=list(told)).select_related("customer"):
        last.setdefault(one.customer_id, one)
    return [
        (one, Money(told[key]["exposure_minor"], told[key]["currency"]),
         Money(told[key]["limit_minor"] + told[key]["cover_minor"], told[key]["currency"]))
        for key, one in last.items()
    ]  # fmt: skip


def paper_holds(actor: Actor, *, on: date) -> QuerySet[PaperHold]:
    """Credit held back for want of a key paper within reach, the newest first. Refuses: AccessDenied."""
    access.require(actor, "applications.read")
    seen = customers.visible(actor, on=on).order_by().values("pk")
    return PaperHold.objects.filter(ended_on__isnull=True, customer__in=seen).select_related("customer")


def batches(actor: Actor) -> QuerySet[Batch]:
    """Every change of many limits, the newest first; of the actor's own where it does not reach everything.

    Refuses: AccessDenied.
    """
    access.require(actor, "applications.read")
    rows = Batch.objects.select_related("request")
    return rows if actor.scope.reach == "everything" else rows.filter(applied_by=actor.login)


def get_batch(actor: Actor, batch_id: int, *, on: date) -> Batch:
    """One change of many limits, if all its customers are within reach.

    Refuses: AccessDenied, BatchUnknown.
    """
    access.require(actor, "applications.read", f"limit_batch:{batch_id}")
    found = Batch.objects.select_related("request").filter(pk=batch_id).first()
    seen = customers.visible(actor, on=on).order_by().values("pk")
    lines = BatchLine.objects.filter(batch=batch_id)
    if found is None or lines.exclude(customer__in=seen).exists():
        raise BatchUnknown(batch=batch_id)
    return found


def lines_of(batch: Batch) -> QuerySet[BatchLine]:
    """The limits of a batch in their order."""
    return BatchLine.objects.filter(batch=batch).select_related("customer")
