"""A document is opened in a process apart: what crashes or never ends there stops nobody here."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from xinheng.facts.texts.taking.page import Taken
from xinheng.facts.texts.values import Ended, Failed, Told

PROGRAM = [sys.executable, "-m", "xinheng.facts.texts.taking.child"]
OPENING_SECONDS = 30  # for the process to start, on top of what a page may take


class Reader:
    """One process apart, begun when it is needed and again after it was killed."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._process: subprocess.Popen[bytes] | None = None
        self._kept = b""

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def read(self, content: bytes, content_type: str, *, first: int) -> Iterator[Told]:
        """The pages of a document from one on; a page that fails is told as such, and the next is read.

        Ends with `Ended`, which says how many pages the document has and whether reading on is in vain.
        """
        most = settings.TEXTS_MOST_PAGES
        pages: int | None = None
        while True:
            at = first
            try:
                self._ask(content, content_type, first, most)
                for told in self._answers():
                    pages = told.get("pages", pages)
                    if "begins" in told:
                        at = told["begins"]
                    elif "page" in told:
                        yield Taken(told["page"], told["text"], told["way"], told["confidence"])
                        at = told["page"] + 1
                    elif "never" in told:
                        yield Ended(pages, never=told["never"])
                        return
                    elif "error" in told:
                        yield Failed(at, told["error"])
                        break
                    elif "done" in told:
                        yield Ended(pages)
                        return
            except _Lost as lost:
                self.end()
                yield Failed(at, str(lost))
            first = at + 1
            if pages is None or first > min(pages, most):
                yield Ended(pages)
                return

    def end(self) -> None:
        """Kill the process; nothing of it is needed any more."""
        if self._process is None:
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.wait()
        self._process, self._kept = None, b""

    def _ask(self, content: bytes, content_type: str, first: int, most: int) -> None:
        if self._process is None or self._process.poll() is not None:
            self.end()
            environment = {**os.environ, "XINHENG_TEXTS_THREADS": str(self._threads)}
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                PROGRAM, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, env=environment,
            )  # fmt: skip
        asked = {"type": content_type, "first": first, "most": most, "size": len(content)}
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked).encode() + b"\n")
            _write(self._process.stdin, content)
        except OSError as error:
            raise _Lost("the reading process ended") from error

    def _answers(self) -> Iterator[dict[str, Any]]:
        assert self._process is not None
        assert self._process.stdout is not None
        number = self._process.stdout.fileno()
        until = time.monotonic() + settings.TEXTS_PAGE_SECONDS + OPENING_SECONDS
        while True:
            line, found, rest = self._kept.partition(b"\n")
            if found:
                self._kept = rest
                yield json.loads(line)
                until = time.monotonic() + settings.TEXTS_PAGE_SECONDS
                continue
            if not select.select([number], [], [], max(0.0, until - time.monotonic()))[0]:
                raise _Lost(f"longer than {settings.TEXTS_PAGE_SECONDS} s")
            more = os.read(number, 2**20)
            if not more:
                raise _Lost("the reading process ended")
            self._kept += more


class _Lost(Exception):
    """The process is of no use any more."""


def _write(stream: Any, content: bytes) -> None:
    """All of it; a pipe takes what it has room for."""
    rest = memoryview(content)
    while rest:
        rest = rest[stream.write(rest) :]
