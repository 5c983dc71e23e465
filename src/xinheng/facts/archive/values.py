"""What the archive hands out."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True)
class Upload:
    """A file as it comes: its name and bytes, and what is said of it.

    path: where the bytes lie already, for a file that is not taken into memory.
    """

    file_name: str
    content: bytes = b""
    note: str = ""
    path: Path | None = None

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content) if self.path is None else self.path.stat().st_size

    def open(self) -> BinaryIO:
        """The bytes, to be read and closed."""
        return io.BytesIO(self.content) if self.path is None else self.path.open("rb")


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
    """The bytes of a document, proven to be those that came in.

    is_original: not so for a picture handed to a reader who may not see where and by whom it was taken.
    """

    attached: Attached
    content: bytes
    is_original: bool = True


@dataclass(frozen=True)
class Fixity:
    """What a check of the kept files found. faults: hash and what is wrong, in the order found."""

    run: int
    of_all: bool
    begun_on: date
    begun_by: str
    documents: int
    bytes: int
    seconds: float
    faults: tuple[tuple[str, str], ...]
    is_finished: bool

    @property
    def bytes_a_second(self) -> float | None:
        """How fast it went; None where nothing was read."""
        return self.bytes / self.seconds if self.seconds and self.bytes else None


@dataclass(frozen=True)
class Holding:
    """What the archive holds as a whole, and how long ago it was proven."""

    documents: int
    bytes: int
    wiped: int
    faulty: int
    never_checked: int
    oldest_check: date | None
