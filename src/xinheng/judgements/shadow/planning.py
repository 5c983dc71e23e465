"""What a replay was asked, as it is kept with it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any, cast

from django.utils.translation import gettext as _

from xinheng.judgements.shadow.errors import PlanInvalid
from xinheng.judgements.shadow.values import How, LimitsPlan, Plan

RULES = {"mean-sales": "mean_sales", "highest-balance": "highest_balance"}
DAYS = ("from_on", "until_on")


def kept_plan(plan: Plan) -> dict[str, Any]:
    """A plan as plain values."""
    kept = asdict(plan)
    return {**kept, **{name: kept[name].isoformat() if kept[name] else None for name in DAYS}}


def plan_of(kept: dict[str, Any]) -> Plan:
    """A plan from what was kept of it."""
    days = {name: date.fromisoformat(kept[name]) if kept[name] else None for name in DAYS}
    told = {**kept, **days, "limits": LimitsPlan(**kept["limits"]), "files": tuple(kept["files"])}
    return Plan(**told)


def limits_plan(text: str) -> LimitsPlan:
    """Where limits come from, as written: table, present, none, mean-sales:300 or highest-balance:120.

    The number is percent; left out: 300 and 120. Refuses: PlanInvalid.
    """
    rule, _sign, percent = text.strip().partition(":")
    if rule in ("table", "present") and not percent:
        return LimitsPlan(cast("How", rule))
    if rule == "none" and not percent:
        return LimitsPlan("unlimited")
    usual = "300" if rule == "mean-sales" else "120"
    factor = percent or usual
    if rule not in RULES or not (factor.isascii() and factor.isdigit() and len(factor) < 6):
        raise PlanInvalid(field="limits", cause=_("%(text)s is no way to find limits.") % {"text": text[:60]})
    return LimitsPlan(cast("How", RULES[rule]), int(factor))
