"""The permanent register of destruction: each line is sealed onto the one before it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Max

from xinheng.facts.retention.models import Destruction, Line, Registered

FIRST = "0" * 64
FIELDS = (
    "label", "number", "title", "dossier_no", "responsible", "term", "secrecy", "pages", "sha256", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class RegisterCheck:
    """Whether the register is as it was written. broken: the first serial that is not, None where all are."""

    lines: int
    broken: int | None = None


def enter(drawn: Destruction, rows: Sequence[Line]) -> list[Registered]:
    """Write the lines of a list that was destroyed at the end of the register, in the same transaction."""
    held = Registered.objects.select_for_update().order_by("-serial").first()
    serial, previous = (held.serial, held.seal) if held else (0, FIRST)
    entered = []
    for row in rows:
        serial += 1
        told = told_of(drawn, row)
        seal = _seal(previous, serial, told)
        entered.append(Registered(serial=serial, line=row, told=told, previous=previous, seal=seal))
        previous = seal
    return Registered.objects.bulk_create(entered)


def verify() -> RegisterCheck:
    """Walk the whole register: seals, serials without a gap, and the lines they were made of."""
    previous, last = FIRST, 0
    rows = Registered.objects.select_related("line__destruction").order_by("serial")
    for row in rows.iterator(2_000):
        last += 1
        as_told = told_of(row.line.destruction, row.line) == row.told
        whole = row.serial == last and row.previous == previous
        if not (as_told and whole and row.seal == _seal(previous, row.serial, row.told)):
            return RegisterCheck(last, row.serial)
        previous = row.seal
    lines = Line.objects.filter(destruction__state="destroyed").count()
    newest = Registered.objects.aggregate(last=Max("serial"))["last"] or 0
    return RegisterCheck(last, None if lines == last == newest else last + 1)


def told_of(drawn: Destruction, row: Line) -> dict[str, Any]:
    """What the register says of a line."""
    return {
        "list": drawn.no,
        "position": row.position,
        "destroyed_on": drawn.done_on.isoformat() if drawn.done_on else "",
        "place": drawn.place,
        "method": drawn.method,
        "formed_on": row.formed_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        **{name: getattr(row, name) for name in FIELDS},
    }


def _seal(previous: str, serial: int, told: dict[str, Any]) -> str:
    text = json.dumps(told, ensure_ascii=False, sort_keys=True)
    return sha256(f"{previous}{serial}{text}".encode()).hexdigest()
