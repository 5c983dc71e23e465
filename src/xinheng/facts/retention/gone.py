"""What is gone for good: a list beside the kept documents, outside every database.

A database that is put back from a backup knows again what was destroyed or erased since. This list does not
come back with it: it lies in the folder of the archive, and a second one at home, and is read from both.
Rooms say how one of their entries is made to be gone once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from xinheng.base.access import services as access
from xinheng.base.audit import services as audit
from xinheng.base.kernel.actors import Actor
from xinheng.facts.retention.errors import GoneListAltered

FIRST = "0" * 64  # what the first line follows


@dataclass(frozen=True)
class Gone:
    """One thing that is gone: its kind ("paper", "person"), the key of its room, and the act it went by."""

    kind: str
    key: str
    on: str  # day, as 2026-06-30
    by: str  # "destruction:XH-2026-0001", "erasure:7"


Again = Callable[[Actor, date, Gone], bool]
Known = Callable[[], Iterable[Gone]]
_rooms: dict[str, Again] = {}
_known: dict[str, Known] = {}


def own_gone(kind: str, again: Again, known: Known | None = None) -> None:
    """Say how entries of a kind are made to be gone again: again(actor, on, gone) tells whether it had to.

    known: gives what the database knows to be gone, for a list that lost its end.
    """
    _rooms[kind] = again
    if known is not None:
        _known[kind] = known


def note_gone(*entries: Gone) -> None:
    """Write entries to the list before what they name is made to be gone; what stands there stays once."""
    for path in _paths():
        known = {(one.kind, one.key) for one, _seal in _lines(path)}
        new = [one for one in entries if (one.kind, one.key) not in known]
        if new:
            _append(path, new)


def gone(kind: str = "") -> list[Gone]:
    """Everything on the list, or all of a kind, the oldest first. Refuses: GoneListAltered."""
    found: dict[tuple[str, str], Gone] = {}
    for path in _paths():
        for one, _seal in _lines(path):
            found.setdefault((one.kind, one.key), one)
    return [one for one in found.values() if not kind or one.kind == kind]


def reapply(*, actor: Actor, on: date) -> dict[str, int]:
    """Make everything on the list gone again, as after a restore; gives how many of each kind had come back.

    Safe to repeat. Refuses: AccessDenied, GoneListAltered.
    """
    access.require(actor, "retention.destroy", "gone")
    note_gone(*gone(), *(one for known in _known.values() for one in known()))  # both lists are whole
    entries = gone()
    counted = dict.fromkeys(sorted({one.kind for one in entries}), 0)
    for one in entries:
        again = _rooms.get(one.kind)
        if again is not None and again(actor, on, one):
            counted[one.kind] += 1
    audit.record(actor=actor, act="retention.reapply", subject="gone", on=on, after=counted)
    return counted


def _paths() -> tuple[Path, ...]:
    return Path(settings.ARCHIVE_FOLDER) / settings.GONE_LIST, Path(settings.HOME) / settings.GONE_LIST


def _lines(path: Path) -> Iterator[tuple[Gone, str]]:
    """The entries with their seals. Refuses: GoneListAltered where a line is not what was written."""
    last = FIRST
    with suppress(FileNotFoundError):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            try:
                told = json.loads(line)
                seal = told.pop("seal")
                entry = Gone(**told)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise GoneListAltered(file=path.name, line=number) from error
            if seal != _seal(last, entry):
                raise GoneListAltered(file=path.name, line=number)
            last = seal
            yield entry, seal


def _append(path: Path, entries: list[Gone]) -> None:
    last = FIRST
    for _entry, seal in _lines(path):
        last = seal
    written = []
    for one in entries:
        last = _seal(last, one)
        written.append(json.dumps({**asdict(one), "seal": last}, ensure_ascii=False) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(written))
        file.flush()
        os.fsync(file.fileno())


def _seal(last: str, entry: Gone) -> str:
    told = json.dumps(asdict(entry), ensure_ascii=False, sort_keys=True)
    return sha256(f"{last}{told}".encode()).hexdigest()
