"""YAML into plain values, remembering on which line each stood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    ScalarEvent,
)
from ruamel.yaml.parser import RoundTripParser

from xinheng.judgements.policies.errors import PolicyInvalid

LARGEST = 300_000  # characters of one document
READ_LAST = 16  # texts that need not be read again
DEEPEST = 16  # lists and mappings inside one another
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # no database keeps them all
Path = Sequence[str | int]


class Document:
    """A YAML document: its plain content and the line of every part of it."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        if len(text) > LARGEST:
            raise PolicyInvalid(file=file, line=1, cause=_("The document is too long."))
        self._tree = self._read(text)
        self.content = _plain(self._tree)

    def line(self, path: Path) -> int:
        """The line, counted from 1, of the part that a path of keys and positions leads to."""
        line = 1
        for parent, step in self._walk(path):
            place = parent.lc.key(step) if isinstance(parent, CommentedMap) else parent.lc.item(step)
            line = place[0] + 1
        return line

    def steps(self, path: Path) -> list[str | int]:
        """The steps of a path that are in the document, and the last one, which may be what is missing."""
        found = [step for _parent, step in self._walk(path)]
        return found if not path or (found and found[-1] == path[-1]) else [*found, path[-1]]

    def _walk(self, path: Path) -> Iterator[tuple[Any, str | int]]:
        """Each step of a path with the part it stands in; steps of the schema alone are left out."""
        node: Any = self._tree
        for step in path:
            inside = isinstance(node, CommentedMap) and step in node
            inside = inside or (isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node))
            if inside:
                yield node, step
                node = node[step]

    def _read(self, text: str) -> CommentedMap:
        try:
            return _tree_of(text)
        except _Unwanted as unwanted:
            raise PolicyInvalid(file=self.file, line=unwanted.line + 1, cause=unwanted.cause) from unwanted


@lru_cache(maxsize=READ_LAST)
def _tree_of(text: str) -> CommentedMap:
    """What stands in a text; read once however often it is asked for, for reading takes long."""
    yaml = YAML(typ="rt", pure=True)
    yaml.Parser = _Careful
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        cause = _("This is not YAML: %(why)s") % {"why": error.problem}
        raise _Unwanted(mark.line if mark else 0, cause) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise _Unwanted(0, _("This is not YAML: %(why)s") % {"why": str(error)[:200]}) from error
    if not isinstance(tree, CommentedMap):
        raise _Unwanted(0, _("A policy is a list of keys and values."))
    return tree


class _Unwanted(Exception):
    """Something that no policy needs stands on a line, counted from 0."""

    def __init__(self, line: int, cause: str) -> None:
        self.line, self.cause = line, cause


class _Careful(RoundTripParser):
    """Refuses, as soon as it is met, what no policy needs and a harmful document is made of."""

    depth = 0

    def get_event(self) -> Any:
        event = super().get_event()
        self.depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if cause := _unwanted(event, self.depth):
            raise _Unwanted(event.start_mark.line, cause)
        return event


def _unwanted(event: Any, depth: int) -> str:
    if isinstance(event, AliasEvent) or getattr(event, "value", "") == "<<":
        return _("Aliases and merge keys are not used in policies.")
    if isinstance(event, DocumentStartEvent) and event.version:
        return _("Directives are not used in policies.")
    if depth > DEEPEST:
        return _("The document is nested too deeply.")
    if getattr(event, "tag", None) is not None:
        return _("Tags are not used in policies.")
    if isinstance(event, ScalarEvent) and CONTROL.search(event.value):
        return _("The text holds a control character.")
    return ""


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
