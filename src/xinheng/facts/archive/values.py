"""What the archive hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Upload:
    """A file as it comes: its name and bytes, and what is said of it."""

    file_name: str
    content: bytes
    note: str = ""


@dataclass(frozen=True)
class Attached:
    """A document beside something, without its bytes."""

    id: int
    subject: str
    file_name: str
    note: str
    sha256: str
    size: int  # bytes
    content_type: str
    attached_by: str
    attached_on: date


@dataclass(frozen=True)
class Content:
    """The bytes of a document, proven to be those that came in."""

    attached: Attached
    content: bytes
