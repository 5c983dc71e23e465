"""Questions about grades: which there are, and how they are called."""

from __future__ import annotations

from datetime import date

from xinheng.base.secrecy.scheme import in_force
from xinheng.base.secrecy.values import Grade, Scheme

__all__ = ["grade_names", "grades", "in_force", "scheme_of"]


def grades(on: date) -> tuple[Grade, ...]:
    """The grades of a day, the lowest first."""
    return in_force(on).grades


def grade_names(on: date) -> dict[str, str]:
    """The grades of a day by code, the lowest first, in the reader's language."""
    return {one.code: one.words for one in grades(on)}


def scheme_of(on: date) -> Scheme:
    """The whole document of the day."""
    return in_force(on)
