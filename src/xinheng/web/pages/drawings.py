"""What was drawn by hand on a canvas."""

from __future__ import annotations

import base64

LARGEST_DRAWING = 400_000  # characters of a signature drawn by hand


def drawing_in(text: str) -> bytes:
    """The PNG that a canvas sent; nothing where nothing was drawn."""
    head, _sign, body = text.partition(",")
    if head != "data:image/png;base64" or len(body) > LARGEST_DRAWING:
        return b""
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        return b""
