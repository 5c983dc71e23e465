"""Something that is due: the value by which rooms tell what they wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Due:
    """One thing that somebody owes by a day, as the room that keeps it knows it.

    kind: the room's own code, as "custody.handover". subject: as the trail names it, "loan:7".
    words: what is due, in the reader's language. owner: a login, or blank where the unit owes it;
    unit: the path of a unit ("/1/3/") or blank. done_on: when it was done, None while it is open.
    is_assumed: the day follows from a default that no source gave.
    """

    kind: str
    subject: str
    words: str
    due_on: date
    owner: str = ""
    unit: str = ""
    done_on: date | None = None
    is_assumed: bool = False

    def is_late(self, on: date) -> bool:
        """Whether it was done after its day, or is open and its day has passed."""
        return (self.done_on or on) > self.due_on
