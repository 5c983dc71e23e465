"""What the store of policies hands out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Header:
    """What every policy document says of itself, whatever its kind."""

    kind: str
    code: str
    version: str
    name: str  # Chinese
    name_en: str


@dataclass(frozen=True)
class ShippedPack:
    """A pack that comes with the system; it holds once it is adopted."""

    header: Header
    path: Path
    text: str
