"""Text and mail: nothing that a reader would take for another format."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from xinheng.facts.archive.errors import DocumentDangerous

HEAD = 1024  # bytes in which readers of PDF accept its sign
SCRIPTS = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<?php", b"javascript:")


def look(file: BinaryIO, name: str) -> None:
    """Refuses: DocumentDangerous."""
    two_formats(file, name)


def two_formats(file: BinaryIO, name: str) -> None:
    """Refuse a file that is a PDF or an archive as well. Refuses: DocumentDangerous."""
    file.seek(0)
    if b"%PDF-" in file.read(HEAD) or zipfile.is_zipfile(file):
        raise DocumentDangerous(file=name, cause="two_formats")
