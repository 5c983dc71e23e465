"""What statements for the embedded engine are put together with."""

from __future__ import annotations

from pathlib import Path


def quoted(path: Path | str) -> str:
    """A path as a statement names it: a folder may have an apostrophe in its name."""
    return "'" + str(path).replace("'", "''") + "'"
