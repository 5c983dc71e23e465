"""The folder of the archive: one file a hash, written once and never again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Where the documents lie."""
    return Path(settings.ARCHIVE_FOLDER)


def path_of(sha256: str) -> Path:
    """The file of a document; 256 folders, so that none grows too full to list."""
    return folder() / sha256[:2] / sha256


def write(content: bytes) -> str:
    """Keep bytes and give their hash. What is there whole already is left as it is."""
    sha256 = hashlib.sha256(content).hexdigest()
    if read(sha256) == content:
        return sha256
    path = path_of(sha256)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o400)
    Path(name).replace(path)
    _flush(path.parent)
    return sha256


def read(sha256: str) -> bytes | None:
    """The bytes of a document; None where the file is gone or is not what its name says."""
    try:
        content = path_of(sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def _flush(directory: Path) -> None:
    """The name of a new file is on the disk, too."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
