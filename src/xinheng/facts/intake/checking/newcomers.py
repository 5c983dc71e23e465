"""Customers new in a file: told apart from those we have, and those a file of bills brings along."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from xinheng.base.kernel.identifiers import IdentifierCheck, check_id_number, check_org_code, check_uscc
from xinheng.facts.customers import queries as customers
from xinheng.facts.customers.values import FRAME
from xinheng.facts.intake.checking.causes import none, turned_down
from xinheng.facts.intake.checking.plan import Plan
from xinheng.facts.intake.reading.tables import ROW
from xinheng.facts.privacy import queries as privacy

IDENTIFIERS = ("uscc", "id_number", "org_code")
UNKNOWN = {"parent_no": "unknown_parent", "unit_code": "unknown_unit", "person_login": "unknown_person"}


def check_all(parts: list[Path], repeats: pl.DataFrame, plan: Plan) -> list[pl.DataFrame]:
    """For a file of customers: what the customers' room says of each, written back as _known."""
    if plan.kind.code != "customers":
        return []
    causes = []
    frames = [pl.read_ipc(part) for part in parts]
    rows = pl.concat(frames)
    good = rows.filter(~pl.col("_bad")).join(
        repeats.select("_at"), on="_at", how="anti", maintain_order="left"
    )
    barred = privacy.erased(good.get_column("no"), good.get_column("id_number"))
    if barred.any():
        gone = good.filter(barred)
        causes.append(turned_down(gone, "person_erased", field="no", value=gone.get_column("no")))
        good = good.filter(~barred)
    if good.height:
        found = customers.compare(as_told(good), on=plan.told_on)
        judged = good.with_columns(found.select("state", "cause", "fields"))
        causes.append(_clashing(judged, plan.told_on))
        known = judged.filter(pl.col("state") == "known").get_column("_at")
        rows = rows.with_columns(_known=pl.col("_at").is_in(known.to_list()))
    whole = parts[0].with_name("customers.arrow")  # not over a part: it may still be read
    rows.write_ipc(whole)
    parts[:] = [whole]
    return causes


def as_told(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of a bulk of customers."""
    return rows.select([name for name in FRAME if name in rows.columns])


def _clashing(judged: pl.DataFrame, on: date) -> pl.DataFrame:
    bad = judged.filter(pl.col("state").is_in(["changed", "conflict"]))
    if bad.is_empty():
        return none()
    listed = bad.explode("fields").with_columns(field=pl.col("fields").fill_null("no"))
    found = []
    for (field, state, cause), some in listed.group_by("field", "state", "cause", maintain_order=True):
        code = str(field)
        value = some.get_column(code) if code in some.columns else some.get_column("no")
        words = _cause(code, str(state), cause)
        params = _reasons(code, value, on) if words == "identifier" else []
        found.append(turned_down(some, words, field=code.removesuffix("_minor"), value=value, params=params))
    return pl.concat(found).sort(ROW)


def _reasons(code: str, told: pl.Series, on: date) -> list[pl.Series]:
    """Why identifiers are not valid, each distinct one checked once."""
    checks: dict[str, Callable[[str], IdentifierCheck]] = {
        "uscc": check_uscc,
        "id_number": lambda text: check_id_number(text, on=on),
        "org_code": check_org_code,
    }
    causes = {text: checks[code](text).cause for text in told.cast(pl.String).unique().drop_nulls()}
    return [told.cast(pl.String).replace_strict(causes, default="", return_dtype=pl.String).alias("check")]


def _cause(code: str, state: str, cause: object) -> str:
    if state == "changed":
        return "customer_changed"
    return {
        "taken": "taken",
        "repeated": "repeated_code",
        "cycle": "parent_cycle",
        "unknown": UNKNOWN.get(code, "unknown_customer"),
    }.get(str(cause), "identifier" if code in IDENTIFIERS else "invalid")


def brought_along(accepted: Path, target: Path) -> int:
    """The customers of the accepted rows that we do not have, one row each; gives how many."""
    scan = pl.scan_parquet(accepted).filter(pl.col("customer_id").is_null())
    names = scan.collect_schema().names()
    region = pl.col("customer_region") if "customer_region" in names else pl.lit(None, dtype=pl.String)
    new = (
        scan.group_by("customer_no", maintain_order=True)
        .agg(
            name=pl.coalesce(pl.col("customer_name").drop_nulls().first(), pl.col("customer_no").first()),
            region=region.drop_nulls().first(),
        )
        .rename({"customer_no": "no"})
        .collect()
    )
    if new.height:
        new.write_parquet(target)
    return new.height
