"""The files of a replay: what was handed in, and the orders it came to."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from xinheng.judgements.shadow.errors import LedgerUnreadable, ResultAltered


def folder_of(number: int) -> Path:
    """Where the files of one replay are kept."""
    return Path(settings.HOME) / "shadow" / str(number)


def keep_handed_in(number: int, files: Mapping[str, Iterable[bytes]]) -> list[str]:
    """Keep what was handed in, by name. Gives the names. Refuses: LedgerUnreadable, of two with one name."""
    told = folder_of(number) / "told"
    told.mkdir(parents=True, exist_ok=True)
    names = []
    for name, portions in files.items():
        plain = Path(name.replace("\\", "/")).name[-120:]
        if not plain or plain in names:
            raise LedgerUnreadable(file=name[:120], cause=plain or "?")
        with (told / plain).open("wb") as target:
            for portion in portions:
                target.write(portion)
        names.append(plain)
    return names


def handed_in(number: int, names: Iterable[str]) -> list[Path]:
    """The files that were handed in."""
    return [folder_of(number) / "told" / name for name in names]


def write_orders(number: int, orders: pl.DataFrame) -> str:
    """Keep the orders of a replay, sorted by customer and day; gives the file's SHA-256."""
    path = folder_of(number) / "orders.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    orders.write_parquet(path, compression="zstd", row_group_size=50_000)
    return _hash(path)


def read_orders(run: Any) -> pl.DataFrame:
    """The orders of a replay. Refuses: ResultAltered where the file is not the one that was written."""
    path = folder_of(run.pk) / "orders.parquet"
    if not path.exists() or _hash(path) != run.sha256:
        raise ResultAltered(number=run.pk)
    return pl.read_parquet(path)


def drop(number: int) -> None:
    """Throw the files of a replay away."""
    shutil.rmtree(folder_of(number), ignore_errors=True)


def hash_of(text: str) -> str:
    """The SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hash(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
