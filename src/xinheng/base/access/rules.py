"""Permits and reach: pure decisions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from xinheng.base.kernel.actors import Reach, Scope

PERMIT = re.compile(r"\*|([a-z_]+|\*)\.([a-z_]+|\*)")
CODE = re.compile(r"[a-z0-9_-]{2,40}")  # of a role
LOGIN = re.compile(r"[\w.@+-]{2,150}")
REACHES: tuple[Reach, ...] = ("nothing", "own", "unit", "everything")  # from the narrowest to the widest
KINDS = ("group", "company", "department")  # from the root down
SENSITIVE = frozenset({"id_number", "mobile", "phone", "email", "bank_account", "home_address"})


def is_permit(pattern: str) -> bool:
    """Whether the text is a permit: "*" or "room.verb" with "*" for either side."""
    return PERMIT.fullmatch(pattern) is not None


def covers(permits: Iterable[str], pattern: str) -> bool:
    """Whether one of the permits allows everything the pattern allows."""
    return any(_meet(permit, pattern) == _sides(pattern) for permit in permits)


def missing(permits: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """Which of the wanted patterns the permits do not cover."""
    held = list(permits)
    return sorted({pattern for pattern in wanted if not covers(held, pattern)})


def common(permits: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """The permits that both sides allow: what a token may do of what its person may do."""
    others = list(others)
    met = (_meet(one, other) for one in permits for other in others)
    return frozenset("*" if sides == ("*", "*") else ".".join(sides) for sides in met if sides)


def reaches_as_far(own: Scope, other: Scope) -> bool:
    """Whether the first scope holds everything that the second does."""
    if own.reach == "everything" or other.reach == "nothing":
        return True
    if other.reach == "own":
        return own.reach in ("own", "unit")
    if other.reach == "unit" and own.reach == "unit":
        return all(reaches_unit(own, path) for path in other.unit_paths)
    return False


def reach_of(text: str) -> Reach:
    """The reach that a role names."""
    return REACHES[REACHES.index(text)]


def reaches_unit(scope: Scope, path: str) -> bool:
    """Whether a unit, by its materialised path, lies within the scope."""
    if scope.reach == "everything":
        return True
    return scope.reach == "unit" and any(path.startswith(above) for above in scope.unit_paths)


def normal_login(text: str) -> str:
    """A login as it is kept and compared: half-width, without spaces around, in lower case."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def masked(text: str) -> str:
    """The text with its middle hidden: enough to recognise it, too little to use it."""
    shown = 4 if len(text) >= 15 else len(text) // 4
    return text[:shown] + "*" * (len(text) - 2 * shown) + (text[-shown:] if shown else "")


def _sides(pattern: str) -> tuple[str, str]:
    if pattern == "*":
        return ("*", "*")
    room, _, verb = pattern.partition(".")
    return (room, verb)


def _meet(one: str, other: str) -> tuple[str, str] | None:
    sides = []
    for left, right in zip(_sides(one), _sides(other), strict=True):
        if left != right and "*" not in (left, right):
            return None
        sides.append(right if left == "*" else left)
    return (sides[0], sides[1])
