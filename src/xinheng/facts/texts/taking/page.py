"""One page as it was taken, and what the text of any page is freed of."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_SIGNS = 200_000  # of one page; a longer text goes on on the next
_NOT_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class NotReadable(Exception):
    """The document can never be read: it asks for a password, or is no such document at all."""


@dataclass(frozen=True)
class Taken:
    """The text of one page. way: "text", "ocr" or "mixed"; confidence 0 to 1 where signs were recognised."""

    no: int
    text: str
    way: str = "text"
    confidence: float | None = None


def tidy(text: str) -> str:
    """A text that both databases can keep."""
    return _NOT_KEPT.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
