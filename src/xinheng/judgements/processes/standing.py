"""How long a case has stood at its step, in working days, against the target of the step."""

from __future__ import annotations

from datetime import date

from xinheng.base.kernel.working_days import add_working_days, working_days_between
from xinheng.judgements.processes.models import Case
from xinheng.judgements.processes.values import Age, Step


def due_on(step: Step, since: date) -> date | None:
    """The last day of a step begun on a day: day 1 is the first working day after it (RR-03)."""
    return add_working_days(since, step.within_days).day if step.within_days else None


def days_at(case: Case, on: date) -> int:
    """The working days a case has stood at its step on a day."""
    return working_days_between(case.since, on)[0]


def age_of(case: Case, step: Step, *, on: date) -> Age:
    """How long the case stands at its step, or stood when it ended; the last day itself is in time."""
    days, until = working_days_between(case.since, case.ended_on or on)
    late = case.state == "open" and case.due_on is not None and case.due_on < on
    warning = until.warning
    if step.within_days and not warning:
        warning = add_working_days(case.since, step.within_days).warning
    return Age(days, step.within_days, late, warning)
