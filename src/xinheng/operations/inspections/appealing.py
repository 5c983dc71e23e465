"""The consumer contests a finding, and somebody else decides."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access import services as access
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.working_days import add_working_days
from xinheng.operations.inspections import charging, policy, selecting
from xinheng.operations.inspections.errors import AppealTooLate, SamePerson
from xinheng.operations.inspections.models import Appeal, Finding
from xinheng.operations.inspections.naming import check_code, check_day, check_text
from xinheng.operations.inspections.wording import RESULT_WORDS


@transaction.atomic
def appeal(*, actor: Actor, on: date, no: str, words: str, told_on: date | None = None) -> Appeal:
    """Keep what a consumer contests, until the last day to appeal (itself included); once a finding.

    told_on: the day it came; the business day unless told. Refuses: AccessDenied, CaseUnknown, OutOfTurn,
    AppealTooLate, InspectionInvalid.
    """
    access.require(actor, "inspections.write", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "confirmed")
    kept = Finding.objects.get(case=found)
    check_code("no", None if Appeal.objects.filter(finding=kept).exists() else kept)
    day = check_day("told_on", told_on or on, latest=on, earliest=kept.confirmed_on)
    if kept.appeal_until is None or day > kept.appeal_until:
        raise AppealTooLate(no=found.no, day=kept.appeal_until or "")
    made = Appeal.objects.create(
        finding=kept, told_on=day, told_by=actor.login, words=check_text("words", words, 1000),
        due_on=add_working_days(day, policy.in_force(on).decide_days).day,
    )  # fmt: skip
    found.state = "appealed"
    found.save(update_fields=["state"])
    after = {"case": found.no, "told_on": day, "due_on": made.due_on}
    subject = f"inspection:{found.no}"
    record(
        actor=actor, act="inspections.appeal", subject=subject, on=on, after=after, reason=made.words[:300]
    )
    return made


@transaction.atomic
def decide_appeal(*, actor: Actor, on: date, no: str, result: str, why: str) -> Appeal:
    """Uphold or overturn a finding; overturned, claims, points and grade are as before.

    Neither who inspected or told it nor who confirmed it decides. Refuses: AccessDenied, CaseUnknown,
    OutOfTurn, SamePerson, InspectionInvalid.
    """
    access.require(actor, "inspections.decide", f"inspection:{no[:20]}")
    found = selecting.case_in_state(actor, no, "appealed")
    kept = Finding.objects.select_for_update().get(case=found)
    made = Appeal.objects.select_for_update().get(finding=kept)
    judges = {kept.told_by, kept.confirmed_by, *(one["login"] for one in kept.inspectors)}
    if actor.login in judges:
        raise SamePerson(login=actor.login, no=found.no)
    made.result = check_code("result", result if result in RESULT_WORDS else None)
    made.why = check_text("why", why, 500)
    made.decided_by, made.decided_on = actor.login, on
    made.save()
    after: dict[str, Any] = {"case": found.no, "result": result}
    found.state = "confirmed"
    if result == "overturned":
        found.state = "overturned"
        reason = _("Inspection %(no)s overturned: %(why)s") % {"no": found.no, "why": made.why}
        after["bills_cancelled"] = charging.cancel(found, kept, reason=reason, actor=actor, on=on)
        after["calls_lifted"] = charging.take_back_grade(kept, reason=reason, on=on)
        after["points_back"] = charging.give_points_back(found, reason=reason, on=on)
    found.save(update_fields=["state"])
    subject = f"inspection:{found.no}"
    record(
        actor=actor,
        act="inspections.decide_appeal",
        subject=subject,
        on=on,
        after=after,
        reason=made.why[:300],
    )
    return made
