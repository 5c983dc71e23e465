"""YAML into plain values, remembering on which line each stood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from xinheng.judgements.policies.errors import PolicyInvalid

LARGEST = 1_000_000  # characters of one document
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
        node: Any = self._tree
        line = 1
        for step in path:
            try:
                if isinstance(node, CommentedMap):
                    line = node.lc.key(step)[0] + 1
                elif isinstance(node, CommentedSeq) and isinstance(step, int):
                    line = node.lc.item(step)[0] + 1
                else:
                    continue  # a step of the schema that is not in the document
                node = node[step]
            except (KeyError, IndexError, TypeError):
                break
        return line

    def _read(self, text: str) -> CommentedMap:
        yaml = YAML(typ="rt", pure=True)
        try:
            aliases = [event for event in yaml.parse(text) if isinstance(event, AliasEvent)]
            tree = None if aliases else YAML(typ="rt", pure=True).load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 1
            raise PolicyInvalid(file=self.file, line=line, cause=str(error.problem)) from error
        except (YAMLError, RecursionError, ValueError) as error:
            raise PolicyInvalid(file=self.file, line=1, cause=str(error)[:200]) from error
        if aliases:
            line = aliases[0].start_mark.line + 1
            raise PolicyInvalid(file=self.file, line=line, cause=_("Aliases are not used in policies."))
        if not isinstance(tree, CommentedMap):
            raise PolicyInvalid(file=self.file, line=1, cause=_("A policy is a list of keys and values."))
        return tree


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
