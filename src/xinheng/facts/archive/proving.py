"""Many documents looked at together: which are no longer what came in, do not open, or carry a virus."""

from __future__ import annotations

from collections.abc import Iterable

from xinheng.facts.archive import files, showing
from xinheng.facts.archive.errors import DocumentAltered, DocumentInfected
from xinheng.facts.archive.guarding import viruses
from xinheng.facts.archive.models import Document
from xinheng.facts.archive.values import Upload


def hash_of(upload: Upload) -> str:
    """The SHA-256 of a file before it is kept."""
    with upload.open() as file:
        return files.hashed(file).sha256


def not_as_kept(documents: Iterable[Document]) -> set[str]:
    """The hashes of those whose file is gone, of another size, or does not give its hashes any more."""
    wrong = set()
    for one in documents:
        found = files.look(one.sha256)
        if (
            found is None
            or (found.sha256, found.size) != (one.sha256, one.size)
            or (one.sm3 and found.sm3 != one.sm3)
        ):
            wrong.add(one.sha256)
    return wrong


def unreadable(documents: Iterable[Document]) -> set[str]:
    """The hashes of those of which no page can be shown."""
    wrong = set()
    for one in documents:
        try:
            if not showing.page_count(one):
                wrong.add(one.sha256)
        except DocumentAltered:
            wrong.add(one.sha256)
    return wrong


def infected(documents: Iterable[Document]) -> set[str]:
    """The hashes of those in which the scanner of the site finds a virus. Refuses: DocumentNotScanned."""
    wrong = set()
    for one in documents:
        path = files.path_of(one.sha256)
        if not path.exists():
            continue
        with path.open("rb") as file:
            try:
                viruses.scan(file, one.sha256)
            except DocumentInfected:
                wrong.add(one.sha256)
    return wrong
