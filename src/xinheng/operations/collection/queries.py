"""Questions to collection: the work list, one case, clocks, recoveries, who is to be spoken to."""

from __future__ import annotations

from xinheng.operations.collection.appraising import appraise
from xinheng.operations.collection.clock_lines import (
    clock_lines,
    clock_of,
    events_of,
    limitation,
    pauses_of,
)
from xinheng.operations.collection.following import follow_ups
from xinheng.operations.collection.planning import equal_parts
from xinheng.operations.collection.policy import in_force
from xinheng.operations.collection.selecting import (
    Account,
    Board,
    Tasks,
    account_of,
    board,
    broken_plans,
    cases,
    cases_of,
    contacts,
    deadlines,
    due_lines,
    idle_since,
    promises,
    tasks,
)
from xinheng.operations.collection.standing import get_case
from xinheng.operations.collection.wording import (
    CONSEQUENCES,
    HOWS,
    PLANS,
    PROMISES,
    WAYS,
    clock_word,
    interruption_word,
    result_word,
    step_word,
)

__all__ = [
    "CONSEQUENCES",
    "HOWS",
    "PLANS",
    "PROMISES",
    "WAYS",
    "Account",
    "Board",
    "Tasks",
    "account_of",
    "appraise",
    "board",
    "broken_plans",
    "cases",
    "cases_of",
    "clock_lines",
    "clock_of",
    "clock_word",
    "contacts",
    "deadlines",
    "due_lines",
    "equal_parts",
    "events_of",
    "follow_ups",
    "get_case",
    "idle_since",
    "in_force",
    "interruption_word",
    "limitation",
    "pauses_of",
    "promises",
    "result_word",
    "step_word",
    "tasks",
]
