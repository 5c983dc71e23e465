"""What of the checklists is there and what is missing, for many dossiers at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl
from django.db.models import Count, Max, Q, TextField
from django.db.models.functions import Cast

from xinheng.facts.dossiers import policy
from xinheng.facts.dossiers.models import Dossier, Item, Paper
from xinheng.facts.dossiers.setwise import Ids, among, framed
from xinheng.facts.dossiers.values import Completeness, Kind

ORDER = ("present", "flagged", "later", "not_applicable", "expired", "missing", "absent")
THERE, GONE = ("present", "flagged"), ("missing", "expired")
REQUIREMENTS = {
    "kind": pl.String, "code": pl.String, "place": pl.Int64, "required": pl.Boolean,
    "forms": pl.List(pl.String), "each": pl.Boolean, "key": pl.String, "condition": pl.String,
    "warn_days": pl.Int64, "since": pl.Date,
}  # fmt: skip


def lines_now(dossier_ids: Ids, on: date) -> pl.DataFrame:
    """Every line that applies to some dossiers, as it stands on a day.

    Gives dossier_id, kind, code, place (in the checklist), required, key (lines of which one is enough share
    it), state (one of values.LINE_STATES), until (the last day of its paper, or until when it comes later),
    is_expiring (inside the days of warning).
    """
    asked = _asked(dossier_ids, on)
    papers, said = _papers(dossier_ids), _said(dossier_ids)
    known = asked.join(papers, on=["dossier_id", "code"], how="left")
    is_new = pl.col("since").is_null() | (pl.col("formed") >= pl.col("since"))
    live = pl.col("forms_there").is_not_null() & (pl.col("open_ended") | (pl.col("until") >= on)) & is_new
    fits = (pl.col("forms").list.len() == 0) | pl.col("forms").list.contains(pl.col("forms_there"))
    per_line = known.group_by("dossier_id", "kind", "code", maintain_order=True).agg(
        pl.col("place", "required", "key", "each", "warn_days").first(),
        pl.col("forms").first().list.len().alias("many"),
        pl.col("forms_there").is_not_null().any().alias("any"),
        live.any().alias("live"),
        (live & fits).any().alias("fits"),
        pl.col("forms_there").filter(live & fits).n_unique().alias("fitting"),
        pl.col("until").filter(live & ~pl.col("open_ended")).max().alias("until"),
        (live & pl.col("open_ended")).any().alias("for_good"),
    )
    told = per_line.join(said, on=["dossier_id", "code"], how="left").with_columns(_state(on))
    expiring = (
        pl.col("state").is_in(THERE)
        & ~pl.col("for_good")
        & (pl.col("until") <= pl.lit(on) + pl.duration(days=pl.col("warn_days")))
    )
    best = pl.col("state").replace_strict({state: at for at, state in enumerate(ORDER)}).min()
    found = told.with_columns(
        expiring.fill_null(value=False).alias("is_expiring"),
        pl.when(pl.col("state") == "later").then("later_until").otherwise("until").alias("until"),
        best.over("dossier_id", "key").alias("best"),
    )
    idle = pl.col("state").is_in(GONE) & (pl.col("best") <= ORDER.index("later"))
    return found.with_columns(pl.when(idle).then(pl.lit("absent")).otherwise("state").alias("state")).select(
        "dossier_id", "kind", "code", "place", "required", "key", "state", "until", "is_expiring"
    )


def completeness(dossier_ids: Ids, on: date) -> pl.DataFrame:
    """How complete some dossiers are on a day; a dossier of which nothing is asked has no row.

    Gives dossier_id, asked (requirements that apply and are not put off), present, missing, flagged (there
    in a form the line does not take), later, expiring (papers within their days of warning); all counts.
    """
    lines = lines_now(dossier_ids, on)
    best = pl.col("state").replace_strict({state: at for at, state in enumerate(ORDER)}).min()
    keys = lines.group_by("dossier_id", "key", maintain_order=True).agg(
        pl.col("required").any(), best.alias("best"), pl.col("is_expiring").sum().alias("expiring")
    )
    state = {name: pl.col("required") & (pl.col("best") == at) for at, name in enumerate(ORDER)}
    return (
        keys.group_by("dossier_id")
        .agg(
            sum((state[name].sum() for name in THERE + GONE), start=pl.lit(0)).alias("asked"),
            sum((state[name].sum() for name in THERE), start=pl.lit(0)).alias("present"),
            sum((state[name].sum() for name in GONE), start=pl.lit(0)).alias("missing"),
            state["flagged"].sum().alias("flagged"),
            state["later"].sum().alias("later"),
            pl.col("expiring").sum().alias("expiring"),
        )
        .sort("dossier_id")
    )


def of_dossiers(dossier_ids: Ids, on: date) -> dict[int, Completeness]:
    """How complete the dossiers of a page are, by their ids."""
    rows = completeness(dossier_ids, on).iter_rows(named=True)
    return {row.pop("dossier_id"): Completeness(**row) for row in rows}


def _asked(dossier_ids: Ids, on: date) -> pl.DataFrame:
    told = Dossier.objects.filter(pk__in=among(dossier_ids)).order_by("pk")
    facts = told.annotate(told=Cast("facts", TextField())).values_list("pk", "kind", "told")
    dossiers = framed(facts, {"dossier_id": pl.Int64, "kind": pl.String, "facts": pl.String})
    needs = _requirements(policy.kinds(on).values(), on)
    conditions = needs["condition"].unique().to_list()
    holds = [(pl.col("condition") == one) & _holds(json.loads(one)) for one in conditions]
    return dossiers.join(needs, on="kind").filter(pl.any_horizontal(holds) if holds else pl.lit(value=True))


def _requirements(kinds: Iterable[Kind], on: date) -> pl.DataFrame:
    rows = [
        (kind.code, line.code, place, line.need == "required", list(line.forms), line.each_form,
         f"any {line.any_of}" if line.any_of else line.code, json.dumps(line.applies_when, sort_keys=True),
         line.warn_days, line.each_year.since(on) if line.each_year else None)
        for kind in kinds for place, line in enumerate(kind.lines)
    ]  # fmt: skip
    return framed(rows, REQUIREMENTS)


def _holds(condition: Mapping[str, list[str]]) -> pl.Expr:
    """Whether each named fact is, or has among its choices, one of those told."""
    held = pl.lit(value=True)
    for fact, chosen in condition.items():
        value = pl.col("facts").str.json_path_match(f"$.{fact}")
        listed = [value.str.contains(f'"{one}"', literal=True) for one in chosen]
        held &= (value.is_in(list(chosen)) | pl.any_horizontal(listed)).fill_null(value=False)
    return held


def _papers(dossier_ids: Ids) -> pl.DataFrame:
    rows = Paper.objects.filter(dossier__in=among(dossier_ids), state="in_force").exclude(item="").order_by()
    grouped = rows.values("dossier_id", "item", "copy_form").annotate(
        until=Max("valid_until"), formed=Max("formed_on"), endless=Count("pk", filter=Q(valid_until=None))
    )
    schema = {
        "dossier_id": pl.Int64, "code": pl.String, "forms_there": pl.String, "until": pl.Date,
        "formed": pl.Date, "endless": pl.Int64,
    }  # fmt: skip
    found = framed(
        grouped.values_list("dossier_id", "item", "copy_form", "until", "formed", "endless"), schema
    )
    return found.with_columns((pl.col("endless") > 0).alias("open_ended"))


def _said(dossier_ids: Ids) -> pl.DataFrame:
    rows = Item.objects.filter(dossier__in=among(dossier_ids)).exclude(state="asked").order_by()
    schema = {"dossier_id": pl.Int64, "code": pl.String, "said": pl.String, "later_until": pl.Date}
    return framed(rows.values_list("dossier_id", "code", "state", "later_until"), schema)


def _state(on: date) -> pl.Expr:
    whole = pl.col("fits") & (~pl.col("each") | (pl.col("fitting") == pl.col("many")))
    return (
        pl.when(whole).then(pl.lit("present"))
        .when(pl.col("live")).then(pl.lit("flagged"))
        .when(pl.col("said") == "not_applicable").then(pl.lit("not_applicable"))
        .when((pl.col("said") == "later") & (pl.col("later_until") >= on)).then(pl.lit("later"))
        .when(pl.col("any")).then(pl.lit("expired"))
        .when(pl.col("required")).then(pl.lit("missing"))
        .otherwise(pl.lit("absent"))
        .alias("state")
    )  # fmt: skip
