"""Rooms above that keep names of persons of their own: they forget them when a person is erased."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

Named = Iterable[str]  # the columns that were emptied, as "table.column"


class Forget(Protocol):
    """Empty what names a person of a file. words: what takes the place of the name."""

    def __call__(self, customer: Any, *, words: str) -> Named: ...


_rooms: list[Forget] = []


def forget_with(room: Forget) -> None:
    """Let a room forget too, from now on; once a process, by the room's own start."""
    if room not in _rooms:
        _rooms.append(room)


def forgotten(customer: Any, *, words: str) -> set[str]:
    """Let every room forget the person of a file; gives the columns that were emptied."""
    return {column for room in _rooms for column in room(customer, words=words)}
