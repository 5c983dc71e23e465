"""Who may move a case and where to: pure decisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from xinheng.base.kernel.periods import add_months
from xinheng.judgements.processes.values import FormState, StepForm


@dataclass(frozen=True)
class Position:
    """Where a case stands: at a step of so many."""

    step: int
    steps: int

    @property
    def is_last(self) -> bool:
        """Whether closing the step ends the case."""
        return self.step == self.steps


def may_close(position: Position, asked: int) -> bool:
    """Whether the step asked for is the one the case stands at: none is skipped, none closed twice."""
    return asked == position.step


def may_return(position: Position, to_step: int) -> bool:
    """Whether a case may go back to a step: only to an earlier one."""
    return 1 <= to_step < position.step


def holds_lane(roles: Collection[str], held: Collection[str]) -> bool:
    """Whether somebody who holds some roles acts in a lane of some roles."""
    return bool(set(roles) & set(held))


def counts_from(form: StepForm, started_on: date) -> date:
    """From which day on a record counts for a form of a case that began on a day."""
    return add_months(started_on, -form.months_before) if form.months_before else started_on


def lacking(states: Collection[FormState]) -> list[StepForm]:
    """The mandatory forms that do not exist."""
    return [state.form for state in states if state.lacks]
