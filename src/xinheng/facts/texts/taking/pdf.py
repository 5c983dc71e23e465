"""PDF: the text layer of each page; a page that is a picture is recognised."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium

from xinheng.facts.texts.taking import ocr
from xinheng.facts.texts.taking.page import MOST_SIGNS, NotReadable, Taken, tidy

DOTS_PER_INCH = 200
ENOUGH_SIGNS = 50  # of a text layer, from which on the pictures of a page do not matter
LEAST_SIGNS = 1
COVERED = 0.4  # of the page by pictures, from which on it is a scan
GARBLED = 0.3  # share of signs that mean nothing
LARGEST_POINTS = 14_400  # a side of a page, as the format has it


class Pages:
    """A PDF, page by page."""

    def __init__(self, content: bytes) -> None:
        try:
            self._file = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            raise NotReadable(str(error)) from error

    def __len__(self) -> int:
        return len(self._file)

    def take(self, no: int) -> Taken:
        """The text of one page."""
        page = self._file[no - 1]
        try:
            return _taken(page, no)
        finally:
            page.close()


def _taken(page: Any, no: int) -> Taken:
    told = _text_layer(page)
    signs = sum(sign.isalnum() for sign in told)
    if signs >= ENOUGH_SIGNS or (signs >= LEAST_SIGNS and _covered(page) < COVERED):
        return Taken(no, told)
    width, height = page.get_size()
    if not 0 < min(width, height) <= max(width, height) <= LARGEST_POINTS:
        return Taken(no, told)
    scale = min(DOTS_PER_INCH / 72, ocr.LONGEST_SIDE / max(width, height))
    seen, confidence = ocr.recognise(page.render(scale=scale, grayscale=True).to_pil())
    if confidence is None:
        return Taken(no, told)
    if not signs:
        return Taken(no, tidy(seen), "ocr", confidence)
    return Taken(no, tidy(f"{told}\n{seen}"), "mixed", confidence)


def _text_layer(page: Any) -> str:
    layer = page.get_textpage()
    try:
        text = layer.get_text_range(count=min(layer.count_chars(), MOST_SIGNS))
    finally:
        layer.close()
    odd = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" for sign in text)
    return "" if odd > GARBLED * max(len(text), 1) else tidy(text)


def _covered(page: Any) -> float:
    """How much of a page its pictures cover, 0 to 1."""
    width, height = page.get_size()
    covered = 0.0
    for picture in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        covered += max(0.0, min(right, width) - max(left, 0)) * max(0.0, min(top, height) - max(bottom, 0))
    return float(min(1.0, covered / max(width * height, 1)))
