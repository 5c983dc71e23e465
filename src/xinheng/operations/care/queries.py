"""Questions to letters, contacts, service cases, leaving and files."""

from __future__ import annotations

from xinheng.operations.care.counting import (
    file_index,
    idle_leads,
    may_read,
    satisfaction,
    satisfaction_trend,
    thin_contacts,
    words_of,
)
from xinheng.operations.care.policy import in_force
from xinheng.operations.care.selecting import (
    copies,
    departure,
    departures,
    documents,
    entries,
    entry,
    evaluations,
    handed_by,
    history_of,
    matter,
    matters,
    opinions,
    standing_of,
    standings,
    visit,
    visits,
)
from xinheng.operations.care.waiting import dues

__all__ = [
    "copies",
    "departure",
    "departures",
    "documents",
    "dues",
    "entries",
    "entry",
    "evaluations",
    "file_index",
    "handed_by",
    "history_of",
    "idle_leads",
    "in_force",
    "matter",
    "matters",
    "may_read",
    "opinions",
    "satisfaction",
    "satisfaction_trend",
    "standing_of",
    "standings",
    "thin_contacts",
    "visit",
    "visits",
    "words_of",
]
