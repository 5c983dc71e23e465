"""What a kind asks, decided on values alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from xinheng.base.kernel.identifiers import check_id_number, check_uscc
from xinheng.facts.dossiers.values import AskedFact, Kind, Line
from xinheng.facts.dossiers.vin import check_vin

STAGES = ("collect", "arrange", "file", "use")


def applies(line: Line | AskedFact, facts: Mapping[str, Any]) -> bool:
    """Whether a line or a fact is asked here: each fact it names holds one of the choices named."""
    return holds(line.applies_when, facts)


def holds(condition: Mapping[str, tuple[str, ...]], facts: Mapping[str, Any]) -> bool:
    """Whether each fact named holds one of the choices named."""
    return all(_held(facts.get(fact)) & set(chosen) for fact, chosen in condition.items())


def asked_lines(kind: Kind, facts: Mapping[str, Any]) -> list[Line]:
    """The lines of the checklist that apply, in its order."""
    return [line for line in kind.lines if applies(line, facts)]


def as_kept(fact: AskedFact, told: Any, on: date) -> Any:
    """A fact as it is kept; nothing told is None. Raises ValueError with the cause where it cannot be."""
    if told in (None, "", [], ()):
        return None
    if fact.type in ("choice", "choices"):
        chosen = _choices(fact, told)
        if fact.type == "choice" and len(chosen) > 1:
            raise ValueError("CHOICE")
        return chosen if fact.type == "choices" else chosen[0]
    text = str(told).strip()
    if fact.type == "day":
        return date.fromisoformat(text).isoformat()
    if fact.type == "number":
        return _number(text)
    if fact.type in ("vin", "id_number", "uscc"):
        return _identifier(fact.type, text, on)
    if len(text) > 500 or "\x00" in text:
        raise ValueError("LENGTH")
    return text


def next_stages(stage: str) -> tuple[str, ...]:
    """The stages a line may go to: the next one, or any before."""
    at = STAGES.index(stage) if stage in STAGES else -1
    return STAGES[: max(at, 0)] + STAGES[at + 1 : at + 2]


def is_back(stage: str, asked: str) -> bool:
    """Whether a step goes back."""
    return stage in STAGES and STAGES.index(asked) < STAGES.index(stage)


def _held(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def _choices(fact: AskedFact, told: Any) -> list[str]:
    codes = [choice.code for choice in fact.choices]
    chosen = [told] if isinstance(told, str) else list(told)
    if not set(chosen) <= set(codes):
        raise ValueError("CHOICE")
    return [code for code in codes if code in chosen]


def _number(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError("NUMBER") from error
    if not number.is_finite():
        raise ValueError("NUMBER")
    return str(number)


def _identifier(type_: str, text: str, on: date) -> str:
    if type_ == "vin":
        value, cause = check_vin(text)
    else:
        found = check_uscc(text) if type_ == "uscc" else check_id_number(text, on=on)
        value, cause = found.value, str(found.cause)
    if cause:
        raise ValueError(cause)
    return value
