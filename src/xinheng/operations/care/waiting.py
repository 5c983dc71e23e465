"""What the room waits for: records of visits, matters, evaluations, customers a successor is to meet."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.operations.care import policy, selecting
from xinheng.operations.care.models import Evaluation, Handed
from xinheng.operations.care.values import CareRules, Wanted


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What is to be done by these days, both included, for customers within reach. Refuses: AccessDenied."""
    care = policy.in_force(until)
    told = (actor, care, since, until)
    return [*_visits(*told), *_matters(*told), *_evaluations(*told), *_successions(*told)]


def _visits(actor: Actor, care: CareRules, since: date, until: date) -> list[Due]:
    rows = selecting.visits(actor, Wanted(), on=until).filter(called_off_why="")
    assumed = care.record_days.assumed
    return [
        Due(
            "care.visit", f"visit:{row.pk}",
            _("Record of the visit to %(name)s") % {"name": row.customer.name},
            row.record_due_on, row.owner, done_on=row.recorded_on, is_assumed=assumed,
        )
        for row in rows.filter(record_due_on__gte=since, record_due_on__lte=until)
    ]  # fmt: skip


def _matters(actor: Actor, care: CareRules, since: date, until: date) -> list[Due]:
    rows = selecting.matters(actor, Wanted(), on=until).filter(due_on__gte=since, due_on__lte=until)
    found = []
    for row in rows:
        kind = care.matter(row.kind)
        told = {"kind": kind.words if kind else row.kind, "no": row.no, "name": row.customer.name}
        words = _("%(kind)s %(no)s of %(name)s") % told
        assumed = bool(kind and kind.assumed)
        found.append(
            Due("care.matter", f"matter:{row.no}", words, row.due_on, row.owner, done_on=row.closed_on,
                is_assumed=assumed)
        )  # fmt: skip
    return found


def _evaluations(actor: Actor, care: CareRules, since: date, until: date) -> list[Due]:
    rows = list(
        selecting.evaluations(actor, Wanted(), on=until).filter(next_on__gte=since, next_on__lte=until)
    )
    later = Evaluation.objects.filter(customer__in=[row.customer_id for row in rows]).order_by("evaluated_on")
    days: dict[int, list[date]] = {}
    for key, day in later.values_list("customer", "evaluated_on"):
        days.setdefault(key, []).append(day)
    return [
        Due(
            "care.evaluation", f"customer:{row.customer.no}",
            _("Evaluation of the file of %(name)s") % {"name": row.customer.name}, row.next_on, row.by,
            done_on=next((day for day in days[row.customer_id] if day > row.evaluated_on), None),
            is_assumed=care.evaluations.assumed,
        )
        for row in rows
    ]  # fmt: skip


def _successions(_actor: Actor, care: CareRules, since: date, until: date) -> list[Due]:
    rows = Handed.objects.filter(met_due_on__gte=since, met_due_on__lte=until).select_related("departure")
    return [
        Due(
            "care.succession", row.subject, _("Meet %(name)s as the successor") % {"name": row.words},
            row.met_due_on or until, row.departure.successor, done_on=row.met_on,
            is_assumed=care.departures.assumed,
        )
        for row in rows
    ]  # fmt: skip
