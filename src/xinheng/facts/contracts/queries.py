"""Questions to contracts."""

from __future__ import annotations

from xinheng.facts.contracts.analysing import analyses, figures, reported_periods
from xinheng.facts.contracts.auditing import (
    audits,
    drawn,
    findings_of,
    findings_per_test,
    get_audit,
)
from xinheng.facts.contracts.counting import due_contracts, months, paid_of, performance, statistics
from xinheng.facts.contracts.duties import dues
from xinheng.facts.contracts.events import event_subject, file_of
from xinheng.facts.contracts.policy import general, held, in_force, kinds, template_of
from xinheng.facts.contracts.selecting import (
    LOOKS,
    about_to_end,
    alive,
    alive_for,
    changes_of,
    checks_of,
    contracts,
    events_of,
    get_contract,
    last_ending,
    numbered,
    parties_of,
    records_of,
    visible,
)
from xinheng.facts.contracts.staging import dealing_now, stage_of, stages_of
from xinheng.facts.contracts.taking import judge_rows

__all__ = [
    "LOOKS",
    "about_to_end",
    "alive",
    "alive_for",
    "analyses",
    "audits",
    "changes_of",
    "checks_of",
    "contracts",
    "dealing_now",
    "drawn",
    "due_contracts",
    "dues",
    "event_subject",
    "events_of",
    "figures",
    "file_of",
    "findings_of",
    "findings_per_test",
    "general",
    "get_audit",
    "get_contract",
    "held",
    "in_force",
    "judge_rows",
    "kinds",
    "last_ending",
    "months",
    "numbered",
    "paid_of",
    "parties_of",
    "performance",
    "records_of",
    "reported_periods",
    "stage_of",
    "stages_of",
    "statistics",
    "template_of",
    "visible",
]
