"""What a file is, told by its bytes and not by its name."""

from __future__ import annotations

from typing import BinaryIO

import puremagic

TEXTS = {".txt": "text/plain", ".csv": "text/csv", ".md": "text/markdown", ".eml": "message/rfc822"}
PACKED = {  # what looks like a zip: told apart by the end of the name
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".ofd": "application/ofd",
    ".zip": "application/zip",
}
SIGNS = [  # the first bytes of what a credit department keeps most
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
]
HEAD = 2**20  # bytes from the beginning that tell a file's type
NOT_TOLD = "application/octet-stream"


def type_of_file(file: BinaryIO, file_name: str) -> str:
    """The same of an opened file, by its beginning."""
    return type_of(file.read(HEAD), file_name)


def type_of(content: bytes, file_name: str) -> str:
    """The media type of a file as its bytes tell it; NOT_TOLD where they do not."""
    ending = file_name[file_name.rfind(".") :].lower() if "." in file_name else ""
    for sign, told in SIGNS:
        if content.startswith(sign):
            return told
    if content.startswith(b"PK\x03\x04"):
        return PACKED.get(ending, "application/zip")
    if ending in TEXTS and _is_text(content):
        return TEXTS[ending]
    try:
        return puremagic.from_string(content[:65536], mime=True) or NOT_TOLD
    except (puremagic.PureError, ValueError):
        return NOT_TOLD


def _is_text(content: bytes) -> bool:
    if b"\x00" in content:
        return False
    for coding in ("utf-8", "gb18030"):
        try:
            content.decode(coding)
        except UnicodeDecodeError as error:
            if len(content) == HEAD and error.start > HEAD - 4:  # a sign cut in two at the end of the head
                return True
            continue
        return True
    return False
