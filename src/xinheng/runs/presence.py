"""Who is at work in this folder: locks that the operating system lets go of when a process dies."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from xinheng.runs.errors import AlreadyServed

ENDING_SECONDS = 15  # how long the processes of a killed server may take to end


@contextmanager
def at_work() -> Iterator[None]:
    """While long work is done: nobody declares it cut off meanwhile. Many may hold it at once."""
    with _lock("work.lock") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def nobody_at_work() -> Iterator[bool]:
    """Whether no process is at long work; none begins meanwhile."""
    with _lock("work.lock") as file:
        yield _take(file)


class ServerPlace:
    """The one place of a server on this folder."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @property
    def number(self) -> int:
        """The open file; a process that inherits it holds the place too."""
        return self._file.fileno()

    def tell(self, address: str) -> None:
        """Leave word for who finds the place taken: which process, and where it answers."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"process": os.getpid(), "address": address}, self._file)
        self._file.flush()


@contextmanager
def server_place() -> Iterator[ServerPlace]:
    """Take the one place of a server on this folder. Refuses: AlreadyServed.

    The processes of a server that was killed hold it until the last of them has ended: they are waited for.
    """
    with _lock("server.lock") as file:
        if not _take(file):
            told = _told(file)
            if _lives(told["process"]) or not _take(file, patience_s=ENDING_SECONDS):
                raise AlreadyServed(folder=settings.HOME, **told)
        place = ServerPlace(file)
        place.tell("")
        yield place


def _told(file: IO[str]) -> dict[str, Any]:
    file.seek(0)
    try:
        told = json.load(file)
    except ValueError:  # taken this very moment, nothing told yet
        told = {}
    return {"process": told.get("process", "?"), "address": told.get("address") or "—"}


def _lives(process: Any) -> bool:
    if not isinstance(process, int):
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _lock(name: str) -> IO[str]:
    return Path(settings.HOME, name).open("a+", encoding="utf-8")


def _take(file: IO[str], *, patience_s: float = 0) -> bool:
    until = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.2)
        else:
            return True
