"""The acts of warnings."""

from __future__ import annotations

from xinheng.judgements.warnings.feeding import own
from xinheng.judgements.warnings.handling import assign_warnings, close_warning, send_digest
from xinheng.judgements.warnings.raising import raise_warning, watch

__all__ = ["assign_warnings", "close_warning", "own", "raise_warning", "send_digest", "watch"]
