"""The rates of each day: loan prime rates as shipped and as entered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _
from ruamel.yaml import YAML

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.operations.charges.errors import ChargeInvalid, RateStands, RateUnknown
from xinheng.operations.charges.models import Rate
from xinheng.operations.charges.rules import SCALE
from xinheng.operations.charges.values import NewRate

SHIPPED = Path(__file__).with_name("rates.yaml")
RATES = {"from_on": pl.Date, "one_year": pl.Int64, "five_year": pl.Int64}  # millionths of a percent
MOST = Decimal(100)


@transaction.atomic
def enter_rates(*, actor: Actor, on: date, rates: Sequence[NewRate]) -> int:
    """Keep loan prime rates; one that is known alike is passed over. Gives how many are new.

    Refuses: AccessDenied, ChargeInvalid (a rate out of bounds or of a coming day), RateStands.
    """
    require(actor, "charges.write", "rates")
    known = {one.from_on: one for one in known_rates()}
    new = []
    for told in rates:
        if not all(0 < each <= MOST for each in (told.one_year, told.five_year)) or told.from_on > on:
            raise ChargeInvalid(cause=_("A rate lies above 0 and its day is not to come."), field="one_year")
        if kept := known.get(told.from_on):
            if (kept.one_year, kept.five_year) != (told.one_year, told.five_year):
                words = [f"{one.one_year}/{one.five_year}" for one in (kept, told)]
                raise RateStands(day=told.from_on, kept=words[0], told=words[1])
            continue
        known[told.from_on] = told
        new.append(Rate(**told.__dict__, told_by=actor.login, told_on=on))
    Rate.objects.bulk_create(new)
    after = {"rates": {str(row.from_on): [row.one_year, row.five_year] for row in new}}
    record(actor=actor, act="charges.enter_rates", subject="rates", on=on, after=after)
    return len(new)


def known_rates() -> list[NewRate]:
    """Every rate that is known, the first first: the shipped ones and those entered since."""
    found = {one.from_on: one for one in _shipped()}
    for row in Rate.objects.all():
        found[row.from_on] = NewRate(row.from_on, row.one_year, row.five_year, row.source)
    return [found[day] for day in sorted(found)]


def rate_table() -> pl.DataFrame:
    """Every known rate as a frame: from_on, one_year and five_year in millionths of a percent."""
    rows = [(one.from_on, int(one.one_year * SCALE), int(one.five_year * SCALE)) for one in known_rates()]
    return pl.DataFrame(rows, schema=RATES, orient="row")


def require_known(days: pl.Series, *, holds_days: int) -> None:
    """Refuse (RateUnknown) the first of some days for which no rate is known.

    holds_days: how long the newest one is taken to hold.
    """
    table = rate_table()
    first, newest = table["from_on"][0], table["from_on"][-1]
    unknown = days.filter((days < first) | (days > newest + timedelta(days=holds_days)))
    if unknown.len():
        raise RateUnknown(day=unknown.min(), newest=newest)


@cache
def _shipped() -> tuple[NewRate, ...]:
    told = YAML(typ="safe", pure=True).load(SHIPPED.read_text("utf-8"))
    return tuple(
        NewRate(row["from_on"], Decimal(str(row["one_year"])), Decimal(str(row["five_year"])), "NIFC")
        for row in told
    )
