"""Filing seasons: what a period formed is collected from every department in its month (LAR-03, LAR-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.periods import Period, add_days, add_months, month_end, month_start
from xinheng.facts.custody import errors, policy
from xinheng.facts.custody.documents import SeasonRule
from xinheng.facts.custody.models import Handover, Season


def season_rules(on: date) -> dict[str, SeasonRule]:
    """The seasons of the documents of a day by code."""
    return {one.code: one for rules in policy.rules(on).values() for one in rules.seasons}


def period_of(rule: SeasonRule, on: date) -> Period:
    """The period whose papers are collected in a month: the quarter, or the year, that ended before it."""
    last = add_days(month_start(on), -1)
    if rule.period == "quarter":
        last = month_end(add_months(month_start(on), -1 - (on.month - 1) % 3))
        return Period(add_months(month_start(last), -2), last)
    return Period(date(on.year - 1, 1, 1), date(on.year - 1, 12, 31))


@transaction.atomic
def open_season(*, actor: Actor, on: date, code: str, units: Sequence[Any], to_unit: Any) -> Season:
    """Open the season of this month, and wait for every department until its last day.

    Refuses: AccessDenied, CustodyInvalid: no such season, not its month, or open already.
    """
    require(actor, "custody.write", f"season:{code[:40]}")
    rule = season_rules(on).get(code)
    if rule is None:
        raise errors.CustodyInvalid(cause=_("There is no such season."), field="code")
    if on.month not in rule.months:
        months = ", ".join(map(str, rule.months))
        raise errors.CustodyInvalid(cause=_("This season opens in month %(months)s.") % {"months": months},
                                    field="code")  # fmt: skip
    period = period_of(rule, on)
    told = {"last": period.last, "opens_on": on, "closes_on": month_end(on)}
    season, is_new = Season.objects.get_or_create(code=code, first=period.first, defaults=told)
    if not is_new:
        raise errors.CustodyInvalid(cause=_("This season was opened before."), field="code")
    scheme = policy.scheme(rule.scheme, on)
    Handover.objects.bulk_create(
        Handover(
            scheme=scheme.code, subject=f"season:{season.pk}", from_unit=unit, to_unit=to_unit, started_on=on,
            due_on=season.closes_on, season=season, told_by=actor.login, told_on=on,
        )
        for unit in units
    )  # fmt: skip
    after = {"season": season.pk, "first": period.first, "last": period.last, "departments": len(units)}
    record(actor=actor, act="custody.open_season", subject=f"season:{season.pk}", on=on, after=after)
    return season


@transaction.atomic
def close_season(*, actor: Actor, on: date, season_id: int) -> Season:
    """Close a season: what comes of its period afterwards is marked as late; who is missing stays listed.

    Refuses: AccessDenied, CustodyInvalid.
    """
    require(actor, "custody.write", f"season:{season_id}")
    season = Season.objects.select_for_update().filter(pk=season_id, closed_on__isnull=True).first()
    if season is None:
        raise errors.CustodyInvalid(cause=_("It is closed, or there is none such."), field="season")
    season.closed_on = on
    season.save(update_fields=["closed_on"])
    missing = Handover.objects.filter(season=season, state__in=("open", "returned")).count()
    after = {"season": season.pk, "missing": missing}
    record(actor=actor, act="custody.close_season", subject=f"season:{season.pk}", on=on, after=after)
    return season


def run_seasons(*, actor: Actor, on: date, units: Sequence[Any], to_unit: Any) -> list[Season]:
    """Open the seasons of this month and close those whose last day has passed; for the end of the day."""
    require(actor, "custody.write", "seasons")
    for season in Season.objects.filter(closed_on__isnull=True, closes_on__lt=on):
        close_season(actor=actor, on=on, season_id=season.pk)
    opened = []
    for code, rule in season_rules(on).items():
        first = period_of(rule, on).first
        if on.month in rule.months and not Season.objects.filter(code=code, first=first).exists():
            opened.append(open_season(actor=actor, on=on, code=code, units=units, to_unit=to_unit))
    return opened
