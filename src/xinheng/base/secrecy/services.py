"""The door of secrecy: who may see what, how a grade is handled, and how grades are changed."""

from __future__ import annotations

from xinheng.base.secrecy.seeing import (
    clearance,
    default_grade,
    handling,
    highest,
    may_see,
    rank,
    require_visible,
    visible_grades,
    watermark,
)

__all__ = [
    "clearance",
    "default_grade",
    "handling",
    "highest",
    "may_see",
    "rank",
    "require_visible",
    "visible_grades",
    "watermark",
]
