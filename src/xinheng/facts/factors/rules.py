"""Pure decisions on outside factors: what may be told, and how an entry stands on a day."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Literal

from xinheng.facts.factors.values import BUILT_IN, DERIVED

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
INDUSTRY = re.compile(r"[A-T]?|[A-T]?\d{2,4}")
EntryState = Literal["counts", "to_come", "expired", "replaced"]


def is_code(code: str) -> bool:
    """Whether a text can be the code of a series."""
    return CODE.fullmatch(code) is not None


def is_own(code: str) -> bool:
    """Whether a code is the site's own to tell, and not computed by the system."""
    return code not in BUILT_IN and code not in DERIVED


def is_industry(code: str) -> bool:
    """Whether a text is a letter or code of GB/T 4754, or nothing, which is every industry."""
    return INDUSTRY.fullmatch(code) is not None


def figure(told: str | float | None) -> float | None:
    """The figure a text says, separators of thousands and a percent sign taken off; None: it is none."""
    if isinstance(told, str):
        text = told.strip().replace("，", ",").replace("−", "-")
        if not re.fullmatch(r"[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?([eE][+-]?\d+)?%?", text):
            return None
        share = text.endswith("%")
        told = float(text.rstrip("%").replace(",", "")) / (100 if share else 1)
    return told if told is not None and math.isfinite(told) else None


def state(*, valid_from: date, valid_until: date, is_replaced: bool, on: date) -> EntryState:
    """How an entry stands on a day: one past its validity is not used (PWR-36)."""
    if is_replaced:
        return "replaced"
    if on > valid_until:
        return "expired"
    return "to_come" if on < valid_from else "counts"
