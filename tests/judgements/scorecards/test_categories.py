"""Points by what something is called."""

from __future__ import annotations

import duckdb
import ibis
import polars as pl
import pytest

from tests.judgements.scorecards.test_history import CARD
from xinheng.judgements.policies import services as policies
from xinheng.judgements.policies.errors import PolicyInvalid

pytestmark = pytest.mark.any_database


def points(card: str, regions: list[str | None]) -> list[int | None]:
    policy = policies.load(card)
    rows = pl.DataFrame(
        {
            "customer_no": [str(place) for place in range(len(regions))],
            "region": regions,
            "turnover_12m": [0] * len(regions),
        }
    )
    table = ibis.table({"customer_no": "string"} | policies.inputs_of(policy), name="rows")
    rated = policies.rate_table(policy, table).order_by("customer_no")
    with duckdb.connect() as engine:
        engine.register("rows", rows.to_arrow())
        found: pl.DataFrame = engine.sql(ibis.to_sql(rated, dialect="duckdb")).pl()
    return found["points_where"].to_list()


def test_a_text_gets_the_points_of_its_group_or_of_the_others_and_unknown_gets_none() -> None:
    assert points(CARD, ["华东", "华北", "西南", "", None]) == [40_000, 40_000, 20_000, 20_000, None]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("[华东, 华北], points: 40", "[华东, 华东], points: 40"),
        ("others: 20", "others: 41"),
        ("others: 20", "others: -1"),
        ("of: region", "of: turnover_12m"),
        ("of: region", "of: kind"),  # company or person, and neither is a place
        ("values: [华东, 华北]", "values: []"),
    ],
)
def test_groups_that_cannot_be_told_apart_or_reached_are_refused(was: str, becomes: str) -> None:
    assert was in CARD
    with pytest.raises(PolicyInvalid):
        policies.load(CARD.replace(was, becomes))
