"""The acts of texts: searching, and having papers read."""

from __future__ import annotations

from xinheng.facts.texts.reading import end_day, index_anew, read_again, read_anew, read_waiting
from xinheng.facts.texts.searching import search

__all__ = ["end_day", "index_anew", "read_again", "read_anew", "read_waiting", "search"]
