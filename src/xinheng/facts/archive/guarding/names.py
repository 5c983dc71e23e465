"""Names of files that lead somewhere else, or look like another name."""

from __future__ import annotations

import re
import unicodedata

from xinheng.facts.archive.errors import DocumentNameRefused

MOST_SIGNS = 200
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


def look(name: str) -> None:
    """Refuses: DocumentNameRefused, with what is wrong with the name."""
    if cause := fault(name):
        raise DocumentNameRefused(file=shown(name), cause=cause)


def fault(name: str) -> str:
    """What is wrong with a file's name; nothing where it may be kept."""
    if len(name) > MOST_SIGNS:
        return "long"
    if TURNING.intersection(name):
        return "turned"
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        return "control"
    if "/" in name or "\\" in name or name.strip(". ") == "":
        return "path"
    if RESERVED.match(name) or name != name.rstrip(". "):
        return "reserved"
    return ""


def shown(name: str) -> str:
    """The name as it may be read out: no sign of it acts on the screen."""
    plain = "".join(
        "\N{REPLACEMENT CHARACTER}" if sign in TURNING or unicodedata.category(sign) in ("Cc", "Cs") else sign
        for sign in name
    )
    return plain[:MOST_SIGNS]
