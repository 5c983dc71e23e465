"""From a stored file to a table, whatever its format."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from xinheng.facts.intake.reading.parquet_files import open_parquet
from xinheng.facts.intake.reading.tables import Table
from xinheng.facts.intake.reading.text_files import open_text
from xinheng.facts.intake.reading.workbooks import open_workbook


def open_table(
    path: Path, *, form: str, file_name: str, settings: dict[str, Any], known: Collection[str]
) -> Table:
    """The table in a file that was sniffed. known: plain headings that tell the header row."""
    if form == "parquet":
        return open_parquet(path, file_name=file_name)
    if form == "csv":
        return open_text(path, file_name=file_name, settings=settings, known=known)
    return open_workbook(path, file_name=file_name, sheet=settings.get("sheet", ""), known=known)
