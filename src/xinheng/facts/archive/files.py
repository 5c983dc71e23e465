"""The folder of the archive: one file a hash, written once and never again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from django.conf import settings

CHUNK = 2**20
Pause = Callable[[int], None]


class Kept(NamedTuple):
    """What was written: both hashes and the size in bytes."""

    sha256: str
    sm3: str
    size: int


NONE = Kept("", "", 0)


def folder() -> Path:
    """Where the documents lie."""
    return Path(settings.ARCHIVE_FOLDER)


def copy_folder() -> Path | None:
    """Where the second copy lies; None where the site keeps one only."""
    return Path(settings.ARCHIVE_COPY) if settings.ARCHIVE_COPY else None


def path_of(sha256: str, within: Path | None = None) -> Path:
    """The file of a document; 256 folders, so that none grows too full to list."""
    return (within or folder()) / sha256[:2] / sha256


def write(file: BinaryIO, kept: Kept) -> None:
    """Keep the bytes of a file under its hash. What is there whole already is left as it is."""
    for within in filter(None, (folder(), copy_folder())):
        _write_to(within, file, kept)


def hashed(file: BinaryIO, pause: Pause | None = None, *, both: bool = True) -> Kept:
    """The hashes and the size of a file, read in pieces; pause is told of each.

    both: SM3 as well, which takes six times as long as SHA-256; blank without.
    """
    file.seek(0)
    sha256, sm3, size = hashlib.sha256(), hashlib.new("sm3"), 0
    while piece := file.read(CHUNK):
        sha256.update(piece)
        if both:
            sm3.update(piece)
        size += len(piece)
        if pause is not None:
            pause(len(piece))
    return Kept(sha256.hexdigest(), sm3.hexdigest() if both else "", size)


def look(
    sha256: str, within: Path | None = None, pause: Pause | None = None, *, both: bool = True
) -> Kept | None:
    """The hashes of the file that lies under a name; None where there is none."""
    try:
        with path_of(sha256, within).open("rb") as file:
            return hashed(file, pause, both=both)
    except OSError:
        return None


def read(sha256: str) -> bytes | None:
    """The bytes of a document; None where the file is gone or is not what its name says."""
    try:
        content = path_of(sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == sha256 else None


def wipe(sha256: str) -> None:
    """Overwrite the bytes of a document in every folder that has them, then take the files away."""
    for within in filter(None, (folder(), copy_folder())):
        path = path_of(sha256, within)
        if not path.exists():
            continue
        path.chmod(0o600)
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(os.urandom(min(CHUNK, left)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _flush(path.parent)


def _write_to(within: Path, file: BinaryIO, kept: Kept) -> None:
    found = look(kept.sha256, within, both=False)
    if found is not None and found.sha256 == kept.sha256:
        return
    path = path_of(kept.sha256, within)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    file.seek(0)
    with os.fdopen(number, "wb") as target:
        while piece := file.read(CHUNK):
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    Path(name).chmod(0o400)
    Path(name).replace(path)
    _flush(path.parent)


def _flush(directory: Path) -> None:
    """The name of a new file is on the disk, too."""
    number = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
