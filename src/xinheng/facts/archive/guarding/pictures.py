"""Pictures: their size before they are decoded, and what hides in them."""

from __future__ import annotations

import warnings
from typing import BinaryIO

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from xinheng.facts.archive.errors import DocumentBomb, DocumentDamaged, DocumentDangerous
from xinheng.facts.archive.guarding.plain import SCRIPTS, two_formats

FORMATS = ("PNG", "JPEG", "TIFF")
CHUNK, OVERLAP = 2**20, 32


def look(file: BinaryIO, name: str) -> None:
    """Refuses: DocumentDangerous, DocumentBomb, DocumentDamaged."""
    two_formats(file, name)
    _scripts(file, name)
    file.seek(0)
    most = settings.ARCHIVE_MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=FORMATS) as picture:
                _sizes(picture, name, most)
    except Image.DecompressionBombError:
        raise DocumentBomb(file=name, cause="pixels", most=most) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, KeyError):
        raise DocumentDamaged(file=name) from None


def _sizes(picture: Image.Image, name: str, most: int) -> None:
    """Every picture of the file by its head alone; nothing is decoded."""
    if getattr(picture, "n_frames", 1) > settings.ARCHIVE_MOST_PAGES:
        raise DocumentBomb(file=name, cause="pages", most=settings.ARCHIVE_MOST_PAGES)
    for number in range(getattr(picture, "n_frames", 1)):
        picture.seek(number)
        if picture.width * picture.height > most:
            raise DocumentBomb(file=name, cause="pixels", most=most)


def _scripts(file: BinaryIO, name: str) -> None:
    file.seek(0)
    before = b""
    while piece := file.read(CHUNK):
        seen = (before + piece).lower()
        if any(sign in seen for sign in SCRIPTS):
            raise DocumentDangerous(file=name, cause="script")
        before = piece[-OVERLAP:]
