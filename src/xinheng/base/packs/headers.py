"""Reading the head of a policy document: the part that is the same for every kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from xinheng.base.packs.errors import PolicyHeaderInvalid, PolicyKindUnknown
from xinheng.base.packs.values import Header, ShippedPack

HEAD = ("kind", "code", "version", "name")
RATING = "rating"  # stands in policy.yaml of a pack; any other kind in a file of its own name
Check = Callable[[str], None]
_checks: dict[str, Check] = {}


def own(kind: str, check: Check) -> None:
    """The owner of a kind says how its documents are checked; `check` raises a Refusal."""
    _checks[kind] = check


def check_of(kind: str) -> Check:
    """How documents of a kind are checked. Refuses: PolicyKindUnknown."""
    if kind not in _checks:
        raise PolicyKindUnknown(kind=kind)
    return _checks[kind]


@lru_cache(maxsize=128)
def header_of(text: str) -> Header:
    """The head of a document; the same text is read once. Refuses: PolicyHeaderInvalid."""
    try:
        content: Any = YAML(typ="safe", pure=True).load(_head(text))
    except (YAMLError, RecursionError, ValueError) as error:
        raise PolicyHeaderInvalid(field="kind") from error
    names = _texts(content, ("kind", "code", "version"))
    words = _texts(content.get("name"), ("zh", "en"))
    return Header(*names, *words)


def shipped(kind: str = RATING) -> list[ShippedPack]:
    """The packs of a kind that come with the system, by code."""
    packs = []
    name = "policy" if kind == RATING else kind
    for path in sorted(Path(settings.PACKS_DIR).glob(f"*/{name}.yaml")):
        text = path.read_text(encoding="utf-8")
        packs.append(ShippedPack(header_of(text), path, text))
    return packs


def _head(text: str) -> str:
    """The fields of the head alone, where each stands once at the margin; else the whole text.

    What follows is read by the owner of the kind, which refuses it with its line.
    """
    found: dict[str, list[str]] = {}
    inside: list[str] = []
    for line in text.splitlines(keepends=True):
        name = line.split(":", 1)[0]
        if line[:1] not in " #\n\r\t-" and name in HEAD:
            if name in found:
                return text
            inside = found[name] = [line]
        elif line[:1] in " #\n\r\t-":
            inside.append(line)
        else:
            inside = []
    return "".join("".join(lines) for lines in found.values()) if len(found) == len(HEAD) else text


def _texts(content: Any, fields: tuple[str, ...]) -> list[str]:
    found = content if isinstance(content, dict) else {}
    for field in fields:
        if not isinstance(found.get(field), str) or not found[field].strip():
            raise PolicyHeaderInvalid(field=field)
    return [found[field] for field in fields]
