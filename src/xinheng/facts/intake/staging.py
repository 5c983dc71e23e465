"""The folder of a batch: the file as it came, what was read of it, and small notes between processes.

A database transaction may last for minutes; so progress and cancelling go through files here, and a lock
that the operating system lets go of when a process dies tells whether anyone is at work.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from xinheng.base.kernel.actors import Actor
from xinheng.facts.intake import errors
from xinheng.facts.intake.values import Progress

A_DAY = 86_400


class Staging:
    """The folder of one batch."""

    def __init__(self, batch_no: int) -> None:
        self.batch_no = batch_no
        self.folder = Path(settings.HOME) / "intake" / str(batch_no)

    @staticmethod
    def incoming() -> Path:
        """A fresh folder for a file that is on its way in; those that a stop left behind go after a day."""
        folder = Path(settings.HOME) / "intake"
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("incoming-*"):
            if time.time() - left.stat().st_mtime > A_DAY:
                shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix="incoming-", dir=folder))

    @property
    def original(self) -> Path:
        """The file as it came."""
        return self.folder / "original"

    @property
    def accepted(self) -> Path:
        """The rows that would be posted."""
        return self.folder / "accepted.parquet"

    @property
    def customers(self) -> Path:
        """The customers a source brings along."""
        return self.folder / "customers.parquet"

    @property
    def rejected(self) -> Path:
        """The rejected rows, column for column as they were read."""
        return self.folder / "rejected.parquet"

    @property
    def parts(self) -> Path:
        """Where checked pieces stand while a file is checked."""
        return self.folder / "parts"

    def begin(self) -> None:
        """Empty what an earlier check left."""
        shutil.rmtree(self.parts, ignore_errors=True)
        for path in (self.accepted, self.customers, self.rejected):
            path.unlink(missing_ok=True)
        self.parts.mkdir(parents=True)

    def end(self) -> None:
        """Keep the file and what was accepted and rejected; drop the rest."""
        shutil.rmtree(self.parts, ignore_errors=True)

    def keep(self, name: str, content: dict[str, Any]) -> None:
        """Write a note; a reader sees the old one or the new one, never half of it."""
        path = self.folder / f"{name}.json"
        fresh = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.tmp")
        fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)

    def kept(self, name: str) -> dict[str, Any]:
        """A note, or nothing."""
        try:
            loaded: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return loaded

    def drop(self, name: str) -> None:
        """Forget a note."""
        (self.folder / f"{name}.json").unlink(missing_ok=True)

    def tell(self, note: str, done: int, total: int) -> None:
        """Say how far the work is, and stop if a person cancelled it. Refuses: ImportCancelled."""
        self.keep("progress", {"note": note, "done": done, "total": total})
        self.stop_if_cancelled()

    def stop_if_cancelled(self) -> None:
        """Refuses: ImportCancelled."""
        if (self.folder / "cancel.json").exists():
            raise errors.ImportCancelled(batch_no=self.batch_no)

    def ask_to_cancel(self, actor: Actor, on: date) -> None:
        """Leave word for the process at work, and who left it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        asked = {"login": actor.login, "name": actor.name, "via": actor.via, "on": on.isoformat()}
        self.keep("cancel", asked)

    def asked_to_cancel(self) -> tuple[Actor, date]:
        """Who left word, and on which business day."""
        asked = self.kept("cancel")
        return Actor(asked["login"], asked["name"], via=asked["via"]), date.fromisoformat(asked["on"])

    def forget_cancelling(self) -> None:
        """A fresh start."""
        self.drop("cancel")

    def progress(self, state: str) -> Progress:
        """How far the work is."""
        told = self.kept("progress")
        return Progress(
            state, told.get("done", 0), told.get("total", 0), told.get("note", ""), running=self.is_busy()
        )

    def is_busy(self) -> bool:
        """Whether a living process holds the batch."""
        path = self.folder / "lock"
        if not path.exists():
            return False
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Work on the batch alone. Refuses: BatchBusy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise errors.BatchBusy(batch_no=self.batch_no) from held
            yield
