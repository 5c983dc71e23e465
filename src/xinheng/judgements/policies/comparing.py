"""What differs between two policies, part by part: for people who must know what a new version changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Literal

from xinheng.judgements.policies.values import Policy

KEYS = ("code", "grade")  # what tells the parts of a list apart
Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    part: "parameters", "scoring.items" … code: which of the part, blank where there is but one. zh, en:
    its words. field: what of it, as "value" or "bands.2.to"; blank where all of it was added, removed or
    moved. before, after: plain values; None where it was not there.
    """

    kind: Kind
    part: str
    code: str
    zh: str
    en: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(old: Policy, new: Policy) -> list[Difference]:
    """Everything that differs, in the order of the document; nothing where both say the same."""
    return list(_parts("", _plain(old), _plain(new)))


def text_differences(old: str, new: str, *, names: tuple[str, str]) -> list[str]:
    """The lines that differ with three around them, as `diff -u` writes them."""
    return list(unified_diff(old.splitlines(), new.splitlines(), *names, lineterm=""))


def _plain(policy: Policy) -> dict[str, Any]:
    plain: dict[str, Any] = policy.model_dump(mode="python", by_alias=True)
    return plain


def _parts(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """The keys of the document, or of a part that has parts of its own (criteria, scoring)."""
    for key in {**old, **new}:
        here = f"{part}.{key}" if part else key
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        if _is_keyed(before) and _is_keyed(after):
            yield from _keyed(here, _rows(before), _rows(after))
        elif isinstance(before, dict) and isinstance(after, dict) and not _is_worded(after):
            yield from _parts(here, before, after)
        elif isinstance(before, dict | tuple | None) and _holds_parts(before) != _holds_parts(after):
            yield from _whole(here, before, after)
        else:
            above, _dot, field = here.rpartition(".")
            yield from _fields(above, "", ("", ""), (field, before, after))


def _whole(part: str, before: Any, after: Any) -> Iterator[Difference]:
    """A part such as scoring that only one of the two has."""
    kind: Kind = "removed" if after is None else "added"
    yield Difference(kind, part, "", "", "", "", before, after)


def _holds_parts(value: Any) -> bool:
    return isinstance(value, dict) and not _is_worded(value)


def _keyed(part: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Difference]:
    for code, row in old.items():
        if code not in new:
            yield Difference("removed", part, code, *_words(row), "", row, None)
    for code, row in new.items():
        if code not in old:
            yield Difference("added", part, code, *_words(row), "", None, row)
            continue
        for field, value in row.items():
            if old[code].get(field) != value:
                yield from _fields(part, code, _words(row), (field, old[code].get(field), value))
        for field in old[code].keys() - row.keys():
            yield from _fields(part, code, _words(row), (field, old[code][field], None))
    both = [code for code in old if code in new]
    then = [code for code in new if code in old]
    for place, code in enumerate(then):
        if both[place] != code and both.index(code) > place:
            yield Difference("moved", part, code, *_words(new[code]), "", both.index(code) + 1, place + 1)


def _fields(part: str, code: str, words: tuple[str, str], what: tuple[str, Any, Any]) -> Iterator[Difference]:
    """One field; a list of the same length, or a group of keys, place by place."""
    field, before, after = what
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(key, before.get(key), after.get(key)) for key in {**before, **after}]
    elif _in_places(before, after):
        pairs = [(str(place), *both) for place, both in enumerate(zip(before, after, strict=True), 1)]
    else:
        yield Difference("changed", part, code, *words, field, before, after)
        return
    for key, one, other in pairs:
        if one != other:
            yield from _fields(part, code, words, (f"{field}.{key}", one, other))


def _in_places(before: Any, after: Any) -> bool:
    """Whether two lists of groups compare place by place."""
    if not (isinstance(before, tuple | list) and isinstance(after, tuple | list)):
        return False
    return len(before) == len(after) and all(isinstance(one, dict) for one in (*before, *after))


def _is_keyed(value: Any) -> bool:
    """A list of parts that carry a code; an empty one may be of any kind."""
    if not isinstance(value, tuple | list):
        return False
    return all(isinstance(row, dict) and _key(row) for row in value)


def _rows(value: Any) -> dict[str, Any]:
    return {_key(row): row for row in value}


def _key(row: Mapping[str, Any]) -> str:
    return next((str(row[key]) for key in KEYS if row.get(key)), "")


def _is_worded(value: Mapping[str, Any]) -> bool:
    return {"zh", "en"} <= value.keys()


def _words(row: Mapping[str, Any]) -> tuple[str, str]:
    return str(row.get("zh") or ""), str(row.get("en") or "")
