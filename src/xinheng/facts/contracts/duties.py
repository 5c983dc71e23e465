"""What contracts wait for: contracts about to end, open breaches, the reports of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.dues import Due
from xinheng.base.kernel.periods import half_year_of, year_of
from xinheng.facts.contracts import policy, selecting
from xinheng.facts.contracts.held import subject_of
from xinheng.facts.contracts.models import RUNNING, Analysis

REPORT_DAY = 10  # of January and July, the day itself included (CTR-07)


def dues(actor: Actor, *, since: date, until: date) -> list[Due]:
    """What contracts within reach wait for: open, or done within the days; nothing without the right."""
    if not actor.may("contracts.read") or not actor.may("customers.read"):
        return []
    return [
        *_endings(actor, since, until),
        *_unperformed(actor, since, until),
        *_reports(actor, since, until),
    ]


def _endings(actor: Actor, since: date, until: date) -> Iterator[Due]:
    """Before its end the next term is agreed and what is owed collected (ADV-27)."""
    last = max(selecting.last_ending(until, rules.expiry_months) for rules in policy.in_force(until))
    running = Q(state__in=RUNNING, ends_on__lte=last)
    ended = Q(state="ended", ended_on__range=(since, until), ends_on__isnull=False)
    rows = selecting.visible(actor, on=until).filter(running | ended).select_related("customer", "unit")
    for row in rows.order_by("ends_on", "pk"):
        assert row.ends_on is not None
        words = _("Contract %(no)s with %(customer)s ends: agree the next term and collect what is owed")
        told = words % {"no": row.no, "customer": row.customer.name}
        yield Due(
            "contracts.ending", subject_of(row), told, row.ends_on, row.handler, row.unit.path, row.ended_on
        )


def _unperformed(actor: Actor, since: date, until: date) -> Iterator[Due]:
    open_ = Q(state__in=RUNNING, due_on__lte=until, performed_on__isnull=True)
    done = Q(performed_on__range=(since, until), due_on__isnull=False)
    rows = selecting.visible(actor, on=until).filter(open_ | done).select_related("customer", "unit")
    for row in rows.order_by("due_on", "pk"):
        assert row.due_on is not None
        words = _("Contract %(no)s with %(customer)s is to be performed")
        told = words % {"no": row.no, "customer": row.customer.name}
        yield Due(
            "contracts.performance",
            subject_of(row),
            told,
            row.due_on,
            row.handler,
            row.unit.path,
            row.performed_on,
        )


def _reports(actor: Actor, since: date, until: date) -> Iterator[Due]:
    if not actor.may("contracts.ledger"):
        return
    for year in range(since.year, until.year + 1):
        whole, half = year_of(date(year - 1, 1, 1)), half_year_of(date(year, 1, 1))
        for period, due_on in ((whole, date(year, 1, REPORT_DAY)), (half, date(year, 7, REPORT_DAY))):
            if not since <= due_on <= until:
                continue
            rows = Analysis.objects.filter(first_on=period.first, last_on=period.last, unit__isnull=True)
            done_on = rows.order_by("pk").values_list("written_on", flat=True).first()
            words = _("Contract statistics and analysis of %(first)s to %(last)s")
            told = words % {"first": period.first, "last": period.last}
            subject = f"contract_report:{period.first}…{period.last}"
            yield Due("contracts.report", subject, told, due_on, done_on=done_on)
