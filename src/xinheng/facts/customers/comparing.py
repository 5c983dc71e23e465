"""What a frame of customers would do: open files, change some, say nothing new, or clash."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.access import queries as people
from xinheng.base.kernel.actors import system_actor
from xinheng.base.kernel.identifier_columns import (
    check_id_number_column,
    check_org_code_column,
    check_uscc_column,
)
from xinheng.base.kernel.texts import name_key_of
from xinheng.facts.customers.industry import normal_codes
from xinheng.facts.customers.models import Customer, FormerName, Responsibility
from xinheng.facts.customers.setwise import among, framed
from xinheng.facts.customers.values import FRAME

DEFAULTS = {"kind": "company", "is_customer": True, "is_supplier": False}
LENGTHS = {"no": 40, "name": 200, "nature": 20, "region": 20, "address": 300, "former_name": 200}
PLACED = ("parent_no", "unit_code", "person_login")  # kept elsewhere than in the customer's own row
KEPT = [name for name in FRAME if name not in (*PLACED, "former_name")]
NOTHING = pl.lit(None, pl.String)


def prepared(frame: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """The frame with all columns of `FRAME`, codes as they are kept, and `wrong`: fields that cannot be.

    Blank texts and nulls alike mean not told. A person without a unit brings the unit the person is in.
    """
    missing = [pl.lit(None, kind).alias(name) for name, kind in FRAME.items() if name not in frame.columns]
    rows = frame.with_columns(missing).select(
        pl.col(name).cast(kind, strict=False)
        if kind != pl.String
        else pl.col(name).cast(kind).str.strip_chars().fill_null("")
        for name, kind in FRAME.items()
    )
    checks = {
        "uscc": check_uscc_column(rows["uscc"]),
        "id_number": check_id_number_column(rows["id_number"], on=on),
        "org_code": check_org_code_column(rows["org_code"]),
    }
    wrong = [
        *(
            pl.when(~found["ok"] & (found["value"] != "")).then(pl.lit(code))
            for code, found in checks.items()
        ),
        *(pl.when(pl.col(name).str.len_chars() > most).then(pl.lit(name)) for name, most in LENGTHS.items()),
        *(
            pl.when(pl.col(name) < 0).then(pl.lit(name))
            for name in ("employees", "revenue_minor", "assets_minor")
        ),
        pl.when(pl.col("no") == "").then(pl.lit("no")),
        pl.when(name_key_of(pl.col("name")) == "").then(pl.lit("name")),
        pl.when(~pl.col("kind").is_in(["company", "person", ""])).then(pl.lit("kind")),
        pl.when((pl.col("kind") != "person") & (pl.col("id_number") != "")).then(pl.lit("id_number")),
        pl.when(normal_codes(pl.col("industry")).is_null()).then(pl.lit("industry")),
        pl.when(pl.col("founded_on") > on).then(pl.lit("founded_on")),
    ]
    homes = dict(people.assignments(system_actor(), on=on).values_list("person__login", "unit__code"))
    home = pl.col("person_login").replace_strict(homes, default="", return_dtype=pl.String)
    return rows.with_columns(wrong=pl.concat_list(wrong).list.drop_nulls()).with_columns(
        *(found["value"].alias(code) for code, found in checks.items()),
        industry=normal_codes(pl.col("industry")).fill_null(""),
        unit_code=pl.when(pl.col("unit_code") == "").then(home).otherwise("unit_code"),
    )


def compared(rows: pl.DataFrame) -> pl.DataFrame:
    """For each prepared row: no, state, fields, cause, like_no; see `queries.compare`."""
    rows = rows.with_row_index("row")
    kept = kept_rows(rows["no"]).rename(lambda name: f"kept_{name}").with_columns(is_kept=pl.lit(value=True))
    both = rows.join(kept, left_on="no", right_on="kept_no", how="left", maintain_order="left")
    both = _with_former_names(both)
    changed = [_changes(name) for name in FRAME if name not in ("no", "former_name")]
    both = both.with_columns(
        changed=pl.concat_list([*changed, _former_name_changes()]).list.drop_nulls(),
        clashes=pl.concat_list(_clashes(rows)).list.drop_nulls(),
    )
    cause = (
        pl.when(pl.col("wrong").list.len() > 0).then(pl.lit("invalid"))
        .when(pl.col("clashes").list.len() > 0)
        .then(pl.col("clashes").list.first().str.split(":").list.first())
    )  # fmt: skip
    fields = pl.col("clashes").list.eval(pl.element().str.split(":").list.last())
    return both.select(
        "no",
        state=pl.when(cause.is_not_null()).then(pl.lit("conflict"))
        .when(pl.col("is_kept").is_null()).then(pl.lit("new"))
        .when(pl.col("changed").list.len() > 0).then(pl.lit("changed"))
        .otherwise(pl.lit("known")),
        fields=pl.when(pl.col("wrong").list.len() > 0).then("wrong")
        .when(pl.col("clashes").list.len() > 0).then(fields)
        .otherwise("changed"),
        cause=cause,
        like_no=_like_no(rows),
    )  # fmt: skip


def kept_rows(nos: pl.Series) -> pl.DataFrame:
    """The customers of some numbers as the frame's columns would tell them, with id and provenance."""
    found = Customer.objects.filter(no__in=among(nos)).order_by()
    schema = {name: FRAME[name] for name in [*KEPT, "parent_no"]}
    more = {"id": pl.Int64, "told_on": pl.Date, "channel": pl.String, "source": pl.String}
    own = framed(found.values_list(*KEPT, "parent__no", *more), schema | more)
    running = Responsibility.objects.filter(until_on__isnull=True, customer__no__in=among(nos)).order_by()
    placed = framed(
        running.values_list("customer__no", "unit__code", "person__login"),
        {"no": pl.String, "unit_code": pl.String, "person_login": pl.String},
    )
    return own.join(placed, on="no", how="left").with_columns(pl.col(pl.String).fill_null(""))


def _with_former_names(rows: pl.DataFrame) -> pl.DataFrame:
    told = rows.filter((pl.col("former_name") != "") & pl.col("is_kept"))["no"]
    names = FormerName.objects.filter(customer__no__in=among(told)).order_by()
    schema = {"no": pl.String, "former_name": pl.String}
    pairs = framed(names.values_list("customer__no", "name"), schema).unique()
    pairs = pairs.with_columns(had_name=pl.lit(value=True))
    return rows.join(pairs, on=["no", "former_name"], how="left", maintain_order="left")


def _former_name_changes() -> pl.Expr:
    told = (pl.col("former_name") != "") & pl.col("had_name").is_null() & pl.col("is_kept")
    return pl.when(told).then(pl.lit("former_name"))


def _changes(name: str) -> pl.Expr:
    told, kept = pl.col(name), pl.col(f"kept_{name}")
    is_told = told != "" if FRAME[name] == pl.String else told.is_not_null()
    return pl.when(pl.col("is_kept") & is_told & told.ne_missing(kept)).then(pl.lit(name))


def _clashes(rows: pl.DataFrame) -> list[pl.Expr]:
    """Where a row clashes with another of the frame or of the house, as "cause:field"."""
    found = [_said(pl.col("no").is_duplicated(), "repeated:no")]
    for code in ("uscc", "id_number", "org_code"):
        found.append(_said((pl.col(code) != "") & pl.col(code).is_duplicated(), f"repeated:{code}"))
        holders = _holders(rows, code)
        holder = pl.col(code).replace_strict(holders, default=None, return_dtype=pl.String)
        found.append(_said(holder.is_not_null() & (holder != pl.col("no")), f"taken:{code}"))
    units, logins = people.units_by_code(), people.people_by_login()
    found.append(_said(~pl.col("unit_code").is_in(["", *units]), "unknown:unit_code"))
    found.append(_said(~pl.col("person_login").is_in(["", *logins]), "unknown:person_login"))
    if (rows["parent_no"] != "").any():
        above = rows.filter(pl.col("parent_no") != "")["parent_no"].unique()
        kept = Customer.objects.filter(no__in=among(above)).order_by().values_list("no", flat=True)
        there = pl.concat([rows["no"], pl.Series("no", list(kept), pl.String)]).implode()
        found.append(
            _said((pl.col("parent_no") != "") & ~pl.col("parent_no").is_in(there), "unknown:parent_no")
        )
        found.append(_said(pl.col("no").is_in(in_cycles(rows).implode()), "cycle:parent_no"))
    return found


def _said(holds: pl.Expr, words: str) -> pl.Expr:
    return pl.when(holds).then(pl.lit(words))


def _holders(rows: pl.DataFrame, code: str) -> dict[str, str]:
    """Which customer holds each of the codes told."""
    told = rows.filter(pl.col(code) != "")[code]
    if not len(told):
        return {}
    found = Customer.objects.filter(**{f"{code}__in": among(told)}).order_by()
    return dict(found.values_list(code, "no"))


def in_cycles(rows: pl.DataFrame) -> pl.Series:
    """Numbers of customers that would stand below themselves, or below one that does.

    rows: no, parent_no as they are to be; the parents of all others stay as they are.
    """
    told = rows.filter(pl.col("parent_no") != "").select("no", "parent_no")
    kept = Customer.objects.filter(parent__isnull=False).order_by().values_list("no", "parent__no")
    others = framed(kept, {"no": pl.String, "parent_no": pl.String}).join(told, on="no", how="anti")
    edges = pl.concat([told, others]).unique("no")
    reach, steps = edges, 1
    while reach.height and steps <= edges.height:  # each round doubles how far up a customer looks
        further = reach.rename({"no": "parent_no", "parent_no": "above"})
        reach = reach.join(further, on="parent_no").select("no", parent_no="above")
        steps *= 2
    return reach["no"]


def _like_no(rows: pl.DataFrame) -> pl.Series:
    """For each row a customer of another number whose name is like it, null where there is none."""
    keys = rows.select("row", "no", name_key=name_key_of(pl.col("name")))
    distinct = keys["name_key"].unique()
    found = Customer.objects.filter(name_key__in=among(distinct)).order_by("no").values_list("name_key", "no")
    likes = framed(found, {"name_key": pl.String, "like_no": pl.String})
    others = keys.join(likes, on="name_key").filter(pl.col("no") != pl.col("like_no"))
    first = others.unique("row", keep="first", maintain_order=True)
    return keys.join(first.select("row", "like_no"), on="row", how="left", maintain_order="left")["like_no"]
