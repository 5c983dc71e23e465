"""The arithmetic of a clock in words."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext as _

from xinheng.facts.disputes.values import Arithmetic, DisputeRules


def words_of(told: Arithmetic, rules: DisputeRules) -> str:
    """How the overdue days come about, as "45 days overdue = 60 days − 15 days paused (dispute)"."""
    if not told.paused_days:
        return _("overdue %(days)s days") % {"days": told.overdue_days}
    by_kind: dict[str, int] = defaultdict(int)
    for one in told.stretches:
        by_kind[one.kind] += one.days
    parts = [
        _(" − %(days)s days paused (%(kind)s)") % {"days": days, "kind": kind_word(kind, rules)}
        for kind, days in by_kind.items()
        if days
    ]
    words = _("%(days)s days overdue = %(past)s days") % {"days": told.overdue_days, "past": told.past_days}
    return words + "".join(parts)


def kind_word(kind: str, rules: DisputeRules) -> str:
    """A kind of pause in the reader's language; one the rules no longer know by its code."""
    if kind == "dispute":
        return _("dispute")
    found = rules.pause(kind)
    return found.words if found else kind
