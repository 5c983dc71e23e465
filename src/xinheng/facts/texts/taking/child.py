"""The process that opens documents: apart from the books, without the net, killed when it takes too long.

It is asked on standard input (a line of JSON, then the bytes) and answers on standard output, a line of JSON
a thing: how many pages there are, which page begins, what a page says, what went wrong, that it is done.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any, NoReturn

from xinheng.facts.texts.taking.page import NotReadable, Taken

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEETS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
)
MOST_MEMORY = 6 * 2**30  # bytes of the whole process
Say = Callable[[dict[str, Any]], None]


def main() -> None:
    """Answer until nothing more is asked."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    _without_net()

    def say(told: dict[str, Any]) -> None:
        answers.write(json.dumps(told).encode() + b"\n")

    asked = sys.stdin.buffer
    while line := asked.readline():
        told = json.loads(line)
        answer(told, _exactly(asked, told["size"]), say)


def answer(told: dict[str, Any], content: bytes, say: Say) -> None:
    """Say all pages of a document from the first that is asked for on."""
    first, most = told["first"], told["most"]
    try:
        pages, number = _opened(told["type"], content)
        if number is not None:
            say({"pages": number})
        no = first - 1
        for page in islice(_from(pages, first, say, number), max(0, most - first + 1)):
            no = page.no
            say({"page": page.no, "text": page.text, "way": page.way, "confidence": page.confidence})
        say({"done": True, "pages": number if number is not None else no})
    except NotReadable as error:
        say({"never": str(error)[:300]})
    except Exception as error:  # noqa: BLE001 - a library may fail in any way on a broken document
        say({"error": f"{type(error).__name__}: {error}"[:300]})


def _opened(told: str, content: bytes) -> tuple[Any, int | None]:
    """What gives the pages, and their number where it is known before they are read."""
    from xinheng.facts.texts.taking import office

    if told == "application/pdf":
        from xinheng.facts.texts.taking.pdf import Pages

        pages = Pages(content)
        return pages, len(pages)
    if told.startswith("image/"):
        from xinheng.facts.texts.taking.pictures import Pictures

        pictures = Pictures(content)
        return pictures, len(pictures)
    if told == "text/html" or (not told.startswith("text/") and told not in _OTHERS):
        raise NotReadable(f"no text is taken from {told}")
    return _OTHERS.get(told, office.plain)(content), None


def _from(pages: Any, first: int, say: Say, number: int | None) -> Iterator[Taken]:
    """Each page, announced before it is read."""
    if number is None:
        yield from (page for page in pages if page.no >= first)
        return
    for no in range(first, number + 1):
        say({"begins": no})
        yield pages.take(no)


def _of_office(name: str) -> Callable[[bytes], Iterator[Taken]]:
    def taken(content: bytes) -> Iterator[Taken]:
        from xinheng.facts.texts.taking import office

        found: Iterator[Taken] = getattr(office, name)(content)
        return found

    return taken


_OTHERS = {
    WORD: _of_office("word"),
    **dict.fromkeys(SHEETS, _of_office("sheets")),
    "application/ofd": _of_office("ofd"),
    "message/rfc822": _of_office("mail"),
}


def _without_net() -> None:
    """No document and no model is worth a connection."""

    def refuse(*_args: Any, **_named: Any) -> NoReturn:
        raise OSError("papers are read without the net")

    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, refuse)
    socket.getaddrinfo = refuse
    socket.create_connection = refuse


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        sys.exit(0)  # who asked has gone
    return content


if __name__ == "__main__":
    main()
