"""Which of the two languages the reader has."""

from __future__ import annotations

from django.utils.translation import get_language


def reads_chinese() -> bool:
    """Whether the words of now are for a reader of Chinese."""
    return (get_language() or "").startswith("zh")
