"""What a camera writes beside a picture: where it stood, which device it is, when, and by whom.

The bytes that came in are kept unchanged, for they are evidence. Who may see sensitive fields takes them
so; anyone else takes the same picture without those traces.
"""

from __future__ import annotations

from collections.abc import Iterator

from xinheng.base.kernel.actors import Actor

JPEG_KEPT = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe: how the picture is to be drawn
JPEG_TRACES = frozenset({*range(0xE0, 0xF0), 0xFE}) - JPEG_KEPT
PNG_SIGN, PNG_TRACES = b"\x89PNG\r\n\x1a\n", frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
SCAN = 0xDA  # from here on a JPEG is picture only


def served(content: bytes, content_type: str, actor: Actor) -> bytes:
    """The bytes of a document as this actor may take them."""
    if actor.may("sensitive.read"):
        return content
    return without_traces(content, content_type)


def without_traces(content: bytes, content_type: str) -> bytes:
    """A JPEG or PNG without what the camera wrote beside the picture; anything else as it is."""
    if content_type == "image/jpeg":
        return b"".join(_jpeg(content))
    if content_type == "image/png":
        return b"".join(_png(content))
    return content


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != SCAN:
        length = 2 + int.from_bytes(content[place + 2 : place + 4])
        if content[place + 1] not in JPEG_TRACES:
            yield content[place : place + length]
        place += length
    yield content[place:]


def _png(content: bytes) -> Iterator[bytes]:
    yield PNG_SIGN
    place = len(PNG_SIGN)
    while place + 8 <= len(content):
        length = 12 + int.from_bytes(content[place : place + 4])
        if content[place + 4 : place + 8] not in PNG_TRACES:
            yield content[place : place + length]
        place += length
