"""The embedded engine, and how much of the machine it may take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

MEMORY = "1500MB"  # beyond it the engine works on disk


def limits(scratch: Path) -> dict[str, Any]:
    """The engine's settings: memory, and where it may spill to."""
    return {
        "memory_limit": getattr(settings, "MEASURING_MEMORY", MEMORY),
        "temp_directory": str(scratch / "work.duckdb.tmp"),
    }
