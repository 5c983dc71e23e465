"""Why a row of a file cannot be kept as a factor, in words, before anything is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from xinheng.facts.factors import rules
from xinheng.facts.factors.models import Entry, Series


def judge_values(rows: pl.DataFrame, *, on: date) -> pl.Series:
    """A text a row why its figure cannot be kept, null where it can. rows: series, day, value as told."""
    known = set(Series.objects.filter(told_on__lte=on).values_list("code", flat=True))
    codes = rows["series"].unique().to_list()
    wrong = {code: why for code in codes if (why := _code(code, known))}
    figures = rows["value"].map_elements(rules.figure, return_dtype=pl.Float64)
    no_figure = pl.lit(_("This is not a figure."))
    return rows.select(
        pl.when(pl.col("series").is_in(list(wrong)))
        .then(pl.col("series").replace_strict(wrong, default=None, return_dtype=pl.String))
        .when(figures.is_null())
        .then(no_figure)
        .otherwise(None)
    ).to_series()


def judge_entries(rows: pl.DataFrame, *, on: date) -> pl.Series:
    """A text a row why the entry cannot be kept, null where it can. Rows of a file of entries are few."""
    titled = set(Entry.objects.filter(told_on__lte=on).values_list("no", flat=True))
    return pl.Series([_entry(row, titled) for row in rows.iter_rows(named=True)], dtype=pl.String)


def _code(code: str, known: set[str]) -> str:
    if not rules.is_own(code):
        return _("%(code)s is computed by the system and cannot be told.") % {"code": code}
    if code not in known:
        return _("There is no outside factor %(code)s.") % {"code": code}
    return ""


def _entry(row: dict[str, Any], known: set[str]) -> str | None:
    effect = rules.figure(row["effect"])
    if effect is None or effect not in (-2, -1, 0, 1, 2):
        return _("The effect is a whole number from −2 to +2.")
    if row["valid_until"] < row["valid_from"]:
        return _("It ends before it begins.")
    if not rules.is_industry(row["industry"] or ""):
        return _("This is no letter or code of GB/T 4754.")
    if row["replaces"] and row["replaces"] not in known:
        return _("There is no entry %(no)s to correct.") % {"no": row["replaces"]}
    return None
