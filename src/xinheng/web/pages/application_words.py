"""Applications as pages show them: lines, proposals with their inputs, figures as they were frozen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from xinheng.base.access import queries as people
from xinheng.base.kernel.money import Money
from xinheng.facts.customers import queries as customers
from xinheng.facts.dossiers import queries as dossiers
from xinheng.judgements.applications import queries as applications
from xinheng.judgements.applications.queries import Rules
from xinheng.judgements.applications.values import Met, Proposed
from xinheng.judgements.limits import queries as limits


def line(one: Any, *, on: date) -> dict[str, Any]:
    """One application of a list."""
    due_on = one.request.due_on if one.request and one.state == "open" else None
    return {
        "one": one,
        "amount": Money(one.amount_minor, one.currency),
        "state": applications.STATES[one.state],
        "tone": applications.TONES[one.state],
        "agreement": applications.AGREEMENTS["awaited"] if one.agreement == "awaited" else "",
        "due_on": due_on,
        "is_late": bool(due_on and due_on < on),
        "rules": applications.worded(applications.kept(one.sha256).name),
    }


def proposed(found: Proposed, document: Rules, currency: str = "CNY") -> dict[str, Any]:
    """Proposals side by side, each with what it took or what is missing; and what comes of them."""
    names = {one.code: applications.worded(one) for one in document.methods}
    return {
        "rows": [
            {
                "code": one.code,
                "name": names.get(one.code, one.code),
                "method": applications.METHODS[one.method],
                "counts": one.counts,
                "chosen": one.code == found.chosen,
                "amount": None if one.minor is None else Money(one.minor, currency),
                "inputs": [(applications.INPUTS.get(name, name), value) for name, value in one.inputs],
                "missing": [applications.INPUTS.get(name, name) for name in one.missing],
            }
            for one in found.proposals
        ],
        "amount": None if found.minor is None else Money(found.minor, currency),
        "chosen": names.get(found.chosen, ""),
        "bounds": [(applications.BOUNDS[code], Money(minor, currency)) for code, minor in found.bounds],
        "why": applications.worded(document.choice),
    }


def met(found: list[Met], document: Rules) -> list[dict[str, Any]]:
    """Conditions that are met, in words."""
    names = {one.code: applications.worded(one) for one in document.conditions}
    return [{"one": one, "name": names.get(one.code, one.code)} for one in found]


def findings(rows: Iterable[Any], held: dict[str, Any]) -> list[dict[str, Any]]:
    """What people told against a customer, with what was taken back."""
    listed = list(rows)
    names = people.names_by_login({one.told_by for one in listed} | {one.lifted_by for one in listed})
    words = {
        (code, one.code): applications.worded(one)
        for code, (document, _hash) in held.items()
        for one in document.conditions
    }
    return [
        {"one": one, "name": words.get((one.rules, one.condition), one.condition),
         "by": names.get(one.told_by, one.told_by)}
        for one in listed
    ]  # fmt: skip


def paper_hold(one: Any) -> dict[str, Any]:
    """Credit held back for want of a paper: an item of the file, or a line of a dossier."""
    item = customers.catalogue().get(one.item)
    return {
        "one": one,
        "item": item.name if item else dossiers.line_name(one.item, one.since),
        "effect": applications.EFFECTS[one.effect],
        "before": None if one.before_minor is None else Money(one.before_minor),
        "after": None if one.after_minor is None else Money(one.after_minor),
    }


def frozen(one: Any) -> list[dict[str, Any]]:
    """What was known at each decision: the figures as they were kept, and whether their hash holds."""
    names = people.names_by_login({row.by for row, _told, _intact in applications.frozen_of(one)})
    return [
        {
            "row": row,
            "act": applications.ACTS[row.act],
            "by": names.get(row.by, row.by),
            "is_intact": intact,
            "grade": told["grade"],
            "limit": _limit(told["limit"], one.currency),
            "exposure": Money(told["exposure"]["total"], one.currency),
            "parts": [
                (limits.PARTS[code], Money(told["exposure"][code], one.currency)) for code in limits.PARTS
            ],
            "overdue": Money(told["overdue"], one.currency),
            "proposals": [
                {
                    "method": applications.METHODS[each["method"]],
                    "amount": None if each["minor"] is None else Money(each["minor"], one.currency),
                    "chosen": each["code"] == told["proposed"]["chosen"],
                }
                for each in told["proposals"]
            ],
            "conditions": [each["code"] for each in told["conditions"]],
        }
        for row, told, intact in applications.frozen_of(one)
    ]


def answers(one: Any, document: Rules) -> list[tuple[str, str]]:
    """The form as it was filled in."""
    told = []
    for field in document.fields:
        value = one.answers.get(field.code)
        if field.type == "choice":
            value = next((applications.worded(each) for each in field.options if each.code == value), value)
        text = "、".join(value) if isinstance(value, list) else str(value or "—")
        told.append((applications.worded(field), f"{text} {field.unit}".strip()))
    return told


def _limit(told: dict[str, Any], currency: str) -> str:
    if told["state"] == "limited":
        return str(Money(told["minor"], currency))
    return str(limits.LIMITS[told["state"]])
