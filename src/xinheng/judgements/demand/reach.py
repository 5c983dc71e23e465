"""Whose forecasts a person may see: the consumers within reach, and what stands above them."""

from __future__ import annotations

from datetime import date

import polars as pl

from xinheng.base.kernel.actors import Actor
from xinheng.facts.customers import queries as customers
from xinheng.facts.metering import queries as metering
from xinheng.facts.metering import tables
from xinheng.judgements.demand.errors import NodeUnknown
from xinheng.judgements.demand.values import UNKNOWN


def reaches_all(actor: Actor) -> bool:
    """Whether the whole company is within reach."""
    return metering.sees_all(actor)


def numbers(actor: Actor) -> list[str]:
    """The consumers within reach."""
    return list(metering.scope_of(actor).order_by().values_list("consumer_no", flat=True))


def leaves(actor: Actor, rows: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """Of rows by leaf, those within reach; a cell only where every consumer of its area is."""
    if reaches_all(actor):
        return rows
    if rows["consumer"].null_count() == rows.height:
        return rows.filter(pl.col("area").is_in(_whole_areas(actor, on)))
    return rows.filter(pl.col("consumer").is_in(numbers(actor)))


def reaches(actor: Actor, level: str, node: str, *, on: date) -> bool:
    """Whether all of a node is within reach; industries and the company go through all units."""
    if reaches_all(actor):
        return True
    if level == "consumer":
        return node in set(numbers(actor))
    return level == "area" and node in _whole_areas(actor, on)


def require_node(actor: Actor, level: str, node: str, *, on: date) -> None:
    """Whether a consumer, area or industry is there and within reach. Refuses: NodeUnknown."""
    if level == "company" and reaches_all(actor):
        return
    if not _is_there(level, node, on) or not reaches(actor, level, node, on=on):
        raise NodeUnknown(level=level, node=node)


def _is_there(level: str, node: str, on: date) -> bool:
    if level == "company":
        return False
    known = tables.consumer_rows(on)[level].unique().to_list()
    if level == "industry":
        known = [customers.section_of(code or "") for code in known]
    return node in {one or UNKNOWN for one in known}


def _whole_areas(actor: Actor, on: date) -> list[str]:
    known = tables.consumer_rows(on).select("consumer", "area").drop_nulls()
    own = pl.col("consumer").is_in(numbers(actor))
    whole = known.group_by("area").agg(own.all().alias("own")).filter("own")
    return whole["area"].to_list()
