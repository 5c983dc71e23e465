"""Questions to suspected theft."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xinheng.judgements.theft import policy, words
from xinheng.judgements.theft.comparing import curves
from xinheng.judgements.theft.policy import Detector
from xinheng.judgements.theft.selecting import (
    by_industry,
    learned,
    levels,
    results,
    run,
    runs,
    suspects,
    suspicion,
)

__all__ = [
    "LEVEL_WORDS",
    "WHY_NOT",
    "by_industry",
    "curves",
    "detectors",
    "figure",
    "learned",
    "levels",
    "results",
    "run",
    "runs",
    "suspects",
    "suspicion",
]


def figure(code: str, value: Any) -> tuple[str, str]:
    """What a figure is called in the reader's language, and how its value is written."""
    named = words.figure(code)
    is_zh = (get_language() or "zh").startswith("zh")
    return (named.zh if is_zh else named.en), words.written(value, named.unit)


def detectors(on: date) -> list[Detector]:
    """The detectors of a day; each has a code and a name in both languages."""
    return list(policy.in_force(on).detectors)


LEVEL_WORDS: dict[str, str | Promise] = {
    "high": _("high suspicion"),
    "medium": _("medium suspicion"),
    "low": _("low suspicion"),
    "none": _("nothing suspicious"),
    "not_assessable": _("not assessable"),
}
WHY_NOT: dict[str, str | Promise] = {
    "too_few_readings": _("too few readings in the window"),
    "too_few_bills": _("too few bills"),
    "too_many_missing": _("too many readings are missing"),
    "no_readings": _("no reading at all in the window"),
}
