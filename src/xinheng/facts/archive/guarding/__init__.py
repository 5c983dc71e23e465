"""What is looked at before a file is kept: its name, its structure, and what it would do if opened."""

from __future__ import annotations

from typing import BinaryIO

from xinheng.facts.archive.guarding import packed, pdf, pictures, plain
from xinheng.facts.archive.kinds import PACKED

LOOKS = {
    "application/pdf": pdf.look,
    "image/png": pictures.look,
    "image/jpeg": pictures.look,
    "image/tiff": pictures.look,
    **dict.fromkeys(PACKED.values(), packed.look),
}


def look(file: BinaryIO, name: str, told: str) -> None:
    """Refuse what is more than it says: bombs, two formats in one, programs, locks.

    file: at any place, left at its beginning. told: the media type as the bytes tell it.
    Refuses: DocumentDangerous, DocumentBomb, DocumentLocked, DocumentDamaged.
    """
    file.seek(0)
    LOOKS.get(told, plain.look)(file, name)
    file.seek(0)
