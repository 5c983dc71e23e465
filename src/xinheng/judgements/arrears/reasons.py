"""Why a bill is thought to be paid late: what the learner's figures add, told by theme and in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from xinheng.judgements.arrears.adjusting import Floats
from xinheng.judgements.arrears.figures import theme_of

MOST = 3
LEAST = 0.05  # log odds below which a theme is no reason


def told(figures: pl.DataFrame, contributions: Floats, past: pl.DataFrame) -> list[str]:
    """Reasons in words, a text a look, the weightiest first; "" where nothing stands out.

    figures: as `figures` gives them; contributions: a column a figure and one for the start. past: own_paid,
    own_late, overdue and overdue_age of each look.
    """
    themes = [theme_of(name) for name in figures.columns]
    kinds = sorted(set(themes))
    sums = np.column_stack(
        [contributions[:, [theme == kind for theme in themes] + [False]].sum(axis=1) for kind in kinds]
    )
    order = np.argsort(-np.abs(sums), axis=1)[:, :MOST]
    rows = figures.select(
        "terms", "habit_to_due", "billed_median", "size_habit", "overdue", "overdue_age"
    ).to_dicts()
    paid = past.select("own_paid", "own_late").fill_null(0).rows()
    found = []
    for place, row in enumerate(rows):
        row |= {"paid": paid[place][0], "late": int(paid[place][1])}
        some = [(kinds[at], sums[place, at]) for at in order[place] if abs(sums[place, at]) >= LEAST]
        found.append("; ".join(word(theme, row, raises=weight > 0) for theme, weight in some))
    return found


def word(theme: str, row: dict[str, Any], *, raises: bool) -> str:
    """One reason: an arrow up where it makes lateness likelier, and its figure where there is one."""
    return f"{'↑' if raises else '↓'} {_phrase(theme, row)}"


def _phrase(theme: str, row: dict[str, Any]) -> str:
    if theme == "overdue" and row["overdue"]:
        days = round(row["overdue_age"] or 0)
        return _("%(bills)d bills overdue now, %(days)d days on average") % {
            "bills": row["overdue"],
            "days": days,
        }
    if theme == "habit" and row["paid"]:
        return _("%(late)d of %(paid)d bills paid late so far") % row
    if theme == "recent" and row["billed_median"] is not None:
        return _("lately pays after %(days)d days, due after %(terms)d") % {
            "days": round(row["billed_median"]), "terms": row["terms"],
        }  # fmt: skip
    if theme == "amount" and row["size_habit"] is not None:
        times = float(np.exp(row["size_habit"]))
        return _("amount %(times).1f times the usual") % {"times": times}
    if theme == "terms":
        return _("terms of %(terms)d days") % {"terms": row["terms"]}
    return PLAIN.get(theme, lambda: theme)()


PLAIN = {
    "overdue": lambda: _("nothing overdue now"),
    "habit": lambda: _("no payments so far: like the whole ledger"),
    "recent": lambda: _("recent payments"),
    "amount": lambda: _("size of the amount"),
    "history": lambda: _("how long and how often it has bought"),
    "load": lambda: _("bills open at the same time"),
    "ledger": lambda: _("how all customers pay at present"),
    "calendar": lambda: _("day of the month and of the week"),
    "season": lambda: _("season of the year"),
    "batches": lambda: _("rhythm of its payment runs"),
    "marks": lambda: _("marks of the bill"),
}
