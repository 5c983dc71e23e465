"""The acts of the room: series are opened, figures and entries told by form or file; nothing is changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _

from xinheng.base.access.services import require
from xinheng.base.audit.services import record
from xinheng.base.kernel.actors import Actor
from xinheng.base.kernel.bulk import append
from xinheng.facts.factors import rules, tables
from xinheng.facts.factors.errors import FactorInvalid, FactorKept, FactorUnknown
from xinheng.facts.factors.models import Entry, Figure, Series
from xinheng.facts.factors.values import ENTRY_KINDS, SERIES_KINDS, NewEntry, NewFigure, NewSeries


@transaction.atomic
def open_series(*, actor: Actor, on: date, new: NewSeries) -> Series:
    """Open a series. Refuses: AccessDenied, FactorInvalid, FactorKept."""
    require(actor, "factors.write", f"factor:{new.code}")
    if not rules.is_code(new.code):
        raise FactorInvalid(field="code", cause=_("small letters, digits and _, beginning with a letter"))
    if not rules.is_own(new.code) or Series.objects.filter(code=new.code).exists():
        raise FactorKept(code=new.code)
    if new.kind not in SERIES_KINDS:
        raise FactorInvalid(field="kind", cause=_("not one of the list"))
    kept = Series.objects.create(
        code=new.code, name=_text("name", new.name, 120), kind=new.kind, valid_days=new.valid_days,
        unit=_text("unit", new.unit, 20, may_be_blank=True), note=new.note.strip()[:300],
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"name": kept.name, "unit": kept.unit, "kind": kept.kind}
    record(actor=actor, act="factors.open_series", subject=f"factor:{kept.code}", on=on, after=after)
    return kept


@transaction.atomic
def tell_figure(*, actor: Actor, on: date, code: str, new: NewFigure) -> Figure:
    """Tell the figure of one day; told again it is a correction, and the earlier one stays.

    Refuses: AccessDenied, FactorUnknown, FactorInvalid.
    """
    require(actor, "factors.write", f"factor:{code}")
    series = Series.objects.filter(code=code, told_on__lte=on).first()
    if series is None:
        raise FactorUnknown(code=code)
    if rules.figure(new.value) is None:
        raise FactorInvalid(field="value", cause=_("This is not a figure."))
    kept = Figure.objects.create(
        series=series, day=new.day, value=new.value, source=new.source.strip()[:120],
        note=new.note.strip()[:200],
        told_by=actor.login, told_on=on,
    )  # fmt: skip
    after = {"day": new.day, "value": new.value, "source": kept.source}
    record(actor=actor, act="factors.tell_figure", subject=f"factor:{code}", on=on, after=after)
    return kept


@transaction.atomic
def post_values(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Keep figures of a file: series, day, value (a text or number), source, note; gives how many.

    Those that stand so already are passed over, so that a file may come twice. Refuses: AccessDenied.
    """
    require(actor, "factors.write", f"batch:{batch_no}")
    value = frame["value"].map_elements(rules.figure, return_dtype=pl.Float64)
    told = frame.with_columns(value).unique(["series", "day"], keep="last", maintain_order=True)
    stands = tables.told_figures(told["series"].unique().to_list(), as_of=told_on)
    new = told.join(stands, left_on=["series", "day", "value"], right_on=["code", "day", "value"], how="anti")
    ids = dict(Series.objects.values_list("code", "pk"))
    rows = new.select(
        "day", "value", series_id=pl.col("series").replace_strict(ids, return_dtype=pl.Int64),
        source=pl.col("source").fill_null(""), note=pl.col("note").fill_null(""),
        told_by=pl.lit(actor.login), told_on=pl.lit(told_on), batch_no=pl.lit(batch_no, dtype=pl.Int64),
    )  # fmt: skip
    count = append(Figure, rows)
    after = {"figures": count, "series": sorted(new["series"].unique().to_list())}
    record(actor=actor, act="factors.post_values", subject=f"batch:{batch_no}", on=told_on, after=after)
    return count


@transaction.atomic
def tell_entry(*, actor: Actor, on: date, new: NewEntry) -> Entry:
    """Put an entry into the information bank; one that corrects another takes its place from now on (PWR-36).

    Refuses: AccessDenied, FactorInvalid, FactorUnknown.
    """
    require(actor, "factors.write", "entries")
    kept = _keep(new, actor=actor, on=on)
    after = {"kind": kept.kind, "title": kept.title, "effect": kept.effect, "until": kept.valid_until}
    if new.replaces:
        after["replaces"] = new.replaces
    record(actor=actor, act="factors.tell_entry", subject=f"factor_entry:{kept.no}", on=on, after=after)
    return kept


@transaction.atomic
def post_entries(frame: pl.DataFrame, *, batch_no: int | None, told_on: date, actor: Actor) -> int:
    """Keep the entries of a file; those that stand so already are passed over. Gives how many.

    Refuses: AccessDenied, FactorInvalid, FactorUnknown.
    """
    require(actor, "factors.write", f"batch:{batch_no}")
    names = ("kind", "industry", "title", "effect", "valid_from", "valid_until")
    stand = set(Entry.objects.values_list(*names))
    count = 0
    for row in frame.iter_rows(named=True):
        told = {name: row[name] or "" for name in ("industry", "text", "replaces")}
        new = NewEntry(
            kind=row["kind"], title=row["title"], effect=int(rules.figure(row["effect"]) or 0),
            valid_from=row["valid_from"], valid_until=row["valid_until"], source=row["source"], **told,
        )  # fmt: skip
        if (key := tuple(getattr(new, name) for name in names)) not in stand:
            _keep(new, actor=actor, on=told_on, batch_no=batch_no)
            stand.add(key)
            count += 1
    after = {"entries": count}
    record(actor=actor, act="factors.post_entries", subject=f"batch:{batch_no}", on=told_on, after=after)
    return count


def _keep(new: NewEntry, *, actor: Actor, on: date, batch_no: int | None = None) -> Entry:
    for field, is_wrong, cause in (
        ("kind", new.kind not in ENTRY_KINDS, _("not one of the list")),
        ("effect", new.effect not in range(-2, 3), _("The effect is a whole number from −2 to +2.")),
        ("valid_until", new.valid_until < new.valid_from, _("It ends before it begins.")),
        ("industry", not rules.is_industry(new.industry), _("This is no letter or code of GB/T 4754.")),
    ):
        if is_wrong:
            raise FactorInvalid(field=field, cause=cause)
    corrected = _corrected(new.replaces, on)
    told: dict[str, Any] = {"kind": new.kind, "industry": new.industry, "effect": new.effect}
    return Entry.objects.create(
        no=_next_no(on), title=_text("title", new.title, 120), text=new.text.strip()[:2000],
        valid_from=new.valid_from, valid_until=new.valid_until, source=_text("source", new.source, 200),
        replaces=corrected, told_by=actor.login, told_on=on, batch_no=batch_no, **told,
    )  # fmt: skip


def _corrected(no: str, on: date) -> Entry | None:
    if not no:
        return None
    found = Entry.objects.select_for_update().filter(no=no, told_on__lte=on).first()
    if found is None:
        raise FactorUnknown(code=no)
    if Entry.objects.filter(replaces=found).exists():
        raise FactorInvalid(field="replaces", cause=_("This entry was corrected already."))
    return found


def _next_no(on: date) -> str:
    last = Entry.objects.select_for_update().filter(no__startswith=f"I{on.year}-").order_by("-no").first()
    return f"I{on.year}-{int(last.no.split('-')[1]) + 1 if last else 1:05d}"


def _text(field: str, told: str, longest: int, *, may_be_blank: bool = False) -> str:
    text = told.strip()
    if not text and not may_be_blank:
        raise FactorInvalid(field=field, cause=_("may not be empty"))
    if len(text) > longest:
        raise FactorInvalid(field=field, cause=_("at most %(longest)s characters") % {"longest": longest})
    return text
