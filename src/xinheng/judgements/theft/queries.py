"""Questions to suspected theft."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
    "learned",
    "levels",
    "results",
    "run",
    "runs",
    "suspects",
    "suspicion",
]

LEVEL_WORDS: dict[str, str | Promise] = {
    "high": _("high suspicion"),
    "medium": _("medium suspicion"),
    "low": _("low suspicion"),
    "none": _("nothing suspicious"),
    "not_assessable": _("not assessable"),
}
WHY_NOT: dict[str, str | Promise] = {
    "too_few_readings": _("too few readings in the window"),
    "too_many_missing": _("too many readings are missing"),
    "no_readings": _("no reading at all in the window"),
}
