"""An approved sheet takes effect: its grades stand from a day on, the ones before end, reviews are dated."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, NullIf

from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import add_months
from xinheng.judgements.reviews import rules, terms
from xinheng.judgements.reviews.errors import OverridesExpired
from xinheng.judgements.reviews.models import Proposal, ReviewCall, Sheet, StandingGrade

FAR = date(9999, 12, 31)


def take_effect(sheet: Sheet, *, actor: Actor, on: date) -> int:
    """Let the grades of a sheet stand; gives how many. The caller holds the transaction and saves the sheet.

    An override holds until its day; from that day on the proposed grade stands again and a review is due.
    Refuses: OverridesExpired.
    """
    starts = rules.takes_effect_on(sheet.effective_on, on)
    lines = Proposal.objects.filter(sheet=sheet, stage="submitted")
    if ended := lines.filter(expires_on__lte=starts).count():
        raise OverridesExpired(overrides=ended, on=starts)
    _end_before(sheet.policy_code, lines, starts)
    by = terms.of_run(sheet.run.policy_sha256)
    valid = add_months(starts, by.valid_months) if by.valid_months else None
    kept = _insert(_standing(lines, by.months, starts), actor, valid)
    _insert(_after_overrides(lines), actor, valid)
    _answer_calls(sheet.policy_code, lines, on)
    lines.update(stage="approved")
    audit.record(
        actor=actor,
        act="ratings.take_effect",
        subject=f"sheet:{sheet.pk}",
        on=on,
        after={"effective_from": starts, "grades": kept},
    )
    return kept


def _end_before(policy_code: str, lines: QuerySet[Proposal], starts: date) -> None:
    """End what stands on the day; what was to begin later never does."""
    same = lines.filter(customer_id=OuterRef("customer_id"), role=OuterRef("role"))
    StandingGrade.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gt=starts), Exists(same), policy_code=policy_code
    ).update(effective_until=Greatest(_day(starts), F("effective_from")))


def _standing(lines: QuerySet[Proposal], months: dict[str, int], starts: date) -> QuerySet[Any, Any]:
    """The rows to be kept, each with the day its review is due."""
    ended = StandingGrade.objects.filter(
        policy_code=OuterRef("policy_code"),
        customer_id=OuterRef("customer_id"),
        role=OuterRef("role"),
        effective_until=starts,
        effective_from__lt=starts,
    )
    cases = [
        When(grade=grade, was_=before, then=_day(_due(months, grade, before, starts)))
        for grade in months
        for before in months
    ]
    cases += [When(grade=grade, then=_day(_due(months, grade, "", starts))) for grade in months]
    due = Case(*cases, default=_day(FAR), output_field=DateField())
    return lines.annotate(
        was_=Coalesce(Subquery(ended.order_by("-effective_from").values("grade")[:1]), Value("")),
        due_=NullIf(Least(due, Coalesce("expires_on", _day(FAR))), _day(FAR)),
        from_=_day(starts),
        until_=F("expires_on"),
        grade_=F("grade"),
        rank_=F("rank"),
        kind_=F("kind"),
    )


def _due(months: dict[str, int], grade: str, before: str, starts: date) -> date:
    span = rules.interval_months(months, grade, before)
    assert span is not None
    return add_months(starts, span)


def _after_overrides(lines: QuerySet[Proposal]) -> QuerySet[Any, Any]:
    """What stands once an override has ended: the proposed grade, to be reviewed that very day."""
    return lines.filter(expires_on__isnull=False).annotate(
        due_=F("expires_on"),
        from_=F("expires_on"),
        until_=NullIf(F("expires_on"), F("expires_on")),
        grade_=F("proposed"),
        rank_=F("proposed_rank"),
        kind_=Value("fallback", output_field=CharField()),
    )


def _insert(rows: QuerySet[Any, Any], actor: Actor, valid: date | None) -> int:
    """Keep the rows as standing grades in one statement."""
    rows = rows.annotate(
        approver_=Value(actor.login, output_field=CharField()),
        valid_=NullIf(_day(valid or FAR), _day(FAR)),
    )
    columns = {
        "customer_id": "customer_id", "policy_code": "policy_code", "role": "role", "proposed": "proposed",
        "reason": "reason", "run_id": "run_id", "sheet_id": "sheet_id", "reviewed_by": "reviewed_by",
        "grade": "grade_", "rank": "rank_", "kind": "kind_", "effective_from": "from_",
        "effective_until": "until_", "review_due_on": "due_", "valid_until": "valid_",
        "approved_by": "approver_",
    }  # fmt: skip
    query = rows.order_by().values_list(*columns.values()).query
    sql, params = query.sql_with_params()
    into = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{StandingGrade._meta.db_table}" ({into}) {sql}', params)
        return int(cursor.rowcount)


def _answer_calls(policy_code: str, lines: QuerySet[Proposal], on: date) -> None:
    """A grade approved answers what called for it."""
    same = lines.filter(customer_id=OuterRef("customer_id"))
    ReviewCall.objects.filter(
        Exists(same), policy_code=policy_code, answered_on__isnull=True, lifted_on__isnull=True
    ).update(answered_on=on)


def _day(day: date) -> Value:
    return Value(day, output_field=DateField())
