"""The figures of a customer kept word for word at each decision: later facts change nothing of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from xinheng.base.kernel.actors import Actor
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.receivables import queries as receivables
from xinheng.judgements.applications import findings, gathering, rules
from xinheng.judgements.applications.document import Rules
from xinheng.judgements.applications.models import Application, Frozen
from xinheng.judgements.applications.values import Known, Proposed
from xinheng.judgements.reviews import queries as reviews


def proposals_of(application: Application, document: Rules, *, on: date) -> tuple[Known, Proposed]:
    """What is known of the customer on a day, and what the methods make of it."""
    customer = application.customer
    known = gathering.known_of(customer, document, on=on, days=application.days, answers=application.answers)
    headroom = gathering.headroom_of(customer, on=on, segment=application.segment)
    return known, rules.proposed(document, known, group_left=gathering.room_left(headroom))


def freeze(
    application: Application, document: Rules, *, actor: Actor, on: date, act: str, step: int | None = None
) -> Frozen:
    """Keep every figure as it stands now, with its hash. The caller holds the transaction."""
    told = dossier(application, document, on=on)
    content = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return Frozen.objects.create(
        application=application, act=act, step=step, content=content,
        sha256=sha256(content.encode()).hexdigest(), by=actor.login, on=on,
    )  # fmt: skip


def is_intact(frozen: Frozen) -> bool:
    """Whether what was kept is what its hash says."""
    return sha256(frozen.content.encode()).hexdigest() == frozen.sha256


def dossier(application: Application, document: Rules, *, on: date) -> dict[str, Any]:
    """All that is known of the customer on a day, as plain values; money in minor units."""
    customer, currency = application.customer, application.currency
    known, proposed = proposals_of(application, document, on=on)
    head = gathering.headroom_of(customer, on=on, segment=application.segment)
    asked = ("amount_minor", "currency", "days", "payment", "kind", "reach", "segment", "until_on", "reason",
             "method", "why_method", "answers")  # fmt: skip
    return {
        "as_of": on,
        "customer": {
            "no": customer.no, "name": customer.name, "status": customer.status,
            "industry": customer.industry_section, "told_on": customer.told_on,
        },
        "rules": {"code": application.rules, "version": application.version, "sha256": application.sha256},
        "asked": {name: getattr(application, name) for name in asked},
        "grade": known.grade,
        "grades": [
            {"policy": one.policy_code, "grade": one.grade, "since": one.effective_from,
             "valid_until": one.valid_until, "review_due_on": one.review_due_on}
            for one in reviews.standing_of(customer, on=on)
        ],
        "limit": asdict(head.limit),
        "exposure": {**asdict(head.exposure), "total": head.exposure.minor},
        "groups": [asdict(group) for group in head.groups],
        "known": asdict(known),
        "proposals": [asdict(one) for one in proposed.proposals],
        "proposed": {"chosen": proposed.chosen, "minor": proposed.minor, "bounds": proposed.bounds},
        "ageing": [
            {"bucket": str(row.bucket.code), "currency": row.currency, "bills": row.bills,
             "minor": row.amount.minor}
            for row in receivables.ageing_of(customer, as_of=on)
        ],
        "overdue": receivables.due_between(
            customer.pk, currency, application.segment, from_on=date(1950, 1, 1), before_on=on
        ),
        "papers": dossiers.papers_known(f"customer:{customer.no}", on),
        "conditions": [asdict(one) for one in findings.met(customer, document, on=on)],
    }  # fmt: skip
