"""Files of runs below HOME: written once under their hash, and proven by it when read."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from django.conf import settings

from xinheng.judgements.theft.errors import KeptFileAltered

FOLDER = "theft"


def scratch() -> Path:
    """Where a run works before its files are kept."""
    found = Path(settings.HOME) / FOLDER / "work"
    found.mkdir(parents=True, exist_ok=True)
    return found


def kept(made: Path, name: str) -> tuple[str, str]:
    """Put a written file in its place; gives its path below HOME and its SHA-256."""
    digest = hashed(made)
    path = f"{FOLDER}/{name}-{digest[:12]}{made.suffix}"
    whole = Path(settings.HOME) / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    made.replace(whole)
    return path, digest


def proven(path: str, digest: str) -> Path:
    """The place of a kept file. Refuses: KeptFileAltered."""
    whole = Path(settings.HOME) / path
    if not whole.is_file() or hashed(whole) != digest:
        raise KeptFileAltered(file=path)
    return whole


def hashed(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
