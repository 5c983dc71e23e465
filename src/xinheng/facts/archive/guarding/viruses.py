"""The virus scanner of the site, where there is one: clamd, spoken to over a socket."""

from __future__ import annotations

from typing import BinaryIO
from urllib.parse import urlsplit

import clamd
from django.conf import settings

from xinheng.facts.archive.errors import DocumentInfected, DocumentNotScanned

PORT, WAIT_SECONDS = 3310, 60


def scan(file: BinaryIO, name: str) -> None:
    """Have a file scanned where the site set a scanner; what could not be scanned does not pass.

    Refuses: DocumentInfected, DocumentNotScanned.
    """
    address = settings.ARCHIVE_CLAMD
    if not address:
        return
    file.seek(0)
    try:
        answer = _scanner(address).instream(file)
    except (clamd.ClamdError, OSError, ValueError):
        raise DocumentNotScanned(file=name) from None
    state, what = (answer or {}).get("stream", ("", ""))
    if state == "FOUND":
        raise DocumentInfected(file=name, virus=str(what))
    if state != "OK":
        raise DocumentNotScanned(file=name)
    file.seek(0)


def _scanner(address: str) -> clamd.ClamdUnixSocket | clamd.ClamdNetworkSocket:
    """clamd at "tcp://host:3310" or "unix:/run/clamd.sock"."""
    asked = urlsplit(address)
    if asked.scheme == "unix":
        return clamd.ClamdUnixSocket(path=asked.path, timeout=WAIT_SECONDS)
    return clamd.ClamdNetworkSocket(
        host=asked.hostname or "127.0.0.1", port=asked.port or PORT, timeout=WAIT_SECONDS
    )
