"""The door of secrecy: who may see what, how a grade is handled, and how grades are changed."""

from __future__ import annotations

from xinheng.base.secrecy.changing import Keeper, lapse, own_graded, propose
from xinheng.base.secrecy.marking import mark, mark_by, marked, refuse_state_secret, shown, state_mark_in
from xinheng.base.secrecy.naming import name_person, strike_person
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
    "Keeper",
    "clearance",
    "default_grade",
    "handling",
    "highest",
    "lapse",
    "mark",
    "mark_by",
    "marked",
    "may_see",
    "name_person",
    "own_graded",
    "propose",
    "rank",
    "refuse_state_secret",
    "require_visible",
    "shown",
    "state_mark_in",
    "strike_person",
    "visible_grades",
    "watermark",
]
