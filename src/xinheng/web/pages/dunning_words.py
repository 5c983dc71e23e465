"""Runs, letters and their lines as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from xinheng.base.kernel.language import reads_chinese
from xinheng.base.kernel.money import Money
from xinheng.operations.dunning import queries as dunning

RUN_TONES = {"planned": "note", "sending": "warn", "sent": "good", "undone": ""}
DECISION_TONES = {"remind": "warn", "repeat": "note", "disputed": "note", "promised": "note"}
LETTER_TONES = {"planned": "note", "sent": "good", "undone": ""}


def run_line(row: Any) -> dict[str, Any]:
    """A run with its state in words."""
    return {"row": row, "state": dunning.RUN_STATES[row.state], "tone": RUN_TONES[row.state]}


def counted(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Items by what was decided, in the order of the decisions."""
    return [
        {"code": code, "words": words, "number": counts[code], "tone": DECISION_TONES.get(code, "")}
        for code, words in dunning.DECISIONS.items()
        if counts.get(code)
    ]


def item_line(row: Any) -> dict[str, Any]:
    """An item of a run with its decision in words."""
    currency = row.bill.currency
    return {
        "row": row,
        "decision": dunning.DECISIONS[row.decision],
        "tone": DECISION_TONES.get(row.decision, ""),
        "open": Money(row.open_minor, currency),
        "due": Money(row.due_minor, currency),
        "currency": currency,
        "kind": dunning.KINDS.get(row.bill.kind, row.bill.kind),
        "late": row.overdue_days if row.overdue_days > 0 else "",
    }


def letter_line(row: Any, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """A letter. names: of the levels, by ladder."""
    return {
        "row": row,
        "level": names.get(row.ladder, {}).get(row.level, str(row.level)),
        "due": Money(row.due_minor, row.currency),
        "open": Money(row.open_minor, row.currency),
        "credit": Money(row.credit_minor, row.currency),
        "charges": Money(row.charges_minor, row.currency),
        "state": dunning.RUN_STATES[row.state],
        "tone": LETTER_TONES[row.state],
    }


def planned_letter(row: Mapping[str, Any], named: Mapping[int, tuple[str, str]], on: date) -> dict[str, Any]:
    """A letter that a run would send."""
    no, name = named.get(row["customer_id"], ("", ""))
    levels = level_names(on).get(row["ladder"], {})
    return {
        "no": no,
        "name": name,
        "level": levels.get(row["level"], str(row["level"])),
        "lines": row["lines"],
        "due": Money(row["due_minor"], row["currency"]),
        "currency": row["currency"],
        "oldest_days": row["oldest_days"],
    }


def level_names(on: date) -> dict[str, dict[int, str]]:
    """The names of the levels of every ladder in force, by code and level."""
    return {
        code: {one.level: f"{one.level} {one.zh if reads_chinese() else one.en}" for one in ladder.levels}
        for code, (ladder, _sha256) in dunning.ladders_in_force(on).items()
    }
