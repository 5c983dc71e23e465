"""Questions to disputes and clocks."""

from __future__ import annotations

from xinheng.facts.disputes.clocks import clocks, of_lines

__all__ = ["clocks", "of_lines"]
