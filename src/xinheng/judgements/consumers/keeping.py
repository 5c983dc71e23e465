"""Files of runs below HOME, written once and read with their hash."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import polars as pl
from django.conf import settings

from xinheng.judgements.consumers.errors import RiskRunAltered

FOLDER = "consumers"


def written(content: bytes, name: str, ending: str) -> tuple[str, str]:
    """Write a file whole or not at all; gives its path below HOME and its hash."""
    digest = sha256(content).hexdigest()
    path = f"{FOLDER}/{name}-{digest[:12]}{ending}"
    whole = Path(settings.HOME) / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    beside = whole.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(whole)
    return path, digest


def content_of(path: str, digest: str, *, run: int) -> bytes:
    """A kept file. Refuses: RiskRunAltered."""
    whole = Path(settings.HOME) / path
    content = whole.read_bytes() if whole.is_file() else b""
    if sha256(content).hexdigest() != digest:
        raise RiskRunAltered(run=run, file=path)
    return content


def table_of(path: str, digest: str, *, run: int) -> pl.DataFrame:
    """A kept table. Refuses: RiskRunAltered."""
    return pl.read_parquet(io.BytesIO(content_of(path, digest, run=run)))


def parquet(table: pl.DataFrame) -> bytes:
    """A table as a file."""
    target = io.BytesIO()
    table.write_parquet(target, compression="zstd")
    return target.getvalue()
