"""Why a consumer is at risk, in words and figures of its row."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

MARKED = -0.2  # a fall of use that is worth a word, whether or not it moved the chance


def grade_word(grade: str | None) -> str:
    """A grade; not rated where there is none."""
    return grade or _("no grade yet")


def why_at_risk(row: dict[str, Any]) -> str:
    """What a row of a risk run stands on: the past, the signs that moved it, and what was neutral."""
    found = [row["reasons"] or _past(row)]
    if row["overdue_minor"]:
        found.append(_("overdue now"))
    if row["basis"] == "expected":
        found.append(_("bill not issued yet, taken at the usual amount"))
    found += [text for text in _signs(row) if text]
    if row["neutral"]:
        names = "、".join(factor_word(code) for code in row["neutral"].split(";"))
        found.append(_("neutral, nothing known: %(names)s") % {"names": names})
    return _("; ").join(one for one in found if one)


def factor_word(code: str) -> str:
    """One of the five inputs by its name."""
    return {
        "grade": _("Credit grade"), "operation": _("Operating state"), "policy": _("Industrial policy"),
        "economy": _("Economic situation"), "market": _("Market environment"),
    }[code]  # fmt: skip


def _past(row: dict[str, Any]) -> str:
    if row["late_share"] is None:
        return ""
    told = {"bills": row["payments"], "share": percent(row["late_share"])}
    return _("%(bills)s bills so far, late rate %(share)s drawn towards its class") % told


def _signs(row: dict[str, Any]) -> list[str]:
    found = []
    if (change := row["year_change"]) is not None and change <= MARKED:
        found.append(_("use %(share)s against last year") % {"share": percent(change)})
    if (change := row["month_change"]) is not None and change <= MARKED:
        found.append(_("use %(share)s against the month before") % {"share": percent(change)})
    if days := row["stopped_days"]:
        found.append(_("no use for %(days)s days") % {"days": days})
    if row["requests"]:
        found.append(_("asked for less capacity, a pause or closing"))
    for code in ("grade", "policy", "economy", "market"):
        if step := row[f"step_{code}"]:
            direction = _("raises the risk") if step > 0 else _("lowers the risk")
            found.append(f"{factor_word(code)} {direction}")
    return found


def percent(share: float) -> str:
    """A share in percent to one place, with its sign where it is below zero."""
    return f"{share * 100:.1f}%"
