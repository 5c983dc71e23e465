"""What was scanned at a place against what the register says of it, set-wise."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from xinheng.base.kernel.actors import Actor, system_actor
from xinheng.facts.custody.models import Loan, Lying, Place, Scan, StockTake
from xinheng.facts.custody.values import Scanned
from xinheng.facts.dossiers import queries as dossiers

THINGS = {"code": pl.String, "paper_id": pl.Int64, "dossier_id": pl.Int64, "registered_id": pl.Int64}
SCANNED = {"code": pl.String, "found_id": pl.Int64}


def compare(kept: StockTake, *, on: date) -> pl.DataFrame:
    """Each thing that lies in the place counted or was scanned there, by result and code.

    Gives code, paper_id, dossier_id, registered_id, found_id (null: not there) and result: right, out (lent,
    and not scanned), missing, misplaced, on_loan (lent, and yet scanned), unexpected (without a place),
    unknown.
    """
    things = _lying(Lying.objects.filter(place__path__startswith=kept.place.path))
    scans = Scan.objects.filter(stock_take=kept)
    scanned = _frame(scans.values_list("code", "place_id"), SCANNED)
    codes = scans.order_by().values("code")
    elsewhere = Lying.objects.exclude(place__path__startswith=kept.place.path)
    moved = pl.concat([
        _lying(elsewhere.filter(paper__label__in=codes)), _lying(elsewhere.filter(dossier__no__in=codes)),
    ])  # fmt: skip
    out = Loan.objects.filter(returned_at__isnull=True).order_by().values_list("paper_id", flat=True)
    is_out = pl.col("paper_id").is_in(list(out))
    found = pl.col("found_id").is_not_null()
    here = things.join(scanned, on="code", how="left").with_columns(
        result=pl.when(~found & is_out).then(pl.lit("out"))
        .when(~found).then(pl.lit("missing"))
        .when(is_out).then(pl.lit("on_loan"))
        .when(pl.col("found_id") != pl.col("registered_id")).then(pl.lit("misplaced"))
        .otherwise(pl.lit("right"))
    )  # fmt: skip
    known = pl.concat([moved, _placeless(codes, on=on)]).unique("code", keep="first", maintain_order=True)
    beyond = scanned.join(things, on="code", how="anti").join(known, on="code", how="left").with_columns(
        result=pl.when(pl.col("registered_id").is_not_null()).then(pl.lit("misplaced"))
        .when(pl.coalesce("paper_id", "dossier_id").is_not_null()).then(pl.lit("unexpected"))
        .otherwise(pl.lit("unknown"))
    )  # fmt: skip
    return pl.concat([here, beyond.select(here.columns)]).sort("result", "code")


def told_of(actor: Actor, code: str, here: Place, *, on: date) -> Scanned:
    """What one scan tells: whether the thing lies where it should, and its title for who may see it."""
    paper = dossiers.papers_visible(actor, on).filter(label=code).first()
    dossier = None if paper else dossiers.dossiers_visible(actor, on).filter(no=code).first()
    told: dict[str, Any] = {"code": code, "place": here.code}
    thing = paper or dossier
    if thing is None:
        return Scanned(result="unknown", **told)
    told["title"] = thing.title
    rows = Lying.objects.select_related("place").filter(until__isnull=True)
    lying = rows.filter(paper=paper).first() if paper else rows.filter(dossier=dossier).first()
    if paper and Loan.objects.filter(paper=paper, returned_at__isnull=True).exists():
        return Scanned(result="on_loan", **told)
    if lying is None:
        return Scanned(result="unexpected", **told)
    result = "right" if lying.place_id == here.pk else "misplaced"
    return Scanned(result=result, belongs=lying.place.code, **told)


def _lying(rows: Any) -> pl.DataFrame:
    """What lies somewhere now, by its bar code: papers by their labels, bags by their dossier's number."""
    now = rows.filter(until__isnull=True).order_by()
    papers = now.filter(paper__isnull=False).values_list("paper__label", "paper_id", "dossier_id", "place_id")
    bags = now.filter(dossier__isnull=False).values_list("dossier__no", "paper_id", "dossier_id", "place_id")
    return pl.concat([_frame(papers, THINGS), _frame(bags, THINGS)])


def _placeless(codes: Any, *, on: date) -> pl.DataFrame:
    """Papers and bags by scanned codes, wherever they lie or do not."""
    papers = dossiers.papers_visible(system_actor(), on).filter(label__in=codes).order_by()
    bags = dossiers.dossiers_visible(system_actor(), on).filter(no__in=codes).order_by()
    rows: list[tuple[Any, ...]] = [
        (label, key, None, None) for label, key in papers.values_list("label", "pk")
    ]
    rows += [(no, None, key, None) for no, key in bags.values_list("no", "pk")]
    return _frame(rows, THINGS)


def _frame(rows: Any, schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row", infer_schema_length=None)
