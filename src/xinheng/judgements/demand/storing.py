"""The files of a run: Parquet below HOME, read only as they were written."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import polars as pl
from django.conf import settings

from xinheng.judgements.demand.errors import ForecastFileChanged
from xinheng.judgements.demand.models import Run

FOLDER = "demand"


def keep(run: Run, name: str, table: pl.DataFrame) -> dict[str, str | int]:
    """Write a table of a run; gives path below HOME, SHA-256 and rows."""
    target = io.BytesIO()
    table.write_parquet(target, compression="zstd")
    content = target.getvalue()
    digest = sha256(content).hexdigest()
    path = f"{FOLDER}/{run.pk}-{name}-{digest[:12]}.parquet"
    whole = Path(settings.HOME) / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    beside = whole.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(whole)
    return {"path": path, "sha256": digest, "rows": table.height}


def read(run: Run, name: str) -> pl.DataFrame:
    """A table of a run. Refuses: ForecastFileChanged."""
    told = run.files.get(name, {"path": name, "sha256": ""})
    whole = Path(settings.HOME) / told["path"]
    content = whole.read_bytes() if whole.is_file() else b""
    if sha256(content).hexdigest() != told["sha256"]:
        raise ForecastFileChanged(run=run.pk, file=told["path"])
    return pl.read_parquet(io.BytesIO(content))
