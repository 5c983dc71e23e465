"""Adding rows to the parts of a policy's text and taking them out; every other sign of it stays as it is."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from xinheng.judgements.policies.editing import added, at, grades_of, tree
from xinheng.judgements.policies.errors import PolicyFieldInvalid
from xinheng.judgements.policies.offered import BEGUN, FIRST, INSIDE, ROWS
from xinheng.judgements.policies.reading import Document

MARKED = ("approval", "review")  # parts that say where they come from, and need it from the start


def row_copied(text: str, path: str) -> str:
    """The text with a copy of a row after it, under a code of its own. Refuses: PolicyFieldInvalid."""
    rows, place = _found(text, path)
    start, end = _extent(text, rows, place)
    copy = _renamed(text[start:end], rows, place, start)
    return text[:end] + (f", {copy}" if rows.flow_style else copy) + text[end:]


def row_removed(text: str, path: str) -> str:
    """The text without a row, or without what a row has besides; the last row of a part stays.

    Refuses: PolicyFieldInvalid.
    """
    if besides := _besides(path):
        row, key, _first = besides
        node = at(tree(text), row)
        if at(node, key) is None:
            raise _refused(path, _("there is no such part"))
        start, end = _extent_of_part(text, node, key)
        return text[:start] + text[end:]
    rows, place = _found(text, path)
    if len(rows.value) == 1:
        group = path.rpartition(".")[0]
        parent, _dot, key = group.rpartition(".")
        if group not in FIRST:
            raise _refused(path, _("a part keeps at least one row"))
        start, end = _extent_of_part(text, at(tree(text), parent), key)
        return text[:start] + text[end:]
    start, end = _extent(text, rows, place)
    if rows.flow_style:
        before = re.search(r",\s*$", text[:start])
        after = re.match(r"\s*,\s*", text[end:])
        start = before.start() if before else start
        end = end + after.end() if after and not before else end
    return text[:start] + text[end:]


def row_begun(text: str, group: str) -> str:
    """The text with the first row of a part that has none yet, or with what a row may have besides.

    Refuses: PolicyFieldInvalid.
    """
    Document(text, "")
    root = tree(text)
    if besides := _besides(group):
        return _begun_in(text, root, *besides)
    if group not in FIRST or (isinstance(part := at(root, group), SequenceNode) and part.value):
        raise _refused(group, _("there is no such part"))
    grades = grades_of(root)
    each = grades if group == "review.intervals" else grades[-1:]
    told = [FIRST[group] % {"worst": grade} for grade in each]
    parent, _dot, key = group.rpartition(".")
    if not parent:
        return f"{_without(text, root, key)}{key}:\n{_listed(told, 2)}"
    node = at(root, parent)
    if node is None:
        mark = "  mark: assumed\n" if parent in MARKED else ""
        return f"{text.rstrip()}\n{parent}:\n{mark}  {key}:\n{_listed(told, 4)}"
    where, _end, written = added(node, f"{key}: [{', '.join(told)}]")
    return text[:where] + written + text[where:]


def _besides(path: str) -> tuple[str, str, str] | None:
    """The row, the key and the beginning of what a row may have besides, as "review.events.0.downgrade"."""
    row, _dot, key = path.rpartition(".")
    known, first = BEGUN.get(row.rpartition(".")[0], ("", ""))
    return (row, key, first) if key and key == known else None


def _begun_in(text: str, root: Any, row: str, key: str, first: str) -> str:
    node = at(root, row)
    if not isinstance(node, MappingNode) or at(node, key) is not None:
        raise _refused(f"{row}.{key}", _("there is no such part"))
    where, _end, written = added(node, f"{key}: {first % {'worst': grades_of(root)[-1]}}")
    return text[:where] + written + text[where:]


def _listed(rows: list[str], indent: int) -> str:
    return "".join(f"{' ' * indent}- {row}\n" for row in rows)


def _without(text: str, root: Any, key: str) -> str:
    """The text that ends with a line, without an empty list of that key."""
    if at(root, key) is not None:
        start, end = _extent_of_part(text, root, key)
        text = text[:start] + text[end:]
    return f"{text.rstrip()}\n"


def _found(text: str, path: str) -> tuple[SequenceNode, int]:
    Document(text, "")
    group, _dot, place = path.rpartition(".")
    rows = at(tree(text), group)
    offered = group in ROWS or _is_inside(group)
    inside = isinstance(rows, SequenceNode) and place.isdigit() and int(place) < len(rows.value)
    if not offered or not inside or group == "scale":
        raise _refused(path, _("there is no such row"))
    return rows, int(place)


def _is_inside(group: str) -> bool:
    """Whether a path leads to a list within a row, as "scoring.items.2.bands"."""
    row, _dot, key = group.rpartition(".")
    part, _dot, place = row.rpartition(".")
    if not place.isdigit():
        return False
    parent = part if part in INSIDE else part.rpartition(".")[2]
    return key in INSIDE.get(parent, {}) and (part in ROWS or _is_inside(part))


def _extent(text: str, rows: Any, place: int) -> tuple[int, int]:
    """From where to where a row goes: whole lines with their comments, or what stands between commas."""
    node = rows.value[place]
    start, end = node.start_mark.index, node.end_mark.index
    if rows.flow_style:
        return start, end
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip() != "-":
        raise _refused(str(place), _("this row is written in a way that only the text can change"))
    last = start + len(text[start:end].rstrip())
    newline = text.find("\n", last)
    return begin, len(text) if newline < 0 else newline + 1


def _extent_of_part(text: str, parent: Any, key: str) -> tuple[int, int]:
    """From where to where a key of a mapping goes with all that stands below it."""
    name, value = next((name, value) for name, value in parent.value if name.value == key)
    start, last = name.start_mark.index, value.end_mark.index
    last = start + len(text[start:last].rstrip())
    if parent.flow_style:
        after = re.match(r"\s*,\s*", text[last:])
        before = None if after else re.search(r",\s*$", text[:start])
        return (before.start() if before else start), last + (after.end() if after else 0)
    newline = text.find("\n", last)
    return text.rfind("\n", 0, start) + 1, len(text) if newline < 0 else newline + 1


def _renamed(copy: str, rows: Any, place: int, start: int) -> str:
    """A copy of a row with the next code that is free."""
    code = at(rows.value[place], "code")
    if not isinstance(code, ScalarNode):
        return copy if copy.endswith("\n") or rows.flow_style else f"\n{copy}"
    used = {str(one.value) for row in rows.value if isinstance(one := at(row, "code"), ScalarNode)}
    stem = re.sub(r"_\d+$", "", str(code.value))[:40]
    number = next(number for number in range(2, 1000) if f"{stem}_{number}" not in used)
    begin, end = code.start_mark.index - start, code.end_mark.index - start
    renamed = f"{copy[:begin]}{stem}_{number}{copy[end:]}"
    return renamed if renamed.endswith("\n") or rows.flow_style else f"\n{renamed}"


def _refused(path: str, cause: str) -> PolicyFieldInvalid:
    return PolicyFieldInvalid(field=path, name=path, cause=cause)
