"""A document of YAML read into the shape a room gave it; what is wrong is told with the line."""

from __future__ import annotations

from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from xinheng.base.kernel.refusal import Refusal

LARGEST = 100_000  # characters of one document
Shape = TypeVar("Shape", bound=BaseModel)


def read_document(text: str, *, file: str, shape: type[Shape], refusal: type[Refusal]) -> tuple[Shape, Any]:
    """What a text says, checked, and its tree, in which `line_in` finds lines.

    Refuses: `refusal`, which is given file, line and cause.
    """
    if len(text) > LARGEST:
        raise refusal(file=file, line=1, cause=_("The document is too long."))
    try:
        tree: Any = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal(file=file, line=mark.line + 1 if mark else 1, cause=str(error.problem)) from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise refusal(file=file, line=1, cause=str(error)[:200]) from error
    try:
        return shape.model_validate(tree), tree
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise refusal(file=file, line=line_in(tree, first["loc"]), cause=cause) from error


def line_in(tree: Any, path: tuple[int | str, ...]) -> int:
    """The line, from 1, of the part a path leads to; of the last part there is where it leads on."""
    line, node = 1, tree
    for step in path:
        try:
            place = node.lc.key(step) if hasattr(node, "keys") else node.lc.item(step)
            line, node = place[0] + 1, node[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line
