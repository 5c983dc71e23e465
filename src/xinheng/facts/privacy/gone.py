"""Who was erased, kept outside the database so that a restored one cannot bring them back.

A line a person: numbers and keyed hashes, never a name. The key lies beside the list, readable by the account
of the server only; list and key belong in every backup, the newest list with an old database.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Gone:
    """One erased person. marks: keyed hashes that tell the person again. returned: came back by own will."""

    person: str
    customer: str
    certificate: str
    erased_on: str
    marks: tuple[str, ...] = ()
    returned: bool = False


def path() -> Path:
    """The list."""
    return Path(settings.ARCHIVE_FOLDER) / "gone" / "persons.jsonl"


def mark(text: str) -> str:
    """The keyed hash of an ID number or a telephone number."""
    plain = "".join(text.split()).upper()
    return hmac.new(_key(), plain.encode(), hashlib.sha256).hexdigest()


def marks_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The hashes of all that are long enough to tell a person by."""
    return tuple(sorted({mark(text) for text in texts if len(text.strip()) >= 7}))


def add(gone: Gone) -> None:
    """Append a line; it is on the disk when this returns."""
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = json.dumps(asdict(gone), ensure_ascii=False, sort_keys=True) + "\n"
    number = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def listed() -> dict[str, Gone]:
    """Everybody who is gone and did not come back, by the number of the person; the last line counts."""
    try:
        changed = path().stat().st_mtime_ns, path().stat().st_size
    except OSError:
        return {}
    return _read(str(path()), *changed)


@lru_cache(maxsize=4)
def _read(name: str, _changed: int, _size: int) -> dict[str, Gone]:
    found: dict[str, Gone] = {}
    for line in Path(name).read_text(encoding="utf-8").splitlines():
        with suppress(ValueError, TypeError, KeyError):  # a line that a stop cut off
            told = json.loads(line)
            found[told["person"]] = Gone(**{**told, "marks": tuple(told["marks"])})
    return {no: one for no, one in found.items() if not one.returned}


def of_mark(text: str) -> Gone | None:
    """The erased person that an ID number or telephone number tells, if any."""
    if not text or not (known := listed()):
        return None
    asked = mark(text)
    return next((one for one in known.values() if asked in one.marks), None)


def day_of(gone: Gone) -> date:
    """When the person was erased."""
    return date.fromisoformat(gone.erased_on)


def _key() -> bytes:
    place = path().with_name("key")
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = place.with_name(f"key.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # another process was first
            os.link(fresh, place)
        fresh.unlink()
    return place.read_text().strip().encode()
