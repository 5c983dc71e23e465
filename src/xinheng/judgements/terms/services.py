"""The acts of this room."""

from __future__ import annotations

__all__: list[str] = []
