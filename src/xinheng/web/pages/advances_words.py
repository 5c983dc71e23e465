"""Advances as pages show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from xinheng.base.kernel.money import Money
from xinheng.judgements.advances import queries as advances
from xinheng.judgements.advances.values import Duty, text_of

TONES = {
    "draft": "note", "submitted": "warn", "returned": "warn", "approved": "good", "rejected": "bad",
    "withdrawn": "note", "closed": "note",
}  # fmt: skip


def line(row: Any, *, on: date) -> dict[str, Any]:
    """An advance as a line of a list."""
    still_open = row.paid_minor - row.repaid_minor
    late = (on - row.last_day).days if row.last_day and row.last_day < on else 0
    return {
        "row": row,
        "state": advances.STATES[row.state],
        "tone": TONES[row.state],
        "limit": Money(row.limit_minor),
        "open": Money(still_open),
        "paid": Money(row.paid_minor),
        "repaid": Money(row.repaid_minor),
        "late": late,
        "terms": advances.terms_told(advances.terms_of(row)),
        "findings": [advances.told(one) for one in advances.kept_findings(row.findings)],
    }


def duty(one: Duty) -> dict[str, Any]:
    """A duty as a line of a list."""
    return {"one": one, "words": advances.DUTIES[one.code]}


def plan(found: tuple[Any, list[Any], Money], *, on: date) -> dict[str, Any]:
    """A reduction plan with its steps, and whether what is open now lies within each that has passed."""
    row, steps, still_open = found
    return {
        "row": row,
        "start": Money(row.start_minor),
        "target": Money(row.target_minor),
        "open": still_open,
        "steps": [
            {
                "day": step.due_on,
                "most": Money(step.at_most_minor),
                "is_behind": row.ended_on is None
                and step.due_on <= on
                and still_open.minor > step.at_most_minor,
            }
            for step in steps
        ],
    }


def paper_names(on: date) -> dict[str, str]:
    """The papers the policy of a day describes, by code."""
    policy = advances.in_force(on)
    return {one.code: text_of(one) for one in policy.papers} if policy else {}
