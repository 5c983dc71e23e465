"""What keeps papers from destruction: holds that somebody placed, and states that hold by themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.facts.retention import schedule
from xinheng.facts.retention.errors import HoldInvalid, HoldUnknown, ReasonMissing
from xinheng.facts.retention.models import Hold
from xinheng.facts.retention.papers import paper_named, papers
from xinheng.facts.retention.values import HeldBy

Holding = Callable[[Collection[int], date], Collection[int]]
_states: dict[str, Holding] = {}
LONGEST = 300


def own_state(cause: str, holding: Holding) -> None:
    """Say whose papers a state holds: holding(customer_ids, on) gives those of the ids that it holds."""
    _states[cause] = holding


@transaction.atomic
def hold(*, actor: Actor, on: date, kind: str, name: str, reason: str) -> Hold:
    """Hold a paper by its label, a dossier by its number or a customer by its number, until it is released.

    Refuses: AccessDenied, HoldInvalid, ReasonMissing, KeptPaperUnknown, and as the owners of names do.
    """
    name = name.strip()
    access.require(actor, "retention.hold", f"{kind}:{name}"[:120])
    if not reason.strip():
        raise ReasonMissing
    subject = _subject(actor, on, kind, name)
    if Hold.objects.filter(subject=subject, released_on__isnull=True).exists():
        raise HoldInvalid(cause=_("%(subject)s is held already.") % {"subject": name}, field="name")
    told = {"reason": reason.strip()[:LONGEST], "placed_by": actor.login, "placed_on": on}
    kept = Hold.objects.create(subject=subject, **told)
    audit.record(
        actor=actor, act="retention.hold", subject=subject, on=on, after={"hold": kept.pk}, reason=reason
    )
    return kept


@transaction.atomic
def release(*, actor: Actor, on: date, hold_id: int, reason: str) -> Hold:
    """Let go of a hold. Refuses: AccessDenied, HoldUnknown, ReasonMissing."""
    access.require(actor, "retention.hold", f"hold:{hold_id}")
    found = Hold.objects.select_for_update().filter(pk=hold_id, released_on__isnull=True).first()
    if found is None:
        raise HoldUnknown(hold=hold_id)
    if not reason.strip():
        raise ReasonMissing
    found.released_by, found.released_on, found.released_why = actor.login, on, reason.strip()[:LONGEST]
    found.save(update_fields=["released_by", "released_on", "released_why"])
    after = {"hold": found.pk}
    audit.record(
        actor=actor, act="retention.release", subject=found.subject, on=on, after=after, reason=reason
    )
    return found


def held_subjects(paper_ids: Collection[int], on: date) -> dict[int, list[HeldBy]]:
    """What holds each of some papers, by the paper's id; papers that nothing holds are not in it."""
    rows = list(
        papers().filter(pk__in=paper_ids)
        .values_list("pk", "label", "dossier__no", "dossier__customer_id", "dossier__customer__no")
    )  # fmt: skip
    found: dict[int, list[HeldBy]] = {}
    names = {
        name
        for _pk, label, no, _customer, customer_no in rows
        for name in (f"paper:{label}", f"dossier:{no}", f"customer:{customer_no}")
    }
    placed = {one.subject: one for one in Hold.objects.filter(subject__in=names, released_on__isnull=True)}
    held = _held_customers({row[3] for row in rows if row[3] is not None}, on)
    for pk, label, no, customer_id, customer_no in rows:
        causes = [
            HeldBy("placed", placed[name].reason, placed[name].pk)
            for name in (f"paper:{label}", f"dossier:{no}", f"customer:{customer_no}")
            if name in placed
        ]
        causes += held.get(customer_id, [])
        if causes:
            found[pk] = causes
    return found


def placed_on(subjects: Collection[str]) -> set[str]:
    """Which of some subjects ("customer:C-7") somebody holds. Not narrowed: for rooms above."""
    rows = Hold.objects.filter(subject__in=subjects, released_on__isnull=True)
    return set(rows.values_list("subject", flat=True))


def _held_customers(customer_ids: Collection[int], on: date) -> dict[int, list[HeldBy]]:
    schedules = schedule.in_force(on)
    found: dict[int, list[HeldBy]] = {}
    for code, holding in _states.items():
        cause = schedules.cause(code)
        if cause is None or not cause.holds or not customer_ids:
            continue
        for customer_id in holding(customer_ids, on):
            found.setdefault(customer_id, []).append(HeldBy(code, cause.words))
    return found


def _subject(actor: Actor, on: date, kind: str, name: str) -> str:
    if kind == "paper":
        return f"paper:{paper_named(actor, name, on=on).label}"
    if kind == "dossier":
        return f"dossier:{dossiers.get_dossier(actor, name, on=on).no}"
    if kind == "customer":
        found: Any = customers.get(actor, name, on=on)
        return f"customer:{found.no}"
    raise HoldInvalid(cause=_("Hold a paper, a dossier or a customer."), field="kind")
