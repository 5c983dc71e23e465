"""A folder tree or a ZIP as files with a path: read one at a time, nothing outside it."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings

from xinheng.facts.archive.values import Upload
from xinheng.facts.dossiers.errors import FolderUnusable

HIDDEN = ("thumbs.db", "desktop.ini", "__macosx")
MOST_FILES = 200_000


@dataclass(frozen=True)
class Found:
    """One file of a tree. path: with forward slashes, from the top. changed_on: as the tree says."""

    path: str
    size: int
    changed_on: date


class Tree:
    """A tree of files: a folder of the server, or a ZIP."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.packed = zipfile.ZipFile(top) if top.is_file() else None
        self.names = self._names() if self.packed else {}

    def files(self) -> list[Found]:
        """Every file by its path; what an operating system put there by itself is left out."""
        found = [one for one in self._all() if not _hidden(one.path)]
        if len(found) > MOST_FILES:
            raise FolderUnusable(file=self.top.name, cause="many")
        return sorted(found, key=lambda one: one.path)

    @contextmanager
    def upload(self, path: str) -> Iterator[Upload | None]:
        """One file, as it is handed to the archive; None where the tree has none of that path."""
        name = PurePosixPath(path).name
        if self.packed is None:
            at = self._inside(path)
            yield Upload(name, path=at) if at is not None else None
            return
        entry = self.names.get(path)
        if entry is None:
            yield None
            return
        most = settings.ARCHIVE_MOST_BYTES
        with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as held:
            with self.packed.open(entry) as source:
                shutil.copyfileobj(_Bounded(source, most + 1), held)
            held.flush()
            yield Upload(name, path=Path(held.name))

    def close(self) -> None:
        """Let go of the file."""
        if self.packed is not None:
            self.packed.close()

    def _all(self) -> Iterator[Found]:
        if self.packed is not None:
            for path, entry in self.names.items():
                yield Found(path, entry.file_size, date(*entry.date_time[:3]))
            return
        for at in self.top.rglob("*"):
            if at.is_file() and not at.is_symlink():
                state = at.stat()
                changed = datetime.fromtimestamp(state.st_mtime).astimezone().date()
                yield Found(at.relative_to(self.top).as_posix(), state.st_size, changed)

    def _inside(self, path: str) -> Path | None:
        """The file of a path, unless the path leads out of the folder."""
        at = (self.top / path).resolve()
        return at if at.is_relative_to(self.top.resolve()) and at.is_file() else None

    def _names(self) -> dict[str, zipfile.ZipInfo]:
        assert self.packed is not None
        entries = [one for one in self.packed.infolist() if not one.is_dir()]
        if any(one.flag_bits & 1 for one in entries):
            raise FolderUnusable(file=self.top.name, cause="locked")
        return {_name_of(one): one for one in entries}


class _Bounded:
    """A stream that gives no more than so many bytes, whatever its list says."""

    def __init__(self, source: object, most: int) -> None:
        self.source, self.left = source, most

    def read(self, size: int = -1) -> bytes:
        """At most what is left."""
        wanted = self.left if size < 0 else min(size, self.left)
        piece: bytes = self.source.read(wanted)  # type: ignore[attr-defined]
        self.left -= len(piece)
        return piece


@contextmanager
def opened(top: Path) -> Iterator[Tree]:
    """A tree to read from. Refuses: FolderUnusable."""
    try:
        tree = Tree(top)
    except (zipfile.BadZipFile, OSError):
        raise FolderUnusable(file=top.name, cause="unreadable") from None
    try:
        yield tree
    finally:
        tree.close()


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The path of an entry: Windows in China packs names as GB18030 without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def _hidden(path: str) -> bool:
    parts = PurePosixPath(path.lower()).parts
    return any(part.startswith((".", "~$")) or part in HIDDEN for part in parts)
