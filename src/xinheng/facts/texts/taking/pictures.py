"""Pictures: each frame a page, recognised."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from xinheng.facts.texts.taking import ocr
from xinheng.facts.texts.taking.page import NotReadable, Taken, tidy


class Pictures:
    """A picture file, frame by frame."""

    def __init__(self, content: bytes) -> None:
        try:
            self._picture = Image.open(io.BytesIO(content))
        except (UnidentifiedImageError, OSError, ValueError) as error:
            raise NotReadable("no picture") from error
        if self._picture.width * self._picture.height > ocr.MOST_PIXELS:
            raise NotReadable("too many pixels")

    def __len__(self) -> int:
        return int(getattr(self._picture, "n_frames", 1))

    def take(self, no: int) -> Taken:
        """The text of one frame."""
        self._picture.seek(no - 1)
        self._picture.draft("RGB", (ocr.LONGEST_SIDE, ocr.LONGEST_SIDE))
        upright = ImageOps.exif_transpose(self._picture)
        text, confidence = ocr.recognise(upright)
        return Taken(no, tidy(text), "ocr", confidence)


def frames(content: bytes) -> Iterator[Taken]:
    """Every frame of a picture file."""
    pictures = Pictures(content)
    return (pictures.take(no) for no in range(1, len(pictures) + 1))
