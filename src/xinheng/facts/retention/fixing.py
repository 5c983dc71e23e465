"""Terms of papers: fixed when they are filed, begun when what they count from has happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.retention import rules, schedule, states
from xinheng.facts.retention.models import Kept
from xinheng.facts.retention.papers import papers
from xinheng.facts.retention.values import Schedules, Term

FIX = """
    INSERT INTO retention_kept (paper_id, term, years, months, is_permanent, basis, fixed_on)
    SELECT p.id, %s, %s, %s, %s, %s, %s
    FROM dossiers_paper p JOIN dossiers_dossier d ON d.id = p.dossier_id
    WHERE p.retention = %s AND d.kind = %s AND p.filed_on IS NOT NULL AND p.state <> 'destroyed'
      AND NOT EXISTS (SELECT 1 FROM retention_kept k WHERE k.paper_id = p.id)
"""
DAYS = {"formation": "formed_on", "filing": "filed_on", "closing": "dossier__closed_on"}


@transaction.atomic
def fix_terms(*, actor: Actor, on: date) -> dict[str, int]:
    """Fix the term of every filed paper that has none yet, and end those whose counting has begun.

    What was fixed before stays, whatever the schedule says now (LAR-21). Gives how many were fixed and begun.
    Refuses: AccessDenied.
    """
    access.require(actor, "retention.write", "terms")
    schedules = schedule.in_force(on)
    fixed = sum(_fix(schedules, kind, term, on) for kind, term in _unfixed(schedules))
    counted = {"fixed": fixed, "begun": sum(_begin(basis, on) for basis in (*DAYS, "contract_end"))}
    if any(counted.values()):
        audit.record(actor=actor, act="retention.fix", subject="terms", on=on, after=counted)
    return counted


def _unfixed(schedules: Schedules) -> list[tuple[str, Term]]:
    known = Kept.objects.filter(paper=OuterRef("pk")).values("pk")
    bare = papers().filter(filed_on__isnull=False).exclude(state="destroyed")
    found = bare.annotate(kept=Subquery(known[:1])).filter(kept__isnull=True).order_by()
    pairs = found.values_list("dossier__kind", "retention").distinct()
    return [(kind, schedules.terms[code]) for kind, code in pairs if code in schedules.terms]


def _fix(schedules: Schedules, kind: str, term: Term, on: date) -> int:
    told = (
        term.code, term.years, term.months, term.is_permanent, schedules.basis_of(kind),
        connection.ops.adapt_datefield_value(on), term.code, kind,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FIX, told)
        return int(cursor.rowcount)


def _begin(basis: str, on: date) -> int:
    """End the terms that count from a day that is known by now: one statement a day they count from."""
    waiting = Kept.objects.filter(basis=basis, ends_on__isnull=True, is_permanent=False)
    if basis == "contract_end":
        return _begin_contracts(waiting, on)
    column = f"paper__{DAYS[basis]}"
    known = waiting.filter(**{f"{column}__lte": on}).order_by()
    begun = 0
    for first, years, months in known.values_list(column, "years", "months").distinct():
        ends = rules.ends_on(first, years=years, months=months)
        same: dict[str, Any] = {column: first, "years": years, "months": months}
        numbers = waiting.filter(**same).values("pk")
        begun += Kept.objects.filter(pk__in=numbers).update(basis_on=first, ends_on=ends)
    return begun


def _begin_contracts(waiting: QuerySet[Kept], on: date) -> int:
    rows = list(waiting.values_list("pk", "paper__dossier__subject", "years", "months"))
    ended = states.contract_ends({one[1] for one in rows}, on)
    begun = 0
    for subject, day in ended.items():
        for years, months in {(one[2], one[3]) for one in rows if one[1] == subject}:
            same: dict[str, Any] = {"paper__dossier__subject": subject, "years": years, "months": months}
            numbers = waiting.filter(**same).values("pk")
            ends = rules.ends_on(day, years=years, months=months)
            begun += Kept.objects.filter(pk__in=numbers).update(basis_on=day, ends_on=ends)
    return begun


@transaction.atomic
def extend(kept: Kept, term: Term, *, on: date) -> Kept:
    """Keep a paper longer, from the day of the appraisal; never shorter than it was fixed. Part of an act."""
    asked = None if term.is_permanent else rules.ends_on(on, years=term.years, months=term.months)
    ends = rules.later(kept.ends_on, asked) if not kept.is_permanent else None
    Kept.objects.filter(pk=kept.pk).update(
        term=term.code, years=term.years, months=term.months, is_permanent=ends is None, ends_on=ends,
        extended_on=on,
    )  # fmt: skip
    kept.refresh_from_db()
    return kept
