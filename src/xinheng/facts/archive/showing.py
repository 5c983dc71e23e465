"""Pages of kept documents as pictures: nothing of the file itself reaches the reader's machine."""

from __future__ import annotations

import io
import threading
import warnings
from functools import lru_cache
from typing import Literal

import pypdfium2 as pdfium
from django.conf import settings
from PIL import Image, ImageOps

from xinheng.base.kernel.fonts import font_file
from xinheng.facts.archive import files, marks, simplified
from xinheng.facts.archive.errors import DocumentAltered, DocumentWiped, PreviewNotThere
from xinheng.facts.archive.models import Document

PICTURES = {"image/png", "image/jpeg", "image/tiff"}
LEAST_WIDTH, MOST_WIDTH, MOST_HEIGHT = 80, 2400, 4800
Way = Literal["exact", "simplified", "none"]
_one_at_a_time = threading.Lock()  # pdfium is not made for several threads


def proven(document: Document, name: str = "") -> bytes:
    """The bytes of a document as they came in. Refuses: DocumentWiped, DocumentAltered."""
    told = name or document.sha256[:12]
    if document.wiped_on is not None:
        raise DocumentWiped(file=told, wiped_on=document.wiped_on)
    content = files.read(document.sha256)
    if content is None or len(content) != document.size:
        raise DocumentAltered(file=told, sha256=document.sha256)
    return content


def preview_way(document: Document) -> Way:
    """How a document can be shown: as it is, as its words and tables only, or not at all."""
    if document.wiped_on is not None:
        return "none"
    if document.content_type in PICTURES or document.content_type == "application/pdf":
        return "exact"
    return "simplified" if document.content_type in simplified.KINDS else "none"


def page_count(document: Document) -> int:
    """How many pages can be shown; none where the file cannot be opened or there is no way to show it.

    Refuses: DocumentWiped, DocumentAltered.
    """
    if preview_way(document) == "none":
        return 0
    content = proven(document)
    if document.content_type in PICTURES:
        return _frames(content)
    return _pages(_as_pdf(document, content))


def preview(document: Document, page: int, *, width: int, watermark: str = "") -> bytes:
    """One page as a PNG of a width in points, with a watermark burnt in; no trace of a camera is in it.

    page: from 1. The caller has looked whether the actor may see it.
    Refuses: DocumentWiped, DocumentAltered, PreviewNotThere.
    """
    missing = PreviewNotThere(page=page, file=document.sha256[:12])
    if preview_way(document) == "none" or page < 1:
        raise missing
    content = proven(document)
    width = min(max(width, LEAST_WIDTH), MOST_WIDTH)
    if document.content_type in PICTURES:
        drawn = _frame(content, page, width)
    else:
        drawn = _page(_as_pdf(document, content), page, width)
    if drawn is None:
        raise missing
    file = font_file()
    marked = marks.burnt(drawn, watermark, file) if watermark and file else drawn
    out = io.BytesIO()
    marked.save(out, "PNG", compress_level=3)
    return out.getvalue()


def forget() -> None:
    """Keep nothing of what was shown."""
    _simplified.cache_clear()


def _as_pdf(document: Document, content: bytes) -> bytes:
    if document.content_type == "application/pdf":
        return content
    return _simplified(content, document.content_type)


@lru_cache(maxsize=8)
def _simplified(content: bytes, content_type: str) -> bytes:
    return simplified.pdf(content, content_type)


def _pages(content: bytes) -> int:
    with _one_at_a_time:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError:
            return 0
        try:
            return len(pdf)
        finally:
            pdf.close()


def _page(content: bytes, page: int, width: int) -> Image.Image | None:
    with _one_at_a_time:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError:
            return None
        try:
            if page > len(pdf):
                return None
            across, down = pdf.get_page_size(page - 1)
            scale = min(width / max(across, 1), MOST_HEIGHT / max(down, 1))
            drawn: Image.Image = pdf[page - 1].render(scale=scale).to_pil()
            return drawn.convert("RGB")
        except pdfium.PdfiumError:
            return None
        finally:
            pdf.close()


def _opened(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "TIFF"))


def _frames(content: bytes) -> int:
    try:
        with _opened(content) as picture:
            return int(getattr(picture, "n_frames", 1))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0


def _frame(content: bytes, page: int, width: int) -> Image.Image | None:
    try:
        with _opened(content) as picture:
            picture.seek(page - 1)
            if picture.width * picture.height > settings.ARCHIVE_MOST_PIXELS:
                return None
            picture.draft("RGB", (width * 2, MOST_HEIGHT))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((width, MOST_HEIGHT))
            return Image.frombytes("RGB", upright.size, upright.tobytes())
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
