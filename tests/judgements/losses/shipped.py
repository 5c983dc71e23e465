"""The documents as they are shipped."""

from __future__ import annotations

from pathlib import Path

PACK = Path(__file__).resolve().parents[3] / "packs" / "general"
MATRIX, TARGETS = ((PACK / name).read_text("utf-8") for name in ("loss_matrix.yaml", "credit_targets.yaml"))
